//! Every page by the rules of accessibility that a program can check (axe-core, WCAG 2.2 A and AA), light and dark, and
//! every control large enough for a glove on a tablet.

use andon::sim::Size;
use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::wait::PATIENT;
use serde_json::Value;
use xtask::demo::{self, PlantPublisher, PublisherOptions};

/// What is wrong on the page as it is: rule, element, and what to do.
async fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    let body = format!(
        "const done = arguments[arguments.length - 1];
         {axe};
         window.axe.run(document, {{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }})
           .then((r) => done(r.violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => `${{v.id}}: ${{n.html.slice(0, 160)}} – ${{n.failureSummary.slice(0, 240)}}`))),
                 (error) => done([String(error)]));"
    );
    browser.ask_later(&body).await
}

/// Controls smaller than a finger, where the pointer is one.
async fn small(browser: &Browser) -> Vec<String> {
    browser
        .ask(
            "return [...document.querySelectorAll('button, summary, select, input:not([type=checkbox], [type=radio], [type=file]), .rail a, .card')]
               .filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true]'))
               .map((e) => [e, e.getBoundingClientRect()])
               .filter(([, r]) => r.width > 0 && (r.height < 43.5 || r.width < 43.5))
               .map(([e, r]) => `${Math.round(r.width)} × ${Math.round(r.height)}: ${e.outerHTML.slice(0, 120)}`)
               .slice(0, 12)",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_by_the_rules() {
    let tools = xtask::setup::test_tools().unwrap();
    let axe = std::fs::read_to_string(&tools.axe).unwrap();
    let broker = Mosquitto::start(&Access::Anonymous);
    let _plant =
        PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), demo::simulated_plant(Size::default(), None))
            .unwrap();
    let server = ground::serve(&broker.ws_url("127.0.0.1"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/").await;
    let tiles = page.live_tiles(12, PATIENT).await;
    let machine = tiles[0].path.clone();
    let line = machine.rsplit_once('/').unwrap().0.to_owned();
    let tag = tiles[0].readings[0].tag.clone();
    page.go(&format!("#/machine/{machine}")).await;
    browser.click("[data-testid=pin-machine]").await;
    let places = [
        ("#/", "[data-machine]"),
        (&*format!("#/line/{line}"), "[data-machine]"),
        (&*format!("#/machine/{machine}"), "[data-testid=past-figures]"),
        (&*format!("#/tag/{tag}"), "[data-testid=tag-page]"),
        ("#/boards", ".card"),
        ("#/board/board-1", "[data-machine]"),
        ("#/alerts", "main h1"),
        ("#/kpi", "[data-testid=kpi-page]"),
        (&*format!("#/kpi/{line}"), "[data-testid=kpi-page]"),
        ("#/namespace", "[data-testid=namespace-page]"),
        ("#/namespace-health", "main h1"),
        ("#/settings", "[data-testid=settings-page]"),
        ("#/diagnostics", "[data-testid=diagnostics-page]"),
        ("#/nowhere", "main h1"),
    ];
    let mut wrong = Vec::new();
    for theme in ["light", "dark"] {
        browser.ask::<Value>(&format!("document.documentElement.dataset.theme = '{theme}'; return null")).await;
        for (place, shown) in places {
            page.go(place).await;
            browser.shows_soon(shown).await;
            wrong.extend(violations(&browser, &axe).await.into_iter().map(|what| format!("{theme} {place} {what}")));
        }
    }
    page.go("#/board/board-1").await;
    browser.click("[data-testid=edit-board]").await;
    browser.shows_soon("[data-testid=cover]").await;
    wrong.extend(violations(&browser, &axe).await.into_iter().map(|what| format!("a board being edited: {what}")));
    browser.click("[data-testid=palette-button]").await;
    browser.shows_soon("[data-testid=palette-query]").await;
    wrong.extend(violations(&browser, &axe).await.into_iter().map(|what| format!("the palette: {what}")));
    assert!(wrong.is_empty(), "{} found: {wrong:#?}", wrong.len());

    browser.point_with_a_finger(1024, 768).await;
    browser.reload().await;
    let mut wrong = Vec::new();
    for (place, shown) in places {
        page.go(place).await;
        browser.shows_soon(shown).await;
        wrong.extend(small(&browser).await.into_iter().map(|what| format!("{place} {what}")));
    }
    assert!(wrong.is_empty(), "{} smaller than 44 × 44: {wrong:#?}", wrong.len());
    browser.assert_clean().await;
    browser.quit().await;
}
