//! A wall screen by itself: it goes through its playlist, to the machine with a critical alert and back, and takes a
//! new version when nobody misses it.

use e2e::browser::Browser;
use e2e::ground;
use e2e::mosquitto::{Access, Mosquitto};
use e2e::page::PlantPage;
use e2e::script;
use e2e::wait::{PATIENT, eventually};
use serde_json::json;
use xtask::demo::{PlantPublisher, PublisherOptions};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";

async fn shows_place(page: &PlantPage<'_>, place: &str, secs: f64) {
    eventually(&format!("the wall shows {place}"), secs, async || {
        let at = page.place().await;
        if at == place { Ok(()) } else { Err(at) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn through_its_playlist_and_to_trouble_and_back() {
    let broker = Mosquitto::start(&Access::Anonymous);
    let (value, source) = script::dial(TEMPERATURE, 40.0);
    let _plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source).unwrap();
    let config = json!({
        "version": 1,
        "hierarchy": "enterprise/site/area/line/machine",
        "brokers": [{ "name": "plant", "url": broker.ws_url("127.0.0.1") }],
        "alerts": [{
            "id": "hot", "name": "Temperature high", "pattern": "+/+/+/+/+/temperature", "when": "high", "limit": 80,
            "priority": "critical", "message": "{value} above {limit}"
        }],
        "boards": [
            { "id": "wall", "title": "Wall", "tiles": [{ "kind": "value", "path": TEMPERATURE }] },
            { "id": "trouble", "title": "Trouble", "tiles": [{ "kind": "trend", "path": "$/temperature" }],
              "drawn_for": "acme/north/fill/line1/capper" }
        ],
        "kiosk": {
            "playlist": [{ "show": "#/", "seconds": 5 }, { "show": "#/board/wall", "seconds": 5 }],
            "on_critical": "#/board/trouble"
        }
    });
    let server = ground::serve_with(&broker.ws_url("127.0.0.1"), &config.to_string());
    let wall = Browser::start().await;
    let page = PlantPage::open(&wall, &format!("{}?kiosk", server.url("localhost")), "#/").await;
    wall.shows_soon("[data-machine]").await;
    assert!(!wall.shows(".bar, .rail").await, "no chrome");
    shows_place(&page, "#/board/wall", PATIENT).await;
    wall.shows_soon("data.reading[data-quality=good]").await;
    shows_place(&page, "#/", PATIENT).await;

    // The cursor is gone when nobody moves it.
    wall.shows_soon(".app[data-still]").await;

    // Critical: the board for trouble, shown for this machine; and back when it is over.
    value.set(91.5);
    shows_place(&page, "#/board/trouble/acme/north/fill/line1/filler", PATIENT).await;
    wall.shows_soon("[data-testid=takeover]").await;
    value.set(40.0);
    eventually("back in its playlist", PATIENT, async || {
        let at = page.place().await;
        if at.contains("trouble") { Err(at) } else { Ok(()) }
    })
    .await;
    wall.assert_clean().await;
    wall.quit().await;
}
