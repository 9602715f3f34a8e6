//! The past of numbers outlives the engine: pages in the store, read again by the next one, bounded, never trusted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![allow(clippy::print_stdout, reason = "the figures are the point: `cargo test --test engine_history -- --nocapture`")]

#[path = "common/world.rs"]
mod world;

use andon::document::{Config, config_from_json};
use andon::engine::{Input, Record, StoreOrder};
use andon::time::{Millis, Timestamp};
use andon::vocab::TagId;
use andon::wire::{Column, Command, TrendRequest, Update, ViewId};
use world::{World, config};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";
const OWNER: &str = "ws://plant.test/mqtt|";

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

const PLAIN: &str = r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine"}"#;

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

/// A value each second; the last is `offset + seconds - 1`.
fn run(world: &mut World, seconds: usize, offset: usize) {
    for second in 0..seconds {
        if std::mem::take(&mut world.sent).iter().any(|packet| packet[0] == 0xc0) {
            world.bytes(&[0xd0, 0]);
        }
        world.publish(TEMPERATURE, &(second + offset).to_string());
        world.pass(Millis(1000));
    }
}

fn tag_of(world: &World) -> TagId {
    let tag = world.updates.iter().rev().find_map(|update| match update {
        Update::Tags(tags) => tags.iter().find(|tag| &*tag.path == TEMPERATURE).map(|tag| tag.id),
        _ => None,
    });
    tag.expect("the tag is told")
}

/// The last hour as the page is sent it, in columns of a second: index from the oldest, and value.
fn past(world: &mut World) -> Vec<(i64, f32)> {
    world.command(Command::Find(vec![TEMPERATURE.into()]));
    world.pass(Millis(500));
    let tag = tag_of(world);
    world.command(Command::Trend(TrendRequest { view: ViewId(1), tag, step: Millis(1000), columns: 3600, to: None }));
    world.pass(Millis(3000));
    let parts = world.updates.iter().filter_map(|update| match update {
        Update::Frame(frame) => frame.trends.iter().find(|part| part.view == ViewId(1)),
        _ => None,
    });
    let longest = parts.max_by_key(|part| part.columns.len()).expect("the trend is sent").clone();
    let is_known = |(_, column): &(i64, Column)| !column.is_gap();
    (longest.first..).zip(longest.columns).filter(is_known).map(|(index, column)| (index, column.last)).collect()
}

#[test]
fn the_past_is_there_after_a_reload_with_a_gap_where_nobody_watched() {
    let mut first = world(Vec::new(), PLAIN, Millis(0));
    run(&mut first, 300, 1000);
    let records = store(Vec::new(), std::mem::take(&mut first.stored));
    assert_eq!(records.len(), 1, "one page under way, written again and again");

    let mut second = world(records, PLAIN, Millis(900_000)); // the first lived 300 s: nobody watched for ten minutes
    run(&mut second, 20, 5000);
    let past = past(&mut second);
    let old: Vec<_> = past.iter().filter(|(_, value)| (1000.0..2000.0).contains(value)).collect();
    let new: Vec<_> = past.iter().filter(|(_, value)| *value >= 5000.0).collect();
    assert!(old.len() >= 285 && new.len() >= 20, "{} old, {} new columns", old.len(), new.len());
    let (last, first) = (old.last().unwrap().0, new.first().unwrap().0);
    assert!(first - last >= 590, "a gap of {} s", first - last);
    assert!(past.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[test]
fn pages_that_cannot_be_read_are_deleted_and_said_and_the_others_stay() {
    let mut first = world(Vec::new(), PLAIN, Millis(0));
    run(&mut first, 2000, 1000);
    let mut records = store(Vec::new(), std::mem::take(&mut first.stored));
    assert!(records.len() >= 2, "{} pages of a quarter of an hour", records.len());
    let whole = records[1].clone();
    let half = records[0].value.len() / 2;
    records[0].value.truncate(half);
    records.push(Record { key: format!("history|{OWNER}|000000000000001"), value: vec![1, 0xff, 0xff, 3] });
    let mut second = world(records.clone(), PLAIN, Millis(2_100_000));
    run(&mut second, 3, 9000);
    second.pass(Millis(2000));
    let records = store(records, std::mem::take(&mut second.stored));
    assert!(records.contains(&whole));
    assert_eq!(records.iter().filter(|record| record.value.len() == half || record.value.len() == 4).count(), 0);
    let faults = second.updates.iter().rev().find_map(|update| match update {
        Update::Frame(frame) => frame.stats.as_ref().map(|stats| stats.faults.clone()),
        _ => None,
    });
    let faults = faults.unwrap_or_default();
    assert!(faults.iter().any(|fault| fault.what.contains("stored history") && fault.count == 2), "{faults:?}");
}

#[test]
fn the_bound_holds_by_the_oldest_page_going_first_and_zero_keeps_nothing() {
    let none = r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine","retention":{"stored_mb":0}}"#;
    let mut quiet = world(Vec::new(), none, Millis(0));
    run(&mut quiet, 60, 0);
    assert!(store(Vec::new(), std::mem::take(&mut quiet.stored)).iter().all(|r| !r.key.starts_with("history|")));

    // Three old pages of 400 kB each, of which a bound of 1 MB leaves two.
    let small = none.replace(":0}", ":1}");
    let page = |time: u64| {
        let mut value = vec![1];
        let mut samples = Vec::new();
        for i in 0..100_000i64 {
            samples.push((i * 1000 + (i * i) % 97, (i as f32).sin()));
        }
        andon::series::pack::put(0, &mut value);
        andon::series::pack::put(1, &mut value);
        value.push(b'x');
        andon::series::pack::pack(&samples, &mut value);
        Record { key: format!("history|{OWNER}|{time:015}"), value }
    };
    let pages = vec![page(1), page(2), page(3)];
    let bytes: usize = pages.iter().map(|page| page.value.len()).sum();
    assert!(bytes > 1_000_000, "{bytes}");
    let mut bounded = world(pages.clone(), &small, Millis(0));
    run(&mut bounded, 30, 0);
    let left = store(pages, std::mem::take(&mut bounded.stored));
    let left: Vec<_> = left.iter().filter(|record| record.key.starts_with("history|")).collect();
    assert!(left.iter().map(|record| record.value.len()).sum::<usize>() <= 1_000_000);
    assert!(left.iter().all(|record| !record.key.ends_with("000000000000001")) && left.len() >= 2);
}

#[test]
fn a_full_browser_costs_the_oldest_history_and_nothing_else() {
    let mut first = world(Vec::new(), PLAIN, Millis(0));
    run(&mut first, 4000, 0);
    let records = store(Vec::new(), std::mem::take(&mut first.stored));
    let is_page = |record: &&Record| record.key.starts_with("history|");
    let pages = records.iter().filter(is_page).count();
    assert!(pages >= 4, "{pages}");

    // A page is not put again, for it is written anew anyway; anything else is, once there is room.
    let page = records.iter().rfind(is_page).unwrap().clone();
    let message = Record { key: format!("outbox|{OWNER}7"), value: vec![7] };
    first.input(Input::Full(page));
    let orders = std::mem::take(&mut first.stored);
    assert!(orders.iter().all(|order| matches!(order, StoreOrder::Delete(key) if key.starts_with("history|"))));
    first.input(Input::Full(message.clone()));
    let more = std::mem::take(&mut first.stored);
    assert_eq!(more.last(), Some(&StoreOrder::Put(message)));
    let left = store(store(records, orders), more);
    let left: Vec<_> = left.iter().filter(is_page).collect();
    assert!(!left.is_empty() && left.len() <= pages / 2, "{} of {pages}", left.len());
    assert!(left.iter().all(|page| !page.key.ends_with("000000000000000")));

    // It goes on writing; when nothing is left to let go, it says so and stops.
    run(&mut first, 30, 0);
    assert!(first.stored.iter().any(|order| matches!(order, StoreOrder::Put(record) if is_page(&record))));
    for _ in 0..4 {
        first.input(Input::Full(Record { key: "history|x".into(), value: Vec::new() }));
    }
    first.stored.clear();
    run(&mut first, 60, 0);
    assert_eq!(first.stored, []);
    first.pass(Millis(3000));
    let faults = first.frames().filter_map(|frame| frame.stats.as_ref()).next_back().unwrap().faults.clone();
    for said in ["the oldest half", "nothing is kept over a reload"] {
        assert!(faults.iter().any(|fault| fault.what.contains(said)), "{said}: {faults:?}");
    }
}

#[test]
fn what_is_forgotten_is_not_written_again() {
    let mut world = world(Vec::new(), PLAIN, Millis(0));
    run(&mut world, 60, 0);
    let records = store(Vec::new(), std::mem::take(&mut world.stored));
    assert_eq!(records.len(), 1);
    world.command(Command::Forget("ws://plant.test/mqtt".into()));
    run(&mut world, 60, 7000);
    let records = store(records, std::mem::take(&mut world.stored));
    let mut next = self::world(records, PLAIN, Millis(200_000));
    run(&mut next, 5, 9000);
    assert!(past(&mut next).iter().all(|(_, value)| *value >= 7000.0));
}

#[test]
fn a_stretch_that_stands_still_is_sent_whole_and_once() {
    let mut world = world(Vec::new(), PLAIN, Millis(0));
    run(&mut world, 120, 0);
    let known = past(&mut world);
    let tag = tag_of(&world);
    let to = Some(Timestamp(known[59].0 * 1000));
    world.updates.clear();
    world.command(Command::Trend(TrendRequest { view: ViewId(2), tag, step: Millis(1000), columns: 60, to }));
    run(&mut world, 20, 500);
    let parts = world.frames().flat_map(|frame| &frame.trends).filter(|part| part.view == ViewId(2));
    let parts: Vec<_> =
        parts.map(|part| (part.first, part.columns.iter().map(|c| c.last).collect::<Vec<_>>())).collect();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].1.len(), 60);
    assert_eq!(parts[0].1.last(), Some(&known[59].1));
}

/// Bytes a sample on disk for signals as plants have them, each a value a second for a quarter of an hour.
#[test]
fn bytes_on_disk_for_each_sample() {
    let mut seed = 3u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1u32 << 24) - 0.5
    };
    let mut measure = |name: &str, jitter: f64, value: &mut dyn FnMut(i64, f64) -> f64| {
        let samples: Vec<(i64, f32)> = (0..900)
            .map(|i| (1_795_000_000_000 + i * 1000 + (noise() * jitter) as i64, value(i, noise()) as f32))
            .collect();
        let mut bytes = Vec::new();
        andon::series::pack::pack(&samples, &mut bytes);
        let each = bytes.len() as f64 / samples.len() as f64;
        println!("{name}: {each:.2} bytes a sample");
        each
    };
    let round = |value: f64, power: f64| (value * power).round() / power;
    let figures = [
        measure("temperature, 0.1 °C", 20.0, &mut |i, noise| {
            round(72.0 + (i as f64 / 60.0).sin() * 3.0 + noise, 10.0)
        }),
        measure("motor current, 0.01 A", 20.0, &mut |_, noise| round(18.4 + noise * 2.0, 100.0)),
        measure("pressure, 0.001 bar", 20.0, &mut |_, noise| round(5.9 + noise * 0.2, 1000.0)),
        measure("counter of bottles", 20.0, &mut |i, _| (1_000_000 + i * 7) as f64),
        measure("speed set by hand", 20.0, &mut |i, _| if i < 400 { 400.0 } else { 412.0 }),
        measure("float32 noise", 20.0, &mut |_, noise| 1.0 + noise),
    ];
    let (worst, typical) = figures.split_last().unwrap();
    assert!(typical.iter().all(|each| *each <= 4.0), "{figures:?}");
    assert!(*worst <= 8.0, "{figures:?}");
}
