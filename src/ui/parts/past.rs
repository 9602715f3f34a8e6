//! A tag's past on the page: a word-sized sparkline on tiles, a trend with axes on the pages of machines and tags.

use std::sync::Arc;

use leptos::prelude::*;

use super::erased::{attr, block, click, each, shown, words};
use super::hands::{Shared, TrendHands, use_shared};
use crate::chart::{Columns, Plot, Summary, View, Window};
use crate::time::{Millis, Timestamp};
use crate::ui::canvas::{SparklineView, TrendCanvas, TrendHandle};
use crate::ui::files;
use crate::ui::format::{name_words, number_words};
use crate::ui::state::{Live, use_documents, use_live, use_past, use_reading, use_trend};
use crate::vocab::{Quality, TagId};

/// The past of a tag as a line of this span, wherever the style sheet puts it.
pub fn spark_of(tag: TagId, span: Millis, words: &str) -> AnyView {
    let trend = followed(tag, span, SPARK_COLUMNS);
    let (label, stale) = (label_of(tag, words), use_is_stale(tag));
    view! {
        <span class="spark">
            <SparklineView trend span label stale />
        </span>
    }
    .into_any()
}

/// The last quarter of an hour as a line.
#[component]
pub fn Spark(
    /// Whose.
    tag: TagId,
) -> impl IntoView {
    spark_of(tag, SPARK_SPAN, "last 15 minutes")
}

/// A trend, and how far back it goes: live or standing still, with its figures and, on request, its values as a table.
#[component]
pub fn Past(
    /// Whose.
    tag: TagId,
    /// An instant that is to be in the middle, where it is not of the last minutes anyway.
    #[prop(default = None)]
    around: Option<Timestamp>,
) -> impl IntoView {
    let live = use_live();
    let span = SPANS[0].0;
    let shared = use_shared(span);
    let view = shared.view;
    if let Some(at) = around {
        let half = Millis(span.0 / 2);
        view.set(View::between(at - half, at + half, live.second.get_untracked()));
    }
    let trend = TrendHandle::new(usize::from(TREND_COLUMNS) * 3 + 1);
    use_past(
        tag,
        view.into(),
        TREND_COLUMNS,
        Arc::new(move |part| {
            // Sent whole: another stretch of time.
            if part.columns.len() >= usize::from(TREND_COLUMNS) {
                trend.clear();
            }
            trend.merge(part);
        }),
    );
    let spans = each(SPANS, |(span, words)| {
        view! {
            <button
                class="chip"
                aria-pressed=attr(move || view.get().span == span)
                on:click=click(move || view.update(|view| view.span = span))
            >
                {words}
            </button>
        }
        .into_any()
    });
    let now = move || live.second.get_untracked();
    let is_live = move || view.get().to.is_none();
    let pause = click(move || view.update(|view| *view = view.paused(view.to.is_none(), now())));
    let is_open = RwSignal::new(false);
    view! {
        <section class="past" data-testid="past">
            <header class="past__head">
                <h2>{words(move || name_in(live, tag))}</h2>
                {spans}
                <button class="chip" aria-pressed=attr(is_live) on:click=pause>
                    {words(move || if is_live() { "Live" } else { "Paused" }.to_owned())}
                </button>
            </header>
            {drawn(tag, trend, shared)}
            <footer class="past__foot">
                {figures(trend, shared)}
                <button
                    class="chip"
                    aria-expanded=attr(move || is_open.get())
                    on:click=click(move || is_open.update(|open| *open = !*open))
                >
                    "Table"
                </button>
                <button class="chip" on:click=click(move || save(live, tag, trend, view.get_untracked()))>
                    "CSV"
                </button>
            </footer>
            {shown(move || is_open.get(), move || table(trend, shared))}
        </section>
    }
}

fn drawn(tag: TagId, trend: TrendHandle, shared: Shared) -> AnyView {
    let live = use_live();
    let known = live.tag(tag);
    let unit = Signal::derive(move || {
        known.with(|tag| tag.as_ref().and_then(|tag| tag.unit.as_deref().map(str::to_owned))).unwrap_or_default()
    });
    let label = Signal::derive(move || format!("Trend of {}, {}", name_in(live, tag), told(shared.view.get())));
    let span = Signal::derive(move || shared.view.get().span);
    let to = Signal::derive(move || shared.view.get().to);
    let plot = StoredValue::new(Plot::default());
    view! {
        <div class="past__plot">
            <TrendHands shared plot home=SPANS[0].0>
                <TrendCanvas trend span to cross=shared.cross plot unit label stale=use_is_stale(tag) />
            </TrendHands>
        </div>
    }
    .into_any()
}

/// Now, least, most and mean of what is seen; renewed each second, and when another stretch is.
fn figures(trend: TrendHandle, shared: Shared) -> AnyView {
    let live = use_live();
    let read = move || {
        let now = live.second.get();
        let window = shared.view.get().window(now);
        trend.with(|buffer| Summary::of(buffer.columns(), window)).flatten()
    };
    let line = words(move || {
        read().map_or_else(
            || "nothing heard in this stretch".to_owned(),
            |Summary { last, min, max, mean }| {
                let [last, min, max, mean] = [last, min, max, mean].map(figure_words);
                format!("last {last} · min {min} · max {max} · mean {mean}")
            },
        )
    });
    view! { <span class="past__figures" data-testid="past-figures">{line}</span> }.into_any()
}

/// A figure of the past, which is kept in single precision: as many digits as that has.
fn figure_words(figure: f64) -> String {
    number_words((figure as f32).to_string().parse().unwrap_or(figure))
}

/// What is seen as text: for those who hear the page, and for copying.
fn table(trend: TrendHandle, shared: Shared) -> AnyView {
    let (live, documents) = (use_live(), use_documents());
    let rows = move || {
        let window = shared.view.get().window(live.second.get());
        let sums = trend.with(|buffer| Summary::table(buffer.columns(), window, TABLE_ROWS)).unwrap_or_default();
        each(sums, move |(at, sum)| {
            let at = documents.zone.with_value(|zone| zone.date_time(at));
            let cell = |sum: Option<Summary>, read: fn(Summary) -> f64| {
                sum.map_or_else(|| "–".to_owned(), |sum| figure_words(read(sum)))
            };
            view! {
                <tr>
                    <th scope="row">{at}</th>
                    <td>{cell(sum, |sum| sum.last)}</td>
                    <td>{cell(sum, |sum| sum.min)}</td>
                    <td>{cell(sum, |sum| sum.max)}</td>
                </tr>
            }
            .into_any()
        })
    };
    view! {
        <table class="past__table" data-testid="past-table">
            <thead>
                <tr>
                    <th scope="col">"From"</th>
                    <th scope="col">"Last"</th>
                    <th scope="col">"Min"</th>
                    <th scope="col">"Max"</th>
                </tr>
            </thead>
            <tbody>{block(move || rows().into_any())}</tbody>
        </table>
    }
    .into_any()
}

/// The columns of the view as a file: time in UTC, last, least and greatest value of each bucket.
fn save(live: Live, tag: TagId, trend: TrendHandle, view: View) {
    let window = view.window(live.second.get_untracked());
    let text = trend.with(|buffer| csv(buffer.columns(), window)).unwrap_or_default();
    files::offer_table(&format!("{}.csv", name_in(live, tag)), &text);
}

fn csv(columns: Columns<'_>, window: Window) -> String {
    let mut out = String::from("time,last,min,max\r\n");
    for (at, column) in columns.within(window).filter(|(_, column)| !column.is_gap()) {
        let at = crate::time::format_rfc3339(at);
        out.push_str(&format!("{at},{},{},{}\r\n", column.last, column.min, column.max));
    }
    out
}

/// A buffer that the worker fills while the component lives.
pub fn followed(tag: TagId, span: Millis, columns: u16) -> TrendHandle {
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
pub fn use_is_stale(tag: TagId) -> Memo<bool> {
    let reading = use_reading(tag);
    Memo::new(move |_| reading.with(|reading| reading.quality == Quality::Stale))
}

fn told(view: View) -> &'static str {
    let known = SPANS.iter().find(|(span, _)| *span == view.span);
    match (known, view.to) {
        (Some((_, words)), None) => words,
        _ => "a stretch of the past",
    }
}

/// What a picture of the tag's past is called for those who hear the page: its name and how far back it goes.
pub fn label_of(tag: TagId, span: &str) -> Signal<String> {
    let live = use_live();
    let span = span.to_owned();
    Signal::derive(move || format!("Trend of {}, {span}", name_in(live, tag)))
}

fn name_in(live: Live, tag: TagId) -> String {
    live.tag(tag).with(|tag| tag.as_ref().map(|tag| name_words(&tag.name)).unwrap_or_default())
}

const SPARK_SPAN: Millis = Millis(900_000);
const SPARK_COLUMNS: u16 = 90;
const TREND_COLUMNS: u16 = 600;
const TABLE_ROWS: usize = 24;
/// How far back a trend goes, in words.
const SPANS: [(Millis, &str); 5] = [
    (Millis(900_000), "15 minutes"),
    (Millis(3_600_000), "1 hour"),
    (Millis(28_800_000), "8 hours"),
    (Millis(86_400_000), "1 day"),
    (Millis(604_800_000), "1 week"),
];
