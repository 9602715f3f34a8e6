//! The report's tables: hour by hour, what the place is made of, shifts, orders, stops.

use leptos::prelude::*;

use super::figures::{amount, percent};
use super::{Look, Report};
use crate::time::{Timestamp, format_rfc3339};
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::erased::{block, click, each, maybe};
use crate::ui::place::Place;
use crate::ui::state::{Documents, use_documents};
use crate::vocab::{Figures, MachineState};
use crate::wire::{KpiReport, KpiStop};

fn clock(documents: Documents, at: Timestamp) -> String {
    documents.zone.with_value(|zone| zone.clock(at))
}

fn ratios(figures: &Figures) -> AnyView {
    let cells = [figures.oee, figures.availability, figures.performance, figures.quality];
    each(cells, |value| view! { <td class="number">{percent(value)}</td> }.into_any())
}

fn table(testid: &'static str, title: &'static str, heads: &[&'static str], rows: AnyView) -> AnyView {
    let heads = each(heads.to_vec(), |head| {
        let class = (!WORDS.contains(&head)).then_some("number");
        view! { <th class=class>{head}</th> }.into_any()
    });
    view! {
        <section class="kpi-table" data-testid=testid>
            <h2>{title}</h2>
            <div class="table-room">
                <table>
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// Lines of an area, machines of a line.
#[component]
pub fn Parts(
    /// The report.
    report: Report,
) -> impl IntoView {
    block(move || {
        let Some(report) = report.get().filter(|report| !report.parts.is_empty()) else { return ().into_any() };
        let rows = each(report.parts.clone(), |part| {
            let href = Place::Kpi(part.path.to_string()).to_hash();
            let name = part.path.rsplit('/').next().map(name_words).unwrap_or_default();
            let of =
                (!part.speaker.is_empty() && !part.path.ends_with(&*part.speaker)).then(|| name_words(&part.speaker));
            view! {
                <tr>
                    <td>
                        <a href=href>{name}</a>
                        {maybe(of, |of| view! { <small>{format!(" by {of}")}</small> }.into_any())}
                    </td>
                    {ratios(&part.figures)}
                    <td class="number">{amount(part.figures.produced)}</td>
                    <td class="number">{amount(part.figures.scrap)}</td>
                    <td class="number">{percent(part.figures.coverage)}</td>
                </tr>
            }
            .into_any()
        });
        let heads = ["", "OEE", "Availability", "Performance", "Quality", "Produced", "Scrap", "Seen"];
        table("kpi-parts", "Made of", &heads, rows)
    })
}

/// Hour by hour: plan, actual, difference, and why.
#[component]
pub fn Hours(
    /// The report.
    report: Report,
) -> impl IntoView {
    let documents = use_documents();
    block(move || {
        let Some(report) = report.get() else { return ().into_any() };
        let is_long = (report.to - report.from).0 > 36 * 3_600_000;
        let rows = each(report.hours.clone().into_iter().rev().take(MOST_ROWS), move |hour| {
            let made = hour.figures.produced;
            // What was not watched is no shortfall.
            let seen = hour.figures.coverage.unwrap_or(1.0);
            let difference = hour.plan.zip(made).filter(|_| seen >= WELL_SEEN).map(|(plan, made)| made - plan);
            let is_behind = hour.plan.zip(difference).is_some_and(|(plan, by)| by < -0.1 * plan.max(1.0));
            let time = format!("{}–{}", clock(documents, hour.from), clock(documents, hour.to));
            let day = is_long.then(|| documents.zone.with_value(|zone| zone.date(hour.from)));
            let why = match (&*hour.cause.0, hour.cause.1) {
                _ if seen < WELL_SEEN => format!("{} seen", percent(Some(seen))),
                (_, 0) => String::new(),
                ("", lost) => format!("no reason, {}", span_words(crate::time::Millis(lost))),
                (why, lost) => format!("{why}, {}", span_words(crate::time::Millis(lost))),
            };
            view! {
                <tr>
                    <td class="table__time">{day.map(|day| format!("{day} "))}{time}</td>
                    <td class="number">{amount(hour.plan.map(f64::round))}</td>
                    <td class="number">{amount(made)}</td>
                    <td class="number" data-behind=is_behind.then_some("")>{amount(difference.map(f64::round))}</td>
                    <td class="number">{percent(hour.figures.oee)}</td>
                    <td class="table__words">{why}</td>
                </tr>
            }
            .into_any()
        });
        table("kpi-hours", "Hour by hour", &["Hour", "Plan", "Actual", "Difference", "OEE", "Lost most to"], rows)
    })
}

/// The last shifts beside each other.
#[component]
pub fn Shifts(
    /// The report.
    report: Report,
) -> impl IntoView {
    let documents = use_documents();
    block(move || {
        let Some(report) = report.get().filter(|report| !report.shifts.is_empty()) else { return ().into_any() };
        let rows = each(report.shifts.clone().into_iter().rev(), move |shift| {
            let date = documents.zone.with_value(|zone| zone.date(shift.from));
            view! {
                <tr>
                    <td>{date}</td>
                    <td>{shift.name.to_string()}</td>
                    {ratios(&shift.figures)}
                    <td class="number">{amount(shift.figures.produced)}</td>
                    <td class="number">{percent(shift.figures.coverage)}</td>
                </tr>
            }
            .into_any()
        });
        let heads = ["Day", "Shift", "OEE", "Availability", "Performance", "Quality", "Produced", "Seen"];
        table("kpi-shifts", "Shifts", &heads, rows)
    })
}

/// By order and product.
#[component]
pub fn Orders(
    /// The report.
    report: Report,
) -> impl IntoView {
    block(move || {
        let Some(report) = report.get().filter(|report| !report.orders.is_empty()) else { return ().into_any() };
        let rows = each(report.orders.clone().into_iter().rev(), |order| {
            view! {
                <tr>
                    <td>{order.order.to_string()}</td>
                    <td>{order.product.to_string()}</td>
                    {ratios(&order.figures)}
                    <td class="number">{amount(order.figures.produced)}</td>
                    <td class="number">{amount(order.figures.scrap)}</td>
                </tr>
            }
            .into_any()
        });
        let heads = ["Order", "Product", "OEE", "Availability", "Performance", "Quality", "Produced", "Scrap"];
        table("kpi-orders", "Orders", &heads, rows)
    })
}

/// Stops, and a reason for each in two taps.
#[component]
pub fn Stops(
    /// The report.
    report: Report,
    /// What is looked at.
    look: Look,
) -> impl IntoView {
    let documents = use_documents();
    block(move || {
        let Some(report) = report.get() else { return ().into_any() };
        let unexplained: i64 = report
            .stops
            .iter()
            .filter(|stop| stop.state == MachineState::Stopped && stop.reason.is_empty())
            .map(|stop| (stop.to - stop.from).0)
            .sum();
        let stopped: i64 =
            report.stops.iter().filter(|s| s.state == MachineState::Stopped).map(|s| (s.to - s.from).0).sum();
        let share = if stopped > 0 { unexplained as f64 / stopped as f64 } else { 0.0 };
        let cause = look.cause.get();
        let of_cause = |stop: &KpiStop| {
            let reason = if stop.reason.is_empty() { &stop.word } else { &stop.reason };
            cause.as_ref().is_none_or(|cause| cause == reason)
        };
        let shown = report.stops.iter().filter(|stop| of_cause(stop)).take(MOST_ROWS).cloned().collect::<Vec<_>>();
        let rows = each(shown, move |stop| row(documents, look, stop));
        let heads = ["From", "For", "State", "Reason", ""];
        if report.stops.is_empty() {
            let none = "Nothing stood in this time, as far as it was seen.";
            return view! { <section class="kpi-table"><h2>"Stops"</h2><p class="page__hint">{none}</p></section> }
                .into_any();
        }
        let body = table("kpi-stops", "Stops", &heads, rows);
        view! {
            {body}
            <p class="page__hint" data-testid="kpi-unexplained">
                {format!("Unplanned downtime without a reason: {}", percent(Some(share)))}
            </p>
        }
        .into_any()
    })
}

fn row(documents: Documents, look: Look, stop: KpiStop) -> AnyView {
    let time = documents.zone.with_value(|zone| zone.date_time(stop.from));
    let lasts = span_words(stop.to - stop.from);
    let lasts = if stop.is_open { format!("{lasts}, goes on") } else { lasts };
    let reason = match (&stop.said, stop.reason.is_empty()) {
        (Some((who, comment)), _) => {
            let who = if who.is_empty() { "this device".into() } else { who.to_string() };
            let comment = if comment.is_empty() { String::new() } else { format!(": {comment}") };
            format!("{} (said {who}{comment})", stop.reason)
        }
        (None, true) => "—".into(),
        (None, false) => stop.reason.to_string(),
    };
    let state = match stop.state {
        MachineState::PlannedStop => "planned",
        MachineState::Idle => "idle",
        _ => "unplanned",
    };
    let state_word = stop.state.word();
    let word = if stop.word.is_empty() { state.to_owned() } else { format!("{state} · {}", stop.word) };
    view! {
        <tr data-state=state_word>
            <td class="table__time">{time}</td>
            <td>{lasts}</td>
            <td>{word}</td>
            <td class="table__words">{reason}</td>
            <td>
                <button class="button button--quiet" data-testid="kpi-explain" on:click=click(move || look.stop.set(Some(stop.clone())))>
                    "Give a reason"
                </button>
            </td>
        </tr>
    }
    .into_any()
}

/// The hours as a table to save: times in UTC and on the plant's clock.
pub fn hours_table(report: &KpiReport, documents: Documents) -> String {
    let mut out = String::from(
        "scope,from,to,plant_time,plan,produced,good,scrap,availability,performance,quality,oee,coverage,lost_most_to,lost_s\r\n",
    );
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for hour in &report.hours {
        let figures = &hour.figures;
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\"").trim_start_matches(['=', '+', '-', '@']));
        let cells = [
            quoted(if report.speaker.is_empty() { &report.path } else { &report.speaker }),
            format_rfc3339(hour.from),
            format_rfc3339(hour.to),
            quoted(&clock(documents, hour.from)),
            number(hour.plan),
            number(figures.produced),
            number(figures.good),
            number(figures.scrap),
            number(figures.availability),
            number(figures.performance),
            number(figures.quality),
            number(figures.oee),
            number(figures.coverage),
            quoted(&hour.cause.0),
            (hour.cause.1 / 1000).to_string(),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

const MOST_ROWS: usize = 200;
/// With less of an hour seen its quantities are not compared with the plan.
pub const WELL_SEEN: f64 = 0.9;
/// Columns of words; the others hold numbers, at the right.
const WORDS: [&str; 11] =
    ["", "Hour", "Lost most to", "Day", "Shift", "Order", "Product", "From", "For", "State", "Reason"];
