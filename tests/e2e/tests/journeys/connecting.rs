//! The connect screen: what it says when something is wrong, and that it keeps no secret.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use e2e::browser::{Browser, OTHER_NAME};
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::{ConnectPage, Login, PlantPage, YES};
use e2e::wait::{PATIENT, eventually};
use e2e::{ground, script};
use xtask::demo::{PlantPublisher, PublisherOptions};

const PASSWORD: &str = "s3cret-of-the-plant";

#[tokio::test(flavor = "multi_thread")]
async fn from_a_bad_url_to_the_plant() {
    let access = Access::User { name: "wall".into(), password: PASSWORD.into() };
    let broker = Mosquitto::start(&access);
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), script::alone()).unwrap();
    let server = ground::serve_unconfigured();
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "").await;
    let screen = ConnectPage(&browser);
    screen.is_shown().await;

    // What the browser could not even try.
    for (url, words) in [
        ("mqtt://broker:1883", &["websocket", "tcp"][..]),
        ("http://broker/", &["ws://"]),
        ("ws://broker:99999/", &["port"]),
        ("wss://user:pass@broker/", &["password"]),
    ] {
        screen.submit(&Login { url, ..Login::default() }).await;
        browser.reads(words, PATIENT).await;
    }

    // Nothing there: the browser keeps the reason secret, so the likely causes are listed.
    let port = closed_port();
    let nowhere = format!("ws://127.0.0.1:{port}/mqtt");
    screen.submit(&Login { url: &nowhere, ..Login::default() }).await;
    browser.reads(&["path", "subprotocol", "firewall", &format!("127.0.0.1:{port}")], PATIENT).await;

    // Forgotten, and on to the broker that there is: its own reason.
    page.forget_broker().await;
    screen.is_shown().await;
    let url = broker.ws_url("127.0.0.1");
    assert!(!screen.keeps_password().await, "keeping the password is the user's choice");
    screen.submit(&Login { url: &url, user: "wall", password: "not this one" }).await;
    browser.reads(&["not authori", "reason code"], PATIENT).await;
    eventually("the connection is denied", PATIENT, async || {
        let states = page.connections().await;
        if states.iter().any(|state| state == "denied") { Ok(()) } else { Err(states) }
    })
    .await;

    // In.
    screen.is_shown().await;
    screen.submit(&Login { url: &url, user: "wall", password: PASSWORD }).await;
    page.go("#/").await;
    page.live_tiles(1, PATIENT).await;
    assert_eq!(screen.traces_of(PASSWORD).await, Vec::<String>::new());

    // After a reload the connection is known, the password is not.
    browser.reload().await;
    screen.is_shown().await;
    assert_eq!(screen.traces_of(PASSWORD).await, Vec::<String>::new());
    let typed: String = browser
        .ask(&format!("return document.querySelector(\"{} input[name='url']\").value;", ConnectPage::FORM))
        .await;
    assert_eq!(typed, url, "the connection is remembered");
    let console = browser.console().await;
    assert!(console.iter().all(|line| !line.contains(PASSWORD)), "{console:?}");
    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server, broker));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_the_clear_is_asked_about_first() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        for call in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(call);
        }
    });
    let server = ground::serve_unconfigured();
    let browser = Browser::start().await;
    PlantPage::open(&browser, &server.url("localhost"), "").await;
    let screen = ConnectPage(&browser);
    screen.is_shown().await;
    let url = format!("ws://{OTHER_NAME}:{port}/mqtt");
    screen.submit(&Login { url: &url, user: "wall", password: PASSWORD }).await;
    browser.shows_soon(YES).await;
    browser.reads(&["unencrypted", OTHER_NAME], PATIENT).await;
    assert_eq!(calls.load(Ordering::SeqCst), 0, "nothing is sent before the answer");
    browser.click(YES).await;
    eventually("the connection is tried", PATIENT, async || {
        if calls.load(Ordering::SeqCst) > 0 { Ok(()) } else { Err(browser.text().await) }
    })
    .await;
    assert_eq!(screen.traces_of(PASSWORD).await, Vec::<String>::new());
    browser.quit().await;
    drop(server);
}

/// A port at which nothing listens: it was free a moment ago.
fn closed_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
