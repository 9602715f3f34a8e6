//! A broker that breaks the protocol: the connection is dropped and tried again, what was wrong is said, and the page
//! and its worker live on.

use e2e::browser::Browser;
use e2e::ground;
use e2e::hostile::{Attack, HostilePeer, publish};
use e2e::page::PlantPage;
use e2e::script::MACHINE;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_session_ends_the_page_does_not() {
    let temperature = format!("{MACHINE}/temperature");
    let attacks = vec![
        // Topic length beyond the packet.
        Attack::Bytes(vec![0x30, 4, 0xFF, 0xFF, b'a', b'b']),
        // A topic that is not UTF-8 is passed over; a packet that only clients send is not.
        Attack::Bytes(
            [vec![0x30, 4, 0, 2, 0xC3, 0x28], publish(&temperature, b"6"), vec![0x82, 5, 0, 1, 0, 0, 0]].concat(),
        ),
        // A length that never ends.
        Attack::Bytes(vec![0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        Attack::Text("hello".into()),
        Attack::HangUp,
    ];
    let count = attacks.len();
    let good = [publish(&format!("{MACHINE}/state"), b"Execute"), publish(&temperature, b"{\"value\":7}")].concat();
    let peer = HostilePeer::start(attacks, good);
    let config = json!({
        "version": 1,
        "brokers": [{ "name": "plant", "url": peer.url(), "protocol": 4, "subscribe": ["#"] }],
    });
    let server = ground::serve_with(&peer.url(), &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/diagnostics").await;
    browser.mark().await;
    eventually("it tried again after each attack", 60.0, async || {
        if peer.clients() > count { Ok(()) } else { Err((peer.clients(), browser.text().await)) }
    })
    .await;
    page.go("#/").await;
    page.live_tiles(1, PATIENT).await;
    page.go("#/diagnostics").await;
    eventually("what was refused is counted", PATIENT, async || match page.stat("packets_rejected").await {
        Some(rejected) if rejected >= 4.0 => Ok(()),
        other => Err((other, browser.text().await)),
    })
    .await;
    assert_eq!(page.stat("worker_restarts").await, Some(0.0));
    assert!(browser.is_marked().await);
    browser.assert_clean().await;
    browser.quit().await;
    drop(server);
}
