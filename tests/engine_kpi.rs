//! KPIs from messages to the report: found by names, right by hand calculation, kept over a reload, honest about gaps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/world.rs"]
mod world;

use andon::document::{Config, config_from_json};
use andon::engine::{Input, Record, StoreOrder};
use andon::time::Millis;
use andon::vocab::{Figures, MachineState};
use andon::wire::{Command, Explanation, KpiCommand, KpiReport, KpiRequest, Period, Update};
use world::{World, config};

const MACHINE: &str = "acme/north/fill/line1/filler";
const OWNER: &str = "ws://plant.test/mqtt|";
const PLAIN: &str = r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine"}"#;

fn world(records: Vec<Record>, json: &str, later: Millis) -> World {
    let (parsed, problems) = config_from_json(json);
    assert_eq!(problems, []);
    let mut world = World::new();
    world.command(Command::Keep(OWNER.into()));
    world.stored.clear();
    world.command(Command::Configure(Box::new(Config { brokers: config().brokers, ..parsed })));
    world.pass(later);
    world.input(Input::Loaded(records));
    world.go_online();
    world
}

fn say(world: &mut World, tag: &str, value: &str) {
    let quoted = if value.parse::<f64>().is_ok() { value.to_owned() } else { format!("\"{value}\"") };
    let payload = format!("{{\"value\":{quoted},\"timestamp\":{}}}", world.now.0);
    world.publish(&format!("{MACHINE}/{tag}"), &payload);
}

fn report(world: &mut World, path: &str) -> KpiReport {
    let request = KpiRequest { path: path.into(), period: Period::Day(0) };
    world.updates.clear();
    world.command(Command::Kpis(KpiCommand::Report(Some(Box::new(request)))));
    world.wait(3);
    world.command(Command::Kpis(KpiCommand::Report(None)));
    let told = world.updates.iter().rev().find_map(|update| match update {
        Update::Kpis(report) => Some((**report).clone()),
        _ => None,
    });
    told.expect("a report")
}

fn figures(report: &KpiReport) -> Figures {
    report.total.as_ref().expect("figures").figures.clone()
}

fn close(value: Option<f64>, expected: f64) {
    assert!(value.is_some_and(|value| (value - expected).abs() < 0.02), "{value:?} is not {expected}");
}

/// Ten minutes: six running at 50 items a minute, two of them scrap a minute; three held; one idle.
fn ten_minutes(world: &mut World) {
    say(world, "speed_setpoint", "60");
    world.publish(&format!("{MACHINE}/speed"), r#"{"value":58.2,"unit":"1/min"}"#);
    let (mut total, mut good, mut scrap) = (1000, 900, 100);
    let mut count = |world: &mut World, by: (u32, u32)| {
        (total, good, scrap) = (total + by.0 + by.1, good + by.0, scrap + by.1);
        say(world, "total_count", &total.to_string());
        say(world, "good_count", &good.to_string());
        say(world, "scrap_count", &scrap.to_string());
    };
    count(world, (0, 0));
    say(world, "state", "Execute");
    for _ in 0..6 {
        world.wait(60);
        count(world, (48, 2));
    }
    say(world, "state", "Held");
    say(world, "stop_reason", "Film torn");
    world.wait(180);
    say(world, "state", "Idle");
    say(world, "stop_reason", "");
    world.wait(60);
    say(world, "state", "Execute");
}

#[test]
fn a_machine_is_understood_by_the_names_of_its_tags() {
    let mut world = world(Vec::new(), PLAIN, Millis(1000));
    ten_minutes(&mut world);
    let report = report(&mut world, MACHINE);
    let figures = figures(&report);
    close(figures.availability, 0.6);
    close(figures.performance, 50.0 / 60.0);
    close(figures.quality, 0.96);
    close(figures.oee, 0.6 * 50.0 / 60.0 * 0.96);
    assert_eq!((figures.produced, figures.good, figures.scrap), (Some(300.0), Some(288.0), Some(12.0)));
    assert_eq!((figures.failures, figures.minor_stops), (0, 1), "three minutes are a minor stop");
    assert_eq!(report.causes[0].reason.as_ref(), "Film torn");
    assert!((report.causes[0].millis - 180_000).abs() < 3000, "{:?}", report.causes);
    assert!(report.account.missing.is_empty(), "{:?}", report.account.missing);
    let rate = report.account.inputs.iter().find(|input| &*input.role == "rate").expect("the set-point");
    assert!(rate.path.ends_with("speed_setpoint") && !rate.is_configured);
    // The line is told by its one machine; the plant by its one line.
    for path in ["acme/north/fill/line1", ""] {
        close(self::report(&mut world, path).total.expect("a place above").figures.oee, 0.48);
    }
}

#[test]
fn what_nobody_tells_is_unknown_and_said() {
    let mut world = world(Vec::new(), PLAIN, Millis(1000));
    say(&mut world, "state", "Execute");
    world.wait(60);
    let report = report(&mut world, MACHINE);
    let figures = figures(&report);
    close(figures.availability, 1.0);
    assert_eq!((figures.performance, figures.quality, figures.oee, figures.produced), (None, None, None, None));
    assert!(report.account.missing[0].contains("counts"), "{:?}", report.account.missing);
}

#[test]
fn a_lost_link_is_a_gap_and_what_was_made_meanwhile_is_counted_but_not_timed() {
    let json = r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine",
        "kpis":{"machines":[{"pattern":"+/+/+/+/filler","cycle_s":1}]}}"#;
    let mut world = world(Vec::new(), json, Millis(1000));
    say(&mut world, "state", "Execute");
    say(&mut world, "good_count", "0");
    say(&mut world, "scrap_count", "0");
    world.wait(100);
    say(&mut world, "good_count", "80");
    world.input(Input::Closed(andon::vocab::BrokerId(0), 1006, String::new()));
    world.wait(100);
    world.go_online();
    say(&mut world, "state", "Execute");
    say(&mut world, "good_count", "160");
    world.wait(100);
    say(&mut world, "good_count", "240");
    let report = report(&mut world, MACHINE);
    let figures = figures(&report);
    assert_eq!(figures.good, Some(240.0));
    assert!((report.account.over_gaps - 80.0).abs() < 1e-9, "{}", report.account.over_gaps);
    close(figures.performance, 0.8);
    close(figures.availability, 1.0);
    let seen = figures.coverage.expect("planned") * (report.now - report.from).0 as f64;
    assert!((seen - 203_000.0).abs() < 5000.0, "{seen}");
}

#[test]
fn what_a_sleeping_device_did_not_hear_is_a_gap_only_where_the_connection_died() {
    for has_died in [false, true] {
        let mut world = world(Vec::new(), PLAIN, Millis(1000));
        say(&mut world, "state", "Execute");
        world.wait(100);
        // Asleep: nobody wakes the engine.
        world.now = world.now + Millis(600_000);
        if has_died {
            world.input(Input::Tick);
            world.pass(Millis(2000));
            world.input(Input::Closed(andon::vocab::BrokerId(0), 1006, String::new()));
            world.go_online();
        }
        say(&mut world, "state", "Execute");
        world.wait(100);
        let report = report(&mut world, MACHINE);
        let seen = figures(&report).coverage.expect("planned") * (report.now - report.from).0 as f64;
        let expected = if has_died { 202_000.0 } else { 802_000.0 };
        assert!((seen - expected).abs() < 6000.0, "{seen} ms seen, {has_died}");
    }
}

#[test]
fn a_person_gives_a_reason() {
    let mut world = world(Vec::new(), PLAIN, Millis(1000));
    ten_minutes(&mut world);
    let stop = report(&mut world, MACHINE).stops.into_iter().find(|stop| &*stop.reason == "Film torn").expect("a stop");
    let said = Explanation {
        machine: MACHINE.into(),
        from: stop.from,
        to: Some(stop.to),
        reason: "Changeover".into(),
        comment: "Other format".into(),
        who: "Kim".into(),
    };
    world.command(Command::Kpis(KpiCommand::Explain(Box::new(said))));
    let report = report(&mut world, MACHINE);
    let explained = report.stops.iter().find(|other| other.from == stop.from).expect("the same stop");
    assert_eq!((explained.state, &*explained.reason), (MachineState::PlannedStop, "Changeover"));
    assert_eq!(explained.said.as_ref().map(|(who, what)| (&**who, &**what)), Some(("Kim", "Other format")));
    // A planned stop is no planned busy time.
    close(figures(&report).availability, 6.0 / 7.0);
}

/// What the store holds after these orders.
fn store(mut records: Vec<Record>, orders: Vec<StoreOrder>) -> Vec<Record> {
    for order in orders {
        match order {
            StoreOrder::Open => {}
            StoreOrder::Put(record) => {
                records.retain(|known| known.key != record.key);
                records.push(record);
            }
            StoreOrder::Delete(key) => records.retain(|known| known.key != key),
            StoreOrder::Erase(prefix) => records.retain(|known| !known.key.starts_with(&prefix)),
        }
    }
    records
}

#[test]
fn the_books_outlive_a_reload_with_a_gap_in_between() {
    let mut first = world(Vec::new(), PLAIN, Millis(1000));
    ten_minutes(&mut first);
    first.wait(30);
    let before = figures(&report(&mut first, MACHINE));
    let mut records = store(Vec::new(), std::mem::take(&mut first.stored));
    records.push(Record { key: format!("kpi|{OWNER}|020000|{MACHINE}"), value: vec![7; 20] });
    // Twenty minutes after it began: nobody watched for about nine.
    let mut second = world(records, PLAIN, Millis(1_200_000));
    say(&mut second, "state", "Execute");
    second.wait(60);
    let after = report(&mut second, MACHINE);
    let figures = figures(&after);
    assert_eq!((figures.produced, figures.scrap), (before.produced, before.scrap));
    close(figures.quality, 0.96);
    let seen = figures.coverage.expect("planned") * (after.now - after.from).0 as f64 / 60_000.0;
    assert!((10.5..13.0).contains(&seen), "{seen} minutes seen");
    assert!(second.stored.contains(&StoreOrder::Delete(format!("kpi|{OWNER}|020000|{MACHINE}"))), "the corrupt day");
    assert_eq!(after.causes[0].reason.as_ref(), "Film torn");
    let unseen: Vec<_> = after.stretches.windows(2).filter(|pair| pair[0].to < pair[1].from).collect();
    assert_eq!(unseen.len(), 1, "one gap: {unseen:?}");
}
