//! A metric of an edge node that nobody here wrote is written from the tag's page: asked once more, confirmed by the
//! edge node's own data, and said so where it does not obey.

use std::time::Duration;

use e2e::browser::Browser;
use e2e::edge_node::{EdgeNode, EdgeNodeKind};
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;

const MACHINE: &str = "Works/north/npmline/capper";

#[tokio::test(flavor = "multi_thread")]
async fn a_set_point_is_written_and_confirmed_by_the_edge_node() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let url = broker.ws_url("127.0.0.1");
    let config = json!({ "version": 1, "brokers": [{
        "name": "plant", "url": url,
        "publish": { "enabled": true, "commands": ["Works/+/+/+/Setpoint", "Works/+/+/+/Frost"] },
    }] });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let tag = format!("{MACHINE}/Setpoint");
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;
    browser.reads(&["Connected"], PATIENT).await;
    let node = EdgeNode::start(EdgeNodeKind::SparkplugClient, broker.tcp_port());
    browser.shows_soon(&format!("[data-machine='{MACHINE}']")).await;

    // What the configuration does not name offers nothing.
    page.go(&format!("#/tag/{MACHINE}/Total")).await;
    page.moves("main", PATIENT).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!browser.shows("[data-testid='write']").await, "nothing to write with");

    page.go(&format!("#/tag/{tag}")).await;
    browser.shows_soon("[data-testid='write']").await;
    value_of(&page, &tag, "50").await;
    // What does not fit is not asked for, let alone sent.
    browser.fill("[data-testid='write'] input", "40000").await;
    browser.click("[data-testid='write-go']").await;
    browser.reads(&["expected a whole number from -32768 to 32767"], PATIENT).await;
    // Asked once more; no means no.
    browser.fill("[data-testid='write'] input", "-77").await;
    browser.click("[data-testid='write-go']").await;
    browser.reads(&["Write -77?"], PATIENT).await;
    browser.click("[data-testid='question-no']").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    value_of(&page, &tag, "50").await;
    assert!(!browser.shows("[data-testid='write-fate'][data-fate='waiting']").await, "nothing was sent");
    browser.click("[data-testid='write-go']").await;
    browser.click("[data-testid='question-yes']").await;
    browser.shows_soon("[data-testid='write-fate'][data-fate='confirmed']").await;
    value_of(&page, &tag, "-77").await;

    // A metric whose edge node does not obey keeps its value, and the page says so.
    page.go(&format!("#/tag/{MACHINE}/Frost")).await;
    browser.shows_soon("[data-testid='write']").await;
    browser.fill("[data-testid='write'] input", "4").await;
    browser.click("[data-testid='write-go']").await;
    browser.click("[data-testid='question-yes']").await;
    browser.shows_soon("[data-testid='write-fate'][data-fate='waiting']").await;
    eventually("the page says that nobody obeyed", 2.0 * PATIENT, async || {
        let fate = "[data-testid='write-fate'][data-fate='unconfirmed']";
        if browser.shows(fate).await { Ok(()) } else { Err("waiting") }
    })
    .await;
    browser.reads(&["told -3 instead"], PATIENT).await;
    value_of(&page, &format!("{MACHINE}/Frost"), "-3").await;

    browser.assert_clean().await;
    browser.quit().await;
    drop((node, server));
}

/// Waits for a tag's good, live reading of this value.
async fn value_of(page: &PlantPage<'_>, tag: &str, value: &str) {
    eventually(&format!("{tag} is {value}"), PATIENT, async || {
        let readings = page.readings("main").await;
        let found = readings.iter().any(|reading| reading.tag == tag && reading.is_live() && reading.value == value);
        if found { Ok(()) } else { Err(readings) }
    })
    .await;
}
