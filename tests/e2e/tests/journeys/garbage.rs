//! A broker that carries anything: the page lives on, shows what it cannot read raw with its size, and names every
//! topic as it is.

use e2e::browser::Browser;
use e2e::ground;
use e2e::page::PlantPage;
use e2e::script::{MACHINE, SmallPlant, message};
use e2e::wait::{PATIENT, eventually};
use xtask::demo::{BrokerOptions, DemoBroker, Message, PlantPublisher, PublisherOptions};

const BIG: usize = 1 << 20;
const BROKEN: &str = "{\"value\": 1, \"unit\": \"";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_lives_on_and_shows_it_raw() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let source = Box::new(SmallPlant::new(junk));
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let server = ground::serve(&broker.ws_url("localhost"));
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), &format!("#/machine/{MACHINE}")).await;
    browser.mark().await;
    page.live("main", PATIENT).await;

    for (tag, size) in [("binary", "512"), ("huge", "1")] {
        let path = format!("{MACHINE}/{tag}");
        eventually(&format!("{tag} shown with its size"), PATIENT, async || {
            let readings = page.readings("main").await;
            let text = readings.iter().find(|reading| reading.tag == path).map(|reading| reading.text.clone());
            let is_sized = text.as_ref().is_some_and(|text| text.contains(size) && text.to_lowercase().contains('b'));
            if is_sized { Ok(()) } else { Err((text, readings.len())) }
        })
        .await;
    }

    // Text is shown as it came, JSON or not.
    let broken = format!("{MACHINE}/broken-json");
    eventually("broken JSON shown as it came", PATIENT, async || {
        let readings = page.readings("main").await;
        let is_shown = readings.iter().any(|reading| reading.tag == broken && reading.text == BROKEN);
        if is_shown { Ok(()) } else { Err(readings) }
    })
    .await;

    // Odd topics have a page of their own, reached by their percent-encoded levels.
    for (levels, expected) in [
        (&["", "leading", "slash"][..], "1"),
        (&["a", "", "empty level"], "2"),
        (&["Müller & Söhne", "größe <b>50 %</b>", "日本"], "3"),
        (&["acme", "$odd", "#not a hash".trim_start_matches('#')], "4"),
    ] {
        let path = levels.join("/");
        let encoded: Vec<String> = levels.iter().map(|level| percent(level)).collect();
        page.go(&format!("#/tag/{}", encoded.join("/"))).await;
        eventually(&format!("the page of {path}"), PATIENT, async || {
            let readings = page.readings("main").await;
            let found = readings.iter().any(|reading| reading.tag == path && reading.value == expected);
            if found { Ok(()) } else { Err((browser.text().await, readings)) }
        })
        .await;
    }

    // All of it went on while we looked: nothing hangs, nothing was rejected below the payloads.
    page.go("#/").await;
    page.live("[data-machine]", PATIENT).await;
    page.moves(&format!("[data-machine='{MACHINE}']"), PATIENT).await;
    page.go("#/diagnostics").await;
    eventually("the packets were fine", PATIENT, async || match page.stat("packets_rejected").await {
        Some(0.0) => Ok(()),
        other => Err(other),
    })
    .await;
    assert_eq!(page.stat("worker_restarts").await, Some(0.0));
    assert!(browser.is_marked().await);
    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server, broker));
}

fn junk(round: u64) -> Vec<Message> {
    let noise = |len: usize| (0..len).map(|n| ((n as u64 * 131 + round * 17) % 251) as u8 | 0x80).collect::<Vec<u8>>();
    let mut all = vec![
        message(&format!("{MACHINE}/binary"), noise(512), false),
        message(&format!("{MACHINE}/broken-json"), BROKEN, false),
        message(&format!("{MACHINE}/deep"), "[".repeat(100_000), false),
        message(&format!("{MACHINE}/numbers"), *b"{\"value\": 1e999, \"timestamp\": -99999999999999999999}", false),
        message("/leading/slash", "1", true),
        message("a//empty level", "2", true),
        message("Müller & Söhne/größe <b>50 %</b>/日本", "3", true),
        message("acme/$odd/not a hash", "4", true),
        message("//", "5", true),
        message(&"deep/".repeat(200), "6", true),
    ];
    if round.is_multiple_of(10) {
        all.push(message(&format!("{MACHINE}/huge"), noise(BIG), false));
    }
    all
}

fn percent(level: &str) -> String {
    level
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
