//! History over a reload in a real browser: what was seen is there again; a page of it that cannot be read, and a disk
//! that is full, are said in words and cost nothing else.

use e2e::browser::Browser;
use e2e::page::PlantPage;
use e2e::wait::PATIENT;
use e2e::{ground, script};
use xtask::demo::{BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";
const TAG: &str = "#/tag/acme/north/fill/line1/filler/temperature";

/// Calls back once a page of history is in the database.
const KEPT: &str = "const done = arguments[0], began = Date.now();
    const look = () => { const asked = indexedDB.open('andon'); asked.onsuccess = () => {
        const base = asked.result, end = (yes) => { base.close(); yes ? done(true) : setTimeout(look, 500); };
        if (Date.now() - began > 25000) { base.close(); return done(false); }
        if (!base.objectStoreNames.contains('records')) return end(false);
        const keys = base.transaction('records').objectStore('records').getAllKeys();
        keys.onsuccess = () => end(keys.result.some((key) => key.startsWith('history|'))); } };
    look();";

/// Cuts the oldest page of history in two, as a crash of the device may.
const CUT: &str = "const done = arguments[0], asked = indexedDB.open('andon'); asked.onsuccess = () => {
        const base = asked.result, all = base.transaction('records', 'readwrite').objectStore('records');
        const keys = all.getAllKeys(); keys.onsuccess = () => {
            const key = keys.result.find((key) => key.startsWith('history|'));
            const old = key.slice(0, key.lastIndexOf('|')) + '|000000000000001';
            all.put(new Uint8Array([1, 0, 200, 1, 65]), old).onsuccess = () => { base.close(); done(true); }; } };";

#[tokio::test(flavor = "multi_thread")]
async fn history_survives_a_reload_a_broken_page_and_a_full_disk() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let (dial, source) = script::dial(TEMPERATURE, 91.0);
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let url = broker.ws_url("localhost");
    let server = ground::serve(&url);
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), TAG).await;
    browser.reads(&["max 91"], PATIENT).await;
    assert!(browser.ask_later::<bool>(KEPT).await, "a page of history is kept");
    dial.set(20.0);

    // What was seen before the reload is in the trend after it, though its value is no longer published.
    assert!(browser.ask_later::<bool>(CUT).await);
    browser.reload().await;
    browser.reads(&["max 91", "last 20"], PATIENT).await;
    page.go("#/diagnostics").await;
    browser.reads(&["stored history"], PATIENT).await;

    // No room at all: said; the plant goes on.
    browser.grant(&server.url("localhost"), 1).await;
    browser.reads(&["takes no more"], 3.0 * PATIENT).await;
    page.go(TAG).await;
    dial.set(33.0);
    browser.reads(&["last 33"], PATIENT).await;
    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server, broker));
}
