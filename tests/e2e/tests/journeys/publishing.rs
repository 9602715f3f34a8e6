//! What is published while the broker is away waits, over a reload of the page too, and arrives when it is back; and
//! a connection says what holds on it.

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;

/// WebDriver's key.
const ENTER: char = '\u{E007}';

/// Topic and fate of each entry of the outbox, the newest first.
async fn outbox(browser: &Browser) -> Vec<(String, String)> {
    browser
        .ask(
            "return [...document.querySelectorAll(\"[data-testid='outbox'] tr[data-fate]\")]
                .map((row) => [row.querySelector('code').textContent, row.dataset.fate]);",
        )
        .await
}

async fn has(browser: &Browser, topic: &str, fate: &str) {
    eventually(&format!("{topic} is {fate}"), PATIENT, async || {
        let entries = outbox(browser).await;
        if entries.iter().any(|(t, f)| t == topic && f == fate) { Ok(()) } else { Err(entries) }
    })
    .await;
}

async fn publish(browser: &Browser, topic: &str, payload: &str) {
    browser.fill("[data-testid='publish'] input[name='topic']", topic).await;
    // By the keyboard: while a connection's report grows or shrinks above it, the button moves under the pointer.
    let entered = format!("{payload}{ENTER}");
    browser.fill("[data-testid='publish'] input[name='payload']", &entered).await;
}

async fn verdict(browser: &Browser, filter: &str) -> Option<String> {
    browser
        .ask(&format!(
            "const row = document.querySelector(\"[data-filter='{filter}']\"); return row && row.dataset.verdict;"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_outlives_a_reload_and_an_absent_broker() {
    let mut broker = Mosquitto::start(&Access::Anonymous);
    let url = broker.ws_url("127.0.0.1");
    let config = json!({ "version": 1, "brokers": [{
        "name": "plant", "url": url, "subscribe": ["cmd/#", "silent/#"],
        "publish": { "enabled": true, "topics": ["cmd/#"] },
    }] });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/diagnostics").await;
    browser.shows_soon("[data-testid='link-health'][data-link='online']").await;

    publish(&browser, "state/a", "1").await;
    browser.reads(&["is not among what may be published"], PATIENT).await;
    publish(&browser, "cmd/first", "1").await;
    has(&browser, "cmd/first", "acknowledged").await;
    eventually("what was published comes back", PATIENT, async || match verdict(&browser, "cmd/#").await.as_deref() {
        Some("heard") => Ok(()),
        other => Err(other.map(str::to_owned)),
    })
    .await;
    assert_eq!(verdict(&browser, "silent/#").await.as_deref(), Some("granted"));
    browser.reads(&["nothing received yet", "keep-alive", "session"], PATIENT).await;

    broker.stop();
    browser.shows_soon("[data-testid='link-health']:not([data-link='online'])").await;
    publish(&browser, "cmd/later", "2").await;
    has(&browser, "cmd/later", "waiting").await;
    browser.shows_soon("[data-testid='outbox-count']").await;
    browser.reads(&["kept over a reload"], PATIENT).await;
    browser.reload().await;
    has(&browser, "cmd/later", "waiting").await;

    broker.start_again();
    has(&browser, "cmd/later", "acknowledged").await;
    page.go("#/tag/cmd/later").await;
    browser.shows_soon("data.reading[data-source='cmd/later'][value='2']").await;
    browser.reload().await;
    page.go("#/diagnostics").await;
    browser.shows_soon("[data-testid='link-health'][data-link='online']").await;
    assert_eq!(outbox(&browser).await, Vec::<(String, String)>::new(), "what is done is not sent again");
    browser.quit().await;
    drop((server, broker));
}

async fn client_id(browser: &Browser) -> String {
    browser
        .ask(
            "return [...document.querySelectorAll(\"[data-testid='link-health'] .stat\")]
                .find((row) => row.firstElementChild.textContent === 'Client id').lastElementChild.textContent;",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_one_keeps_the_outbox_and_the_other_takes_it_over() {
    let mut broker = Mosquitto::start(&Access::Anonymous);
    let url = broker.ws_url("127.0.0.1");
    let publish_rule = json!({ "enabled": true, "topics": ["cmd/#"] });
    let config = json!({ "version": 1, "brokers": [{ "name": "plant", "url": url, "publish": publish_rule }] });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let online = "[data-testid='link-health'][data-link='online']";
    PlantPage::open(&browser, &server.url("localhost"), "#/diagnostics").await;
    browser.shows_soon(online).await;
    let first = client_id(&browser).await;
    browser.another_tab().await;
    PlantPage::open(&browser, &server.url("localhost"), "#/diagnostics").await;
    browser.shows_soon(online).await;
    assert_ne!(client_id(&browser).await, first, "two sessions, two names");

    broker.stop();
    browser.shows_soon("[data-testid='link-health']:not([data-link='online'])").await;
    publish(&browser, "cmd/of-the-second", "2").await;
    has(&browser, "cmd/of-the-second", "waiting").await;
    browser.reads(&["another tab keeps the outbox"], PATIENT).await;
    browser.first_tab().await;
    publish(&browser, "cmd/of-the-first", "1").await;
    has(&browser, "cmd/of-the-first", "waiting").await;
    browser.reads(&["kept over a reload"], PATIENT).await;

    browser.close_tab().await;
    browser.reads(&["kept over a reload"], PATIENT).await;
    has(&browser, "cmd/of-the-first", "waiting").await;
    broker.start_again();
    has(&browser, "cmd/of-the-first", "acknowledged").await;
    has(&browser, "cmd/of-the-second", "acknowledged").await;
    browser.quit().await;
    drop((server, broker));
}
