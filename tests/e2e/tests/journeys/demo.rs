//! The demo's journey: a plant that moves, a machine, a board that stays, a broker that dies and comes back.

use andon::sim::Size;
use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::{PlantPage, Reading};
use e2e::wait::{PATIENT, eventually};
use serde_json::json;
use xtask::demo::{self, BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};

/// Within which everything must say that it is stale, after the broker is gone.
const STALE_WITHIN: f64 = 2.0;

#[tokio::test(flavor = "multi_thread")]
async fn with_the_embedded_broker() {
    let mut broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let (tcp, url) = (broker.tcp_port(), broker.ws_url("localhost"));
    journey(tcp, &url, async |is_up| if is_up { broker.start_again().unwrap() } else { broker.stop() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_mosquitto() {
    let mut broker = Mosquitto::start(&Access::Anonymous);
    let (tcp, url) = (broker.tcp_port(), broker.ws_url("127.0.0.1"));
    journey(tcp, &url, async |is_up| if is_up { broker.start_again() } else { broker.stop() }).await;
}

async fn journey(tcp_port: u16, broker_url: &str, mut switch: impl AsyncFnMut(bool)) {
    let plant =
        PlantPublisher::start(PublisherOptions::new(tcp_port), demo::simulated_plant(Size::default(), None)).unwrap();
    let server = ground::serve(broker_url);
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;

    // Sites, lines, twelve machines, all moving, each reading as the contract says.
    let tiles = page.live_tiles(12, PATIENT).await;
    assert_eq!(page.lines().await.len(), 3);
    let sites: std::collections::BTreeSet<_> = tiles.iter().map(|tile| tile.path.split('/').nth(1)).collect();
    assert_eq!(sites.len(), 2, "{sites:?}");
    assert_eq!(page.connections().await.first().map(String::as_str), Some("online"));
    for tile in &tiles {
        let known = ["running", "idle", "planned-stop", "stopped", "offline"];
        assert!(known.contains(&tile.state.as_str()), "{tile:?}");
        for reading in &tile.readings {
            assert!(reading.tag.starts_with(&format!("{}/", tile.path)), "{reading:?}");
            assert!(!reading.source.is_empty() && !reading.broker.is_empty(), "{reading:?}");
        }
    }
    page.moves("[data-machine]", PATIENT).await;

    // A machine with all its tags.
    let machine = tiles[0].path.clone();
    page.open_machine(&machine).await;
    let below = format!("{machine}/");
    let tags = eventually("all of the machine's tags, none stale", PATIENT, async || {
        let readings = page.readings("main").await;
        let own: Vec<Reading> = readings.into_iter().filter(|reading| reading.tag.starts_with(&below)).collect();
        let is_complete = own.len() > 6 && own.iter().all(Reading::is_current) && own.iter().any(Reading::is_live);
        if is_complete { Ok(own) } else { Err(own) }
    })
    .await;
    page.moves("main", PATIENT).await;

    // Opened by its link, before anything is known, the page comes up as well.
    browser.reload().await;
    browser.shows_soon("[data-testid=past-figures]").await;

    // Pin the machine and one of its tags; they are on the board, and still there after a reload.
    let tag =
        tags.iter().find(|reading| reading.is_live() && reading.value.parse::<f64>().is_ok()).unwrap().tag.clone();
    page.pin().await;
    page.go(&format!("#/tag/{tag}")).await;
    browser.shows_soon("[data-testid='tag-page']").await;
    page.pin().await;
    page.go("#/boards").await;
    browser.click("main a[href*='#/board/']").await;
    pinned(&page, &machine, &tag).await;
    let board = page.place().await;
    browser.reload().await;
    pinned(&page, &machine, &tag).await;
    assert_eq!(page.place().await, board);

    // The broker dies: everything says so, on the board and on the overview. It comes back: live without a reload.
    browser.mark().await;
    page.live("main", PATIENT).await;
    switch(false).await;
    page.all_stale("main", STALE_WITHIN).await;
    page.go("#/").await;
    page.all_stale("main", STALE_WITHIN).await;
    switch(true).await;
    page.live_tiles(12, 2.0 * PATIENT).await;
    page.moves("[data-machine]", PATIENT).await;
    switch(false).await;
    page.all_stale("[data-machine]", STALE_WITHIN).await;
    switch(true).await;
    page.live_tiles(12, 2.0 * PATIENT).await;
    assert!(browser.is_marked().await, "the page was not reloaded");
    page.go("#/diagnostics").await;
    eventually("two reconnects counted", PATIENT, async || match page.stat("reconnects").await {
        Some(count) if count >= 2.0 => Ok(()),
        other => Err(other),
    })
    .await;

    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server));
}

/// Waits for the machine's tile and the tag's live value on the board.
async fn pinned(page: &PlantPage<'_>, machine: &str, tag: &str) {
    eventually("machine and tag on the board", PATIENT, async || {
        let tiles = page.tiles().await;
        let css = json!(format!("data.reading[data-tag='{tag}']"));
        let tag_shown: bool = page.browser.ask(&format!("return document.querySelector({css}) !== null;")).await;
        let machine_shown = tiles.iter().any(|tile| tile.path == machine);
        if machine_shown && tag_shown { Ok(()) } else { Err((tiles, tag_shown)) }
    })
    .await;
    page.live("main", PATIENT).await;
}
