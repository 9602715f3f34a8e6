//! The figures, and where each comes from.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Look, Report};
use crate::time::Millis;
use crate::ui::format::{name_words, span_words, write_fixed};
use crate::ui::parts::erased::{block, click, each, maybe};
use crate::ui::state::{Documents, use_documents};
use crate::vocab;
use crate::wire::KpiReport;

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

    pub(super) const fn title(self) -> &'static str {
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

    pub(super) const fn value(self, figures: &vocab::Figures) -> Option<f64> {
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
    pub(super) const fn formula(self) -> &'static str {
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
    let documents = use_documents();
    block(move || maybe(report.get(), |report| figures(&report, look, documents)))
}

fn figures(report: &Arc<KpiReport>, look: Look, documents: Documents) -> AnyView {
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
        {maybe(sources_words(report, documents), |words| view! { <p class="page__hint" data-testid="kpi-sources">{words}</p> }.into_any())}
        {maybe(speaker, |speaker| view! { <p class="page__hint">{speaker}</p> }.into_any())}
        {each(missing, |why| view! { <p class="kpi__missing" data-testid="kpi-missing">{why.to_string()}</p> }.into_any())}
    }
    .into_any()
}

/// Where the part of the period before this page was opened comes from, and who publishes what comes out.
fn sources_words(report: &KpiReport, documents: Documents) -> Option<String> {
    let account = &report.account;
    let clock = |at| documents.zone.with_value(|zone| zone.clock(at));
    let mut sources = Vec::new();
    if let Some(until) = account.resumed {
        sources.push(format!("kept by this browser until {}", clock(until.min(report.now))));
    }
    if account.opening > 0.0 {
        sources
            .push(format!("{} counted by the shift's own counter before it was heard", amount(Some(account.opening))));
    }
    for (from, to) in &account.borrowed {
        sources.push(format!(
            "{}–{} told by another screen (not verified)",
            clock((*from).max(report.from)),
            clock((*to).min(report.to))
        ));
    }
    match &*report.publisher {
        "here" => sources.push("results are published by this screen".into()),
        "elsewhere" => sources.push("results are published by another screen".into()),
        _ => {}
    }
    let mut words = sources.join("; ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    (!words.is_empty()).then(|| format!("{words}."))
}

fn rate(rate: Option<f64>, ideal: Option<f64>) -> String {
    let Some(rate) = rate else { return "—".into() };
    let ideal = ideal.map(|ideal| format!(" of {}", amount(Some(ideal.round())))).unwrap_or_default();
    format!("{}{ideal}\u{a0}/h", amount(Some(rate.round())))
}
