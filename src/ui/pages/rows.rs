//! A tag as a row: name, value, and where it comes from.

use leptos::prelude::*;

use crate::ui::parts::erased::words;

use crate::time::Timestamp;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::reading::Figure;
use crate::ui::place::Place;
use crate::ui::state::{use_live, use_reading};
use crate::vocab::{Origin, Quality, Reading, TagId};

/// A tag as a row.
#[component]
pub fn TagRow(
    /// The tag; its description is known.
    tag: TagId,
) -> impl IntoView {
    let live = use_live();
    let known = live.tag(tag).get_untracked();
    let path = known.as_ref().map(|tag| tag.path.to_string()).unwrap_or_default();
    let name = known.as_ref().map(|tag| row_name(&tag.name)).unwrap_or_default();
    let source = known.as_ref().map(|tag| tag.source.to_string()).unwrap_or_default();
    // Below its machine, where it comes from is said from there on.
    let above = known.as_ref().and_then(|tag| live.place(tag.place)).map(|place| place.path.to_string());
    let short = match above.as_deref().and_then(|above| source.strip_prefix(above)) {
        Some(rest) => format!("…{rest}"),
        None => source.clone(),
    };
    let description = known.and_then(|tag| tag.description.as_deref().map(str::to_owned));
    view! {
        <li class="row">
            <a class="row__name" href=Place::Tag(path).to_hash() title=description.unwrap_or_default()>
                {name}
            </a>
            <span class="row__value">
                <Figure tag />
            </span>
            <span class="row__context">
                <TrustWords tag />
            </span>
            <span class="row__source" title=source>
                {short}
            </span>
        </li>
    }
}

/// How far a reading can be trusted and how old it is, in words, each second.
#[component]
pub fn TrustWords(
    /// Whose.
    tag: TagId,
) -> impl IntoView {
    let live = use_live();
    let reading = use_reading(tag);
    words(move || {
        let now = live.second.get();
        reading.with_untracked(|reading| trust_words(reading, now))
    })
}

fn trust_words(reading: &Reading, now: Timestamp) -> String {
    if reading.quality == Quality::Unknown && reading.receive_time == Timestamp::default() {
        return "nothing yet".into();
    }
    let mut words = String::new();
    match reading.quality {
        Quality::Good => {}
        other => words.push_str(other.word()),
    }
    if reading.origin != Origin::Live {
        if !words.is_empty() {
            words.push_str(", ");
        }
        words.push_str(reading.origin.word());
    }
    if !words.is_empty() {
        words.push_str(", ");
    }
    let age = now - reading.source_time.unwrap_or(reading.receive_time);
    if age.0 < 2000 {
        words.push_str("now");
    } else {
        words.push_str(&span_words(age));
    }
    match reading.source_time {
        None => words.push_str(", no source time"),
        Some(_) if !reading.zoned => words.push_str(", time without a zone"),
        Some(at) if reading.origin == Origin::Live => {
            // Two clocks that disagree are said, never put right in silence.
            let skew = at - reading.receive_time;
            if skew.0.abs() > SKEW_MILLIS {
                let way = if skew.0 > 0 { "ahead" } else { "behind" };
                words.push_str(&format!(", clock {} {way}", span_words(crate::time::Millis(skew.0.abs()))));
            }
        }
        Some(_) => {}
    }
    words
}

/// Clocks further apart are said to be so.
const SKEW_MILLIS: i64 = 5000;

/// The name within its group.
fn row_name(name: &str) -> String {
    name_words(name.split_once('/').map_or(name, |(_, rest)| rest))
}
