//! The figures, and where each comes from.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Look, Report};
use crate::time::Millis;
use crate::ui::format::{name_words, span_words, write_fixed};
use crate::ui::parts::erased::{block, click, each, maybe};
use crate::ui::state::use_documents;
use crate::vocab;
use crate::wire::{KpiAccount, KpiReport};

/// A figure that can be asked where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// OEE index.
    Oee,
    /// Availability.
    Availability,
    /// Effectiveness.
    Performance,
    /// Quality ratio.
    Quality,
    /// Net equipment effectiveness.
    Nee,
    /// Total effective equipment performance.
    Teep,
    /// Quantities.
    Produced,
    /// Failures and repairs.
    Mtbf,
}

impl Why {
    const MAIN: [Self; 4] = [Self::Oee, Self::Availability, Self::Performance, Self::Quality];

    const fn word(self) -> &'static str {
        match self {
            Self::Oee => "oee",
            Self::Availability => "availability",
            Self::Performance => "performance",
            Self::Quality => "quality",
            Self::Nee => "nee",
            Self::Teep => "teep",
            Self::Produced => "produced",
            Self::Mtbf => "mtbf",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Oee => "OEE",
            Self::Availability => "Availability",
            Self::Performance => "Performance",
            Self::Quality => "Quality",
            Self::Nee => "NEE",
            Self::Teep => "TEEP",
            Self::Produced => "Produced",
            Self::Mtbf => "MTBF",
        }
    }

    const fn value(self, figures: &vocab::Figures) -> Option<f64> {
        match self {
            Self::Oee => figures.oee,
            Self::Availability => figures.availability,
            Self::Performance => figures.performance,
            Self::Quality => figures.quality,
            Self::Nee => figures.nee,
            Self::Teep => figures.teep,
            Self::Produced => figures.produced,
            Self::Mtbf => figures.mtbf,
        }
    }

    /// The formula, in ISO 22400-2's terms.
    const fn formula(self) -> &'static str {
        match self {
            Self::Oee => "Availability × performance × quality (ISO 22400-2: OEE index)",
            Self::Availability => "Actual production time ÷ planned busy time (ISO 22400-2: APT / PBT)",
            Self::Performance => {
                "Planned run time per item × produced quantity ÷ actual production time (ISO 22400-2: effectiveness, PRI × PQ / APT)"
            }
            Self::Quality => "Good quantity ÷ produced quantity (ISO 22400-2: GQ / PQ)",
            Self::Nee => {
                "(Production + setup) ÷ (planned busy time + setup) × performance × quality (ISO 22400-2: NEE index)"
            }
            Self::Teep => "OEE × planned busy time ÷ time by the clock",
            Self::Produced => "Sum of what the counters grew by",
            Self::Mtbf => "Production time per breakdown + mean repair time (IEC 60050: MTBF = MTTF + MTTR)",
        }
    }
}

/// A ratio as a percentage with one digit; "—" where it is unknown.
pub fn percent(ratio: Option<f64>) -> String {
    match ratio {
        Some(ratio) => {
            let mut words = String::new();
            write_fixed(&mut words, ratio * 100.0, 1, '.');
            words.push_str("\u{a0}%");
            words
        }
        None => "—".into(),
    }
}

/// A quantity: whole, or with one digit where it is small.
pub fn amount(value: Option<f64>) -> String {
    let Some(value) = value else { return "—".into() };
    let mut words = String::new();
    let digits = u8::from(value.fract() != 0.0 && value.abs() < 100.0);
    write_fixed(&mut words, value, digits, '.');
    words
}

/// A time.
pub fn time_words(millis: Option<f64>) -> String {
    millis.map_or_else(|| "—".into(), |millis| span_words(Millis(millis as i64)))
}

/// The figures of the place: four large, the rest small. Each opens where it comes from.
#[component]
pub fn Figures(
    /// The report.
    report: Report,
    /// What is looked at.
    look: Look,
) -> impl IntoView {
    block(move || maybe(report.get(), |report| figures(&report, look)))
}

fn figures(report: &Arc<KpiReport>, look: Look) -> AnyView {
    let Some(total) = &report.total else { return ().into_any() };
    let figures = &total.figures;
    let covered = figures.coverage;
    let seen = covered.map_or_else(|| "nothing planned".to_owned(), |share| format!("{} seen", percent(Some(share))));
    let large = |why: Why| {
        let value = why.value(figures);
        let note = match why {
            Why::Oee => report
                .target
                .map_or_else(|| seen.clone(), |target| format!("target {} · {seen}", percent(Some(target)))),
            Why::Performance if figures.is_too_fast() => "over 100 %: is the planned run time right?".into(),
            _ => seen.clone(),
        };
        let is_off = match why {
            Why::Oee => report.target.zip(value).is_some_and(|(target, value)| value < target),
            Why::Performance => figures.is_too_fast(),
            _ => false,
        };
        view! {
            <button class="kpi-figure" data-off=is_off.then_some("") on:click=click(move || look.why.set(Some(why)))>
                <span class="kpi-figure__name">{why.title()}</span>
                <data
                    class="kpi-figure__value"
                    data-kpi=why.word()
                    data-scope=total.path.to_string()
                    data-coverage=covered.map(|share| format!("{share:.4}"))
                    value=value.map(|value| value.to_string())
                >
                    {percent(value)}
                </data>
                <span class="kpi-figure__bar" aria-hidden="true">
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none">
                        <rect width=format!("{:.1}", value.unwrap_or(0.0).clamp(0.0, 1.0) * 100.0) height="4"></rect>
                    </svg>
                </span>
                <span class="kpi-figure__note">{note}</span>
            </button>
        }
        .into_any()
    };
    let hours: f64 = report.hours.iter().filter_map(|hour| hour.plan).sum();
    let is_well_seen = covered.is_some_and(|covered| covered >= super::tables::WELL_SEEN);
    let plan = (hours > 0.0 && is_well_seen).then(|| format!(" of {}", amount(Some(hours.round()))));
    let small = |name: &'static str, testid: &'static str, value: String, why: Option<Why>| {
        let ask = why.unwrap_or(Why::Produced);
        view! {
            <button class="kpi-fact" on:click=click(move || look.why.set(Some(ask)))>
                <span>{name}</span>
                <strong data-testid=format!("kpi-{testid}")>{value}</strong>
            </button>
        }
        .into_any()
    };
    let speaker = (!total.speaker.is_empty() && !report.path.ends_with(&*total.speaker))
        .then(|| format!("This line is told by {}.", name_words(&total.speaker)));
    let missing: Vec<Arc<str>> = report.account.missing.clone();
    view! {
        <section class="kpi-figures" aria-label="Figures">{each(Why::MAIN, large)}</section>
        <section class="kpi-facts" aria-label="More figures">
            {small("Produced", "produced", format!("{}{}", amount(figures.produced), plan.unwrap_or_default()), Some(Why::Produced))}
            {small("Good", "good", amount(figures.good), Some(Why::Quality))}
            {small("Scrap", "scrap", amount(figures.scrap), Some(Why::Quality))}
            {small("Rate", "rate", rate(figures.rate, figures.ideal_rate), Some(Why::Performance))}
            {small("Breakdowns", "failures", figures.failures.to_string(), Some(Why::Mtbf))}
            {small("Minor stops", "minor-stops", figures.minor_stops.to_string(), Some(Why::Mtbf))}
            {small("MTBF", "mtbf", time_words(figures.mtbf), Some(Why::Mtbf))}
            {small("MTTR", "mttr", time_words(figures.mttr), Some(Why::Mtbf))}
            {small("Changeover", "changeover", time_words(figures.changeover), Some(Why::Nee))}
            {small("NEE", "nee", percent(figures.nee), Some(Why::Nee))}
            {small("TEEP", "teep", percent(figures.teep), Some(Why::Teep))}
        </section>
        {maybe(speaker, |speaker| view! { <p class="page__hint">{speaker}</p> }.into_any())}
        {each(missing, |why| view! { <p class="kpi__missing" data-testid="kpi-missing">{why.to_string()}</p> }.into_any())}
    }
    .into_any()
}

fn rate(rate: Option<f64>, ideal: Option<f64>) -> String {
    let Some(rate) = rate else { return "—".into() };
    let ideal = ideal.map(|ideal| format!(" of {}", amount(Some(ideal.round())))).unwrap_or_default();
    format!("{}{ideal}\u{a0}/h", amount(Some(rate.round())))
}

/// Where a figure comes from: formula, what went into it, what was left out, what happened to its counters.
#[component]
pub fn WhySheet(
    /// The report.
    report: Report,
    /// What is looked at.
    look: Look,
    /// The place's name.
    name: Arc<str>,
) -> impl IntoView {
    let documents = use_documents();
    let close = move || look.why.set(None);
    block(move || {
        let Some(why) = look.why.get() else { return ().into_any() };
        let Some(report) = report.get() else { return ().into_any() };
        let Some(total) = &report.total else { return ().into_any() };
        let account = &report.account;
        let zone = |at| documents.zone.with_value(|zone| zone.date_time(at));
        let since = account.since.map_or_else(|| "—".into(), zone);
        let facts = facts(why, &report);
        let inputs = account.inputs.clone();
        let name = name.to_string();
        view! {
            <aside class="kpi-sheet" role="dialog" aria-label="Where this figure comes from" data-testid="kpi-why">
                <header>
                    <h2>{format!("{} · {name}", why.title())}</h2>
                    <button class="button button--quiet" data-testid="kpi-why-close" on:click=click(close)>
                        "Close"
                    </button>
                </header>
                <p class="kpi-sheet__formula">{why.formula()}</p>
                <p class="kpi-sheet__sum" data-testid="kpi-why-sum">{sum_words(why, &total.figures, account)}</p>
                <dl class="kpi-sheet__facts">
                    {each(facts, |(term, value)| view! { <dt>{term}</dt> <dd>{value}</dd> }.into_any())}
                    <dt>"Known since"</dt>
                    <dd>{since}</dd>
                </dl>
                {maybe(
                    (!inputs.is_empty()).then_some(inputs),
                    |inputs| {
                        view! {
                            <h3>"Made of"</h3>
                            <ul class="kpi-sheet__inputs">
                                {each(
                                    inputs,
                                    |input| {
                                        let href = crate::ui::place::Place::Tag(input.path.to_string()).to_hash();
                                        let by = if input.is_configured { "configured" } else { "found by its name" };
                                        view! {
                                            <li>
                                                <span>{input.role.to_string()}</span>
                                                <a href=href>{input.path.to_string()}</a>
                                                <small>{by}</small>
                                            </li>
                                        }
                                            .into_any()
                                    },
                                )}
                            </ul>
                        }
                            .into_any()
                    },
                )}
            </aside>
        }
        .into_any()
    })
}

/// The formula with its numbers.
fn sum_words(why: Why, figures: &vocab::Figures, account: &KpiAccount) -> String {
    let (producing, busy, ideal) = account.times;
    let span = clock_span;
    let equals = |value: Option<f64>| format!(" = {}", percent(value));
    match why {
        Why::Oee => format!(
            "{} × {} × {}{}",
            percent(figures.availability),
            percent(figures.performance),
            percent(figures.quality),
            equals(figures.oee)
        ),
        Why::Availability if busy > 0 => {
            format!("{} ÷ {}{}", span(producing as f64), span(busy as f64), equals(figures.availability))
        }
        Why::Performance if ideal > 0.0 => {
            format!("{} ÷ {}{}", span(ideal), span(producing as f64), equals(figures.performance))
        }
        Why::Quality if figures.produced.is_some() => {
            format!("{} ÷ {}{}", amount(figures.good), amount(figures.produced), equals(figures.quality))
        }
        Why::Nee => percent(figures.nee),
        Why::Teep => percent(figures.teep),
        Why::Produced => amount(figures.produced),
        Why::Mtbf => {
            format!("{} + {} = {}", time_words(figures.mttf), time_words(figures.mttr), time_words(figures.mtbf))
        }
        _ => percent(why.value(figures)),
    }
}

/// Hours, minutes and seconds.
fn clock_span(millis: f64) -> String {
    let secs = (millis / 1000.0).round().max(0.0) as i64;
    format!("{}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}

/// What went in, what was left out, and what happened.
fn facts(why: Why, report: &KpiReport) -> Vec<(&'static str, String)> {
    let account = &report.account;
    let figures = report.total.as_ref().map(|total| total.figures.clone()).unwrap_or_default();
    let losses = figures.losses;
    let span = clock_span;
    let mut facts = vec![("Coverage", percent(figures.coverage))];
    let mut tell = |when: bool, term: &'static str, value: String| {
        if when {
            facts.push((term, value));
        }
    };
    let is_time = matches!(why, Why::Oee | Why::Availability | Why::Nee | Why::Teep | Why::Mtbf);
    tell(is_time, "Planned for work", span(losses.planned));
    tell(is_time && losses.unseen > 0.0, "Left out: not seen", span(losses.unseen));
    tell(is_time && losses.planned_stop > 0.0, "Left out: planned stops", span(losses.planned_stop));
    tell(is_time && losses.setup > 0.0, "Left out: setup", span(losses.setup));
    tell(is_time && account.overtime > 0, "Worked outside of shifts, taken in", span(account.overtime as f64));
    tell(is_time, "Breakdowns", span(losses.breakdown));
    tell(is_time, "Idle", span(losses.idle));
    tell(is_time, "Minor stops", span(losses.minor));
    let is_count = matches!(why, Why::Oee | Why::Performance | Why::Quality | Why::Produced);
    let cycle = account.cycle_ms.map_or_else(|| "—".into(), |ms| format!("{:.3}\u{a0}s", ms / 1000.0));
    tell(is_count, "Planned run time per item, now", cycle);
    tell(is_count, "Counters", account.counting.to_string());
    tell(
        is_count && account.over_gaps > 0.0,
        "Made while nobody saw the state (not in performance)",
        amount(Some(account.over_gaps)),
    );
    tell(
        is_count && account.opening > 0.0,
        "Counted by the shift's counter before it was heard",
        amount(Some(account.opening)),
    );
    let happened = [
        "Counter rolled over",
        "Counter reset",
        "Counter set back (not counted)",
        "Counter leapt (not counted)",
        "Counter said nonsense (not counted)",
    ];
    for (what, times) in happened.into_iter().zip(account.happenings) {
        tell(is_count && times > 0, what, format!("{times} ×"));
    }
    let (late, doubled) = account.late_and_doubled;
    tell(is_count && late > 0, "Values that came late, put in their place", late.to_string());
    tell(is_count && doubled > 0, "Values that came twice, counted once", doubled.to_string());
    facts
}
