//! Alerts on several screens: acknowledged here is acknowledged there, also on a screen that opens later; the journal is
//! there after a reload; a critical alert takes a wall screen over.

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;
use xtask::demo::{PlantPublisher, PublisherOptions};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";

async fn state_becomes(who: &str, browser: &Browser, state: &str) {
    eventually(&format!("one alert, {state}, on the screen of {who}"), PATIENT, async || {
        let all: Vec<String> = browser
            .ask("return [...document.querySelectorAll('[data-alert]')].map(row => row.dataset.alertState)")
            .await;
        if all == [state] { Ok(()) } else { Err(all) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_does_every_screen_shows() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let (value, source) = script::dial(TEMPERATURE, 40.0);
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1"), "publish": { "enabled": true } }],
        "shared": {},
        "alerts": [{
            "id": "hot", "name": "Temperature high", "pattern": "+/+/+/+/+/temperature", "when": "high", "limit": 80,
            "priority": "critical", "message": "{value} above {limit}", "action": "Open the valve"
        }]
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let [kim, wall, late] = Browser::several().await;
    let page = PlantPage::open(&kim, &server.url("localhost"), "#/alerts").await;
    kim.shows_soon("[data-testid=no-alerts]").await;
    kim.reads(&["every screen shows: it is shared through plant"], PATIENT).await;
    PlantPage::open(&wall, &format!("{}?kiosk", server.url("localhost")), "#/").await;
    wall.shows_soon("[data-machine]").await;

    // Critical: the wall is taken over.
    value.set(91.5);
    wall.shows_soon("[data-testid=takeover]").await;
    wall.reads(&["91.50 above 80", "Open the valve"], PATIENT).await;
    state_becomes("kim", &kim, "unacknowledged").await;

    // Nobody acknowledges without a name; then it is so on both.
    kim.click("[data-testid=acknowledge]").await;
    kim.reads(&["Give your name first"], PATIENT).await;
    kim.fill("[data-testid=person]", "Kim").await;
    kim.click("[data-testid=alerts-aside]").await; // the field is left
    kim.click("[data-testid=alerts-open]").await;
    kim.click("[data-testid=acknowledge]").await;
    state_becomes("kim", &kim, "acknowledged").await;
    eventually("the wall is free again", PATIENT, async || {
        if wall.shows("[data-testid=takeover]").await { Err("taken over") } else { Ok(()) }
    })
    .await;
    PlantPage::open(&wall, &server.url("localhost"), "#/alerts").await;
    state_becomes("wall", &wall, "acknowledged").await;
    wall.reads(&["Acknowledged by Kim"], PATIENT).await;

    // A screen that opens later knows.
    PlantPage::open(&late, &server.url("localhost"), "#/alerts").await;
    state_becomes("late", &late, "acknowledged").await;
    late.reads(&["Acknowledged by Kim"], PATIENT).await;
    late.fill("[data-testid=person]", "Ada").await;
    late.click(".alert__line").await;
    late.shows_soon("[data-testid=shelve]").await;
    late.fill("[data-testid=why]", "sensor is being changed").await;
    late.click("[data-testid=shelve]").await;
    kim.shows_soon("[data-testid=no-alerts]").await;
    kim.click("[data-testid=alerts-aside]").await;
    state_becomes("kim", &kim, "shelved").await;
    kim.click(".alert__line").await;
    kim.reads(&["by Ada: sensor is being changed"], PATIENT).await;

    // What is shared is no part of the plant.
    page.go("#/namespace").await;
    kim.shows_soon("[data-testid=namespace-page]").await;
    kim.reads(&["acme"], PATIENT).await;
    let text = kim.text().await;
    assert!(!text.contains("andon/alerts"), "{text}");

    // The journal outlives the page: it is written once a second.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    kim.reload().await;
    page.go("#/alerts").await;
    kim.reads(&["Connected", "1 values and machines are watched"], PATIENT).await;
    kim.click("[data-testid=alerts-journal]").await;
    kim.reads(&["91.50 above 80", "Active, acknowledged\tKim", "Shelved\tAda\tsensor is being changed"], PATIENT).await;
    for browser in [kim, wall, late] {
        browser.assert_clean().await;
        browser.quit().await;
    }
}
