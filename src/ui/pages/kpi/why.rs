//! Where a figure comes from: formula, what went into it, what was left out, and which tags it is made of.

use std::sync::Arc;

use leptos::prelude::*;

use super::figures::{Why, amount, percent, time_words};
use super::{Look, Report};
use crate::document::KpiRule;
use crate::ui::parts::erased::{block, click, each, maybe};
use crate::ui::state::use_documents;
use crate::vocab;
use crate::wire::{KpiAccount, KpiInput, KpiReport};

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
        let speaker = report.speaker.clone();
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
                            <Confirm machine=speaker inputs=inputs.clone() />
                            <ul class="kpi-sheet__inputs">
                                {each(
                                    inputs,
                                    |input| {
                                        let href = crate::ui::place::Place::Tag(input.path.to_string()).to_hash();
                                        let by = if input.is_configured { "configured or confirmed" } else { "found by its name" };
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

/// Says that the tags found by their names are the right ones: from then on they are as good as configured.
#[component]
fn Confirm(machine: Arc<str>, inputs: Vec<KpiInput>) -> impl IntoView {
    let documents = use_documents();
    // The state is not a matter of `kpis`.
    let is_open = inputs.iter().any(|input| !input.is_configured && &*input.role != "state");
    let confirm = move || {
        let mut rule = KpiRule { pattern: machine.to_string(), ..KpiRule::default() };
        for input in &inputs {
            let Some(tag) = input.path.strip_prefix(&*machine).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            let place = match &*input.role {
                "total" => &mut rule.total,
                "good" => &mut rule.good,
                "scrap" => &mut rule.scrap,
                "cycle" => &mut rule.cycle,
                "rate" => &mut rule.rate,
                "order" => &mut rule.order,
                "product" => &mut rule.product,
                "reason" => &mut rule.reason,
                _ => continue,
            };
            *place = Some(tag.to_owned());
        }
        documents.say_meanings(|meanings| {
            meanings.kpis.retain(|known| known.pattern != rule.pattern);
            meanings.kpis.push(rule.clone());
        });
    };
    maybe(is_open.then_some(()), |()| {
        view! {
            <p class="page__hint">"Some were found by their names alone. Look at them once, and say so."</p>
            <button class="button" data-testid="kpi-confirm" on:click=click(confirm)>
                "These are right"
            </button>
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
