//! A report of KPIs: the figures of a place, what it is made of, and the account of the machine that speaks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kpis::arc;
use crate::kpi::{
    Account, Basis, Books, Cause, Counter, Segment, Source, Stop, Sums, WordId, Words, causes, figures_of,
};
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{Figures, Level, MachineState, PlaceId};
use crate::wire::{
    KpiAccount, KpiCause, KpiHour, KpiInput, KpiOrder, KpiReport, KpiRequest, KpiScope, KpiSpan, KpiStop, KpiStretch,
    Period,
};

/// Makes a report.
pub(super) fn report(books: &mut Books, asked: &KpiRequest, now: Timestamp, plant: &Plant) -> KpiReport {
    let (from, to, shift) = window(books, asked.period, now);
    let mut report = KpiReport {
        path: arc(&asked.path),
        from,
        to,
        now,
        shift,
        target: books.config().target_oee,
        reasons: books.config().reasons_in_force().into_iter().map(|reason| (reason.name, reason.below)).collect(),
        ..KpiReport::default()
    };
    let lines = lines_at(books, &asked.path, plant);
    let window = (from, to);
    let mut speakers = Vec::new();
    for (line, machines) in &lines {
        let speaker = books.speaker(line, machines, now);
        let Some(speaker) = speaker else { continue };
        speakers.push(speaker);
        if lines.len() > 1 {
            report.parts.push(scope(books, line, speaker, window, now));
        }
    }
    if let [(line, machines)] = &lines[..] {
        for &machine in machines {
            let Some(account) = books.account(machine).filter(|account| account.is_telling()) else { continue };
            let path = account.path.clone();
            report.parts.push(KpiScope { speaker: arc(""), ..scope(books, &path, machine, window, now) });
        }
        if let Some(&speaker) = speakers.first() {
            report.total = Some(scope(books, line, speaker, window, now));
            tell_machine(books, speaker, &mut report, now, plant);
        }
    } else if !speakers.is_empty() {
        let (sums, has) = books.total(&speakers, window, now);
        let figures = figures_of(&sums, has, Basis::Time);
        report.total = Some(KpiScope { path: arc(&asked.path), speaker: arc(""), figures });
        report.hours = hours(books, &speakers, window, now);
    }
    // A report of one machine has no parts but itself.
    if report.parts.len() == 1 && report.parts[0].path == report.path {
        report.parts.clear();
    }
    report
}

/// The lines at and below a place with their machines, in order of their flow and paths. A machine alone is a line of its own.
pub(super) fn lines_at(books: &Books, path: &str, plant: &Plant) -> Vec<(Arc<str>, Vec<PlaceId>)> {
    let mut lines: BTreeMap<Arc<str>, Vec<PlaceId>> = BTreeMap::new();
    for account in books.accounts().filter(|account| account.is_telling()) {
        let is_below = path.is_empty()
            || account.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !is_below {
            continue;
        }
        let place = plant.places().get(account.place);
        let above = place.and_then(|place| plant.places().get(place.parent?));
        let is_line = above.is_some_and(|above| above.level == Some(Level::Line) && *account.path != *path);
        let line = above.filter(|_| is_line).map_or_else(|| account.path.clone(), |above| above.path.clone());
        lines.entry(line).or_default().push(account.place);
    }
    for (line, machines) in &mut lines {
        machines.sort_by_key(|place| {
            let path = books.account(*place).map(|account| account.path.clone());
            let name = path.as_deref().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            (books.config().place_in_flow(line, name), path)
        });
    }
    lines.into_iter().collect()
}

/// Begin, end, name.
type Span = (Timestamp, Timestamp, Arc<str>);

fn window(books: &Books, period: Period, now: Timestamp) -> Span {
    let calendar = &books.calendar;
    match period {
        Period::Hours(count) => {
            let hour = calendar.index(now).map_or(now, |index| calendar.cells()[index].start);
            (hour - Millis(HOUR * i64::from(count.clamp(1, 24 * 31).saturating_sub(1))), hour + Millis(HOUR), arc(""))
        }
        Period::Shift(back) => shift(books, back, now),
        Period::Day(back) => {
            let day = calendar.shift_at(now).map_or_else(|| calendar.day(now), |shift| shift.day) - i64::from(back);
            days(books, day, day)
        }
        Period::Week(back) => {
            let today = calendar.shift_at(now).map_or_else(|| calendar.day(now), |shift| shift.day);
            let monday = today - crate::document::weekday(today) as i64 - 7 * i64::from(back);
            days(books, monday, monday + 6)
        }
    }
}

/// A shift, counted back from the one under way: begin, end, name.
fn shift(books: &Books, back: u32, now: Timestamp) -> Span {
    let calendar = &books.calendar;
    let index = calendar.shifts().partition_point(|shift| shift.start <= now).saturating_sub(1);
    match calendar.shifts().get(index.saturating_sub(back as usize)) {
        Some(shift) => (shift.start, shift.end, arc(calendar.name(shift))),
        None => (now - Millis(8 * HOUR), now, arc("")),
    }
}

/// The shift under way, or else the last one; and the one before it.
pub(super) fn current_shift(books: &Books, now: Timestamp) -> (Span, Option<Span>) {
    let current = shift(books, 0, now);
    let before = Some(shift(books, 1, now)).filter(|before| before.0 < current.0);
    (current, before)
}

/// From the first shift of the first day to the end of the last shift of the last; the clock's days where there is none.
fn days(books: &Books, first: i64, last: i64) -> Span {
    let calendar = &books.calendar;
    let mut of_days = calendar.shifts().iter().filter(|shift| (first..=last).contains(&shift.day));
    let start = of_days.next();
    let end = of_days.next_back().or(start);
    match start.zip(end) {
        Some((start, end)) => (start.start, end.end, arc("")),
        None => (calendar.day_start(first), calendar.day_start(last + 1), arc("")),
    }
}

fn figures(books: &mut Books, machine: PlaceId, window: (Timestamp, Timestamp), now: Timestamp) -> Figures {
    let sums = books.sums(machine, window, now);
    figures_of(&sums, books.account(machine).map_or([false; 3], Account::has), Basis::Items)
}

fn scope(
    books: &mut Books,
    path: &Arc<str>,
    speaker: PlaceId,
    window: (Timestamp, Timestamp),
    now: Timestamp,
) -> KpiScope {
    let figures = figures(books, speaker, window, now);
    let name = books.account(speaker).map_or("", |account| account.path.rsplit('/').next().unwrap_or(""));
    KpiScope { path: path.clone(), speaker: arc(name), figures }
}

/// The hours of a period that have begun.
fn hours_in(books: &Books, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let calendar = &books.calendar;
    let mut hours: Vec<(Timestamp, Timestamp)> = Vec::new();
    for cell in calendar.cells_in(from, to.min(now)) {
        let (start, end) = (cell.start.max(from), cell.end.min(to));
        match hours.last_mut() {
            Some(last)
                if calendar.hour(last.0) == calendar.hour(start)
                    && calendar.zone().offset(last.0) == calendar.zone().offset(start) =>
            {
                last.1 = end;
            }
            _ => hours.push((start, end)),
        }
    }
    hours
}

fn hours(books: &mut Books, speakers: &[PlaceId], window: (Timestamp, Timestamp), now: Timestamp) -> Vec<KpiHour> {
    let mut hours = hours_in(books, window, now);
    let skipped = hours.len().saturating_sub(MOST_HOURS);
    hours.drain(..skipped);
    let mut told = Vec::with_capacity(hours.len());
    for (from, to) in hours {
        let (figures, sums, plan_per_hour) = match *speakers {
            [one] => {
                let sums = books.sums(one, (from, to), now);
                let account = books.account(one);
                let has = account.map_or([false; 3], Account::has);
                let plan = account.and_then(|account| account.inputs.plan_per_hour);
                (figures_of(&sums, has, Basis::Items), sums, plan)
            }
            _ => {
                let (sums, has) = books.total(speakers, (from, to), now);
                (figures_of(&sums, has, Basis::Time), sums, None)
            }
        };
        let plan = plan_of(books, speakers, &sums, plan_per_hour, from);
        told.push(KpiHour { from, to, plan, figures, cause: (arc(""), 0) });
    }
    told
}

/// Items that the planned time of a stretch allows: as configured, else at the planned run time.
pub(super) fn plan_of(
    books: &Books,
    speakers: &[PlaceId],
    sums: &Sums,
    plan_per_hour: Option<f64>,
    at: Timestamp,
) -> Option<f64> {
    let &[one] = speakers else { return None };
    let planned = (sums.work - sums.planned_stop + sums.overtime).max(0) as f64;
    let per_hour =
        plan_per_hour.or_else(|| Some(3_600_000.0 / books.account(one)?.ledger.cycle_at(at + Millis(HOUR / 2))?))?;
    Some(per_hour * planned / 3_600_000.0)
}

/// All that is told of one machine alone.
fn tell_machine(books: &mut Books, machine: PlaceId, report: &mut KpiReport, now: Timestamp, plant: &Plant) {
    let (from, to) = (report.from, report.to);
    let Some(account) = books.account(machine) else { return };
    report.speaker = account.path.clone();
    let words = &books.words;
    let text = |id: WordId| words.text(id).clone();
    let stops = account.ledger.stops(from, to, now, words);
    report.stretches = stretches(account, (from, to.min(now)), words);
    report.causes = told(&stops, words);
    let notes = account.ledger.notes();
    let stop = |stop: &Stop| KpiStop {
        from: stop.from,
        to: stop.to,
        is_open: stop.is_open,
        state: stop.state,
        word: text(stop.word),
        reason: text(stop.reason),
        said: stop.note.and_then(|note| notes.get(note)).map(|note| (arc(&note.who), arc(&note.comment))),
    };
    report.stops = stops.iter().rev().take(MOST_STOPS).map(stop).collect();
    report.account = account_of(books, machine, (from, to), now, plant);
    let mut hours = hours(books, &[machine], (from, to), now);
    for hour in &mut hours {
        hour.cause = worst(books, &stops, hour.from, hour.to);
    }
    report.hours = hours;
    report.orders = orders(books, machine, (from, to), now);
    report.shifts = shifts(books, machine, to.min(now), now);
    let week = (to.min(now) - Millis(7 * 24 * HOUR), to);
    let of_week = hours_in(books, week, now);
    report.heat = of_week.into_iter().map(|hour| (hour.0, figures(books, machine, hour, now).oee)).collect();
}

/// What a machine was doing, as far as it is known.
pub(super) fn stretches(account: &Account, (from, to): (Timestamp, Timestamp), words: &Words) -> Vec<KpiStretch> {
    let segments = account.ledger.segments(from, to, words).into_iter();
    let known = segments.filter(|segment| segment.state != MachineState::Offline);
    let stretch = |segment: Segment| KpiStretch { from: segment.from, to: segment.to, state: segment.state };
    known.map(stretch).take(MOST_STRETCHES).collect()
}

/// Downtime by reason.
pub(super) fn told(stops: &[Stop], words: &Words) -> Vec<KpiCause> {
    let cause = |cause: Cause| KpiCause {
        reason: words.text(cause.reason).clone(),
        state: cause.state,
        millis: cause.millis,
        count: cause.count,
    };
    causes(stops).into_iter().take(MOST_CAUSES).map(cause).collect()
}

/// Why most of a stretch was lost.
fn worst(books: &Books, stops: &[Stop], from: Timestamp, to: Timestamp) -> (Arc<str>, i64) {
    let within = stops.iter().filter(|stop| stop.from < to && from < stop.to);
    let cut: Vec<Stop> =
        within.map(|stop| Stop { from: stop.from.max(from), to: stop.to.min(to), ..stop.clone() }).collect();
    let worst = causes(&cut).into_iter().next();
    worst.map_or_else(|| (arc(""), 0), |cause| (books.words.text(cause.reason).clone(), cause.millis))
}

fn orders(books: &mut Books, machine: PlaceId, window: (Timestamp, Timestamp), now: Timestamp) -> Vec<KpiOrder> {
    let mut by_order: Vec<((WordId, WordId), Sums)> = Vec::new();
    books.collect(machine, window, now, &mut |_, slice| {
        let key = (slice.order, slice.product);
        match by_order.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sums)) => sums.add(&slice.sums),
            None => by_order.push((key, slice.sums.clone())),
        }
    });
    let has = books.account(machine).map_or([false; 3], Account::has);
    by_order.retain(|((order, product), _)| *order != WordId::NONE || *product != WordId::NONE);
    let skipped = by_order.len().saturating_sub(MOST_ORDERS);
    let told = by_order.into_iter().skip(skipped).map(|((order, product), sums)| KpiOrder {
        order: books.words.text(order).clone(),
        product: books.words.text(product).clone(),
        figures: figures_of(&sums, has, Basis::Items),
    });
    told.collect()
}

/// The last shifts up to an instant that anything is known of.
fn shifts(books: &mut Books, machine: PlaceId, until: Timestamp, now: Timestamp) -> Vec<KpiSpan> {
    let since = books.account(machine).and_then(|account| account.ledger.since()).unwrap_or(now);
    let calendar = &books.calendar;
    let end = calendar.shifts().partition_point(|shift| shift.start < until);
    let of_machine = calendar.shifts()[..end].iter().filter(|shift| shift.end > since);
    let shifts: Vec<(Timestamp, Timestamp, Arc<str>)> =
        of_machine.map(|shift| (shift.start, shift.end, arc(calendar.name(shift)))).collect();
    let skipped = shifts.len().saturating_sub(MOST_SHIFTS);
    let span = |(from, to, name): (Timestamp, Timestamp, Arc<str>)| KpiSpan {
        from,
        to,
        name,
        figures: figures(books, machine, (from, to), now),
    };
    shifts.into_iter().skip(skipped).map(span).collect()
}

fn account_of(
    books: &mut Books,
    machine: PlaceId,
    window: (Timestamp, Timestamp),
    now: Timestamp,
    plant: &Plant,
) -> KpiAccount {
    let sums = books.sums(machine, window, now);
    let Some(account) = books.account(machine) else { return KpiAccount::default() };
    let has = account.has();
    let amount = |amounts: [f64; 3]| amounts[if has[0] { 0 } else { Counter::Good as usize }];
    let mut missing: Vec<Arc<str>> = Vec::new();
    let mut miss = |is_missing: bool, why: &str| {
        if is_missing {
            missing.push(arc(why));
        }
    };
    let cycle = account.ledger.cycle_at(now);
    miss(!account.ledger.has_state(), "No tag tells the machine's state: availability is unknown.");
    miss(!has.contains(&true), "No tag counts what is made: performance and quality are unknown.");
    miss(
        cycle.is_none() && has.contains(&true),
        "No planned run time per item is known (kpis.machines[].cycle_s, rate): performance is unknown.",
    );
    miss(
        cycle.is_some() && sums.unrated > 0.0,
        "Some items were made before a planned run time was known: performance is unknown.",
    );
    miss(
        has[0] && !has[1] && !has[2] || has == [false, true, false],
        "Neither good items nor scrap are counted beside all: quality is unknown.",
    );
    KpiAccount {
        inputs: account
            .inputs
            .tags
            .iter()
            .map(|(role, tag, source)| KpiInput {
                role: arc(role.word()),
                path: plant.tags().get(*tag).map_or_else(|| arc(""), |record| record.path.clone()),
                is_configured: *source == Source::Configured,
            })
            .collect(),
        counting: arc(account.inputs.counting.word()),
        cycle_ms: cycle,
        since: account.ledger.since(),
        resumed: account.ledger.resumed().filter(|until| window.0 < *until),
        borrowed: account
            .ledger
            .borrowed()
            .iter()
            .filter(|span| span.0 < window.1 && window.0 < span.1)
            .copied()
            .collect(),
        happenings: sums.happenings,
        late_and_doubled: account.ledger.late_and_doubled(),
        over_gaps: amount(sums.unpaired),
        opening: amount(sums.opening),
        overtime: sums.overtime,
        times: (sums.producing().0, sums.busy().0, amount(sums.ideal)),
        missing,
    }
}

const HOUR: i64 = 3_600_000;
const MOST_HOURS: usize = 24 * 8;
const MOST_STRETCHES: usize = 20_000;
const MOST_STOPS: usize = 500;
const MOST_CAUSES: usize = 40;
const MOST_ORDERS: usize = 100;
const MOST_SHIFTS: usize = 21;
