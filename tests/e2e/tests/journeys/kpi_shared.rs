//! KPIs on several screens: a screen that opens later knows what was made before; a stop is split and each part has its
//! reason on both; one screen publishes results that anybody can read.

use andon::mqtt::{Options, Subscription};
use e2e::browser::Browser;
use e2e::client::Client;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script::Filler;
use e2e::wait::{PATIENT, eventually};
use serde_json::{Value, json};
use xtask::demo::{PlantPublisher, PublisherOptions};

const LINE: &str = "acme/north/fill/line1";

/// Reasons of the stops as listed, the newest first, each with who said so.
async fn reasons(browser: &Browser) -> Vec<String> {
    browser
        .ask("return [...document.querySelectorAll('[data-testid=kpi-stops] tbody tr')].map(r => r.cells[3].textContent)")
        .await
}

async fn slide(browser: &Browser, testid: &str, share: f64) {
    let _: Value = browser
        .ask(&format!(
            "const slider = document.querySelector('[data-testid={testid}]'); slider.value = slider.max * {share}; \
             slider.dispatchEvent(new Event('input', {{ bubbles: true }})); return null"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_screen_knows_the_shift_and_results_are_published_once() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let filler = Filler::new(&format!("{LINE}/filler"));
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), Box::new(filler.clone())).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1"), "publish": { "enabled": true } }],
        "shared": {},
        "kpis": { "machines": [{ "pattern": "+/+/+/+/filler", "cycle_s": 0.4 }], "reasons": ["Jam", "No material"] }
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let filters = vec![Subscription { filter: "andon/#".into(), ..Subscription::default() }];
    let options = Options { client_id: "anybody".into(), keep_alive_secs: 30, filters, ..Options::default() };
    let anybody = Client::connect(&broker.ws_url("127.0.0.1"), options, 5);
    let [kim, late] = Browser::several().await;
    PlantPage::open(&kim, &server.url("localhost"), &format!("#/kpi/{LINE}")).await;
    kim.shows_soon(&format!("[data-kpi=oee][data-scope='{LINE}']")).await;
    kim.reads(&["Results are published by this screen"], 30.0).await;

    // It stands, and the stop is two: each part has its own reason.
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    filler.set("Held");
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    filler.set("Execute");
    kim.click("[data-testid=kpi-stops] tr[data-state=stopped] [data-testid=kpi-explain]").await;
    kim.click("[data-testid=kpi-split]").await;
    slide(&kim, "kpi-part-to", 0.5).await;
    kim.click("[data-reason=Jam]").await;
    eventually("the first part has its reason", PATIENT, async || match &reasons(&kim).await[..] {
        [rest, jam] if jam.starts_with("Jam") && rest == "—" => Ok(()),
        other => Err(other.to_vec()),
    })
    .await;
    kim.click("[data-testid=kpi-stops] tr[data-state=stopped] [data-testid=kpi-explain]").await;
    kim.click("[data-reason='No material']").await;
    let both = async |browser: &Browser| {
        eventually("both parts have their reasons", PATIENT, async || match &reasons(browser).await[..] {
            [rest, jam, ..] if jam.starts_with("Jam") && rest.starts_with("No material") => Ok(()),
            other => Err(other.to_vec()),
        })
        .await;
    };
    both(&kim).await;

    // Results are retained, typed, and explain themselves.
    let (topic, result) = eventually("a result", 90.0, async || {
        anybody.told(|told| {
            let found = told.heard.iter().rev().find(|heard| heard.topic.ends_with("/shift/good"));
            found.map(|heard| (heard.topic.clone(), heard.payload.clone())).ok_or(told.heard.len())
        })
    })
    .await;
    assert_eq!(topic, format!("andon/kpi/{LINE}/shift/good"));
    let result: Value = serde_json::from_slice(&result).unwrap();
    assert!(result["value"].as_f64().unwrap() > 5.0 && result["unit"] == "items", "{result}");
    assert!(result["formula"].as_str().unwrap().contains("GQ") && result["period"]["from"].is_string(), "{result}");

    // A screen without a past knows the past, and says from whom.
    eventually("a snapshot with both reasons", 90.0, async || {
        let is_there = anybody.told(|told| {
            let texts = told.heard.iter().filter(|heard| heard.topic.starts_with("andon/snapshots/"));
            texts
                .map(|heard| String::from_utf8_lossy(&heard.payload).into_owned())
                .any(|text| text.contains("Jam") && text.contains("No material"))
        });
        if is_there { Ok(()) } else { Err("none yet") }
    })
    .await;
    PlantPage::open(&late, &server.url("localhost"), &format!("#/kpi/{LINE}")).await;
    late.reads(&["told by another screen (not verified)", "Results are published by another screen"], 30.0).await;
    let made = async |browser: &Browser| -> u64 {
        let text: String = browser.ask("return document.querySelector('[data-testid=kpi-produced]').textContent").await;
        text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0)
    };
    eventually("the later screen knows what was made before", PATIENT, async || {
        let (first, second) = (made(&kim).await, made(&late).await);
        if second + 6 >= first && first > 10 { Ok(()) } else { Err((first, second)) }
    })
    .await;
    for browser in [kim, late] {
        browser.assert_clean().await;
        browser.quit().await;
    }
}
