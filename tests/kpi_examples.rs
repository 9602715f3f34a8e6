//! Worked examples of the formulas, with the numbers that texts on OEE and ISO 22400-2 commonly use.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests state what must hold")]

use andon::kpi::{Basis, Sums, completed, figures_of};

const MINUTE: i64 = 60_000;

struct Example {
    name: &'static str,
    /// Minutes: planned for work, planned stops in it, running, idle, stopped.
    minutes: [i64; 5],
    /// Seconds.
    cycle: f64,
    /// Total, good.
    items: [f64; 2],
    /// Availability, performance, quality, OEE; percent with two digits.
    percent: [f64; 4],
}

/// Breaks are taken off `work` by the calendar; planned stops by state or reason.
const EXAMPLES: [Example; 6] = [
    Example {
        name: "a shift of 480 min, 60 min breaks, 47 min down, 1.0 s ideal cycle, 19 271 made, 423 rejected",
        minutes: [420, 0, 373, 0, 47],
        cycle: 1.0,
        items: [19_271.0, 18_848.0],
        percent: [88.81, 86.11, 97.80, 74.79],
    },
    Example {
        name: "60 an hour for 8 h without a loss",
        minutes: [480, 0, 480, 0, 0],
        cycle: 60.0,
        items: [480.0, 480.0],
        percent: [100.0, 100.0, 100.0, 100.0],
    },
    Example {
        name: "three times ninety percent",
        minutes: [1000, 0, 900, 0, 100],
        cycle: 60.0,
        items: [810.0, 729.0],
        percent: [90.0, 90.0, 90.0, 72.9],
    },
    Example {
        name: "a planned stop of 80 min is no planned busy time",
        minutes: [480, 80, 300, 60, 40],
        cycle: 30.0,
        items: [540.0, 513.0],
        percent: [75.0, 90.0, 95.0, 64.13],
    },
    Example {
        name: "faster than planned is shown as it is",
        minutes: [100, 0, 100, 0, 0],
        cycle: 60.0,
        items: [120.0, 120.0],
        percent: [100.0, 120.0, 100.0, 120.0],
    },
    Example {
        name: "starved the whole time",
        minutes: [100, 0, 0, 100, 0],
        cycle: 60.0,
        items: [0.0, 0.0],
        percent: [0.0, f64::NAN, f64::NAN, 0.0],
    },
];

fn sums(example: &Example) -> Sums {
    let [work, planned, running, idle, stopped] = example.minutes.map(|minutes| minutes * MINUTE);
    let [total, good] = example.items;
    let items = [total, good, 0.0];
    Sums {
        span: work,
        work,
        seen: work,
        planned_stop: planned,
        running,
        idle,
        breakdown: stopped,
        paired: items,
        ideal: items.map(|items| items * example.cycle * 1000.0),
        ..Sums::default()
    }
}

#[test]
fn the_examples_come_out() {
    for example in EXAMPLES {
        let figures = figures_of(&sums(&example), [true, true, false], Basis::Items);
        let ours = [figures.availability, figures.performance, figures.quality, figures.oee];
        for (ours, expected) in ours.into_iter().zip(example.percent) {
            match ours {
                Some(ratio) => {
                    assert!((ratio * 100.0 - expected).abs() < 0.006, "{}: {ratio} {expected}", example.name)
                }
                None => assert!(expected.is_nan(), "{}: unknown, expected {expected}", example.name),
            }
        }
        assert_eq!(figures.is_too_fast(), example.percent[1] > 100.0, "{}", example.name);
    }
}

#[test]
fn repair_and_failure() {
    let sums = Sums {
        work: 960 * MINUTE,
        seen: 960 * MINUTE,
        running: 900 * MINUTE,
        breakdown: 60 * MINUTE,
        failures: 3,
        repaired: 2,
        repair: 50 * MINUTE,
        ..Sums::default()
    };
    let figures = figures_of(&sums, [false; 3], Basis::Items);
    let minutes = |millis: Option<f64>| millis.map(|millis| millis / MINUTE as f64);
    assert_eq!(minutes(figures.mttf), Some(300.0), "production time per breakdown");
    assert_eq!(minutes(figures.mttr), Some(25.0), "of those that ended");
    assert_eq!(minutes(figures.mtbf), Some(325.0));
}

#[test]
fn nothing_planned_or_seen_is_unknown_never_nothing() {
    let nothing = figures_of(&Sums::default(), [true; 3], Basis::Items);
    assert_eq!((nothing.availability, nothing.performance, nothing.quality, nothing.oee), (None, None, None, None));
    assert_eq!((nothing.coverage, nothing.produced), (None, None));
    // An hour was planned, and nobody watched.
    let unseen = figures_of(&Sums { work: 60 * MINUTE, ..Sums::default() }, [true; 3], Basis::Items);
    assert_eq!((unseen.coverage, unseen.oee, unseen.produced), (Some(0.0), None, None));
}

/// An area is weighed by planned run time, not the mean of its machines: a slow machine that runs well and a fast one
/// that hardly runs.
#[test]
fn an_area_is_no_average() {
    let well = sums(&EXAMPLES[1]);
    let badly = Sums {
        running: 48 * MINUTE,
        breakdown: 432 * MINUTE,
        ..sums(&Example {
            name: "",
            minutes: [480, 0, 48, 0, 432],
            cycle: 1.0,
            items: [2880.0, 1440.0],
            percent: [0.0; 4],
        })
    };
    let mut area = Sums::default();
    let mut has = [true; 3];
    for machine in [well, badly] {
        let (machine, known) = completed(machine, [true, true, false]);
        area.add(&machine);
        has = std::array::from_fn(|index| has[index] && known[index]);
    }
    let figures = figures_of(&area, has, Basis::Time);
    // 528 of 960 minutes produced; all of it at the planned rate; 504 of 528 minutes' worth is good.
    assert!((figures.availability.unwrap() - 528.0 / 960.0).abs() < 1e-12);
    assert!((figures.performance.unwrap() - 1.0).abs() < 1e-12);
    assert!((figures.quality.unwrap() - 504.0 / 528.0).abs() < 1e-12);
    assert!((figures.oee.unwrap() - 504.0 / 960.0).abs() < 1e-12);
    assert_eq!(figures.produced, None, "items of different kinds do not add up");
}
