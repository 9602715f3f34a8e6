//! Charts in a real browser: one in view is painted at the display's resolution, and painted again when its
//! columns, the time or the theme change; one whose component is gone is left alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![cfg(all(target_arch = "wasm32", feature = "ui"))]

use std::cell::Cell;
use std::rc::Rc;

use andon::chart::LimitRank;
use andon::time::{Millis, Timestamp};
use andon::ui::canvas::{SparklineView, TrendCanvas, TrendHandle, TrendLimit, advance};
use andon::wire::Column;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

const STEP: Millis = Millis(1000);

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

fn set_theme(name: &str, value: &str) {
    let root: HtmlElement = document().document_element().unwrap().unchecked_into();
    root.style().set_property(name, value).unwrap();
}

fn home() -> HtmlElement {
    for (name, value) in [
        ("--ink", "#171b20"),
        ("--ink-2", "#454d56"),
        ("--ink-3", "#616973"),
        ("--series-1", "light-dark(rgb(31 95 191), #7fb0ff)"),
        ("--critical", "#c62828"),
        ("--high", "#aa4e00"),
        ("--medium", "#7a6300"),
        ("--low", "#2b66c2"),
    ] {
        set_theme(name, value);
    }
    let home: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&home).unwrap();
    home
}

/// Sizes an element as the style sheet would.
fn sized<E: JsCast>(home: &HtmlElement, name: &str, width: &str, height: &str) -> E {
    let element = home.query_selector(name).unwrap().unwrap();
    for (name, value) in [("display", "block"), ("width", width), ("height", height)] {
        element.unchecked_ref::<HtmlElement>().style().set_property(name, value).unwrap();
    }
    element.unchecked_into()
}

async fn frames(count: usize) {
    for _ in 0..count {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            web_sys::window().unwrap().request_animation_frame(&resolve).unwrap();
        });
        JsFuture::from(promise).await.unwrap();
    }
}

fn picture(canvas: &HtmlCanvasElement) -> String {
    canvas.to_data_url().unwrap()
}

fn blank(like: &HtmlCanvasElement) -> String {
    let blank: HtmlCanvasElement = document().create_element("canvas").unwrap().unchecked_into();
    blank.set_width(like.width());
    blank.set_height(like.height());
    picture(&blank)
}

fn wave(count: i64, from: i64) -> Vec<Column> {
    (from..from + count)
        .map(|i| {
            let last = (i % 40 - 20).abs() as f32;
            Column { min: last - 1.0, max: last + 1.0, last }
        })
        .collect()
}

#[wasm_bindgen_test]
async fn a_sparkline_is_painted_and_follows_columns_time_and_theme() {
    let home = home();
    let shared = Rc::new(Cell::new(None));
    let mounted = mount_to(home.clone(), {
        let shared = Rc::clone(&shared);
        move || {
            let trend = TrendHandle::new(300);
            shared.set(Some(trend));
            view! { <SparklineView trend span=Millis(300_000) label="Temperature, 20 degrees" limit=Some(15.0)/> }
        }
    });
    let trend = shared.get().unwrap();
    let svg: Element = sized(&home, "svg", "160px", "40px");
    frames(4).await;
    let dots = web_sys::window().unwrap().device_pixel_ratio();
    assert_eq!(svg.get_attribute("aria-label").as_deref(), Some("Temperature, 20 degrees"));
    assert!(!svg.inner_html().contains("<path"), "nothing to show yet");

    advance(Timestamp(300_000));
    trend.merge_columns(STEP, 0, &wave(300, 0));
    frames(2).await;
    let first = svg.inner_html();
    let units = |pixels: f64| (pixels * dots).round() * 8.0;
    assert_eq!(svg.get_attribute("viewBox"), Some(format!("0 0 {} {}", units(160.0), units(40.0))));
    assert!(first.contains("<path") && first.contains("#1f5fbf"), "{first}");
    let paths = svg.child_element_count();

    trend.merge_columns(STEP, 299, &[Column { min: 25.0, max: 25.0, last: 25.0 }]);
    frames(2).await;
    let second = svg.inner_html();
    assert_ne!(second, first, "new columns");

    advance(Timestamp(330_000));
    frames(2).await;
    let third = svg.inner_html();
    assert_ne!(third, second, "time moved on");

    set_theme("--series-1", "rgb(200 0 0)");
    frames(3).await;
    let fourth = svg.inner_html();
    assert!(fourth.contains("#c80000") && !fourth.contains("#1f5fbf"), "{fourth}");
    assert_eq!(svg.child_element_count(), paths, "the same elements");

    drop(mounted);
    trend.merge_columns(STEP, 400, &wave(10, 0));
    advance(Timestamp(400_000));
    frames(2).await;
    home.remove();
}

#[wasm_bindgen_test]
async fn an_element_that_becomes_anothers_keeps_nothing_of_the_first() {
    let home = home();
    let is_second = RwSignal::new(false);
    let mounted = mount_to(home.clone(), move || {
        let (first, second) = (TrendHandle::new(300), TrendHandle::new(300));
        first.merge_columns(STEP, 0, &wave(300, 0));
        let block = move || {
            let trend = if is_second.get() { second } else { first };
            view! { <SparklineView trend span=Millis(300_000) label="Speed"/> }.into_any()
        };
        view! { {block} }
    });
    let _svg: Element = sized(&home, "svg", "160px", "40px");
    advance(Timestamp(300_000));
    frames(4).await;
    assert!(home.inner_html().contains("<path"), "the first is painted");
    is_second.set(true);
    frames(4).await;
    assert!(!home.inner_html().contains("<path"), "{}", home.inner_html());
    drop(mounted);
    home.remove();
}

#[wasm_bindgen_test]
async fn a_trend_is_painted_at_its_size() {
    let home = home();
    let mounted = mount_to(home.clone(), || {
        let trend = TrendHandle::new(3600);
        trend.merge_columns(STEP, 0, &wave(3600, 0));
        let limits = vec![TrendLimit { value: 22.0, word: "high".to_owned(), rank: LimitRank::High }];
        view! { <TrendCanvas trend span=Millis(3_600_000) label="Temperature" unit="°C" limits value=Some("20.1".to_owned())/> }
    });
    let canvas: HtmlCanvasElement = sized(&home, "canvas", "800px", "300px");
    advance(Timestamp(3_600_000));
    frames(4).await;
    assert_ne!(picture(&canvas), blank(&canvas));
    HtmlElement::style(&canvas).set_property("width", "500px").unwrap();
    frames(3).await;
    let dots = web_sys::window().unwrap().device_pixel_ratio();
    assert_eq!(f64::from(canvas.width()), (500.0 * dots).round());
    assert_ne!(picture(&canvas), blank(&canvas));
    drop(mounted);
    home.remove();
}
