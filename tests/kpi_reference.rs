//! KPIs against a reference written the plain way: second by second, with the truth that the generator knows. And what
//! must hold whatever was told: late is as good as in order, parts give the whole, A × P × Q is OEE.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests state what must hold")]

use andon::document::{Counting, Shift, Shifts};
use andon::kpi::{Basis, Calendar, Count, Ledger, State, Sums, Terms, Words, figures_of};
use andon::time::{Millis, Timestamp, ZoneTable, parse_rfc3339};
use andon::vocab::MachineState::{self, Idle, Offline, PlannedStop, Running, Stopped};
use proptest::prelude::*;

const CYCLE_MS: f64 = 2_000.0;
const MINOR_SECS: i64 = 120;
const NAMES: [&str; 5] = ["Execute", "Suspended", "Changeover", "Held", ""];
const STATES: [MachineState; 5] = [Running, Idle, PlannedStop, Stopped, Offline];

fn begin() -> i64 {
    parse_rfc3339("2026-11-23T04:00:00Z").unwrap().timestamp.0 / 1000
}

/// Three shifts, the early one with a break.
fn shifts() -> Shifts {
    let shift = |name: &str, from: u16, to: u16, breaks: Vec<(u16, u16)>| Shift {
        name: name.into(),
        from,
        to,
        days: [true, true, true, true, true, false, false],
        breaks,
    };
    Shifts {
        shifts: vec![
            shift("early", 360, 840, vec![(540, 555), (720, 750)]),
            shift("late", 840, 1320, vec![]),
            shift("night", 1320, 360, vec![(90, 105)]),
        ],
        ..Shifts::default()
    }
}

/// What a second is planned for, the plain way.
fn is_work(second: i64) -> bool {
    let (day, minute) = (second.div_euclid(86_400), second.rem_euclid(86_400) / 60);
    // The night shift belongs to the day before; 2026-11-23 is a Monday.
    let weekday = (day + 3).rem_euclid(7);
    let of_day = if minute < 360 { (weekday + 6) % 7 } else { weekday };
    let in_break = (540..555).contains(&minute) || (720..750).contains(&minute) || (90..105).contains(&minute);
    of_day < 5 && !in_break
}

/// Something told.
#[derive(Clone, Debug)]
enum Told {
    State(usize),
    Count(usize, u64),
}

/// A machine's story: seconds with what was told, and what was truly made before each count.
#[derive(Clone, Debug)]
struct Story {
    told: Vec<(i64, Told)>,
    /// (second, counter, made, over a gap)
    made: Vec<(i64, usize, f64)>,
    end: i64,
}

fn story(steps: &[(usize, i64, u64)], bits: u32) -> Story {
    let (mut at, end_of) = (begin(), 1u64 << bits);
    let mut counters = [end_of - 40, end_of / 2 + 7, 5];
    let (mut told, mut made) = (Vec::new(), Vec::new());
    for (index, counter) in counters.iter().enumerate() {
        told.push((at, Told::Count(index, *counter)));
    }
    for &(state, secs, rate) in steps {
        told.push((at, Told::State(state)));
        let end = at + secs;
        while at + 10 <= end {
            at += 10;
            if state == 0 {
                let (good, scrap) = (rate, u64::from(at % 70 == 0));
                for (index, amount) in [good + scrap, good, scrap].into_iter().enumerate() {
                    counters[index] = (counters[index] + amount) % end_of;
                    told.push((at, Told::Count(index, counters[index])));
                    made.push((at, index, amount as f64));
                }
            }
        }
        at = end;
    }
    Story { told, made, end: at }
}

fn ledger(story: &[(i64, Told)], calendar: &Calendar, words: &mut Words) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.terms = Terms { cycle_ms: Some(CYCLE_MS), minor: Millis::from_secs(MINOR_SECS), ..Terms::default() };
    ledger.read_counters(Counting::Cumulative, None);
    for (second, told) in story {
        let at = Timestamp(second * 1000);
        match told {
            Told::State(state) => ledger.state(at, State { state: STATES[*state], word: words.id(NAMES[*state]) }),
            Told::Count(counter, value) => ledger.count(*counter, at, Count::Whole(*value), calendar),
        }
    }
    ledger
}

fn sums(ledger: &mut Ledger, window: (i64, i64), now: i64, calendar: &Calendar, words: &Words) -> Sums {
    let mut sums = Sums::default();
    let window = (Timestamp(window.0 * 1000), Timestamp(window.1 * 1000));
    ledger.collect(window, Timestamp(now * 1000), calendar, words, &mut |_, slice| sums.add(&slice.sums));
    sums
}

/// The reference: each second by itself.
fn reference(story: &Story, (from, to): (i64, i64)) -> Sums {
    let mut sums = Sums::default();
    let mut states: Vec<(i64, usize)> = Vec::new();
    for (second, told) in &story.told {
        if let Told::State(state) = told {
            match states.last_mut() {
                Some(last) if last.0 == *second => last.1 = *state,
                _ => states.push((*second, *state)),
            }
        }
    }
    let state_at = |second: i64| states.iter().rev().find(|(at, _)| *at <= second).map(|(_, state)| STATES[*state]);
    let is_stopped = |second: i64| state_at(second) == Some(Stopped);
    for second in from..to {
        sums.span += 1000;
        let state = state_at(second).unwrap_or(Offline);
        if is_work(second) {
            sums.work += 1000;
        }
        match state {
            Offline => continue,
            Running if !is_work(second) => sums.overtime += 1000,
            _ if !is_work(second) => continue,
            _ => sums.seen += 1000,
        }
        match state {
            Running if is_work(second) => sums.running += 1000,
            Idle => sums.idle += 1000,
            PlannedStop => sums.planned_stop += 1000,
            Stopped => {
                let start = (0..).find(|back| !is_stopped(second - back - 1)).unwrap();
                let rest = (0..).find(|ahead| second + ahead >= story.end || !is_stopped(second + ahead)).unwrap();
                let is_first = start == 0;
                if start + rest >= MINOR_SECS {
                    sums.breakdown += 1000;
                    sums.failures += u32::from(is_first);
                    if is_first && second + rest < story.end {
                        sums.repaired += 1;
                        sums.repair += 1000 * (start + rest);
                    }
                } else {
                    sums.minor += 1000;
                    sums.minor_stops += u32::from(is_first);
                }
            }
            _ => {}
        }
    }
    for (index, counter) in [0usize, 1, 2].into_iter().enumerate() {
        let mut before: Option<i64> = None;
        for (second, told) in &story.told {
            let Told::Count(of, _) = told else { continue };
            if *of != counter {
                continue;
            }
            let index_of = story.made.partition_point(|(at, ..)| at < second);
            let near = story.made[index_of..].iter().take_while(|(at, ..)| at == second);
            let made = near.clone().find(|(_, of, _)| *of == counter).map(|(.., made)| *made);
            if let (Some(made), Some(before)) = (made, before)
                && (from..to).contains(second)
            {
                // Over a gap: any instant since the last value, both ends included, at which the state is unknown.
                let gap = (before..*second).chain([*second]).any(|at| state_at(at).is_none_or(|s| s == Offline));
                // A state told at the very second of the count does not matter yet.
                let gap = gap && !((before..*second).all(|at| state_at(at).is_some_and(|s| s != Offline)));
                let sum = if gap { &mut sums.unpaired[index] } else { &mut sums.paired[index] };
                *sum += made;
                if !gap {
                    sums.ideal[index] += made * CYCLE_MS;
                }
            }
            before = Some(*second);
        }
    }
    sums
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn same(ours: &Sums, theirs: &Sums) {
    let times = |s: &Sums| {
        [s.span, s.work, s.seen, s.running, s.overtime, s.idle, s.planned_stop, s.breakdown, s.minor, s.repair]
    };
    assert_eq!(times(ours), times(theirs));
    let counts = |s: &Sums| [s.failures, s.minor_stops, s.repaired];
    assert_eq!(counts(ours), counts(theirs));
    for (a, b) in ours
        .paired
        .iter()
        .chain(&ours.unpaired)
        .chain(&ours.ideal)
        .zip(theirs.paired.iter().chain(&theirs.unpaired).chain(&theirs.ideal))
    {
        assert!(close(*a, *b), "{ours:?} {theirs:?}");
    }
}

/// The last ten hours of a day of steps: state, seconds, items in ten seconds.
fn steps() -> impl Strategy<Value = Vec<(usize, i64, u64)>> {
    prop::collection::vec((0usize..5, 1i64..900, 0u64..8), 1..50)
}

fn world() -> (Calendar, Words) {
    let at = |days: i64| Timestamp(begin() * 1000 + days * 86_400_000);
    (Calendar::new(shifts(), ZoneTable::fixed(0), at(-8), at(8)), Words::new(&[]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn it_equals_the_reference(steps in steps(), cut in 0.0f64..1.0, bits in prop::sample::select(vec![8u32, 16, 32])) {
        let (calendar, mut words) = world();
        let story = story(&steps, bits);
        let mut ledger = ledger(&story.told, &calendar, &mut words);
        let middle = begin() + ((story.end - begin()) as f64 * cut) as i64;
        // Periods begin and end where cells do: within an hour of long ago it is no longer known when what was made.
        let middle = calendar.cells()[calendar.index(Timestamp(middle * 1000)).unwrap()].start.0 / 1000;
        let middle = middle.max(begin());
        for window in [(begin(), story.end), (begin(), middle), (middle, story.end)] {
            let ours = sums(&mut ledger, window, story.end, &calendar, &words);
            let theirs = reference(&story, window);
            same(&ours, &theirs);
            let (a, b) = (figures_of(&ours, [true; 3], Basis::Items), figures_of(&theirs, [true; 3], Basis::Items));
            for (a, b) in [(a.oee, b.oee), (a.availability, b.availability), (a.performance, b.performance), (a.mtbf, b.mtbf)] {
                prop_assert!(match (a, b) { (Some(a), Some(b)) => close(a, b), (a, b) => a == b }, "{:?} {:?}", a, b);
            }
        }
    }

    /// An hour is missing and comes a quarter of an hour after its end, as from a gateway that was cut off. (Of values
    /// that were drawn together since, a part may be told over a gap that was none: [`andon::kpi::Track`] keeps the
    /// newest 128 as they came.)
    #[test]
    fn an_hour_that_comes_late_is_as_good_as_in_order(steps in steps(), hole in 0.0f64..1.0) {
        let (calendar, mut words) = world();
        let story = story(&steps, 32);
        let mut ordered = ledger(&story.told, &calendar, &mut words);
        let from = begin() + ((story.end - begin()) as f64 * hole) as i64;
        let (late, timely): (Vec<_>, Vec<_>) =
            story.told.iter().cloned().partition(|(at, _)| (from..from + 3600).contains(at));
        let (before, after): (Vec<_>, Vec<_>) = timely.into_iter().partition(|(at, _)| *at < from + 3600 + 900);
        let mut belated = ledger(&before, &calendar, &mut words);
        let window = (begin(), story.end);
        // Asked before the rest came: partial results are there to be wrong.
        let _before = sums(&mut belated, window, story.end, &calendar, &words);
        for (second, told) in late.into_iter().chain(after) {
            let at = Timestamp(second * 1000);
            match told {
                Told::State(state) => belated.state(at, State { state: STATES[state], word: words.id(NAMES[state]) }),
                Told::Count(counter, value) => belated.count(counter, at, Count::Whole(value), &calendar),
            }
        }
        let ours = sums(&mut belated, window, story.end, &calendar, &words);
        same(&ours, &sums(&mut ordered, window, story.end, &calendar, &words));
    }

    #[test]
    fn parts_give_the_whole(steps in steps(), cuts in prop::collection::vec(0.0f64..1.0, 0..6)) {
        let (calendar, mut words) = world();
        let story = story(&steps, 16);
        let mut ledger = ledger(&story.told, &calendar, &mut words);
        let mut at: Vec<i64> = cuts.iter().map(|cut| begin() + ((story.end - begin()) as f64 * cut) as i64).collect();
        at.extend([begin(), story.end]);
        at.sort_unstable();
        let mut joined = Sums::default();
        for pair in at.windows(2) {
            joined.add(&sums(&mut ledger, (pair[0], pair[1]), story.end, &calendar, &words));
        }
        let mut whole = sums(&mut ledger, (begin(), story.end), story.end, &calendar, &words);
        // In hours that were asked for before, the same from what was kept.
        let again = sums(&mut ledger, (begin(), story.end), story.end, &calendar, &words);
        prop_assert_eq!(&whole, &again);
        whole.happenings = joined.happenings;
        same(&joined, &whole);
    }

    #[test]
    fn a_times_p_times_q_is_oee(running in 0i64..10_000, idle in 0i64..10_000, down in 0i64..10_000, good in 0u32..5000, scrap in 0u32..500) {
        let sums = Sums {
            work: running + idle + down, seen: running + idle + down, running, idle, breakdown: down,
            paired: [f64::from(good + scrap), f64::from(good), f64::from(scrap)],
            ideal: [f64::from(good + scrap) * 2.0, f64::from(good) * 2.0, f64::from(scrap) * 2.0],
            ..Sums::default()
        };
        let figures = figures_of(&sums, [true; 3], Basis::Items);
        if let (Some(a), Some(p), Some(q), Some(oee)) = (figures.availability, figures.performance, figures.quality, figures.oee) {
            prop_assert!(close(a * p * q, oee));
            // The time in which good items were made at the planned rate, of the planned busy time.
            prop_assert!(close(oee, f64::from(good) * 2.0 / (running + idle + down) as f64));
            let l = figures.losses;
            let explained = l.breakdown + l.minor + l.idle + l.speed.unwrap() + l.scrap.unwrap() + l.startup_scrap.unwrap() + l.effective.unwrap();
            prop_assert!(close(explained, l.planned), "{:?}", l);
        }
    }
}
