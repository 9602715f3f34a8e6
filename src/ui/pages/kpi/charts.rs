//! The report's pictures: where the time went, what the machine did, why it stood, how it was before.

use leptos::prelude::*;

use super::figures::percent;
use super::{Look, Report};
use crate::chart::{
    Bars, Chart, Grain, HeatMap, Layer, LimitRank, Locale, Pareto, PlainLocale, Stretch, Timeline, Tone, Window,
};
use crate::time::{Millis, Timestamp, ZoneTable};
use crate::ui::canvas::ChartCanvas;
use crate::ui::format::name_words;
use crate::ui::parts::erased::{attr, block, click, each, maybe};
use crate::ui::state::use_live;
use crate::vocab::MachineState;
use crate::wire::{KpiCause, KpiReport, KpiStretch};

/// The pictures.
#[component]
pub fn Charts(
    /// The report.
    report: Report,
    /// What is looked at.
    look: Look,
) -> impl IntoView {
    let zone = use_live().zone;
    let by_count = RwSignal::new(false);
    let of = move |make: fn(&KpiReport) -> Option<Chart>| {
        Signal::derive(move || report.with(|report| report.as_deref().and_then(make)))
    };
    let clock = move || std::rc::Rc::new(PlantLocale(zone.get_untracked())) as std::rc::Rc<dyn Locale>;
    let oee = move || report.with(|report| percent(report.as_ref().and_then(|r| r.total.as_ref()?.figures.oee)));
    let heat = Signal::derive(move || report.with(|r| r.as_deref().and_then(|r| heat_chart(r, &zone.get()))));
    let rates = Signal::derive(move || report.with(|r| r.as_deref().and_then(|r| rates_chart(r, &zone.get()))));
    let shifts = Signal::derive(move || report.with(|r| r.as_deref().and_then(|r| shifts_chart(r, &zone.get()))));
    let pareto =
        Signal::derive(move || report.with(|r| r.as_deref().and_then(|r| pareto_of(&r.causes, by_count.get()))));
    let figure = |title: &'static str, wide: bool, chart: AnyView| {
        view! {
            <figure class="kpi-chart" data-wide=wide.then_some("")>
                <figcaption>{title}</figcaption>
                {chart}
            </figure>
        }
        .into_any()
    };
    let has_causes = Memo::new(move |_| pareto.with(Option::is_some));
    let has_heat =
        Memo::new(move |_| report.with(|r| r.as_ref().is_some_and(|r| r.heat.iter().any(|(_, oee)| oee.is_some()))));
    view! {
        <section class="kpi-charts" aria-label="Charts">
            {figure(
                "What it did",
                true,
                view! { <ChartCanvas chart=of(timeline_chart) label=Signal::derive(move || report.with(|r| timeline_words(r.as_deref()))) locale=clock() /> }.into_any(),
            )}
            {figure(
                "Where the time went, minutes",
                false,
                view! { <ChartCanvas chart=of(waterfall_chart) label=Signal::derive(move || format!("From planned to effective time; OEE {}", oee())) /> }.into_any(),
            )}
            <figure class="kpi-chart">
                <figcaption>
                    "Why it stood" <span class="page__gap"></span>
                    <button
                        class="button button--quiet"
                        data-testid="kpi-pareto-by"
                        aria-pressed=attr(move || by_count.get())
                        on:click=click(move || by_count.update(|by| *by = !*by))
                    >
                        "By count"
                    </button>
                </figcaption>
                {move || {
                    let words = move || if has_causes.get() { "" } else { "Nothing stood unplanned in this time." };
                    view! { <p class="kpi-chart__none">{words()}</p> }
                }}
                <ChartCanvas chart=pareto label=Signal::derive(move || report.with(|r| r.as_deref().map(|r| causes_words(&r.causes)).unwrap_or_default())) />
                <Causes report look />
            </figure>
            {figure(
                "Rate against plan, items an hour",
                false,
                view! { <ChartCanvas chart=rates label=Signal::derive(|| "Items made in each hour against the plan, as in the table below".to_owned()) /> }.into_any(),
            )}
            {figure(
                "OEE by shift, %",
                false,
                view! { <ChartCanvas chart=shifts label=Signal::derive(|| "OEE of the last shifts, as in the table below".to_owned()) /> }.into_any(),
            )}
            {move || maybe(has_heat.get().then_some(()), |()| figure(
                "OEE by hour of the week, %",
                false,
                view! { <ChartCanvas chart=heat label=Signal::derive(|| "OEE by hour and day".to_owned()) /> }.into_any(),
            ))}
        </section>
    }
}

/// The reasons of the chart, each a way to its stops.
#[component]
fn Causes(report: Report, look: Look) -> impl IntoView {
    let causes = Memo::new(move |_| report.with(|report| report.as_deref().map(unplanned).unwrap_or_default()));
    block(move || {
        let one = |reason: std::sync::Arc<str>| {
            let (words, own) = (named(&reason), reason.clone());
            let is_chosen = move || look.cause.with(|cause| cause.as_ref() == Some(&own));
            let toggle = move || {
                look.cause.update(|cause| {
                    *cause = if cause.as_ref() == Some(&reason) { None } else { Some(reason.clone()) };
                });
            };
            view! {
                <button class="chip" data-testid="kpi-cause" aria-pressed=attr(is_chosen) on:click=click(toggle)>
                    {words}
                </button>
            }
            .into_any()
        };
        view! { <div class="chips kpi-causes" role="group" aria-label="Stops of one reason">{each(causes.get(), one)}</div> }
            .into_any()
    })
}

/// The parts of a place beside each other: lines of an area, machines of a line.
#[component]
pub fn Comparison(
    /// The report.
    report: Report,
) -> impl IntoView {
    let chart = Signal::derive(move || report.with(|report| report.as_deref().and_then(parts_chart)));
    let has_parts = Memo::new(move |_| chart.with(Option::is_some));
    block(move || {
        maybe(has_parts.get().then_some(()), |()| {
            view! {
                <figure class="kpi-chart" data-testid="kpi-comparison">
                    <figcaption>"OEE beside each other, %"</figcaption>
                    <ChartCanvas chart label=Signal::derive(|| "OEE of each part, as in the table above".to_owned()) />
                </figure>
            }
            .into_any()
        })
    })
}

fn parts_chart(report: &KpiReport) -> Option<Chart> {
    let known = report.parts.iter().filter_map(|part| Some((part, part.figures.oee?)));
    let mut known: Vec<(String, f64)> = known
        .map(|(part, oee)| (part.path.rsplit('/').next().map(name_words).unwrap_or_default(), oee * 100.0))
        .collect();
    // The one that needs somebody comes first.
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    known.truncate(MOST_PARTS);
    let (categories, values): (Vec<String>, Vec<f64>) = known.into_iter().unzip();
    let layers = vec![Layer { tone: Tone::Calm, values }];
    let target = report.target.map(|target| target * 100.0);
    (categories.len() > 1).then(|| Chart::Bars(Bars { categories, layers, target, unit: "%".into(), is_level: false }))
}

/// What was made an hour, against what the plan or the planned run time allows.
fn rates_chart(report: &KpiReport, zone: &ZoneTable) -> Option<Chart> {
    let hours = report.hours.iter().rev().take(MOST_HOURS).rev();
    let per_hour =
        |hour: &crate::wire::KpiHour, items: f64| items * 3_600_000.0 / ((hour.to - hour.from).0.max(1) as f64);
    let made = hours.clone().filter_map(|hour| {
        let end = hour.to.min(report.now);
        let made = hour.figures.produced?;
        let hours = (end - hour.from).0.max(1) as f64 / 3_600_000.0;
        let clock = zone.wall(hour.from).rem_euclid(DAY) / 3_600_000;
        Some((clock.to_string(), made / hours))
    });
    let (categories, values): (Vec<String>, Vec<f64>) = made.unzip();
    // A whole hour of work tells the takt; breaks have less.
    let target = hours.filter_map(|hour| Some(per_hour(hour, hour.plan?))).max_by(f64::total_cmp);
    let layers = vec![Layer { tone: Tone::Calm, values }];
    (!categories.is_empty())
        .then(|| Chart::Bars(Bars { categories, layers, target, unit: "/h".into(), is_level: false }))
}

/// The reasons of unplanned downtime that the chart shows, the longest first.
fn unplanned(report: &KpiReport) -> Vec<std::sync::Arc<str>> {
    let causes = report.causes.iter().filter(|cause| cause.state != MachineState::PlannedStop);
    causes.map(|cause| cause.reason.clone()).take(MOST_CAUSES).collect()
}

fn named(reason: &str) -> String {
    if reason.is_empty() { "No reason".to_owned() } else { reason.to_owned() }
}

/// What a state looks like.
const fn tone(state: MachineState) -> Tone {
    match state {
        MachineState::Running => Tone::Calm,
        MachineState::Idle => Tone::Rank(LimitRank::Low),
        MachineState::PlannedStop => Tone::Faint,
        MachineState::Stopped => Tone::Rank(LimitRank::High),
        MachineState::Offline => Tone::Unknown,
    }
}

fn timeline_chart(report: &KpiReport) -> Option<Chart> {
    let name = report.speaker.rsplit('/').next().unwrap_or("");
    Some(timeline_of(name, &report.stretches, Window { from: report.from, to: report.to }))
}

/// A machine's states over time.
pub fn timeline_of(name: &str, stretches: &[KpiStretch], window: Window) -> Chart {
    let stretches = stretches.iter().map(|s| Stretch { from: s.from, to: s.to, tone: tone(s.state) });
    Chart::Timeline(Timeline { rows: vec![(name.to_owned(), stretches.collect())], window })
}

fn timeline_words(report: Option<&KpiReport>) -> String {
    let Some(report) = report else { return String::new() };
    let minutes = |state: MachineState| {
        let of_state = report.stretches.iter().filter(|stretch| stretch.state == state);
        of_state.map(|stretch| (stretch.to - stretch.from).0).sum::<i64>() / 60_000
    };
    format!(
        "Minutes running {}, idle {}, planned stop {}, stopped {}",
        minutes(MachineState::Running),
        minutes(MachineState::Idle),
        minutes(MachineState::PlannedStop),
        minutes(MachineState::Stopped)
    )
}

/// From planned to effective time: each loss hangs below where the one before ended.
fn waterfall_chart(report: &KpiReport) -> Option<Chart> {
    let losses = report.total.as_ref()?.figures.losses;
    let minutes = |millis: f64| millis / 60_000.0;
    // Where most was not seen, what was seen is shown: the rest would be one bar and slivers.
    let is_little = losses.unseen > 0.5 * losses.planned;
    let planned = minutes(if is_little { losses.planned - losses.unseen } else { losses.planned });
    if planned <= 0.0 {
        return None;
    }
    let unseen = (!is_little).then_some(losses.unseen);
    let scrap = losses.startup_scrap.zip(losses.scrap).map(|(startup, scrap)| startup + scrap);
    let steps = [
        ("Not seen", unseen, Tone::Unknown),
        ("Planned stops", Some(losses.planned_stop), Tone::Faint),
        ("Setup", Some(losses.setup), Tone::Faint),
        ("Breakdowns", Some(losses.breakdown), Tone::Rank(LimitRank::High)),
        ("Idle", Some(losses.idle), Tone::Rank(LimitRank::Low)),
        ("Minor stops", Some(losses.minor), Tone::Rank(LimitRank::Medium)),
        ("Speed", losses.speed, Tone::Series(0)),
        ("Scrap", scrap, Tone::Series(1)),
    ];
    let mut bars = Bars { is_level: true, ..Bars::default() };
    let mut layers: Vec<Layer> =
        vec![Layer { tone: Tone::Clear, values: vec![0.0] }, Layer { tone: Tone::Calm, values: vec![planned] }];
    bars.categories.push(if is_little { "Seen".into() } else { "Planned".into() });
    let mut left = planned;
    for (name, loss, tone) in steps {
        let Some(loss) = loss.map(minutes).filter(|loss| loss.abs() >= 0.05) else { continue };
        left -= loss;
        let row = bars.categories.len();
        bars.categories.push(name.into());
        layers[0].values.push(if loss > 0.0 { left } else { left + loss });
        layers[1].values.push(0.0);
        let mut values = vec![0.0; row];
        values.push(loss.abs());
        layers.push(Layer { tone, values });
    }
    if let Some(effective) = losses.effective {
        bars.categories.push("Effective".into());
        layers[0].values.push(0.0);
        layers[1].values.push(minutes(effective).max(0.0));
    }
    let rows = bars.categories.len();
    layers.iter_mut().for_each(|layer| layer.values.resize(rows, 0.0));
    bars.layers = layers;
    Some(Chart::Bars(bars))
}

/// Unplanned downtime by reason, in minutes or counted; `None` where there was none.
pub fn pareto_of(causes: &[KpiCause], by_count: bool) -> Option<Chart> {
    let causes = causes.iter().filter(|cause| cause.state != MachineState::PlannedStop);
    let amount = |millis: i64, count: u32| if by_count { f64::from(count) } else { millis as f64 / 60_000.0 };
    let causes: Vec<_> =
        causes.map(|cause| (named(&cause.reason), amount(cause.millis, cause.count))).take(MOST_CAUSES).collect();
    let unit = if by_count { "×" } else { "min" };
    (!causes.is_empty()).then(|| Chart::Pareto(Pareto { causes, unit: unit.into() }))
}

/// The longest causes in words.
pub fn causes_words(causes: &[KpiCause]) -> String {
    let one = |cause: &KpiCause| format!("{} {} min", cause.reason, cause.millis / 60_000);
    let words: Vec<String> = causes.iter().take(5).map(one).collect();
    format!("Downtime by reason: {}", words.join(", "))
}

fn shifts_chart(report: &KpiReport, zone: &ZoneTable) -> Option<Chart> {
    let date = |at: Timestamp| PlainLocale::default().time(Timestamp(zone.wall(at).div_euclid(DAY) * DAY), Grain::Day);
    let name = |shift: &crate::wire::KpiSpan| match &*shift.name {
        "" => date(shift.from),
        name => name.to_owned(),
    };
    let known = report.shifts.iter().filter(|shift| shift.figures.oee.is_some());
    let (categories, values): (Vec<String>, Vec<f64>) =
        known.map(|shift| (name(shift), shift.figures.oee.unwrap_or(0.0) * 100.0)).unzip();
    let layers = vec![Layer { tone: Tone::Calm, values }];
    let target = report.target.map(|target| target * 100.0);
    (!categories.is_empty())
        .then(|| Chart::Bars(Bars { categories, layers, target, unit: "%".into(), is_level: false }))
}

fn heat_chart(report: &KpiReport, zone: &ZoneTable) -> Option<Chart> {
    let mut days: Vec<i64> = Vec::new();
    let wall = |at: Timestamp| zone.wall(at);
    for (at, _) in &report.heat {
        let day = wall(*at).div_euclid(DAY);
        if days.last() != Some(&day) {
            days.push(day);
        }
    }
    let mut cells = vec![None; days.len() * 24];
    for (at, oee) in &report.heat {
        let (day, hour) = (wall(*at).div_euclid(DAY), wall(*at).rem_euclid(DAY) / 3_600_000);
        let row = days.iter().position(|known| *known == day)?;
        cells[row * 24 + hour as usize] = oee.map(|oee| oee * 100.0);
    }
    let plain = PlainLocale::default();
    let rows = days.iter().map(|day| plain.time(Timestamp(day * DAY), Grain::Day)).collect();
    let columns = (0..24).map(|hour| hour.to_string()).collect();
    Some(Chart::Heat(HeatMap { columns, rows, cells, domain: Some((0.0, 100.0)), unit: "%".into() }))
}

/// Axis labels on the plant's clock.
pub struct PlantLocale(pub ZoneTable);

impl Locale for PlantLocale {
    fn offset(&self, at: Timestamp) -> Millis {
        self.0.offset(at)
    }

    fn number(&self, value: f64, decimals: usize) -> String {
        PlainLocale::default().number(value, decimals)
    }

    fn time(&self, wall: Timestamp, grain: Grain) -> String {
        PlainLocale::default().time(wall, grain)
    }
}

const DAY: i64 = 86_400_000;
const MOST_CAUSES: usize = 10;
const MOST_PARTS: usize = 24;
const MOST_HOURS: usize = 24;
