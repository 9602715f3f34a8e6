//! A live reading on screen, after the DOM contract. The hot path: per changed reading one text, at most a few
//! attributes, each only when it differs.

use std::fmt::Write;
use std::sync::Arc;

use leptos::{html, prelude::*};

use crate::ui::parts::erased::{effect, words};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlDataElement, Text};

use crate::document::unit::{Conversion, conversion};
use crate::time::Timestamp;
use crate::ui::format::{Digits, write_value};
use crate::ui::state::{use_documents, use_live, use_reading};
use crate::vocab::{Origin, Quality, Reading, TagId, Value};
use crate::wire::Tag;

/// How a person wants a reading shown, where it is not as the tag says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Unit; empty: the tag's own, as where its own cannot be converted.
    pub unit: String,
    /// Digits after the point.
    pub digits: Option<u8>,
}

impl Look {
    /// How numbers of a tag are converted, if they are.
    pub fn conversion(&self, tag: &Tag) -> Option<Conversion> {
        if self.unit.is_empty() { None } else { conversion(tag.unit.as_deref()?, &self.unit) }
    }

    /// The unit that is shown beside a tag's value.
    pub fn unit_of(&self, tag: &Tag) -> String {
        let own = || tag.unit.as_deref().unwrap_or_default().to_owned();
        if self.conversion(tag).is_some() { self.unit.clone() } else { own() }
    }
}

/// A reading: the value alone, without its unit.
#[component]
pub fn ReadingText(
    /// Whose.
    tag: TagId,
    /// How it is shown.
    #[prop(optional)]
    look: Look,
) -> impl IntoView {
    let live = use_live();
    let documents = use_documents();
    let reading = use_reading(tag);
    let description = live.tag(tag);
    let node = NodeRef::<html::Data>::new();
    let point = documents.zone.with_value(|zone| zone.point);
    let mut pen = None::<Pen>;
    effect(move || {
        let element = node.get_untracked().or_else(|| node.get());
        if pen.is_none() {
            pen = element.map(|element| Pen::new(element, point, look.clone()));
        }
        let Some(pen) = &mut pen else { return };
        description.with(|tag| {
            if let Some(tag) = tag {
                pen.describe(tag, |broker| {
                    let config = documents.in_force();
                    config.brokers.get(broker).map_or_else(String::new, |broker| broker.name.clone())
                });
            }
        });
        reading.with(|reading| pen.write(reading));
    });
    view! { <data class="reading" node_ref=node></data> }
}

/// A reading with its unit.
#[component]
pub fn Figure(
    /// Whose.
    tag: TagId,
    /// How it is shown.
    #[prop(optional)]
    look: Look,
) -> impl IntoView {
    let description = use_live().tag(tag);
    let shown = look.clone();
    let unit = move || description.with(|tag| tag.as_ref().map(|tag| shown.unit_of(tag))).unwrap_or_default();
    view! {
        <span class="figure">
            <ReadingText tag look />
            <span class="unit">{words(unit)}</span>
        </span>
    }
}

/// Writes one `<data>` element, and remembers what stands there.
struct Pen {
    element: HtmlDataElement,
    text: Text,
    shown: String,
    draft: String,
    value: Option<Value>,
    quality: Quality,
    origin: Origin,
    time: Option<Timestamp>,
    digits: Digits,
    fixed_digits: Option<u8>,
    look: Look,
    conversion: Option<Conversion>,
    point: char,
    described: Option<Arc<Tag>>,
    changed: Timestamp,
    is_even: bool,
}

impl Pen {
    fn new(element: HtmlDataElement, point: char, look: Look) -> Self {
        // The element may have been another reading's before.
        element.set_text_content(None);
        let _ = element.set_attribute("data-quality", Quality::Unknown.word());
        let _ = element.set_attribute("data-origin", Origin::Live.word());
        let text = document().create_text_node("—");
        let _ = element.append_child(&text);
        Self {
            element,
            text,
            shown: String::from("—"),
            draft: String::new(),
            value: None,
            quality: Quality::Unknown,
            origin: Origin::Live,
            time: None,
            digits: Digits::default(),
            fixed_digits: None,
            look,
            conversion: None,
            point,
            described: None,
            changed: Timestamp::default(),
            is_even: false,
        }
    }

    fn describe(&mut self, tag: &Arc<Tag>, broker: impl Fn(usize) -> String) {
        if self.described.as_ref().is_some_and(|known| Arc::ptr_eq(known, tag)) {
            return;
        }
        self.described = Some(Arc::clone(tag));
        self.conversion = self.look.conversion(tag);
        // The tag's own digits are those of its own unit.
        self.fixed_digits = self.look.digits.or_else(|| tag.digits.filter(|_| self.conversion.is_none()));
        self.value = None;
        let attributes = [
            ("data-tag", &*tag.path),
            ("data-source", &*tag.source),
            ("data-broker", &*broker(usize::from(tag.broker.0))),
        ];
        for (name, value) in attributes {
            let _ = self.element.set_attribute(name, value);
        }
    }

    fn write(&mut self, reading: &Reading) {
        if self.value.as_ref() != Some(&reading.value) {
            self.write_value(reading);
        }
        if self.quality != reading.quality {
            self.quality = reading.quality;
            let _ = self.element.set_attribute("data-quality", reading.quality.word());
        }
        if self.origin != reading.origin {
            self.origin = reading.origin;
            let _ = self.element.set_attribute("data-origin", reading.origin.word());
        }
        let time = reading.source_time;
        if self.time != time {
            self.time = time;
            self.draft.clear();
            if let Some(at) = time {
                let _ = write!(self.draft, "{}", at.0);
            }
            let _ = self.element.set_attribute("data-time", &self.draft);
        }
    }

    fn write_value(&mut self, reading: &Reading) {
        let value = &reading.value;
        self.draft.clear();
        let converted = self.conversion.zip(value.as_f64()).map(|(conversion, number)| conversion.of(number));
        let shown = converted.map(Value::Float);
        let shown = shown.as_ref().unwrap_or(value);
        let digits = match shown {
            Value::Float(number) => {
                let own = self.digits.observe(*number);
                self.fixed_digits.unwrap_or(own)
            }
            _ => 0,
        };
        write_value(&mut self.draft, shown, digits, self.point);
        if self.draft != self.shown {
            self.text.set_data(&self.draft);
            std::mem::swap(&mut self.draft, &mut self.shown);
            self.tint(reading.receive_time);
        }
        // The raw value: the browser writes the number, so that no digit is lost and none is made here.
        match value {
            Value::Float(number) => {
                let _ = js_sys::Reflect::set(&self.element, &JsValue::from_str("value"), &JsValue::from_f64(*number));
            }
            other => {
                self.draft.clear();
                write_raw(&mut self.draft, other);
                self.element.set_value(&self.draft);
            }
        }
        self.value = Some(value.clone());
    }

    /// A value that stood still for a while and then changed shows it for a moment. One that changes all the time
    /// shows that by itself.
    fn tint(&mut self, now: Timestamp) {
        let is_rare = self.changed != Timestamp::default() && (now - self.changed).0 > RARE_MILLIS;
        self.changed = now;
        if is_rare {
            self.is_even = !self.is_even;
            let _ = self.element.set_attribute("data-fresh", if self.is_even { "even" } else { "odd" });
        }
    }
}

fn write_raw(out: &mut String, value: &Value) {
    let _ = match value {
        Value::Null | Value::Float(_) | Value::Raw(_) => Ok(()),
        Value::Bool(is_on) => write!(out, "{is_on}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::UInt(number) => write!(out, "{number}"),
        Value::Text(text) => out.write_str(text),
    };
}

/// Says in a tooltip why a reading looks as it does, when the pointer comes to it: one listener for all.
pub fn explain_on_hover(event: &web_sys::PointerEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
    let Ok(Some(reading)) = target.closest(".reading") else { return };
    let of = |name: &str| reading.get_attribute(name).unwrap_or_default();
    let trust = match &*of("data-quality") {
        "good" => "good quality",
        "uncertain" => "the source doubts this value",
        "bad" => "the source says this value is wrong",
        "stale" => "stale: nobody vouches for this value now",
        _ => "nothing seen yet",
    };
    let origin = match &*of("data-origin") {
        "live" => "live",
        "retained" => "the broker's last known value, older than this connection",
        "cache" => "from this device's storage",
        "historian" => "from a historian",
        _ => "simulated",
    };
    let time = match &*of("data-time") {
        "" => ", without a time from the source",
        _ => "",
    };
    let title = format!("{trust}; {origin}{time}\n{}", of("data-source"));
    let _ = reading.set_attribute("title", &title);
}

const RARE_MILLIS: i64 = 2000;
