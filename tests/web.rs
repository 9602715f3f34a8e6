//! The page in a real browser: synthetic updates go through the same writer as the worker's, and the DOM is read back.
#![cfg(all(target_arch = "wasm32", feature = "ui"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

use andon::time::Timestamp;
use andon::ui::app::{Frame as PageFrame, provide};
use andon::ui::link::{Health, Link};
use andon::ui::parts::asker::Asker;
use andon::ui::parts::toast::Toasts;
use andon::ui::state::{Documents, Live, apply};
use andon::vocab::{
    BrokerId, Level, LinkFault, LinkState, MachineState, Origin, PlaceId, Quality, Reading, TagId, Value,
};
use andon::wire::{
    Command, FilterReport, Frame, LinkReport, MachineCard, PROTOCOL, Place, ReadingOf, Tag, Update, Verdict,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

/// The page mounted in a box of its own, with a link that keeps what it would send.
struct Page {
    live: Live,
    link: Link,
    root: web_sys::HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const MACHINE: &str = "acme/berlin/line 1/filler";

impl Page {
    fn open(hash: &str) -> Self {
        location().set_hash(hash).unwrap();
        let root: web_sys::HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let slot = std::rc::Rc::new(std::cell::Cell::new(None));
        let given = slot.clone();
        let mounted = mount_to(root.clone(), move || {
            let live = Live::new(NOW);
            let toasts = Toasts::new();
            let link = Link::recording(live, toasts);
            let documents = Documents::load(live.shared_boards);
            provide(live, toasts, link, documents);
            provide_context(Asker::new());
            documents.adopt_file(Some(CONFIG));
            given.set(Some((live, link)));
            view! { <PageFrame is_kiosk=false /> }
        });
        let (live, link) = slot.take().unwrap();
        let page = Self { live, link, root, _mounted: Box::new(mounted) };
        page.take(Update::Ready { protocol: PROTOCOL, build: andon::ui::link::BUILD.into() });
        page
    }

    fn take(&self, update: Update) {
        self.link.take(update);
    }

    /// A small plant: a line with one machine, three tags, all good.
    async fn with_plant(self) -> Self {
        self.take(Update::Link(report(online())));
        self.take(Update::Cleared);
        let place = |id, parent: Option<u32>, level, path: &str| Place {
            id: PlaceId(id),
            parent: parent.map(PlaceId),
            level: Some(level),
            path: path.into(),
            name: path.rsplit('/').next().unwrap().into(),
            tags: 3,
        };
        self.take(Update::Places(vec![
            place(0, None, Level::Enterprise, "acme"),
            place(1, Some(0), Level::Site, "acme/berlin"),
            place(2, Some(1), Level::Line, "acme/berlin/line 1"),
            place(3, Some(2), Level::Machine, MACHINE),
        ]));
        self.take(Update::Tags(vec![tag(0, "state", None), tag(1, "speed", Some("bpm")), tag(2, "fault", None)]));
        tick().await;
        self.paint(1, vec![]).await;
        self.paint(2, vec![of(1, Value::Float(412.25)), of(0, Value::Text("Execute".into()))]).await;
        self
    }

    /// A frame, and what the browser needs to show it.
    async fn paint(&self, seq: u32, readings: Vec<ReadingOf>) {
        let card = MachineCard {
            place: PlaceId(3),
            state: MachineState::Running,
            word: "Execute".into(),
            since: Some(NOW),
            stale: false,
            heard: Some(NOW),
            state_tag: Some(TagId(0)),
            figures: vec![TagId(1)],
            fault: Some(TagId(2)),
            death: None,
        };
        self.frame(Frame { seq, now: NOW, readings, machines: vec![card], ..Frame::default() }).await;
    }

    async fn frame(&self, frame: Frame) {
        self.take(Update::Frame(Box::new(frame)));
        painted().await;
        tick().await;
    }

    fn all(&self, css: &str) -> Vec<web_sys::Element> {
        let found = self.root.query_selector_all(css).unwrap();
        (0..found.length()).map(|index| found.item(index).unwrap().unchecked_into()).collect()
    }

    fn one(&self, css: &str) -> web_sys::Element {
        let found = self.all(css);
        assert_eq!(found.len(), 1, "{css} in {}", self.root.inner_html());
        found.into_iter().next().unwrap()
    }

    fn attr(&self, css: &str, name: &str) -> String {
        self.one(css).get_attribute(name).unwrap_or_else(|| panic!("{css} has no {name}"))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

const CONFIG: &str = r#"{"version":1,"brokers":[{"name":"plant","url":"ws://localhost:1/mqtt"}]}"#;

fn online() -> LinkState {
    LinkState::Online { since: NOW, protocol: 4, client_id: "andon-x".into() }
}

fn report(state: LinkState) -> LinkReport {
    LinkReport {
        broker: BrokerId(0),
        state,
        url: "ws://localhost:1/mqtt".into(),
        encrypted: false,
        filters: vec![FilterReport { filter: "#".into(), verdict: Verdict::Heard(1) }],
        heard: true,
        facts: vec![],
        receiving: None,
        offered: None,
    }
}

fn tag(id: u32, name: &str, unit: Option<&str>) -> Tag {
    Tag {
        id: TagId(id),
        place: PlaceId(3),
        broker: BrokerId(0),
        path: format!("{MACHINE}/{name}").into(),
        name: name.into(),
        source: format!("{MACHINE}/{name}").into(),
        unit: unit.map(Into::into),
        description: None,
        range: None,
        digits: None,
        shape: "scalar".into(),
    }
}

fn of(tag: u32, value: Value) -> ReadingOf {
    let reading = Reading {
        value,
        quality: Quality::Good,
        origin: Origin::Live,
        source_time: Some(NOW),
        receive_time: NOW,
        zoned: true,
    };
    ReadingOf { tag: TagId(tag), reading }
}

/// Waits until an animation frame has run.
async fn painted() {
    let promise = js_sys::Promise::new(&mut |done, _| {
        window().request_animation_frame(&done).unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_tile_keeps_the_contract() {
    let page = Page::open("#/").with_plant().await;
    assert_eq!(page.attr("[data-machine]", "data-machine"), MACHINE);
    assert_eq!(page.attr("[data-machine]", "data-state"), "running");
    assert_eq!(page.attr("[data-line]", "data-line"), "acme/berlin/line 1");
    assert_eq!(page.attr(".tile__name", "href"), "#/machine/acme/berlin/line%201/filler");
    let speed = ".tile__key data.reading";
    assert_eq!(page.attr(speed, "data-tag"), format!("{MACHINE}/speed"));
    assert_eq!(page.attr(speed, "data-source"), format!("{MACHINE}/speed"));
    assert_eq!(page.attr(speed, "data-quality"), "good");
    assert_eq!(page.attr(speed, "data-origin"), "live");
    assert_eq!(page.attr(speed, "data-broker"), "plant");
    assert_eq!(page.attr(speed, "data-time"), NOW.0.to_string());
    assert_eq!(page.attr(speed, "value"), "412.25");
    assert_eq!(page.one(speed).text_content().unwrap(), "412");
    assert_eq!(page.one(".tile__key .unit").text_content().unwrap(), "bpm");
    assert_eq!(page.attr("[data-connection]", "data-connection"), "online");
}

#[wasm_bindgen_test]
async fn a_frame_is_painted_and_only_then_credited() {
    let page = Page::open("#/").with_plant().await;
    let sent = page.link.take_recorded();
    assert!(sent.contains(&Command::Painted { seq: 1 }) && sent.contains(&Command::Painted { seq: 2 }), "{sent:?}");
    assert!(sent.iter().any(|command| matches!(command, Command::Watch(tags) if tags.contains(&TagId(1)))), "{sent:?}");
    page.take(Update::Frame(Box::new(Frame { seq: 3, ..Frame::default() })));
    assert_eq!(page.link.take_recorded(), []);
    painted().await;
    assert_eq!(page.link.take_recorded(), [Command::Painted { seq: 3 }]);
    page.frame(Frame { seq: 5, ..Frame::default() }).await;
    assert_eq!(page.link.take_recorded(), [Command::Resync, Command::Painted { seq: 5 }]);
}

#[wasm_bindgen_test]
async fn a_lost_link_makes_all_of_it_stale_at_once() {
    let page = Page::open("#/").with_plant().await;
    let fault = LinkFault::Closed { code: 1006, reason: String::new() };
    page.take(Update::Link(report(LinkState::Waiting { until: NOW, attempt: 1, fault })));
    tick().await;
    assert_eq!(page.attr(".tile__key data.reading", "data-quality"), "stale");
    assert_eq!(page.attr("[data-connection]", "data-connection"), "offline");
    assert_eq!(page.one(".tile__key data.reading").text_content().unwrap(), "412", "the last value stays");
}

#[wasm_bindgen_test]
async fn a_dead_worker_makes_all_of_it_stale_and_its_successor_mends_it() {
    let page = Page::open("#/").with_plant().await;
    apply::stranded(page.live);
    page.link.health.set(Health::Lost);
    tick().await;
    assert_eq!(page.attr(".tile__key data.reading", "data-quality"), "stale");
    assert!(page.one("[data-machine]").has_attribute("data-stale"));
    assert_eq!(page.attr("[data-connection]", "data-connection"), "offline");
    page.take(Update::Ready { protocol: PROTOCOL, build: andon::ui::link::BUILD.into() });
    let page = page.with_plant().await;
    assert_eq!(page.attr(".tile__key data.reading", "data-quality"), "good");
    assert!(!page.one("[data-machine]").has_attribute("data-stale"));
}

#[wasm_bindgen_test]
async fn another_build_is_refused_with_a_way_out() {
    let page = Page::open("#/");
    page.take(Update::Ready { protocol: PROTOCOL, build: "another".into() });
    tick().await;
    assert!(page.one("[data-testid='mismatch']").text_content().unwrap().contains("Reload"));
    let sent = page.link.take_recorded();
    assert!(
        !sent.iter().skip_while(|command| !matches!(command, Command::Connect { .. })).skip(1).any(|_| true),
        "{sent:?}"
    );
}

#[wasm_bindgen_test]
async fn foreign_text_is_only_ever_text() {
    let page = Page::open(&format!("#/machine/{}", MACHINE.replace(' ', "%20"))).with_plant().await;
    let evil = "<img src=x onerror=alert(1)>";
    page.paint(3, vec![of(2, Value::Text(evil.into()))]).await;
    assert!(page.all("main img").is_empty());
    let rows = page.all(".row data.reading");
    assert!(rows.iter().any(|row| row.text_content().unwrap() == evil), "{}", page.root.inner_html());
}

#[wasm_bindgen_test]
async fn pages_say_what_they_watch_and_stop_when_left() {
    let page = Page::open("#/").with_plant().await;
    page.link.take_recorded();
    location().set_hash("#/settings").unwrap();
    settled().await;
    let sent = page.link.take_recorded();
    assert!(
        sent.iter().any(|command| matches!(command, Command::Unwatch(tags) if tags.contains(&TagId(1)))),
        "{sent:?}"
    );
    location().set_hash(&format!("#/machine/{}", MACHINE.replace(' ', "%20"))).unwrap();
    settled().await;
    let sent = page.link.take_recorded();
    assert!(sent.contains(&Command::Open(PlaceId(3))), "{sent:?}");
}

#[wasm_bindgen_test]
async fn unknown_places_are_designed() {
    let page = Page::open("#/instructions/acme").with_plant().await;
    assert!(page.one("[data-testid='absent']").text_content().unwrap().contains("instructions"));
}

#[wasm_bindgen_test]
async fn what_is_typed_stays_when_ids_change() {
    let page = Page::open("#/namespace").with_plant().await;
    let field = "[data-testid='ns-search']";
    let before: web_sys::HtmlInputElement = page.one(field).unchecked_into();
    before.set_value("filler pr");
    before.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    tick().await;
    page.link.take_recorded();
    // Another configuration in force, or another worker.
    let page = page.with_plant().await;
    let after: web_sys::HtmlInputElement = page.one(field).unchecked_into();
    assert!(before.is_same_node(Some(&after)), "the field was made anew under the fingers");
    assert_eq!(after.value(), "filler pr");
    let sent = page.link.take_recorded();
    let asks = |command: &Command| matches!(command, Command::Browse(Some(browse)) if browse.query == "filler pr");
    assert!(sent.iter().any(asks) && sent.contains(&Command::Examine), "{sent:?}");
}

#[wasm_bindgen_test]
async fn one_change_costs_one_text_and_leaves_the_rest() {
    let page = Page::open("#/").with_plant().await;
    let node = page.one(".tile__key data.reading").first_child().unwrap();
    page.paint(3, vec![of(1, Value::Float(413.75))]).await;
    let after = page.one(".tile__key data.reading");
    assert!(node.is_same_node(after.first_child().as_ref()), "the text node was replaced");
    assert_eq!(after.child_nodes().length(), 1);
    assert_eq!(after.get_attribute("value").unwrap(), "413.75");
}

/// Hash changes are events; after two frames their effects are on screen.
async fn settled() {
    painted().await;
    painted().await;
    tick().await;
}

async fn tick() {
    leptos::task::tick().await;
}

#[wasm_bindgen_test]
async fn kpis_are_asked_for_and_shown_with_what_is_unknown() {
    use andon::vocab::Figures;
    use andon::wire::{KpiReport, KpiScope};

    let page = Page::open("#/kpi/acme/line").with_plant().await;
    assert!(page.root.text_content().unwrap().contains("Waiting for figures"));
    let figures = Figures { coverage: Some(0.5), availability: Some(0.875), failures: 2, ..Figures::default() };
    let total = Some(KpiScope { path: "acme/line".into(), speaker: "filler".into(), figures });
    let report =
        KpiReport { path: "acme/line".into(), from: Timestamp(0), to: NOW, now: NOW, total, ..KpiReport::default() };
    page.take(Update::Kpis(Box::new(report.clone())));
    tick().await;
    assert_eq!(page.attr("[data-kpi='availability']", "value"), "0.875");
    assert_eq!(page.attr("[data-kpi='availability']", "data-coverage"), "0.5000");
    assert_eq!(page.attr("[data-kpi='availability']", "data-scope"), "acme/line");
    let oee = page.one("[data-kpi='oee']");
    assert_eq!((oee.text_content().unwrap().as_str(), oee.get_attribute("value")), ("—", None));
    // A place of which nothing is known says what would be needed.
    page.take(Update::Kpis(Box::new(KpiReport { total: None, ..report })));
    tick().await;
    assert!(page.root.text_content().unwrap().contains("No figures yet"));
}

#[wasm_bindgen_test]
fn the_browser_knows_the_offsets_of_zones() {
    use andon::ui::zone_table::zone_table;

    let now = andon::time::parse_rfc3339("2026-11-23T12:00:00Z").unwrap().timestamp;
    let berlin = zone_table(Some("Europe/Berlin"), now);
    let minutes = |zone: &andon::time::ZoneTable, text: &str| {
        zone.offset(andon::time::parse_rfc3339(text).unwrap().timestamp).0 / 60_000
    };
    for (text, expected) in [
        ("2026-11-23T12:00:00Z", 60),
        ("2026-07-01T12:00:00Z", 120),
        ("2026-03-29T00:59:00Z", 60),
        ("2026-03-29T01:00:00Z", 120),
        ("2027-10-31T00:59:00Z", 120),
        ("2027-10-31T01:00:00Z", 60),
    ] {
        assert_eq!(minutes(&berlin, text), expected, "{text}");
    }
    assert_eq!(minutes(&zone_table(Some("Asia/Kolkata"), now), "2026-11-23T12:00:00Z"), 330);
    assert_eq!(minutes(&zone_table(Some("UTC"), now), "2026-11-23T12:00:00Z"), 0);
}
