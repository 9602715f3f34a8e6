//! KPIs as people meet them: a line that runs, stands and runs again; where a figure comes from; a reason for a stop in
//! two taps; and all of it still there after a reload.

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script::Filler;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;
use xtask::demo::{PlantPublisher, PublisherOptions};

const LINE: &str = "acme/north/fill/line1";

/// A ratio as the DOM contract has it.
async fn kpi(browser: &Browser, name: &str) -> Option<f64> {
    let value: Option<String> = browser
        .ask(&format!(
            "const e = document.querySelector('[data-kpi={name}]'); return e ? e.getAttribute('value') : null"
        ))
        .await;
    value?.parse().ok()
}

/// Items made, as shown.
async fn made(browser: &Browser) -> u64 {
    let text: String = browser.ask("return document.querySelector('[data-testid=kpi-produced]').textContent").await;
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

async fn within(browser: &Browser, name: &str, low: f64, high: f64) {
    eventually(&format!("{name} from {low} to {high}"), PATIENT, async || match kpi(browser, name).await {
        Some(value) if (low..=high).contains(&value) => Ok(()),
        other => Err(other),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_of_a_board_show_the_shift() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let filler = Filler::new(&format!("{LINE}/filler"));
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), Box::new(filler.clone())).unwrap();
    let tile = |kind: &str, path: &str, x: u32, y: u32| json!({ "kind": kind, "path": path, "at": [x, y, 4, 3] });
    let tiles =
        [tile("kpi", LINE, 0, 0), tile("timeline", LINE, 4, 0), tile("pareto", LINE, 8, 0), tile("kpi", "", 0, 3)];
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1") }],
        "kpis": { "machines": [{ "pattern": "+/+/+/+/filler", "cycle_s": 0.4 }], "target_oee": 0.999 },
        "boards": [{ "id": "kpis", "title": "KPIs", "tiles": tiles }]
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/board/kpis").await;
    let known = async || {
        eventually("the line's OEE on its tile, and the plant's", PATIENT, async || {
            let values: Vec<Option<String>> = browser
                .ask("return [...document.querySelectorAll('data[data-kpi=oee]')].map(e => e.getAttribute('value'))")
                .await;
            let known = values.iter().flatten().filter(|value| value.parse::<f64>().is_ok_and(|oee| oee > 0.1)).count();
            if known == 2 { Ok(()) } else { Err(values) }
        })
        .await;
    };
    known().await;
    browser.shows_soon(".tile--kpi[data-off]").await;
    browser.reads(&["Nothing stood unplanned in this shift", "target 99.9"], PATIENT).await;
    filler.set("Held");
    eventually("the stop is among the reasons", PATIENT, async || {
        let label: String = browser
            .ask("return document.querySelectorAll('.tile--chart .chart')[1]?.getAttribute('aria-label') ?? ''")
            .await;
        if label.contains("Held") { Ok(()) } else { Err(label) }
    })
    .await;
    // Away and back: the tiles ask again.
    page.go("#/").await;
    browser.shows_soon("[data-machine]").await;
    page.go("#/board/kpis").await;
    known().await;
    browser.assert_clean().await;
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_messages_to_figures_reasons_and_a_reload() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let filler = Filler::new(&format!("{LINE}/filler"));
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), Box::new(filler.clone())).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1") }],
        "kpis": {
            "machines": [{ "pattern": "+/+/+/+/filler", "cycle_s": 0.4 }],
            "target_oee": 0.9,
            "reasons": ["Jam", { "name": "Cleaning", "planned": true, "reasons": ["Floor", "Tank"] }]
        }
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/kpi").await;

    // From the plant to its line, told by its one machine.
    browser.shows_soon("[data-testid=kpi-page] [data-kpi=oee]").await;
    page.go(&format!("#/kpi/{LINE}")).await;
    browser.shows_soon(&format!("[data-kpi=oee][data-scope='{LINE}']")).await;
    // An item in half a second of 0.4 planned; nine of ten are good.
    within(&browser, "performance", 0.6, 0.95).await;
    within(&browser, "availability", 0.95, 1.0).await;
    within(&browser, "quality", 0.7, 1.0).await;
    let product = |a: f64, p: f64, q: f64| a * p * q;
    eventually("OEE is the product", PATIENT, async || {
        let figures: Vec<Option<f64>> = browser
            .ask("return ['oee','availability','performance','quality'].map(n => parseFloat(document.querySelector(`[data-kpi=${n}]`).getAttribute('value')))")
            .await;
        match figures[..] {
            [Some(oee), Some(a), Some(p), Some(q)] if (oee - product(a, p, q)).abs() < 1e-9 => Ok(()),
            _ => Err(figures),
        }
    })
    .await;

    // Where it comes from.
    browser.click("[data-kpi=performance]").await;
    browser.shows_soon("[data-testid=kpi-why]").await;
    browser.reads(&["PRI × PQ / APT", "0.400", "filler/total_count", "found by its name", "cumulative"], PATIENT).await;
    browser.click("[data-testid=kpi-why-close]").await;

    // It stands; availability falls; a person says why, in two taps.
    filler.set("Held");
    browser.shows_soon("[data-testid=kpi-stops] tr[data-state=stopped]").await;
    within(&browser, "availability", 0.1, 0.9).await;
    browser.click("[data-testid=kpi-stops] tr[data-state=stopped] [data-testid=kpi-explain]").await;
    browser.shows_soon("[data-testid=kpi-explain-sheet]").await;
    browser.click("[data-group=Cleaning]").await;
    browser.click("[data-reason=Tank]").await;
    // Cleaning is planned: no planned busy time, so availability is whole again.
    browser.reads(&["Tank (said this device)"], PATIENT).await;
    within(&browser, "availability", 0.95, 1.0).await;
    filler.set("Execute");

    // All of it is there after a reload: the counts, the stop, the reason.
    tokio::time::sleep(std::time::Duration::from_secs(12)).await;
    let before = made(&browser).await;
    assert!(before > 10, "{before} made");
    browser.reload().await;
    browser.shows_soon("[data-testid=kpi-produced]").await;
    browser.reads(&["Tank (said this device)"], PATIENT).await;
    eventually("the items made before the reload", PATIENT, async || match made(&browser).await {
        after if after + 25 >= before && after > 10 => Ok(()),
        after => Err((before, after)),
    })
    .await;
    browser.assert_clean().await;
    browser.quit().await;
}
