//! A link that names a broker: a person is asked, a banner says so, nothing is remembered, nothing of this device
//! goes there.

use e2e::browser::Browser;
use e2e::page::{PlantPage, YES};
use e2e::wait::PATIENT;
use e2e::{ground, script};
use xtask::demo::{BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_about_shown_and_forgotten() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), script::alone()).unwrap();
    let server = ground::serve_unconfigured();
    let browser = Browser::start().await;
    let url = broker.ws_url("127.0.0.1");
    let link = format!("{}?broker={}", server.url("localhost"), url.replace(':', "%3A").replace('/', "%2F"));
    let page = PlantPage::open(&browser, &link, "#/").await;
    browser.shows_soon(YES).await;
    browser.reads(&[&url], PATIENT).await;
    assert!(page.tiles().await.is_empty(), "nothing is connected before the answer");
    browser.click(YES).await;
    page.live_tiles(1, PATIENT).await;
    browser.shows_soon("[data-testid='guest-banner']").await;
    let kept: String =
        browser.ask("return JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]);").await;
    assert!(!kept.contains(&url), "{kept}");

    // Without the link, the device knows nothing of it.
    browser.open(&server.url("localhost")).await;
    e2e::page::ConnectPage(&browser).is_shown().await;
    browser.assert_clean().await;

    // A link that carries a secret is refused.
    browser.open(&format!("{}?broker=ws%3A%2F%2Fuser%3Apass%40127.0.0.1%3A1%2Fmqtt", server.url("localhost"))).await;
    browser.reads(&["cannot be opened"], PATIENT).await;
    assert!(!browser.shows(YES).await);
    browser.quit().await;
    drop((plant, server, broker));
}
