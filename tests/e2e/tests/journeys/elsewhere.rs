//! From a plain static host, under a sub-path, over `http://` on an address that is not loopback: an insecure context,
//! where browsers withhold what needs a secure one. The app runs and says what is missing.

use std::net::SocketAddr;

use e2e::browser::Browser;
use e2e::page::PlantPage;
use e2e::wait::PATIENT;
use e2e::{ground, script};
use serde_json::json;
use xtask::demo::{BrokerOptions, ConfigJson, DemoBroker, Headers, PageOptions, PlantPublisher, PublisherOptions};

#[tokio::test(flavor = "multi_thread")]
async fn the_app_runs_and_says_what_is_missing() {
    let (address, name) = ground::outside();
    let broker = DemoBroker::start(BrokerOptions { host: address, ..BrokerOptions::default() }).unwrap();
    let to = PublisherOptions { host: address.to_string(), ..PublisherOptions::new(broker.tcp_port()) };
    let plant = PlantPublisher::start(to, script::alone()).unwrap();
    let config = json!({ "version": 1, "brokers": [{ "name": "plant", "url": broker.ws_url(&name) }] });
    let server = ground::start(PageOptions {
        bind: SocketAddr::new(address, 0),
        sub_path: "/share/plant/".into(),
        config: ConfigJson::Text(config.to_string()),
        headers: Headers::Plain,
        ..PageOptions::new(ground::dist())
    });
    let browser = Browser::start().await;
    let url = server.url(&name);
    assert!(url.ends_with("/share/plant/") && !url.contains("127.0.0.1"), "{url}");
    let page = PlantPage::open(&browser, &url, "#/").await;
    assert!(!browser.ask::<bool>("return isSecureContext;").await, "{url} is an insecure context");

    page.live_tiles(1, PATIENT).await;
    page.moves("[data-machine]", PATIENT).await;
    page.go("#/diagnostics").await;
    browser.reads(&["over http from another machine"], PATIENT).await;
    for name in ["locks", "notifications", "wake-lock", "persist"] {
        browser.shows_soon(&format!("[data-missing='{name}']")).await;
    }
    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server, broker));
}
