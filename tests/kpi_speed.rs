//! What KPIs cost: added to a message beside the same run with tags that nobody books; and a week of 50 lines of 20
//! machines. Run by hand: `cargo test --profile worker --test kpi_speed -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

#[path = "common/world.rs"]
mod world;

use std::time::Instant;

use andon::document::{Config, Shift, Shifts, config_from_json};
use andon::engine::{Input, Output};
use andon::kpi::{Basis, Calendar, Count, Ledger, State, Sums, Terms, Words, completed, figures_of};
use andon::time::{Millis, Timestamp, ZoneTable};
use andon::vocab::MachineState;
use bytes::Bytes;
use world::{BROKER, World, config, publish};

const TAGS: usize = 2000;
const BATCHES: usize = 15;

#[test]
#[ignore = "a measurement, for people"]
fn nanoseconds_that_books_add() {
    let (bare, booked) = (run("odd"), run("count"));
    // Twice each, turn about: the machine is shared.
    let (bare, booked) = (bare.min(run("odd")), booked.min(run("count")));
    eprintln!("not booked {bare} ns, booked {booked} ns a message: {} ns added", booked.saturating_sub(bare));
}

/// Nanoseconds a message, the median of the batches: counters of machines, whose names say so or not.
fn run(word: &str) -> usize {
    let (parsed, problems) =
        config_from_json(r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine","alerts":[]}"#);
    assert_eq!(problems, []);
    let mut world = World::with_config(Config { brokers: config().brokers, ..parsed });
    world.go_online();
    let round = |round: usize| -> Vec<Bytes> {
        let packets: Vec<Vec<u8>> = (0..TAGS)
            .map(|n| {
                let kind = ["total", "good"][n % 2];
                let topic = format!("acme/north/fill/line-{}/machine-{}/{kind}_{word}", n / 40, n / 2);
                publish(&topic, format!(r#"{{"value":{},"unit":"pcs"}}"#, 1_000_000 + round * 3 + n).as_bytes(), false)
            })
            .collect();
        packets.chunks(50).map(|chunk| chunk.concat().into()).collect()
    };
    for bytes in round(0) {
        world.input(Input::Bytes(BROKER, bytes));
    }
    world.pass(Millis(2000));
    let mut batches = Vec::new();
    for batch in 0..BATCHES {
        let rounds: Vec<Vec<Bytes>> = (0..20).map(|n| round(batch * 20 + n + 1)).collect();
        let began = Instant::now();
        for round in rounds {
            for bytes in round {
                world.engine.handle(world.now, Input::Bytes(BROKER, bytes));
                while !matches!(world.engine.poll(), Output::Wake(_)) {}
            }
            world.now = world.now + Millis(100);
        }
        batches.push(began.elapsed().as_nanos() as usize / (20 * TAGS));
    }
    batches.sort_unstable();
    batches[BATCHES / 2]
}

#[test]
#[ignore = "a measurement, for people"]
fn a_week_of_a_thousand_machines() {
    const WEEK: i64 = 7 * 86_400_000;
    let begin = Timestamp(1_763_337_600_000);
    let end = begin + Millis(WEEK);
    let shift = |from: u16, to: u16| Shift {
        from,
        to,
        days: [true; 7],
        breaks: vec![(from + 120, from + 135)],
        ..Shift::default()
    };
    let shifts = Shifts { shifts: vec![shift(360, 840), shift(840, 1320), shift(60, 360)], ..Shifts::default() };
    let calendar = Calendar::new(shifts, ZoneTable::fixed(60), begin, end);
    let mut words = Words::new(&[]);
    let word = words.id("Execute");
    let mut machines: Vec<Ledger> = (0..1000i64)
        .map(|number| {
            let mut ledger = Ledger::default();
            ledger.terms = Terms { cycle_ms: Some(900.0), minor: Millis(300_000), ..Terms::default() };
            let (mut at, mut made) = (begin, 0);
            while at < end {
                let turn = (at.0 / 60_000 + number) % 12;
                let state = if turn < 9 { MachineState::Running } else { MachineState::Stopped };
                ledger.state(at, State { state, word });
                made += if turn < 9 { 60 } else { 0 };
                for (counter, count) in [made, made - made / 50, made / 50].into_iter().enumerate() {
                    ledger.count(counter, at, Count::Whole(count), &calendar);
                }
                at = at + Millis(60_000);
            }
            ledger
        })
        .collect();
    let figures = |machines: &mut [Ledger]| {
        let began = Instant::now();
        let mut area = Sums::default();
        for line in machines.chunks_mut(20) {
            let mut total = Sums::default();
            for machine in line {
                let mut sums = Sums::default();
                machine.collect((begin, end), end, &calendar, &words, &mut |_, slice| sums.add(&slice.sums));
                let figures = figures_of(&sums, [true; 3], Basis::Items);
                assert!(figures.oee.is_some_and(|oee| oee > 0.5), "{figures:?}");
                total.add(&completed(sums, [true; 3]).0);
            }
            area.add(&total);
        }
        assert!(figures_of(&area, [true; 3], Basis::Time).oee.is_some());
        began.elapsed().as_millis()
    };
    let first = figures(&mut machines);
    let second = figures(&mut machines);
    let bytes: usize = machines.iter().map(Ledger::bytes).sum();
    eprintln!(
        "a week of 50 lines × 20 machines: {first} ms at first, {second} ms from partial results; {} MB of books",
        bytes / 1_000_000
    );
    // A value that comes late costs the hours it touches.
    machines[0].count(0, begin + Millis(WEEK / 2 + 30_000), Count::Whole(1), &calendar);
    eprintln!("after a late value: {} ms", figures(&mut machines));
}
