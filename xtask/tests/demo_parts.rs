//! The demo's parts one by one, over real sockets: a broker that dies and comes back, a plant that announces itself
//! again, a page server with the headers it promises.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use andon::sim::Size;
use andon::time::{Millis, Timestamp};
use mqtt5::MqttClient;
use tokio::sync::mpsc;
use xtask::clock::Stopwatch;
use xtask::demo::{
    BrokerOptions, ConfigJson, DemoBroker, Headers, Message, PageOptions, PageServer, PlantPublisher, PortChoice,
    PublisherOptions, Source, simulated_plant,
};

/// Retains one message at the start, then counts every 20 ms.
#[derive(Default)]
struct Counter {
    steps: u64,
    next: Timestamp,
}

impl Source for Counter {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        let message = |topic: &str, payload: String, retain| Message {
            topic: topic.into(),
            payload: payload.into_bytes(),
            retain,
            qos: u8::from(retain),
        };
        if self.steps == 0 {
            publish(message("plant/state", "running".into(), true));
        }
        self.steps += 1;
        publish(message("plant/count", self.steps.to_string(), false));
        self.next = now + Millis(20);
    }

    fn next_step(&self) -> Timestamp {
        self.next
    }
}

async fn listen(url: &str) -> (MqttClient, mpsc::UnboundedReceiver<(String, bool)>) {
    let client = MqttClient::new(format!("test-{}", url.len()));
    client.connect(url).await.unwrap();
    let (heard, hearing) = mpsc::unbounded_channel();
    client
        .subscribe("plant/#", move |message| {
            let _gone = heard.send((message.topic.clone(), message.retain));
        })
        .await
        .unwrap();
    (client, hearing)
}

async fn wait_until(met: impl Fn() -> bool) {
    let waiting = Stopwatch::start();
    while !met() {
        assert!(waiting.secs() < 5.0, "not within 5 s");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn expect_within(hearing: &mut mpsc::UnboundedReceiver<(String, bool)>, topic: &str, retain: bool) {
    let wait = async {
        while let Some(heard) = hearing.recv().await {
            if heard == (topic.to_owned(), retain) {
                return;
            }
        }
        panic!("the subscription ended");
    };
    tokio::time::timeout(Duration::from_secs(5), wait).await.unwrap_or_else(|_| panic!("no {topic} within 5 s"));
}

#[tokio::test]
async fn the_broker_dies_and_comes_back_and_the_plant_announces_itself_again() {
    let mut broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let mut plant =
        PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), Box::new(Counter::default())).unwrap();
    wait_until(|| plant.published() > 5).await;
    for url in [broker.ws_url("127.0.0.1"), format!("mqtt://127.0.0.1:{}", broker.tcp_port())] {
        let (client, mut hearing) = listen(&url).await;
        expect_within(&mut hearing, "plant/state", true).await;
        expect_within(&mut hearing, "plant/count", false).await;
        client.disconnect().await.unwrap();
    }

    let held = TcpStream::connect(("127.0.0.1", broker.tcp_port())).unwrap();
    held.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let stopping = Stopwatch::start();
    broker.stop();
    assert!(stopping.secs() < 1.0, "stopping took {} s", stopping.secs());
    assert!(TcpStream::connect(("127.0.0.1", broker.tcp_port())).is_err());
    assert!(TcpStream::connect(("127.0.0.1", broker.ws_port())).is_err());
    assert!(matches!((&held).read(&mut [0; 1]), Ok(0) | Err(_)), "an open socket is dropped with the broker");

    broker.start_again().unwrap();
    let before = plant.published();
    wait_until(|| plant.is_connected() && plant.published() > before + 5).await;
    let (_client, mut hearing) = listen(&broker.ws_url("127.0.0.1")).await;
    expect_within(&mut hearing, "plant/state", true).await;
    expect_within(&mut hearing, "plant/count", false).await;
    assert!(plant.is_connected() && plant.published() > 0);
    plant.stop();
    assert!(!plant.is_connected());
}

#[tokio::test]
async fn the_simulated_plant_arrives_at_about_the_rate_that_was_asked_for() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    for rate in [100.0, 2000.0] {
        let source = simulated_plant(Size::default(), Some(rate));
        let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
        wait_until(|| plant.is_connected()).await;
        let client = MqttClient::new("counting");
        client.connect(&broker.ws_url("127.0.0.1")).await.unwrap();
        let heard = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&heard);
        client
            .subscribe("acme/#", move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
            })
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (from, watch) = (heard.load(Ordering::Relaxed), Stopwatch::start());
        tokio::time::sleep(Duration::from_secs(2)).await;
        let arrived = f64::from(heard.load(Ordering::Relaxed) - from) / watch.secs();
        assert!((0.5..1.5).contains(&(arrived / rate)), "{arrived} of {rate} messages a second");
        client.disconnect().await.unwrap();
    }
}

#[test]
fn a_taken_port_is_named_or_left() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let at = |tcp, ws| DemoBroker::start(BrokerOptions { tcp, ws, ..BrokerOptions::default() });
    for (tcp, ws) in [(PortChoice::Exactly(port), PortChoice::Any), (PortChoice::Any, PortChoice::Exactly(port))] {
        let Err(refused) = at(tcp, ws) else { panic!("port {port} is taken") };
        assert!(refused.to_string().contains(&port.to_string()), "{refused}");
    }
    let broker = at(PortChoice::Prefer(port), PortChoice::Prefer(port)).unwrap();
    assert!(broker.tcp_port() != port && broker.ws_port() != port);

    let dist = build("taken");
    let options = PageOptions { bind: SocketAddr::from(([127, 0, 0, 1], port)), ..PageOptions::new(&dist) };
    let Err(refused) = PageServer::start(options) else { panic!("port {port} is taken") };
    assert!(refused.to_string().contains("--port"), "{refused}");
    std::fs::remove_dir_all(dist).unwrap();
}

#[test]
fn the_page_server_keeps_its_promises() {
    let dist = build("promises");
    let config = ConfigJson::Broker { name: "Demo plant".into(), ws_port: 8083 };
    let options = PageOptions { config, sub_path: "some/where".into(), ..PageOptions::new(&dist) };
    let server = PageServer::start(options).unwrap();
    let get = |path: &str, extra: &str| ask(&server, "GET", path, extra);

    assert!(server.url("localhost").ends_with("/some/where/"));
    let home = get("/some/where/", "");
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval';",
        "connect-src 'self' ws: wss:;",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-cache",
    ] {
        assert!(home.contains(header), "{header} in {home}");
    }
    let moved = get("/some/where", "");
    assert!(moved.starts_with("HTTP/1.1 308") && moved.contains("location: /some/where/"), "{moved}");
    assert!(get("/", "").starts_with("HTTP/1.1 404"));
    assert!(get("/some/where/../../Cargo.toml", "").starts_with("HTTP/1.1 404"));
    assert!(ask(&server, "POST", "/some/where/", "").starts_with("HTTP/1.1 405"));
    assert!(ask(&server, "HEAD", "/some/where/", "").ends_with("\r\n\r\n"));

    let wasm = get("/some/where/app.wasm?v=1", "Accept-Encoding: br, gzip\r\n");
    assert!(wasm.contains("content-type: application/wasm") && wasm.contains("content-encoding: gzip"), "{wasm}");
    let tag = wasm.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let same = get("/some/where/app.wasm", &format!("Accept-Encoding: gzip\r\nIf-None-Match: {tag}\r\n"));
    assert!(same.starts_with("HTTP/1.1 304") && same.ends_with("\r\n\r\n"), "{same}");
    let unzipped = get("/some/where/app.wasm", &format!("If-None-Match: {tag}\r\n"));
    assert!(unzipped.starts_with("HTTP/1.1 200") && !unzipped.contains("content-encoding"), "{unzipped}");

    let config = get("/some/where/config.json", "Host: plant-pc.example:8080\r\n");
    assert!(config.contains("ws://plant-pc.example:8083/mqtt"), "{config}");
    let config = get("/some/where/config.json", "Host: \"><script>\r\n");
    assert!(config.contains("ws://127.0.0.1:8083/mqtt"), "{config}");
    let (parsed, problems) = andon::document::config_from_json(config.split("\r\n\r\n").nth(1).unwrap());
    assert!(problems.is_empty() && parsed.brokers.len() == 1, "{problems:?}");
    drop(server);

    let plain = PageServer::start(PageOptions { headers: Headers::Plain, ..PageOptions::new(&dist) }).unwrap();
    let home = ask(&plain, "GET", "/", "Accept-Encoding: gzip\r\n");
    assert!(home.contains("text/html") && !home.contains("etag") && !home.contains("security"), "{home}");
    assert!(ask(&plain, "GET", "/config.json", "").starts_with("HTTP/1.1 404"));
    std::fs::remove_dir_all(dist).unwrap();
}

/// A folder that looks like a build.
fn build(name: &str) -> std::path::PathBuf {
    let dist = std::env::temp_dir().join(format!("andon-page-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&dist).unwrap();
    std::fs::write(dist.join("index.html"), "<!doctype html><title>Andon</title>").unwrap();
    std::fs::write(dist.join("app.wasm"), "wasm ".repeat(1000)).unwrap();
    dist
}

fn ask(server: &PageServer, method: &str, path: &str, extra: &str) -> String {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let host = if extra.contains("Host:") { "" } else { "Host: localhost\r\n" };
    write!(socket, "{method} {path} HTTP/1.1\r\n{host}{extra}Connection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
