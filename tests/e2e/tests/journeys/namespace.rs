//! The namespace as an engineer works it off: searched, filtered, pinned from, saved and described from a table; a shape
//! said in `config.json`, and the raw message behind a tag.

use e2e::browser::Browser;
use e2e::ground;
use e2e::page::PlantPage;
use e2e::script::{MACHINE, SmallPlant, message};
use e2e::wait::{PATIENT, eventually};
use serde_json::{Value, json};
use xtask::demo::{BrokerOptions, DemoBroker, PlantPublisher, PublisherOptions};

/// Topics below the machine that the script's own do not show: no unit and no time; a type that changes; a name with
/// spaces and letters of its country; a message that is to be read as configured.
fn more(round: u64) -> Vec<xtask::demo::Message> {
    let moody: &[u8] = if (round / 5).is_multiple_of(2) { b"12" } else { b"jammed" };
    let topic = |tag: &str| format!("{MACHINE}/{tag}");
    vec![
        message(&topic("pressure"), b"3.5".to_vec(), false),
        message(&topic("moody"), moody, false),
        message(&topic("Größe außen"), b"{\"value\":7,\"unit\":\"mm\"}".to_vec(), false),
        message(&topic("code"), b"{\"value\":42,\"unit\":\"s\"}".to_vec(), false),
    ]
}

/// The paths of the tags in the window, in their order.
async fn found(browser: &Browser) -> Vec<String> {
    browser
        .ask(
            "return [...document.querySelectorAll(\"[data-testid='ns-row']\")].filter((row) => row.querySelector('input'))
               .map((row) => row.dataset.path);",
        )
        .await
}

/// Waits until exactly these tags of the machine are found.
async fn finds(browser: &Browser, tags: &[&str]) {
    let mut wanted: Vec<String> = tags.iter().map(|tag| format!("{MACHINE}/{tag}")).collect();
    wanted.sort();
    eventually(&format!("{tags:?} found"), PATIENT, async || {
        let mut found = found(browser).await;
        found.sort();
        let asked: Value = browser
            .ask(
                "return [document.querySelector(\"[data-testid='ns-search']\")?.value,
                   ...document.querySelectorAll('[aria-pressed=true]')].map((chip) => chip?.textContent ?? chip);",
            )
            .await;
        if found == wanted { Ok(()) } else { Err((asked, found, browser.text().await)) }
    })
    .await;
}

async fn search(browser: &Browser, words: &str) {
    browser.fill("[data-testid='ns-search']", words).await;
}

/// Presses a chip, or lets it go.
async fn chip(browser: &Browser, name: &str) {
    browser.click_words("[data-testid='ns-filter']", name).await;
}

/// The text of the file that this button offers.
async fn saved(browser: &Browser, button: &str) -> String {
    browser
        .ask::<Value>(
            "const make = URL.createObjectURL.bind(URL);
             URL.createObjectURL = (blob) => { window.journeySaved = blob; return make(blob); }; return null;",
        )
        .await;
    if !browser.shows(button).await {
        browser.click("[data-testid='ns-list']").await;
    }
    browser.click(button).await;
    eventually("a file is offered", PATIENT, async || {
        let text: Option<String> = browser
            .ask_later(
                "const done = arguments[arguments.length - 1];
                 window.journeySaved ? window.journeySaved.text().then((text) => { delete window.journeySaved; done(text); })
                   : done(null);",
            )
            .await;
        text.ok_or("nothing yet")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn searched_filtered_pinned_saved_and_described() {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap();
    let plant = Box::new(SmallPlant::new(more));
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), plant).unwrap();
    let url = broker.ws_url("localhost");
    let config = json!({
        "version": 1,
        "brokers": [{ "name": "plant", "url": url }],
        "tags": [{ "pattern": format!("{MACHINE}/code"), "shape": "raw" }],
    });
    let server = ground::serve_with(&url, &config.to_string());
    let browser = Browser::start().await;
    let page = PlantPage::open(&browser, &server.url("localhost"), "#/namespace").await;

    // Searched: letters in order are enough, and each word is for itself.
    search(&browser, "fllr tmper").await;
    finds(&browser, &["temperature"]).await;
    search(&browser, "größe").await;
    finds(&browser, &["Größe außen"]).await;
    search(&browser, "no such thing at all").await;
    browser.reads(&["No tag fits"], PATIENT).await;

    // Filtered.
    search(&browser, "filler").await;
    chip(&browser, "Changed type").await;
    finds(&browser, &["moody"]).await;
    chip(&browser, "Changed type").await;
    chip(&browser, "No unit").await;
    search(&browser, "filler pressure").await;
    finds(&browser, &["pressure"]).await;
    search(&browser, "filler temperature").await;
    browser.reads(&["No tag fits"], PATIENT).await;
    search(&browser, "filler").await;
    chip(&browser, "No unit").await;
    finds(&browser, &["state", "temperature", "speed", "pressure", "moody", "Größe außen", "code"]).await;

    // Pinned, several at once.
    for tag in ["pressure", "temperature"] {
        browser.click(&format!("[data-path='{MACHINE}/{tag}'] input")).await;
    }
    browser.click("[data-testid='ns-pin']").await;
    browser.reads(&["2 pinned"], PATIENT).await;

    // Saved as a table and as JSON.
    let table = saved(&browser, "[data-testid='ns-save-csv']").await;
    assert!(table.trim_start_matches('\u{feff}').starts_with("path,description,unit,low,high,"), "{table}");
    let line = table.lines().find(|line| line.contains("/temperature,")).unwrap();
    assert!(line.contains("°C") && line.contains("good"), "{line}");
    let list: Value = serde_json::from_str(&saved(&browser, "[data-testid='ns-save-json']").await).unwrap();
    let of_code = list.as_array().and_then(|tags| tags.iter().find(|tag| tag["path"] == format!("{MACHINE}/code")));
    assert_eq!(of_code.map(|tag| &tag["shape"]), Some(&json!("raw")));

    // Described by a table; what is wrong in it is named by its line.
    let file = std::env::temp_dir().join(format!("andon-namespace-{}.csv", std::process::id()));
    let text = format!(
        "path;description;unit;low;high\n{MACHINE}/pressure;Behind the pump;bar;0;6\n{MACHINE}/speed;;;9;1\n\
         {MACHINE}/state;How it runs;;;\n"
    );
    std::fs::write(&file, text).unwrap();
    browser.choose_file("[data-testid='ns-import']", &file).await;
    browser.reads(&["line 3", "the low end is not below the high end"], PATIENT).await;
    std::fs::remove_file(&file).unwrap();
    search(&browser, "behind pump").await;
    finds(&browser, &["pressure"]).await;

    // The tag behind the row, and the message behind the tag.
    browser.click(&format!("[data-path='{MACHINE}/pressure'] .ns-row__name")).await;
    browser
        .reads(&["Behind the pump", "bar", "Source message", &format!("{MACHINE}/pressure"), "QoS 0"], PATIENT)
        .await;
    page.go(&format!("#/tag/{MACHINE}/code")).await;
    browser.reads(&["raw", "\"value\": 42", "\"unit\": \"s\""], PATIENT).await;

    // What was said and pinned is there after a reload.
    page.go("#/boards").await;
    browser.click_words("a.card strong", "My board").await;
    browser.reload().await;
    let pinned = page.live(".board", PATIENT).await;
    let mut paths: Vec<&str> = pinned.iter().map(|reading| reading.tag.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, [format!("{MACHINE}/pressure"), format!("{MACHINE}/temperature")]);
    page.go("#/namespace").await;
    search(&browser, "behind pump").await;
    finds(&browser, &["pressure"]).await;
    browser.click(&format!("[data-path='{MACHINE}/pressure'] .ns-row__name")).await;
    browser.reads(&["Behind the pump", "bar"], PATIENT).await;
    browser.assert_clean().await;
    browser.quit().await;
    drop((plant, server));
}
