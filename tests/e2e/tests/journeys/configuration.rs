//! A `config.json` with mistakes: each is named with its path, and costs only the key it is in. What the
//! file says is in force whatever the device forgets.

use e2e::browser::Browser;
use e2e::page::PlantPage;
use e2e::script::MACHINE;
use e2e::wait::PATIENT;
use e2e::{ground, script};
use serde_json::json;
use xtask::demo::{BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named_and_the_rest_works() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), script::alone()).unwrap();
    let url = broker.ws_url("localhost");
    let config = json!({
        "version": 1,
        "colour": "green",
        "brokers": [{ "name": "plant", "url": url, "pasword": "x" }, { "url": "mqtt://other:1883" }],
        "tags": [
            { "pattern": "a/#/b" },
            { "pattern": "+/+/+/+/+/speed", "unit": "bottles/min", "range": [5, 1] },
        ],
        "boards": [{ "id": "wall", "title": "Wall", "tiles": [{ "kind": "machine", "path": MACHINE }, { "kind": "teapot" }] }],
    });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;
    page.live_tiles(1, PATIENT).await;
    page.go("#/settings").await;
    let paths =
        ["colour", "brokers[0].pasword", "brokers[1].url", "tags[0].pattern", "tags[1].range", "boards[0].tiles[1]"];
    browser.reads(&paths, PATIENT).await;
    page.go("#/board/wall").await;
    page.live_tiles(1, PATIENT).await;

    // What the device forgets of a broker of the file, the file still says: the plant is there again.
    page.forget_broker().await;
    page.live_tiles(1, PATIENT).await;
    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_not_json_leaves_the_connect_screen() {
    let server = ground::serve_with("ws://127.0.0.1:1", "{\n  \"version\": 1,\n  oops\n}");
    let browser = Browser::start().await;
    PlantPage::open(&browser, &server.url("localhost"), "").await;
    browser.reads(&["config.json", "line 3"], PATIENT).await;
    e2e::page::ConnectPage(&browser).is_shown().await;
    browser.assert_clean().await;
    browser.quit().await;
    drop(server);
}
