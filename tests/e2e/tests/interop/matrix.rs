//! What works with which broker in which version, and whether that is what is known of the broker.

use andon::mqtt::{Options, Subscription, Version, Will};
use andon::vocab::{LinkFault, LinkState};
use e2e::brokers::{self, Broker};
use e2e::client::Client;
use e2e::peer::Peer;
use e2e::proxy::Proxy;

/// A question to a broker, and its answer as a cell: `yes`, or what came instead.
type Check = fn(&Broker, Version) -> String;

/// Starts a broker, if it is installed.
type Start = fn() -> Option<Broker>;

/// What is known: this broker in this version answers this question so, and not with `yes`.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    // The demo's broker keeps nothing: its storage is told so.
    ("embedded", "3.1.1", "resume", "not kept"),
    ("embedded", "5", "resume", "not kept"),
    // It takes QoS 2 for QoS 1 and answers with PUBACK, which settles it.
    ("rabbitmq", "3.1.1", "QoS 2", "QoS 1"),
    ("rabbitmq", "3.1.1", "retained by #", "none"),
    // It hangs up instead of refusing.
    ("rabbitmq", "3.1.1", "wrong password", "closed"),
];

const CHECKS: [(&str, Check); 11] = [
    ("connect", connect),
    ("QoS 0", |broker, version| round_trip(broker, version, 0)),
    ("QoS 1", |broker, version| round_trip(broker, version, 1)),
    ("QoS 2", |broker, version| round_trip(broker, version, 2)),
    ("retained", |broker, version| retained(broker, version, "open/kept/one")),
    ("retained by #", |broker, version| retained(broker, version, "open/kept/#")),
    ("60 kB", large),
    ("will", will),
    ("resume", resume),
    ("wss + password", encrypted),
    ("wrong password", wrong_password),
];

const VERSIONS: [(Version, &str); 2] = [(Version::V4, "3.1.1"), (Version::V5, "5")];

/// Asks each installed broker everything, prints the answers, adds what is unexpected to `wrong`.
pub(crate) fn run(is_long: bool, wrong: &mut Vec<String>) {
    let mut rows: Vec<Vec<String>> = vec![["broker", "MQTT", "auto"].map(str::to_owned).to_vec()];
    rows[0].extend(CHECKS.map(|(name, _)| name.to_owned()));
    let mut all: Vec<(&str, Start)> =
        vec![("embedded", || Some(brokers::embedded())), ("mosquitto", brokers::mosquitto)];
    if is_long {
        all.extend([
            ("aedes", brokers::aedes as Start),
            ("ejabberd", brokers::ejabberd),
            ("rabbitmq", brokers::rabbitmq),
        ]);
    }
    for (name, start) in all {
        let Some(broker) = start() else {
            rows.push(vec![name.to_owned(), "not installed".to_owned()]);
            continue;
        };
        let auto = auto(&broker);
        for (version, words) in VERSIONS {
            if version == Version::V5 && auto != "5" {
                rows.push(vec![name.to_owned(), words.to_owned(), auto.clone(), "not spoken".to_owned()]);
                continue;
            }
            let mut row = vec![name.to_owned(), words.to_owned(), auto.clone()];
            for (check, ask) in CHECKS {
                let answer = ask(&broker, version);
                let known = KNOWN.iter().find(|known| (known.0, known.1, known.2) == (name, words, check));
                if answer != "-" && answer != known.map_or("yes", |known| known.3) {
                    wrong.push(format!("{name}, MQTT {words}, {check}: {answer}"));
                }
                row.push(answer);
            }
            rows.push(row);
        }
        if name == "mosquitto" || name == "ejabberd" {
            access(&broker, wrong);
        }
    }
    print(&rows);
}

fn print(rows: &[Vec<String>]) {
    println!("== interop: the session against real brokers over WebSocket");
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    for row in rows {
        let cells: Vec<String> = (0..columns)
            .filter_map(|column| row.get(column).map(|cell| format!("{cell:<0$}", width(column).unwrap_or(0))))
            .collect();
        println!("{}", cells.join("  ").trim_end());
    }
}

pub(crate) fn options(broker: &Broker, name: &str, version: Version) -> Options {
    let login = broker.login.filter(|_| broker.asks_everywhere);
    Options {
        client_id: format!("andon-{name}-{version:?}"),
        username: login.map(|(user, _)| user.to_owned()),
        password: login.map(|(_, password)| password.as_bytes().to_vec()),
        keep_alive_secs: 30,
        protocol: version,
        max_packet_bytes: 16 << 20,
        ..Options::default()
    }
}

pub(crate) fn filter(filter: &str) -> Subscription {
    Subscription { filter: filter.to_owned(), qos: 2, ..Subscription::default() }
}

fn peer(broker: &Broker, name: &str, filters: &[&str]) -> Peer {
    Peer::connect(broker.tcp_port, name, broker.login.filter(|_| broker.asks_everywhere), filters)
}

/// A client that is online with its filters granted, or why it is not.
fn online(url: &str, options: Options) -> Result<Client, String> {
    let filters = options.filters.len();
    let client = Client::connect(url, options, 7);
    let is_there = client.wait(10.0, |client| {
        matches!(client.state(), LinkState::Denied { .. })
            || client.is_online() && client.told(|told| told.granted.len() + told.refused.len()) == filters
    });
    if is_there && client.is_online() { Ok(client) } else { Err(format!("{:?}", client.state())) }
}

fn yes(is_so: bool, otherwise: &str) -> String {
    if is_so { "yes" } else { otherwise }.to_owned()
}

fn auto(broker: &Broker) -> String {
    let client = Client::connect(&broker.ws_url, options(broker, "auto", Version::Auto), 7);
    client.wait(20.0, Client::is_online);
    match client.state() {
        LinkState::Online { protocol: 5, .. } => "5".to_owned(),
        LinkState::Online { protocol: 4, .. } => "3.1.1".to_owned(),
        other => format!("{other:?}"),
    }
}

fn connect(broker: &Broker, version: Version) -> String {
    online(&broker.ws_url, options(broker, "connect", version)).map_or_else(|why| why, |_| "yes".to_owned())
}

/// Both ways between us and the plain peer.
fn round_trip(broker: &Broker, version: Version, qos: u8) -> String {
    let mut peer = peer(broker, "andon-peer", &["open/up/#"]);
    let filters = vec![filter("open/down/#")];
    let client = match online(&broker.ws_url, Options { filters, ..options(broker, "trip", version) }) {
        Ok(client) => client,
        Err(why) => return why,
    };
    let text = format!("{qos} {version:?}");
    let token = client.publish("open/up/é", &text, qos);
    let mut heard = None;
    client.wait(5.0, |_| {
        heard = heard.take().or_else(|| peer.take_heard().into_iter().find(|heard| heard.1 == text));
        heard.is_some()
    });
    let is_settled =
        client.wait(5.0, |client| client.told(|told| token.is_some_and(|t| told.settled.contains_key(&t))));
    let is_taken = peer.publish("open/down/ü", &text, qos);
    client.wait(5.0, |client| client.told(|told| told.heard.iter().any(|heard| heard.topic == "open/down/ü")));
    let down = client.told(|told| told.heard.iter().find(|heard| heard.payload == text.as_bytes()).cloned());
    match (heard, down) {
        (Some((_, _, up)), Some(down)) => {
            let least = up.min(down.qos);
            let unsettled = if is_settled { "" } else { ", unsettled" };
            yes(least == qos && is_settled && is_taken, &format!("QoS {least}{unsettled}"))
        }
        (up, down) => format!("settled {is_settled}, taken {is_taken}, up {up:?}, down {down:?}"),
    }
}

fn retained(broker: &Broker, version: Version, filter_text: &str) -> String {
    let writer = online(&broker.ws_url, options(broker, "writer", version));
    let Ok(writer) = writer else { return "offline".to_owned() };
    let publication = andon::mqtt::Publication {
        topic: "open/kept/one".to_owned(),
        payload: b"last".to_vec(),
        qos: 1,
        retain: true,
        properties: None,
    };
    let token = writer.tell(|session, now| session.publish(now, publication)).ok();
    writer.wait(5.0, |client| client.told(|told| token.is_some_and(|t| told.settled.contains_key(&t))));
    let filters = vec![filter(filter_text)];
    match online(&broker.ws_url, Options { filters, ..options(broker, "late", version) }) {
        Ok(client) => {
            let is_there = client.wait(1.5, |client| client.told(|told| told.heard.iter().any(|heard| heard.retain)));
            yes(is_there, "none")
        }
        Err(why) => why,
    }
}

fn large(broker: &Broker, version: Version) -> String {
    let filters = vec![filter("open/large")];
    match online(&broker.ws_url, Options { filters, ..options(broker, "large", version) }) {
        Ok(client) => {
            let text = "x".repeat(60_000);
            let token = client.publish("open/large", &text, 1);
            let came = client.wait(15.0, |client| {
                client.told(|told| told.heard.iter().any(|heard| heard.payload == text.as_bytes()))
            });
            yes(came && token.is_some(), "not back")
        }
        Err(why) => why,
    }
}

fn through(broker: &Broker, proxy: &Proxy) -> String {
    broker.ws_url.replace(&format!(":{}", broker.ws_port), &format!(":{}", proxy.port()))
}

fn will(broker: &Broker, version: Version) -> String {
    let mut peer = peer(broker, "andon-heir", &["open/will"]);
    let proxy = Proxy::start(broker.ws_port);
    let will = Will { topic: "open/will".to_owned(), payload: b"gone".to_vec(), qos: 1, ..Will::default() };
    match online(&through(broker, &proxy), Options { will: Some(will), ..options(broker, "mortal", version) }) {
        Ok(client) => {
            proxy.cut();
            let mut came = false;
            client.wait(5.0, |_| {
                came |= peer.take_heard().iter().any(|heard| heard.1 == "gone");
                came
            });
            yes(came, "none")
        }
        Err(why) => why,
    }
}

fn resume(broker: &Broker, version: Version) -> String {
    let proxy = Proxy::start(broker.ws_port);
    let wanted = Options {
        session_expiry_secs: 60,
        keeps_session_v4: true,
        filters: vec![filter("open/meanwhile")],
        ..options(broker, "resume", version)
    };
    match online(&through(broker, &proxy), wanted) {
        Ok(client) => {
            proxy.cut();
            client.wait(5.0, |client| !client.is_online());
            let mut peer = peer(broker, "andon-busy", &[]);
            let is_taken = peer.publish("open/meanwhile", "was away", 1);
            client.tell(andon::mqtt::Session::retry);
            let is_back = client.wait(10.0, Client::is_online);
            let is_resumed = client.terms().is_resumed;
            let came = client.wait(5.0, |client| client.told(|told| !told.heard.is_empty()));
            client.tell(andon::mqtt::Session::disconnect);
            match (is_taken && is_back, is_resumed, came) {
                (true, true, true) => "yes".to_owned(),
                (true, false, false) => "not kept".to_owned(),
                _ => format!("taken {is_taken}, back {is_back}, resumed {is_resumed}, came {came}"),
            }
        }
        Err(why) => why,
    }
}

fn encrypted(broker: &Broker, version: Version) -> String {
    let (Some(url), Some((user, password))) = (&broker.wss_url, broker.login) else { return "-".to_owned() };
    let wanted = Options {
        username: Some(user.to_owned()),
        password: Some(password.as_bytes().to_vec()),
        filters: vec![filter("open/tls")],
        ..options(broker, "tls", version)
    };
    match online(url, wanted) {
        Ok(client) => {
            client.publish("open/tls", "sealed", 1);
            let came = client.wait(5.0, |client| client.told(|told| !told.heard.is_empty()));
            yes(came, "not back")
        }
        Err(why) => why,
    }
}

fn wrong_password(broker: &Broker, version: Version) -> String {
    let (Some(url), Some((user, _))) = (&broker.wss_url, broker.login) else { return "-".to_owned() };
    let wanted = Options {
        username: Some(user.to_owned()),
        password: Some(b"guess".to_vec()),
        ..options(broker, "thief", version)
    };
    let client = Client::connect(url, wanted, 7);
    client.wait(10.0, |client| matches!(client.state(), LinkState::Denied { .. }));
    match client.state() {
        LinkState::Denied { .. } => "yes".to_owned(),
        LinkState::Waiting { fault: LinkFault::Closed { .. }, .. } => "closed".to_owned(),
        LinkState::Waiting { fault, .. } => format!("{fault:?}"),
        other => format!("{other:?}"),
    }
}

/// What a broker lets us know of its access list.
fn access(broker: &Broker, wrong: &mut Vec<String>) {
    for (version, words) in VERSIONS {
        let filters = vec![filter("closed/#"), filter("open/#")];
        let Ok(client) = online(&broker.ws_url, Options { filters, ..options(broker, "access", version) }) else {
            wrong.push(format!("{}: offline when asked for its access list", broker.name));
            continue;
        };
        let denied = client.publish("closed/door", "let me in", 1);
        let allowed = client.publish("open/door", "let me in", 1);
        client.wait(5.0, |client| client.told(|told| told.settled.len()) == 2 && client.told(|t| !t.heard.is_empty()));
        let fate = |token: Option<_>| client.told(|told| token.and_then(|token| told.settled.get(&token).cloned()));
        let subscribed =
            client.told(|told| (told.granted.get("closed/#").copied(), told.refused.get("closed/#").copied()));
        let leaked = client.told(|told| told.heard.iter().any(|heard| heard.topic.starts_with("closed")));
        println!(
            "access list of {}, MQTT {words}: SUBSCRIBE closed/# {}; PUBLISH closed/door {:?}; PUBLISH open/door {:?}",
            broker.name,
            match subscribed {
                (Some(qos), _) => format!("granted QoS {qos}"),
                (_, Some(code)) => format!("refused {code:#04x}"),
                _ => "unanswered".to_owned(),
            },
            fate(denied),
            fate(allowed),
        );
        let told = format!("{:?}", fate(denied));
        let is_said = version == Version::V4 || told.contains("Refused");
        if leaked || fate(allowed) != Some(andon::mqtt::Fate::Acknowledged) || !is_said {
            wrong.push(format!("{}, MQTT {words}: access list: leaked {leaked}, denied {told}", broker.name));
        }
    }
}
