//! A worker that dies is started again, said so, and the plant is live again without a reload; one that keeps dying is
//! given up, with a text for whoever is to mend it.

use e2e::browser::Browser;
use e2e::page::PlantPage;
use e2e::wait::{PATIENT, eventually};
use e2e::{ground, script};
use xtask::demo::{BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};

const CRASH: &str = "[data-testid='crash-worker']";

#[tokio::test(flavor = "multi_thread")]
async fn it_is_started_again_and_the_page_says_so() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), script::alone()).unwrap();
    let server = ground::serve(&broker.ws_url("localhost"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &format!("{}?faults", server.url("localhost")), "#/").await;
    page.live_tiles(1, PATIENT).await;
    browser.mark().await;

    page.go("#/diagnostics").await;
    browser.click(CRASH).await;
    eventually("the restart is counted", PATIENT, async || match page.stat("worker_restarts").await {
        Some(1.0) => Ok(()),
        other => Err((other, browser.text().await)),
    })
    .await;
    browser.reads(&["restarted"], PATIENT).await;
    page.go("#/").await;
    page.live_tiles(1, PATIENT).await;
    page.moves("[data-machine]", PATIENT).await;
    assert!(browser.is_marked().await, "the page was not reloaded");

    // Without ?faults there is no such button.
    browser.open(&server.url("localhost")).await;
    page.go("#/diagnostics").await;
    eventually("diagnostics", PATIENT, async || page.stat("worker_restarts").await.ok_or(())).await;
    assert!(!browser.shows(CRASH).await);
    browser.quit().await;
    drop((plant, server, broker));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_deaths_in_a_minute_and_it_is_left_to_a_person() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), script::alone()).unwrap();
    let server = ground::serve(&broker.ws_url("localhost"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &format!("{}?faults", server.url("localhost")), "#/").await;
    page.live_tiles(1, PATIENT).await;
    page.go("#/diagnostics").await;
    for deaths in 1..=2 {
        browser.click(CRASH).await;
        eventually("the restart is counted", PATIENT, async || match page.stat("worker_restarts").await {
            Some(count) if count >= f64::from(deaths) => Ok(()),
            other => Err(other),
        })
        .await;
        eventually("it is up again", PATIENT, async || {
            let states = page.connections().await;
            if states.iter().any(|state| state == "online") { Ok(()) } else { Err(states) }
        })
        .await;
    }
    browser.click(CRASH).await;
    browser.shows_soon("[data-testid='dead-page']").await;
    let text: String = browser.ask("return document.querySelector(\"[data-testid='dead-report']\").textContent;").await;
    assert!(text.contains("build ") && text.matches("died ").count() == 3 && text.contains("ws://localhost"), "{text}");
    assert_eq!(text.matches("asked to").count(), 3, "the panic's own words: {text}");
    browser.click("[data-testid='revive']").await;
    page.go("#/").await;
    page.live_tiles(1, PATIENT).await;
    assert!(!browser.shows("[data-testid='dead-page']").await);
    browser.quit().await;
    drop((plant, server, broker));
}
