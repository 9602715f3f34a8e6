//! A tag's past on the page: a word-sized sparkline on tiles, a trend with axes on the pages of machines and tags.

use std::sync::Arc;

use leptos::prelude::*;

use super::erased::{attr, block, click, each, words};
use crate::time::Millis;
use crate::ui::canvas::{SparklineView, TrendCanvas, TrendHandle};
use crate::ui::format::name_words;
use crate::ui::state::{Live, use_live, use_reading, use_trend};
use crate::vocab::{Quality, TagId};

/// The last quarter of an hour as a line.
#[component]
pub fn Spark(
    /// Whose.
    tag: TagId,
) -> impl IntoView {
    let trend = followed(tag, SPARK_SPAN, SPARK_COLUMNS);
    view! {
        <span class="spark">
            <SparklineView trend span=SPARK_SPAN label=label_of(tag, "last 15 minutes") stale=use_is_stale(tag) />
        </span>
    }
}

/// A trend, and how far back it goes.
#[component]
pub fn Past(
    /// Whose.
    tag: TagId,
) -> impl IntoView {
    let live = use_live();
    let span = RwSignal::new(0_usize);
    let spans = move || {
        each(SPANS.iter().enumerate(), |(index, (_, words))| {
            view! {
                <button
                    class="chip"
                    aria-pressed=attr(move || span.get() == index)
                    on:click=click(move || span.set(index))
                >
                    {*words}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <section class="past" data-testid="past">
            <header class="past__head">
                <h2>{words(move || name_in(live, tag))}</h2>
                {spans()}
            </header>
            {block(move || {
                let index = span.get().min(SPANS.len() - 1);
                drawn(tag, SPANS[index].0, SPANS[index].1)
            })}
        </section>
    }
}

fn drawn(tag: TagId, span: Millis, words: &'static str) -> AnyView {
    let trend = followed(tag, span, TREND_COLUMNS);
    let known = use_live().tag(tag);
    let unit = Signal::derive(move || {
        known.with(|tag| tag.as_ref().and_then(|tag| tag.unit.as_deref().map(str::to_owned))).unwrap_or_default()
    });
    view! {
        <div class="past__plot">
            <TrendCanvas trend span unit label=label_of(tag, words) stale=use_is_stale(tag) />
        </div>
    }
    .into_any()
}

/// A buffer that the worker fills while the component lives.
fn followed(tag: TagId, span: Millis, columns: u16) -> TrendHandle {
    let trend = TrendHandle::new(usize::from(columns) + 1);
    let step = Millis(span.0 / i64::from(columns));
    use_trend(tag, step, columns, Arc::new(move |part| trend.merge(part)));
    trend
}

/// Whether the tag's value is a number now, so that it has a past to draw.
pub fn use_is_number(tag: TagId) -> Memo<bool> {
    let reading = use_reading(tag);
    Memo::new(move |_| reading.with(|reading| reading.value.as_f64().is_some()))
}

/// Whether nobody vouches for the newest value.
fn use_is_stale(tag: TagId) -> Memo<bool> {
    let reading = use_reading(tag);
    Memo::new(move |_| reading.with(|reading| reading.quality == Quality::Stale))
}

fn label_of(tag: TagId, span: &'static str) -> Signal<String> {
    let live = use_live();
    Signal::derive(move || format!("Trend of {}, {span}", name_in(live, tag)))
}

fn name_in(live: Live, tag: TagId) -> String {
    live.tag(tag).with(|tag| tag.as_ref().map(|tag| name_words(&tag.name)).unwrap_or_default())
}

const SPARK_SPAN: Millis = Millis(900_000);
const SPARK_COLUMNS: u16 = 90;
const TREND_COLUMNS: u16 = 600;
/// How far back a trend goes, in words.
const SPANS: [(Millis, &str); 3] =
    [(Millis(900_000), "15 minutes"), (Millis(3_600_000), "1 hour"), (Millis(28_800_000), "8 hours")];
