//! A board drawn by hand: made, filled from the menu, arranged by mouse and by keyboard, taken back, kept over a reload.

use andon::sim::Size;
use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::wait::{PATIENT, eventually};
use thirtyfour::prelude::*;
use xtask::demo::{self, PlantPublisher, PublisherOptions};

/// Columns and rows of the tiles as their covers say them, in reading order: `(column, row, width, height)`.
async fn rects(browser: &Browser) -> Vec<(u32, u32, u32, u32)> {
    let labels: Vec<String> =
        browser.ask("return [...document.querySelectorAll('[data-testid=cover]')].map(c => c.ariaLabel)").await;
    let numbers = |label: &String| {
        let all: Vec<u32> = label.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
        let last = all.len() - 4;
        (all[last], all[last + 1], all[last + 2], all[last + 3])
    };
    labels.iter().map(numbers).collect()
}

async fn stands(browser: &Browser, what: &str, wanted: &[(u32, u32, u32, u32)]) {
    eventually(what, PATIENT, async || {
        let all = rects(browser).await;
        if all == wanted { Ok(()) } else { Err(all) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_mouse_and_by_keyboard() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let _plant =
        PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), demo::simulated_plant(Size::default(), None))
            .unwrap();
    let server = ground::serve(&broker.ws_url("127.0.0.1"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/boards").await;
    page.browser.click("[data-testid=new-board]").await;
    browser.shows_soon("[data-testid=empty-board]").await;
    browser.click("[data-testid=edit-board]").await;

    // Two tiles from the menu, which goes away after each choice.
    browser.click("[data-testid=add-tile]").await;
    browser.click("[data-testid=add-clock]").await;
    eventually("the menu goes", PATIENT, async || {
        if browser.shows("[data-testid=add-clock]").await { Err("still open") } else { Ok(()) }
    })
    .await;
    browser.click("[data-testid=add-tile]").await;
    browser.click("[data-testid=add-value]").await;
    stands(&browser, "side by side", &[(1, 1, 2, 2), (3, 1, 3, 2)]).await;

    // What the second shows is found by words.
    browser.fill("[data-testid=subject-search]", "filler speed").await;
    browser.click("[data-testid=subject-pick]").await;
    browser.shows_soon(".grid__slot data.reading[data-quality=good]").await;

    // With the mouse: the clock is dragged past the value.
    let (width, height): (f64, f64) = {
        let all: Vec<f64> = browser
            .ask("const r = document.querySelector('.grid__slot').getBoundingClientRect(); return [r.width, r.height]")
            .await;
        (all[0], all[1])
    };
    let column = (width + 12.0) / 2.0;
    browser.drag("[data-tile='1'] [data-testid=cover]", ((column * 6.0) as i64, 0)).await;
    stands(&browser, "dragged to the right", &[(3, 1, 3, 2), (7, 1, 2, 2)]).await;
    browser.drag("[data-tile='1'] [data-grip=size]", ((column * 2.0) as i64, (height / 2.0) as i64 + 12)).await;
    stands(&browser, "made larger", &[(3, 1, 3, 2), (7, 1, 4, 3)]).await;

    // By keyboard: moved, resized, copied, taken off, taken back.
    browser.ask::<serde_json::Value>("document.querySelector('[data-tile=\"2\"] [data-testid=cover]').focus()").await;
    browser.press(Key::Left + Key::Left).await;
    stands(&browser, "moved to the left", &[(1, 1, 3, 2), (7, 1, 4, 3)]).await;
    browser.press(Key::Shift + Key::Right).await;
    stands(&browser, "made wider", &[(1, 1, 4, 2), (7, 1, 4, 3)]).await;
    browser.press(Key::Control + "d").await;
    eventually("copied", PATIENT, async || match rects(&browser).await.len() {
        3 => Ok(()),
        count => Err(count),
    })
    .await;
    browser.press(Key::Control + "z").await;
    browser.press(Key::Control + "z").await;
    stands(&browser, "taken back twice", &[(1, 1, 3, 2), (7, 1, 4, 3)]).await;
    browser.click("[data-testid=redo]").await;
    stands(&browser, "done again", &[(1, 1, 4, 2), (7, 1, 4, 3)]).await;

    // Kept: what was drawn is there after a reload, no tile above another.
    browser.click("[data-testid=edit-board]").await;
    browser.reload().await;
    browser.shows_soon(".grid__slot data.reading[data-quality=good]").await;
    browser.click("[data-testid=edit-board]").await;
    stands(&browser, "kept", &[(1, 1, 4, 2), (7, 1, 4, 3)]).await;
    browser.assert_clean().await;
    browser.quit().await;
}
