//! Pictures of every page in three sizes and both themes, of the demo's plant: `cargo xtask shots`. The three that the
//! README shows go to `tests/screenshots`, all of them to the folder named.

#![expect(clippy::panic, clippy::expect_used, reason = "a developer's program: what goes wrong ends it, with words")]

use std::path::PathBuf;

use andon::sim::Size;
use e2e::browser::Browser;
use e2e::ground;
use e2e::page::PlantPage;
use e2e::wait::PATIENT;
use serde_json::{Value, json};
use xtask::demo::{self, BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};
use xtask::workspace;

const SIZES: [(&str, u32, u32); 3] = [("wall", 1920, 1080), ("tablet", 1024, 768), ("phone", 390, 844)];

/// How long the plant runs before it is looked at: trends and alerts have something to show then.
const RUN_UP: std::time::Duration = std::time::Duration::from_secs(75);

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("usage: shots <folder>"));
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("making {}: {error}", folder.display()));
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap_or_else(|failure| panic!("{failure}"));
    let plant = demo::simulated_plant(Size::default(), None);
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), plant)
        .unwrap_or_else(|failure| panic!("{failure}"));
    let url = broker.ws_url("localhost");
    let config = json!({
        "version": 1, "time_zone": "Europe/Berlin",
        "brokers": [{ "name": "plant", "url": url, "sparkplug": "observer" }],
        "boards": [drawn()]
    });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;
    let tiles = page.live_tiles(12, PATIENT).await;
    let machine = tiles[0].path.clone();
    let line = machine.rsplit_once('/').map_or("", |(line, _)| line).to_owned();
    let tag = tiles[0].readings[0].tag.clone();
    tokio::time::sleep(RUN_UP).await;
    let places = [
        ("plant", "#/".to_owned()),
        ("line", format!("#/line/{line}")),
        ("machine", format!("#/machine/{machine}")),
        ("tag", format!("#/tag/{tag}")),
        ("boards", "#/boards".into()),
        ("board", "#/board/drawn".into()),
        ("alerts", "#/alerts".into()),
        ("kpis", "#/kpi".into()),
        ("kpi", format!("#/kpi/{line}")),
        ("namespace", "#/namespace".into()),
        ("namespace-health", "#/namespace-health".into()),
        ("settings", "#/settings".into()),
        ("diagnostics", "#/diagnostics".into()),
        ("absent", "#/nowhere".into()),
    ];
    for (size, width, height) in SIZES {
        browser.resize(width, height).await;
        for theme in ["light", "dark"] {
            browser.ask::<Value>(&format!("document.documentElement.dataset.theme = '{theme}'; return null")).await;
            for (name, hash) in &places {
                page.go(hash).await;
                tokio::time::sleep(std::time::Duration::from_millis(700)).await;
                let picture = browser.picture().await;
                keep(&folder.join(format!("{name}-{size}-{theme}.png")), &picture);
                if *name == "plant" && matches!((size, theme), ("wall", "dark") | ("tablet" | "phone", "light")) {
                    let shown = workspace::root().join("tests/screenshots").join(format!("{size}-{theme}.png"));
                    keep(&shown, &picture);
                }
            }
        }
    }
    browser.assert_clean().await;
    browser.quit().await;
}

/// A board with a tile of each kind that the plant can fill.
fn drawn() -> Value {
    let line = "acme/berlin/filling/bottling-1";
    let tag = |name: &str| format!("{line}/filler/{name}");
    json!({ "id": "drawn", "title": "Filling, bottling 1", "tiles": [
        { "kind": "line", "path": line },
        { "kind": "state", "path": format!("{line}/filler") },
        { "kind": "clock" },
        { "kind": "machine", "path": format!("{line}/filler") },
        { "kind": "number", "path": tag("speed") },
        { "kind": "gauge", "path": tag("temperature"), "range": [0, 100], "target": 60 },
        { "kind": "counter", "path": tag("good_count"), "target": 5000 },
        { "kind": "trend", "path": tag("temperature"), "minutes": 15 },
        { "kind": "alerts" },
        { "kind": "sparkline", "path": tag("speed") },
        { "kind": "value", "path": tag("power") },
        { "kind": "text", "title": "At shift change", "text": "1. Clean the nozzles\n2. Check the caps\n\n**Foreman**: 4711" }
    ] })
}

fn keep(file: &std::path::Path, picture: &[u8]) {
    std::fs::write(file, picture).unwrap_or_else(|error| panic!("writing {}: {error}", file.display()));
}
