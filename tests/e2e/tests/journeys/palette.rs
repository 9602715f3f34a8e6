//! Found by the keyboard alone: a machine and a tag by a few words, what was looked at last, things to do.

use andon::sim::Size;
use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::wait::{PATIENT, eventually};
use thirtyfour::prelude::*;
use xtask::demo::{self, PlantPublisher, PublisherOptions};

async fn ends_at(page: &PlantPage<'_>, begins: &str, ends: &str) {
    eventually(&format!("at {begins}…{ends}"), PATIENT, async || {
        let place = page.place().await;
        if place.starts_with(begins) && place.ends_with(ends) { Ok(()) } else { Err(place) }
    })
    .await;
}

async fn first_reads(browser: &Browser, words: &[&str]) {
    eventually(&format!("the first found reads {words:?}"), PATIENT, async || {
        let first: Option<String> = browser
            .ask("return document.querySelector('[data-testid=palette-row][aria-selected=true]')?.innerText ?? null")
            .await;
        let low = first.clone().unwrap_or_default().to_lowercase();
        if !low.is_empty() && words.iter().all(|word| low.contains(word)) { Ok(()) } else { Err(first) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_words_and_enter() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let _plant =
        PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), demo::simulated_plant(Size::default(), None))
            .unwrap();
    let server = ground::serve(&broker.ws_url("127.0.0.1"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;
    let tiles = page.live_tiles(12, PATIENT).await;
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (one, other) = (name(&tiles[0].path), name(&tiles[11].path));

    browser.press(Key::Control + "k").await;
    browser.shows_soon("[data-testid=palette-query]").await;
    browser.press(&*one).await;
    first_reads(&browser, &[&one, "machine"]).await;
    browser.press(Key::Enter + "").await;
    ends_at(&page, "#/machine/", &one).await;

    // A tag, which the page has never seen: the worker finds it.
    browser.press(Key::Control + "k").await;
    browser.press(format!("{other} speed")).await;
    first_reads(&browser, &["speed", &other, "tag"]).await;
    browser.press(Key::Enter + "").await;
    ends_at(&page, "#/tag/", "speed").await;
    browser.shows_soon("[data-testid=tag-page]").await;

    // Without words: what was looked at last, newest first. The second is the machine.
    browser.press(Key::Control + "k").await;
    first_reads(&browser, &["speed", "tag"]).await;
    browser.press(Key::Down + "").await;
    first_reads(&browser, &[&one, "machine"]).await;
    browser.press(Key::Enter + "").await;
    ends_at(&page, "#/machine/", &one).await;

    // The namespace's page has its own rows again after a search.
    page.go("#/namespace").await;
    browser.shows_soon("[data-testid=ns-count]").await;
    browser.reads(&["acme"], PATIENT).await;
    browser.press(Key::Control + "k").await;
    browser.press("nothing is called so").await;
    browser.reads(&["Nothing fits these words"], PATIENT).await;
    browser.press(Key::Escape + "").await;
    browser.reads(&["acme", "1 row"], PATIENT).await;

    // Something to do.
    browser.press(Key::Control + "k").await;
    browser.press("new board").await;
    first_reads(&browser, &["new board", "do"]).await;
    browser.press(Key::Enter + "").await;
    browser.shows_soon("[data-testid=empty-board]").await;
    browser.assert_clean().await;
    browser.quit().await;
}
