//! Alerts as people meet them: raised, acknowledged, still acknowledged after a reload, returned; a rule that is written
//! in the page and tried on the history; a lost broker makes them unknown, not normal.

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script;
use e2e::wait::{PATIENT, eventually};
use serde_json::{Value, json};
use xtask::demo::{PlantPublisher, PublisherOptions};

const MACHINE: &str = "acme/north/fill/line1/filler";

/// Every alert on the page: DOM name, state, priority, words.
async fn alerts(browser: &Browser) -> Vec<(String, String, String, String)> {
    browser
        .ask(
            "return [...document.querySelectorAll('[data-alert]')].map(row => [row.dataset.alert, \
             row.dataset.alertState, row.dataset.priority, row.querySelector('strong').textContent])",
        )
        .await
}

async fn state_becomes(browser: &Browser, state: &str) {
    eventually(&format!("one alert, {state}"), PATIENT, async || {
        let all = alerts(browser).await;
        if all.len() == 1 && all[0].1 == state { Ok(()) } else { Err(all) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn raised_acknowledged_kept_and_returned() {
    let mut broker = Mosquitto::start(&Access::Anonymous);
    let temperature = format!("{MACHINE}/temperature");
    let (value, source) = script::dial(&temperature, 40.0);
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1") }],
        "alerts": [{
            "id": "hot", "name": "Temperature high", "pattern": "+/+/+/+/+/temperature", "when": "high", "limit": 80,
            "deadband": 2, "priority": "high", "message": "{value} {unit} above {limit}", "action": "Open the valve"
        }]
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/alerts").await;
    browser.shows_soon("[data-testid=no-alerts]").await;
    browser.reads(&["1 values and machines are watched, and all of them are known"], PATIENT).await;
    browser.fill("[data-testid=person]", "Kim").await;

    // Sound is turned on by a person, and muted for a while.
    browser.click("[data-testid=sound]").await;
    browser.shows_soon("[data-testid=sound][data-sound=on]").await;
    browser.click("[data-testid=mute]").await;
    browser.shows_soon("[data-testid=sound][data-sound=muted]").await;
    browser.click("[data-testid=mute]").await;
    browser.shows_soon("[data-testid=sound][data-sound=on]").await;

    // Raised: named with its value, counted in the bar, on the machine's tile.
    value.set(91.5);
    state_becomes(&browser, "unacknowledged").await;
    let (name, _, priority, words) = alerts(&browser).await.remove(0);
    assert_eq!(name, format!("hot@{temperature}"));
    assert_eq!((priority.as_str(), words.as_str()), ("high", "91.50 °C above 80"));
    assert!(browser.shows("[data-testid=alert-count]").await);
    page.go("#/").await;
    browser.shows_soon(&format!("[data-machine='{MACHINE}'][data-alert-priority=high][data-alert-open]")).await;
    page.go("#/alerts").await;

    // Acknowledged by name, and still so after a reload.
    browser.shows_soon("[data-testid=acknowledge]").await;
    browser.click("[data-testid=acknowledge]").await;
    state_becomes(&browser, "acknowledged").await;
    browser.reads(&["Acknowledged by Kim"], PATIENT).await;
    browser.click("[data-testid=alerts-journal]").await;
    browser.reads(&["Temperature high", "Active, acknowledged\tKim"], PATIENT).await;
    browser.click("[data-testid=alerts-open]").await;
    browser.reload().await;
    state_becomes(&browser, "acknowledged").await;
    browser.reads(&["Acknowledged by Kim"], PATIENT).await;

    // A lost broker: unknown, not normal.
    broker.stop();
    eventually("the alert unknown", PATIENT, async || {
        let unknown: Value = browser.ask("return document.querySelectorAll('[data-alert][data-unknown]').length").await;
        if unknown == json!(1) { Ok(()) } else { Err(unknown) }
    })
    .await;
    browser.reads(&["alerts unknown"], PATIENT).await;
    broker.start_again();
    eventually("the alert known again", PATIENT, async || {
        let known: Value =
            browser.ask("return document.querySelectorAll('[data-alert]:not([data-unknown])').length").await;
        if known == json!(1) { Ok(()) } else { Err(known) }
    })
    .await;
    state_becomes(&browser, "acknowledged").await;

    // Below the deadband it is over, and being acknowledged, gone.
    value.set(50.0);
    browser.shows_soon("[data-testid=no-alerts]").await;

    // Shelved until later, with who and why.
    value.set(95.0);
    state_becomes(&browser, "unacknowledged").await;
    browser.click(".alert__line").await;
    browser.shows_soon("[data-testid=shelve]").await;
    browser.reads(&["Open the valve"], PATIENT).await;
    browser.fill("[data-testid=why]", "sensor is being changed").await;
    browser.click("[data-testid=shelve]").await;
    browser.shows_soon("[data-testid=no-alerts]").await;
    browser.click("[data-testid=alerts-aside]").await;
    state_becomes(&browser, "shelved").await;

    // A rule written here: its mistakes are named, it is tried, it is kept.
    browser.click("[data-testid=alerts-rules]").await;
    browser.click("[data-testid=new-rule]").await;
    browser.fill("[data-testid=rule-limit]", "warm").await;
    browser.fill("[data-testid=rule-name]", "Warm").await;
    browser.shows_soon("[data-testid=rule-limit][aria-invalid=true]").await;
    browser.fill("[data-testid=rule-limit]", "60").await;
    browser.fill("[data-testid=rule-name]", "Warm").await;
    browser.reads(&["Matches 1, holds for 1 of them now"], PATIENT).await;
    // The limit is tried by a slider between what the value has been.
    browser.shows_soon("[data-testid=rule-slider]").await;
    let _: Value = browser
        .ask(
            "const slider = document.querySelector('[data-testid=rule-slider]'); slider.value = slider.max; \
             slider.dispatchEvent(new Event('input', { bubbles: true })); return null",
        )
        .await;
    browser.reads(&["Matches 1, holds for 0 of them now"], PATIENT).await;
    browser.click("[data-testid=rule-as-json]").await;
    browser
        .fill(
            "[data-testid=rule-text]",
            r#"{"name":"Warm","pattern":"+/+/+/+/+/temperature","when":"expression","expression":"x >"}"#,
        )
        .await;
    browser.reads(&["expression: at character 4: expected a value"], PATIENT).await;
    browser
        .fill("[data-testid=rule-text]", r#"{"name":"Warm","pattern":"+/+/+/+/+/temperature","when":"expression","expression":"x > 60","priority":"low"}"#)
        .await;
    browser.reads(&["Matches 1, holds for 1 of them now", "it would have been raised"], PATIENT).await;
    browser.click("[data-testid=rule-save]").await;
    browser.click("[data-testid=alerts-open]").await;
    eventually("the new rule's alert", PATIENT, async || {
        let all = alerts(&browser).await;
        if all.iter().any(|alert| alert.2 == "low" && alert.1 == "unacknowledged") { Ok(()) } else { Err(all) }
    })
    .await;
    browser.assert_clean().await;
    browser.quit().await;
}
