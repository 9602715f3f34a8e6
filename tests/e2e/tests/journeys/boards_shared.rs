//! A board on every screen: shared on one, there on the other at once; changed on both, it is seen, and nobody's work is
//! lost; a board from a stranger does nothing but be a board.

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;
use xtask::demo::{PlantPublisher, PublisherOptions};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";

async fn add(browser: &Browser, kind: &str) {
    browser.click("[data-testid=add-tile]").await;
    browser.click(&format!("[data-testid=add-{kind}]")).await;
}

async fn tiles(who: &str, browser: &Browser, count: usize) {
    eventually(&format!("{count} tiles on the screen of {who}"), PATIENT, async || {
        let shown: usize = browser.ask("return document.querySelectorAll('.grid__slot').length").await;
        if shown == count { Ok(()) } else { Err(shown) }
    })
    .await;
}

async fn stands(browser: &Browser, standing: &str) {
    browser.shows_soon(&format!("[data-testid=share-state][data-standing={standing}]")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_here_is_there_and_two_hands_are_told_apart() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let (_value, source) = script::dial(TEMPERATURE, 40.0);
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1"), "publish": { "enabled": true } }],
        "shared": { "boards": "plant/screens" }
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let [kim, ada] = Browser::several().await;
    let page = PlantPage::open(&kim, &server.url("localhost"), "#/boards").await;
    kim.click("[data-testid=new-board]").await;
    kim.click("[data-testid=edit-board]").await;
    add(&kim, "clock").await;
    // Nobody shares without a name.
    kim.click("[data-testid=share-board]").await;
    kim.reads(&["Give your name first"], PATIENT).await;
    kim.fill("[data-testid=share-name]", "Kim").await;
    kim.click(".grid__slot .grid__cover").await; // the field is left
    kim.click("[data-testid=share-board]").await;
    stands(&kim, "shared").await;
    kim.reads(&["by Kim (not verified)"], PATIENT).await;
    let board = page.place().await;

    // The other screen has it at once, and one more tile as soon as it is shared.
    PlantPage::open(&ada, &server.url("localhost"), &board).await;
    tiles("ada", &ada, 1).await;
    add(&kim, "text").await;
    stands(&kim, "changed").await;
    tiles("ada", &ada, 1).await;
    kim.click("[data-testid=share-board]").await;
    tiles("ada", &ada, 2).await;

    // Both change it; Ada is first. Kim is told, and takes a copy: nothing is lost.
    ada.click("[data-testid=edit-board]").await;
    add(&ada, "image").await;
    add(&kim, "clock").await;
    add(&kim, "clock").await;
    ada.fill("[data-testid=share-name]", "Ada").await;
    ada.click(".grid__slot .grid__cover").await;
    ada.click("[data-testid=share-board]").await;
    stands(&ada, "shared").await;
    stands(&kim, "conflict").await;
    kim.reads(&["by Ada (not verified)"], PATIENT).await;
    tiles("kim", &kim, 4).await;
    kim.click("[data-testid=share-copy]").await;
    tiles("kim", &kim, 4).await;
    assert_ne!(page.place().await, board);
    page.go(&board).await;
    tiles("kim", &kim, 3).await;

    // Once more: Kim keeps hers, and Ada has it.
    kim.click("[data-testid=edit-board]").await;
    add(&kim, "clock").await;
    ada.click("[data-testid=edit-board]").await;
    ada.click("[data-testid=edit-board]").await;
    add(&ada, "text").await;
    ada.click("[data-testid=share-board]").await;
    stands(&kim, "conflict").await;
    kim.click("[data-testid=share-board]").await;
    stands(&kim, "shared").await;
    ada.reads(&["by Kim (not verified)"], PATIENT).await;
    tiles("ada", &ada, 4).await;

    // A screen that opens later has it; what is shared is no part of the plant.
    ada.reload().await;
    tiles("ada", &ada, 4).await;
    page.go("#/namespace").await;
    kim.reads(&["acme"], PATIENT).await;
    let text = kim.text().await;
    assert!(!text.contains("screens"), "{text}");
    for browser in [kim, ada] {
        browser.assert_clean().await;
        browser.quit().await;
    }
}
