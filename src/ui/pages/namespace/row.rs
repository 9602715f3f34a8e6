//! One row of the namespace. Its parts stay while what it is stays; only values, ages and rates are written anew.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Look, Slot, SlotSignal};
use crate::ui::format::{Digits, number_words, size_words, span_words, write_value};
use crate::ui::parts::erased::{attr, block, click, maybe, words};
use crate::ui::parts::icon::{Icon, Sign};
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live};
use crate::vocab::{Reading, Value};

/// A row, or nothing where there is none.
pub(super) fn slot_row(slot: SlotSignal, look: Look, height: i32) -> AnyView {
    let what = Memo::new(move |_| slot.with(|slot| slot.as_deref().map(Fixed::of)));
    block(move || maybe(what.get(), |fixed| row(slot, look, height, fixed))).into_any()
}

/// What a row is, beside its figures.
#[derive(Clone, PartialEq)]
struct Fixed {
    at: u32,
    path: Arc<str>,
    name: Arc<str>,
    depth: u16,
    has_below: bool,
    is_open: bool,
    is_tag: bool,
}

impl Fixed {
    fn of(slot: &Slot) -> Self {
        let row = &slot.row;
        Self {
            at: slot.at,
            path: row.path.clone(),
            name: row.name.clone(),
            depth: row.depth,
            has_below: row.below > 0,
            is_open: row.is_open,
            is_tag: row.tag.is_some(),
        }
    }
}

fn row(slot: SlotSignal, look: Look, height: i32, fixed: Fixed) -> AnyView {
    let live = use_live();
    let top = format!("translateY({}px)", i64::from(fixed.at) * i64::from(height));
    let indent = format!("{}px", 20 * u32::from(fixed.depth.min(24)));
    let path = fixed.path.to_string();
    let toggled = path.clone();
    let toggle = move || {
        look.open.update(|open| {
            if !open.remove(&toggled) {
                open.insert(toggled.clone());
            }
        });
    };
    let expanded = fixed.has_below.then_some(if fixed.is_open { "true" } else { "false" });
    let arrow = maybe(Some(fixed.clone()).filter(|fixed| fixed.has_below), |fixed| {
        let sign = if fixed.is_open { Sign::Down } else { Sign::Chevron };
        let label = if fixed.is_open { "Close" } else { "Open" };
        view! {
            <button class="ns-row__toggle" aria-expanded=expanded aria-label=format!("{label} {}", fixed.path) on:click=click(toggle.clone())>
                <Icon sign />
            </button>
        }
        .into_any()
    });
    // An empty level is a level too.
    let name = if fixed.name.is_empty() { "(empty)".to_owned() } else { fixed.name.to_string() };
    let named = if fixed.is_tag {
        view! { <a class="ns-row__name" href=Place::Tag(path.clone()).to_hash() title=path.clone()>{name}</a> }
            .into_any()
    } else {
        view! { <button class="ns-row__name" title=path.clone() on:click=click(toggle)>{name}</button> }.into_any()
    };
    let below = move || {
        let below = slot.with(|slot| slot.as_ref().map_or(0, |slot| slot.row.below));
        let mut text = String::new();
        if below > 0 {
            crate::ui::format::write_grouped(&mut text, u64::from(below));
        }
        text
    };
    let description = move || {
        let description = slot.with(|slot| slot.as_ref()?.row.tag.as_ref()?.description.clone());
        description.map_or_else(String::new, |words| words.to_string())
    };
    let rate = move || slot.with(|slot| slot.as_ref().map_or_else(String::new, |slot| rate_words(slot.row.rate)));
    let age = move || {
        let now = live.second.get();
        let heard = slot.with(|slot| slot.as_ref().and_then(|slot| slot.row.heard));
        heard.map_or_else(String::new, |at| if (now - at).0 < 2000 { "now".into() } else { span_words(now - at) })
    };
    let size = move || slot.with(|slot| slot.as_ref().map_or_else(String::new, |slot| size_words(slot.row.bytes)));
    let pick = maybe(fixed.is_tag.then(|| path.clone()), |path| picker(look, path));
    view! {
        <div
            class="ns-row"
            data-testid="ns-row"
            data-path=path
            style:transform=top
        >
            <span class="ns-row__what" style:padding-left=indent>
                {arrow} {pick} {named}
                <span class="ns-row__below">{words(below)}</span>
            </span>
            <span class="ns-row__value">{maybe(fixed.is_tag.then_some(()), |()| value(slot))}</span>
            <span class="ns-row__words ns__wide">{words(description)}</span>
            <span class="ns__figure">{words(rate)}</span>
            <span class="ns__figure">{words(age)}</span>
            <span class="ns__figure">{words(size)}</span>
        </div>
    }
    .into_any()
}

/// Picks a tag, to pin it with others.
fn picker(look: Look, path: String) -> AnyView {
    let label = format!("Pick {path}");
    let known = path.clone();
    let is_picked = move || look.picked.with(|picked| picked.contains(&known));
    let toggle = move |_: leptos::ev::Event| {
        look.picked.update(|picked| {
            if !picked.remove(&path) {
                picked.insert(path.clone());
            }
        });
    };
    view! {
        <label class="ns-row__pick">
            <input type="checkbox" aria-label=label prop:checked=is_picked on:change=toggle />
        </label>
    }
    .into_any()
}

/// The reading, after the DOM contract, and its unit.
fn value(slot: SlotSignal) -> AnyView {
    let documents = use_documents();
    let point = documents.zone.with_value(|zone| zone.point);
    let brokers: Arc<[String]> = documents.in_force().brokers.into_iter().map(|broker| broker.name).collect();
    let of = move |read: fn(&Reading) -> Option<String>| {
        move || slot.with(|slot| slot.as_ref()?.row.tag.as_ref().and_then(|tag| read(&tag.reading))).unwrap_or_default()
    };
    let mut digits = Digits::default();
    let text = move || {
        let mut text = String::new();
        slot.with(|slot| {
            let Some(tag) = slot.as_ref().and_then(|slot| slot.row.tag.as_ref()) else { return };
            let shown = if let Value::Float(number) = tag.reading.value { digits.observe(number) } else { 0 };
            write_value(&mut text, &tag.reading.value, shown, point);
        });
        text
    };
    let unit = move || {
        let unit = slot.with(|slot| slot.as_ref()?.row.tag.as_ref()?.unit.clone());
        unit.map_or_else(String::new, |unit| unit.to_string())
    };
    let about = slot.with_untracked(|slot| {
        let row = &slot.as_ref()?.row;
        let tag = row.tag.as_ref()?;
        Some((row.path.to_string(), tag.source.to_string(), brokers.get(usize::from(tag.broker.0)).cloned()))
    });
    let (path, source, broker) = about.unwrap_or_default();
    view! {
        <span class="figure">
            <data
                class="reading"
                data-tag=path
                data-source=source
                data-broker=broker.unwrap_or_default()
                data-quality=attr(of(|reading| Some(reading.quality.word().into())))
                data-origin=attr(of(|reading| Some(reading.origin.word().into())))
                data-time=attr(of(|reading| Some(reading.source_time?.0.to_string())))
                value=attr(of(|reading| Some(raw_words(&reading.value))))
            >
                {words(text)}
            </data>
            <span class="unit">{words(unit)}</span>
        </span>
    }
    .into_any()
}

fn raw_words(value: &Value) -> String {
    match value {
        Value::Null | Value::Raw(_) => String::new(),
        Value::Bool(on) => on.to_string(),
        Value::Int(int) => int.to_string(),
        Value::UInt(uint) => uint.to_string(),
        // As the browser writes it, here as everywhere.
        Value::Float(float) => String::from(js_sys::Number::from(*float).to_string_with_radix(10).unwrap_or_default()),
        Value::Text(text) => text.to_string(),
    }
}

fn rate_words(rate: f32) -> String {
    match f64::from(rate) {
        rate if rate <= 0.0 => String::new(),
        rate if rate >= 10.0 => format!("{}/s", number_words(rate.round())),
        rate if rate >= 0.1 => format!("{}/s", number_words((rate * 10.0).round() / 10.0)),
        rate => format!("{}/min", number_words((rate * 600.0).round() / 10.0)),
    }
}
