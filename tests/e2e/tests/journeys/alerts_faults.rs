//! Alerts while things go wrong: a hidden tab still calls a person; a worker that dies takes no acknowledgement with it;
//! a device that sleeps neither invents an alert from what it did not see nor misses one that stands.

use std::time::Duration;

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script::{self, Dial};
use e2e::wait::{PATIENT, eventually};
use serde_json::{Value, json};
use xtask::demo::{PageServer, PlantPublisher, PublisherOptions};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";

/// A broker, a temperature on it, and a page with one rule of this delay.
fn ground(delay_s: u32) -> (Mosquitto, Dial, PlantPublisher, PageServer) {
    let broker = Mosquitto::start(&Access::Anonymous);
    let (value, source) = script::dial(TEMPERATURE, 40.0);
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1") }],
        "alerts": [{
            "id": "hot", "name": "Temperature high", "pattern": "+/+/+/+/+/temperature", "when": "high", "limit": 80,
            "on_delay_s": delay_s, "priority": "high", "message": "{value} above {limit}"
        }]
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    (broker, value, plant, server)
}

async fn states_become(browser: &Browser, wanted: &[&str]) {
    eventually(&format!("alerts {wanted:?}"), PATIENT, async || {
        let all: Vec<String> = browser
            .ask("return [...document.querySelectorAll('[data-alert]')].map(row => row.dataset.alertState)")
            .await;
        if all == wanted { Ok(()) } else { Err(all) }
    })
    .await;
}

/// The value is watched and known.
async fn is_watching(browser: &Browser) {
    browser.reads(&["1 values and machines are watched, and all of them are known"], PATIENT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_tab_calls_a_person() {
    let (_broker, value, _plant, server) = ground(0);
    let browser = Browser::start().await;
    PlantPage::open(&browser, &server.url("localhost"), "#/alerts").await;
    is_watching(&browser).await;
    // Notes what is shown, and shows it.
    let _: Value = browser
        .ask(
            "window.shown = []; const Real = Notification;
             window.Notification = class extends Real {
               constructor(title, options) { super(title, options); shown.push([document.hidden, title, options.body]); }
             };
             return null",
        )
        .await;
    browser.another_tab().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    value.set(91.5);
    tokio::time::sleep(Duration::from_secs(2)).await;
    browser.first_tab().await;
    let shown: Value = browser.ask("return shown").await;
    assert_eq!(shown, json!([[true, "91.50 above 80", TEMPERATURE]]));
    states_become(&browser, &["unacknowledged"]).await;
    browser.assert_clean().await;
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_takes_no_acknowledgement_with_it() {
    let (_broker, value, _plant, server) = ground(0);
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &format!("{}?faults", server.url("localhost")), "#/alerts").await;
    is_watching(&browser).await;
    browser.fill("[data-testid=person]", "Kim").await;
    value.set(91.5);
    states_become(&browser, &["unacknowledged"]).await;
    browser.click("[data-testid=acknowledge]").await;
    states_become(&browser, &["acknowledged"]).await;
    page.go("#/diagnostics").await;
    browser.click("[data-testid='crash-worker']").await;
    eventually("the restart is counted", PATIENT, async || match page.stat("worker_restarts").await {
        Some(1.0) => Ok(()),
        other => Err(other),
    })
    .await;
    page.go("#/alerts").await;
    states_become(&browser, &["acknowledged"]).await;
    browser.reads(&["Acknowledged by Kim"], PATIENT).await;
    // And it is judged on: what is over goes.
    value.set(40.0);
    browser.shows_soon("[data-testid=no-alerts]").await;
    is_watching(&browser).await;
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_sleeps_neither_invents_nor_misses() {
    let (_broker, value, _plant, server) = ground(6);
    let browser = Browser::start().await;
    PlantPage::open(&browser, &server.url("localhost"), "#/alerts").await;
    is_watching(&browser).await;

    // It held for two seconds, and was over while the device slept: never six.
    value.set(91.5);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let asleep = browser.sleep();
    value.set(40.0);
    tokio::time::sleep(Duration::from_secs(9)).await;
    asleep.wake();
    tokio::time::sleep(Duration::from_secs(8)).await;
    states_become(&browser, &[]).await;
    browser.click("[data-testid=alerts-journal]").await;
    let lines: u32 =
        browser.ask("return document.querySelectorAll('[data-testid=alert-journal] tbody tr').length").await;
    assert_eq!(lines, 0, "{}", browser.text().await);
    browser.click("[data-testid=alerts-open]").await;
    is_watching(&browser).await;

    // It came while the device slept, and holds.
    let asleep = browser.sleep();
    value.set(95.0);
    tokio::time::sleep(Duration::from_secs(9)).await;
    asleep.wake();
    states_become(&browser, &["unacknowledged"]).await;
    browser.assert_clean().await;
    browser.quit().await;
}
