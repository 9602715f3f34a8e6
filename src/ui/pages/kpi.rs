//! KPIs of a place: how well a line did in a shift, a day, a week, and why.

pub mod charts;
pub mod explain;
pub mod figures;
pub mod reach;
pub mod tables;
pub mod why;

use std::sync::Arc;

use leptos::prelude::*;

use self::charts::{Charts, Comparison};
use self::explain::ExplainSheet;
use self::figures::{Figures, Why};
use self::tables::{Hours, Orders, Parts, Shifts, Stops, hours_table};
use self::why::WhySheet;
use crate::time::Timestamp;
use crate::ui::format::name_words;
use crate::ui::link::use_link;
use crate::ui::parts::empty::Empty;
use crate::ui::parts::erased::{attr, block, click, each, effect, maybe, words};
use crate::ui::parts::icon::{Icon, Sign};
use crate::ui::place::Place;
use crate::ui::state::{Documents, use_documents, use_live};
use crate::wire::{Command, KpiCommand, KpiReport, KpiRequest, KpiStop, Period};

/// A report as the page's parts read it.
pub type Report = Memo<Option<Arc<KpiReport>>>;

/// What a person looks at more closely.
#[derive(Clone, Copy)]
pub struct Look {
    /// Where a figure comes from.
    pub why: RwSignal<Option<Why>>,
    /// A stop to be explained.
    pub stop: RwSignal<Option<KpiStop>>,
    /// Only the stops of this reason.
    pub cause: RwSignal<Option<Arc<str>>>,
}

/// The page.
#[component]
pub fn KpiPage(
    /// Path of the place; empty: the whole plant.
    path: String,
) -> impl IntoView {
    let (live, link, documents) = (use_live(), use_link(), use_documents());
    let kind = RwSignal::new(Kind::Shift);
    let back = RwSignal::new(0u32);
    let asked = path.clone();
    effect(move || {
        live.epoch.track();
        let request = KpiRequest { path: asked.clone(), period: kind.get().period(back.get()) };
        link.post(&Command::Kpis(KpiCommand::Report(Some(Box::new(request)))));
    });
    on_cleanup(move || link.post(&Command::Kpis(KpiCommand::Report(None))));
    let wanted = path.clone();
    let report: Report = Memo::new(move |_| live.kpis.get().filter(|report| *report.path == *wanted));
    let look = Look { why: RwSignal::new(None), stop: RwSignal::new(None), cause: RwSignal::new(None) };
    let title = path.rsplit('/').next().filter(|name| !name.is_empty()).map_or_else(|| "Plant".into(), name_words);
    let name = Arc::<str>::from(title.as_str());
    let tell = move || {
        let (shift, from, to) = report.with(|report| {
            report.as_ref().map_or_else(Default::default, |report| (report.shift.clone(), report.from, report.to))
        });
        period_words(documents, &shift, from, to)
    };
    let step = move |by: i32| back.update(|back| *back = back.saturating_add_signed(by));
    let save = move || {
        if let Some(report) = report.get_untracked() {
            crate::ui::files::offer_table("kpi-hours.csv", &hours_table(&report, documents));
        }
    };
    let print = || {
        let _ = window().print();
    };
    let is_telling = Memo::new(move |_| report.with(|report| report.as_ref().map(|report| report.total.is_some())));
    let has_machine =
        Memo::new(move |_| report.with(|report| report.as_ref().is_some_and(|report| !report.speaker.is_empty())));
    let scope = path.clone();
    view! {
        <article class="page kpi" data-testid="kpi-page" data-scope=path>
            <header class="page__head kpi__head">
                <h1>{title}</h1>
                <div class="tabs kpi__periods" role="tablist" aria-label="Period">
                    {each(
                        Kind::ALL,
                        |(which, testid, words)| {
                            view! {
                                <button
                                    class="tab"
                                    role="tab"
                                    data-testid=testid
                                    aria-selected=attr(move || kind.get() == which)
                                    on:click=click(move || {
                                        back.set(0);
                                        kind.set(which);
                                    })
                                >
                                    {words}
                                </button>
                            }
                                .into_any()
                        },
                    )}
                </div>
                <div class="kpi__steps">
                    <button class="button button--quiet" aria-label="Earlier" data-testid="kpi-earlier" on:click=click(move || step(1))>
                        <Icon sign=Sign::Earlier />
                    </button>
                    <strong data-testid="kpi-period">{words(tell)}</strong>
                    <button
                        class="button button--quiet"
                        aria-label="Later"
                        data-testid="kpi-later"
                        disabled=attr(move || (back.get() == 0).then_some(""))
                        on:click=click(move || step(-1))
                    >
                        <Icon sign=Sign::Later />
                    </button>
                </div>
                <span class="page__gap"></span>
                <button class="button" data-testid="kpi-csv" on:click=click(save)>
                    "Save as CSV"
                </button>
                <button class="button" on:click=click(print)>
                    "Print"
                </button>
            </header>
            {block(move || match is_telling.get() {
                None => view! { <p class="page__hint" role="status">"Waiting for figures…"</p> }.into_any(),
                Some(false) => nothing(&scope),
                Some(true) => {
                    view! {
                        <Figures report look />
                        {block(move || {
                            let is_bare = kind.get() == Kind::Shift
                                && report.with(|report| report.as_ref().is_some_and(|report| report.shift.is_empty()));
                            maybe(
                                is_bare.then_some(()),
                                |()| view! { <p class="page__hint">"No shifts are configured: each day is one shift. “shifts” in config.json tells when the plant works."</p> }.into_any(),
                            )
                        })}
                        <Parts report />
                        <Comparison report />
                        {maybe(
                            has_machine.get().then_some(()),
                            |()| {
                                view! {
                                    <Charts report look />
                                    <Hours report />
                                    <Stops report look />
                                    <Shifts report />
                                    <Orders report />
                                }
                                    .into_any()
                            },
                        )}
                    }
                        .into_any()
                }
            })}
            <WhySheet report look name />
            <ExplainSheet report look />
        </article>
    }
}

fn nothing(path: &str) -> AnyView {
    let words = if path.is_empty() {
        "No machine of this plant tells a state or counts what it makes."
    } else {
        "No machine here tells a state or counts what it makes, or none has been heard of yet."
    };
    let tags = Place::Namespace(path.to_owned()).to_hash();
    view! {
        <Empty title="No figures yet">
            <p>{words}</p>
            <p>
                "KPIs are made of a tag that tells the machine's state and of counters. They are found by their names (state, total_count, good_count, scrap_count); others are named under "
                <code>"kpis"</code> " in config.json."
            </p>
            <a class="button" href=tags>
                "Look at its tags"
            </a>
        </Empty>
    }
    .into_any()
}

/// A period in words.
fn period_words(documents: Documents, shift: &str, from: Timestamp, to: Timestamp) -> String {
    if from == to {
        return "…".into();
    }
    documents.zone.with_value(|zone| {
        let (first, last) = (zone.date(from), zone.date(Timestamp(to.0 - 1)));
        let name = if shift.is_empty() { String::new() } else { format!("{shift} · ") };
        let is_long = (to - from).0 > 36 * 3_600_000;
        let is_day = zone.clock(from) == zone.clock(to) && !is_long;
        if is_day && shift.is_empty() && zone.clock(from).starts_with("00:00") {
            first
        } else if is_long {
            format!("{name}{first} – {last}")
        } else {
            format!("{name}{first}, {}–{}", zone.clock(from), zone.clock(to))
        }
    })
}

/// Kinds of periods.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hour,
    Shift,
    Day,
    Week,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Hour, "kpi-hour", "Last 2 h"),
        (Self::Shift, "kpi-shift", "Shift"),
        (Self::Day, "kpi-day", "Day"),
        (Self::Week, "kpi-week", "Week"),
    ];

    const fn period(self, back: u32) -> Period {
        match self {
            Self::Hour => Period::Hours(2 + back),
            Self::Shift => Period::Shift(back),
            Self::Day => Period::Day(back),
            Self::Week => Period::Week(back),
        }
    }
}
