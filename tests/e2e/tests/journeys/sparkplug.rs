//! Sparkplug edge nodes that nobody here wrote, through a real broker to the page: their values, how they depart from
//! the specification, and what is shown the moment one is killed.

use std::time::Duration;

use e2e::browser::Browser;
use e2e::edge_node::{EdgeNode, EdgeNodeKind};
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::{PlantPage, Reading};
use e2e::wait::{PATIENT, eventually};
use serde_json::json;

/// Within which a killed edge node's machines say that they are offline.
const OFFLINE_WITHIN: f64 = 1.0;

const NODES: [(EdgeNodeKind, &str, &str); 3] = [
    (EdgeNodeKind::Pysparkplug, "Works:north/pyline", "Works/north/pyline/filler"),
    (EdgeNodeKind::SparkplugClient, "Works:north/npmline", "Works/north/npmline/capper"),
    (EdgeNodeKind::MqttSpbWrapper, "Works:south/wrapline", "Works/south/wrapline/packer"),
];

#[tokio::test(flavor = "multi_thread")]
async fn they_are_read_judged_and_offline_the_moment_they_are_killed() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let server = ground::serve(&broker.ws_url("127.0.0.1"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;
    browser.reads(&["Connected"], PATIENT).await;
    let mut nodes = NODES.map(|(kind, ..)| EdgeNode::start(kind, broker.tcp_port()));
    eventually("a machine of each edge node", 2.0 * PATIENT, async || {
        let tiles = page.tiles().await;
        let has_all = NODES.iter().all(|(.., machine)| tiles.iter().any(|tile| tile.path == *machine));
        if has_all { Ok(()) } else { Err(tiles) }
    })
    .await;

    // pysparkplug: more than a double holds, signed bytes as unsigned ones, arrays.
    page.go("#/machine/Works/north/pyline/filler").await;
    reads(&page, "Works/north/pyline/filler/Speed", |reading| reading.value.starts_with("10")).await;
    reads(&page, "Works/north/pyline/filler/Good Parts", |reading| {
        reading.value.parse::<u64>().is_ok_and(|count| count > 9_007_199_254_740_993)
    })
    .await;
    reads(&page, "Works/north/pyline/filler/Frost", |reading| reading.value.starts_with('-')).await;
    page.moves("main", PATIENT).await;

    // sparkplug-client: single precision as people write it with its unit, a wide UInt32, a member of a Template, and
    // compressed messages in between.
    page.go("#/machine/Works/north/npmline/capper").await;
    reads(&page, "Works/north/npmline/capper/Temperature", |reading| {
        reading.value.len() == 4 && reading.value.ends_with(".3")
    })
    .await;
    browser.reads(&["°C"], PATIENT).await;
    reads(&page, "Works/north/npmline/capper/Total", |reading| reading.value.starts_with("40000")).await;
    reads(&page, "Works/north/npmline/capper/Motor/rpm", |reading| reading.value.starts_with("140")).await;
    page.moves("main", PATIENT).await;

    // mqtt-spb-wrapper is no model, and its page says how.
    page.go("#/node/Works:south/wrapline").await;
    browser.shows_soon("[data-testid='deviations'] dt").await;
    page.go("#/diagnostics").await;
    for (_, node, _) in NODES {
        browser.shows_soon(&format!("[data-testid='edge-node'][data-node='{node}']")).await;
    }

    // Killed: the broker publishes the will, and the tile says so with the reason; the others go on.
    for (at, of) in [(0, "pyline"), (1, "npmline")] {
        page.go("#/").await;
        let machine = NODES[at].2;
        browser.shows_soon(&format!("[data-machine='{machine}'][data-state='running']")).await;
        nodes[at].kill();
        eventually(&format!("{of} is offline with the reason"), OFFLINE_WITHIN, async || {
            let css = format!("[data-machine='{machine}'][data-state='offline']");
            let css = json!(css);
            let text: String = browser.ask(&format!("return document.querySelector({css})?.innerText ?? '';")).await;
            if text.contains("NDEATH") { Ok(()) } else { Err(text) }
        })
        .await;
        page.go(&format!("#/machine/{machine}")).await;
        browser.click("[data-testid='edge-node-link']").await;
        browser.shows_soon("[data-testid='edge-node-session'][data-standing='offline']").await;
    }

    browser.assert_clean().await;
    browser.quit().await;
    drop((nodes, server));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_born_before_the_page_is_asked_for_a_rebirth_by_hand() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let url = broker.ws_url("127.0.0.1");
    let node = EdgeNode::start(EdgeNodeKind::SparkplugClient, broker.tcp_port());
    // Its births pass while nobody listens.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let config = json!({ "version": 1, "brokers": [{
        "name": "plant", "url": url, "sparkplug": "observer",
        "publish": { "enabled": true, "topics": ["spBv1.0/+/NCMD/+"] },
    }] });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let _page = PlantPage::open(&browser, &server.url("localhost"), "#/node/Works:north/npmline").await;
    browser.shows_soon("[data-testid='edge-node-session'][data-standing='unverified']").await;
    browser.click("[data-testid='rebirth']").await;
    browser.shows_soon("[data-testid='edge-node-session'][data-standing='online']").await;
    eventually("nothing left to ask for", PATIENT, async || {
        if browser.shows("[data-testid='rebirth']").await { Err("the button") } else { Ok(()) }
    })
    .await;
    browser.assert_clean().await;
    browser.quit().await;
    drop((node, server));
}

/// Waits for a tag's good, live reading that holds.
async fn reads(page: &PlantPage<'_>, tag: &str, holds: impl Fn(&Reading) -> bool) {
    eventually(tag, PATIENT, async || {
        let readings = page.readings("main").await;
        let found = readings.iter().any(|reading| reading.tag == tag && reading.is_live() && holds(reading));
        if found { Ok(()) } else { Err(readings) }
    })
    .await;
}
