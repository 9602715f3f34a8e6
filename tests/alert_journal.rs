//! The alerts' journal outlives the engine: pages in the store, read again by the next one.

#[path = "common/world.rs"]
mod world;

use andon::document::{Config, config_from_json};
use andon::engine::{Input, Record, StoreOrder};
use andon::time::{Millis, Timestamp};
use andon::wire::{AlertCommand, AlertJournal, Command, Update};
use world::{World, config};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";
const OWNER: &str = "ws://plant.test/mqtt|";

fn world(records: Vec<Record>) -> World {
    let (parsed, problems) = config_from_json(
        r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine",
        "alerts":[{"id":"hot","pattern":"+/+/+/+/+/temperature","when":"high","limit":80}]}"#,
    );
    assert_eq!(problems, []);
    let mut world = World::new();
    world.command(Command::Keep(OWNER.into()));
    assert_eq!(world.stored, [StoreOrder::Open]);
    world.stored.clear();
    world.command(Command::Configure(Box::new(Config { brokers: config().brokers, ..parsed })));
    world.input(Input::Loaded(records));
    world.go_online();
    world
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

fn raise_and_clear(world: &mut World, times: usize) {
    for _ in 0..times {
        world.publish(TEMPERATURE, "90");
        world.pass(Millis(500));
        world.publish(TEMPERATURE, "50");
        world.pass(Millis(500));
    }
    world.pass(Millis(1500));
}

fn journal(world: &mut World) -> AlertJournal {
    world.command(Command::Alerts(AlertCommand::Journal));
    let found = world.updates.iter().rev().find_map(|update| match update {
        Update::AlertJournal(journal) => Some((**journal).clone()),
        _ => None,
    });
    found.unwrap_or_default()
}

#[test]
fn lines_of_an_earlier_life_come_back_in_order_before_the_new_ones() {
    let mut first = world(Vec::new());
    raise_and_clear(&mut first, 3);
    let before = journal(&mut first).lines;
    assert_eq!(before.len(), 6);
    let records = store(Vec::new(), std::mem::take(&mut first.stored));

    let mut second = world(records.clone());
    second.pass(Millis(20_000));
    raise_and_clear(&mut second, 2);
    let lines = journal(&mut second).lines;
    assert_eq!(lines.len(), 10);
    assert_eq!(lines[4..], before);
    assert!(lines.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
    let records = store(records, std::mem::take(&mut second.stored));
    assert_eq!(records.len(), 2);
    let mut third = world(records);
    assert_eq!(journal(&mut third).lines, lines);
}

#[test]
fn pages_fill_and_the_oldest_goes_when_there_are_too_many() {
    let mut records = Vec::new();
    let mut written_last = Timestamp(0);
    for day in 0..3 {
        let mut world = world(records.clone());
        world.now = world.now + Millis(86_400_000 * day);
        raise_and_clear(&mut world, 4000);
        let orders = std::mem::take(&mut world.stored);
        // Written as it goes, in pages: never the whole journal at once.
        let largest = orders.iter().map(|order| match order {
            StoreOrder::Put(record) => record.value.len(),
            _ => 0,
        });
        assert!(largest.max().unwrap_or(0) < 64 * 1024);
        records = store(records, orders);
        written_last = world.now;
    }
    // 24 000 lines were written; what is kept are the last 20 000, by pages of 200, and the newest day is whole.
    let pages = records.iter().filter(|record| record.key.starts_with("journal|"));
    assert_eq!(pages.count(), 20_000 / 200);
    let mut world = world(records);
    let lines = journal(&mut world).lines;
    assert_eq!(lines.len(), 1000);
    assert!(written_last - lines[0].at < Millis(5000), "the newest are kept");
}

#[test]
fn a_page_that_cannot_be_read_costs_only_itself() {
    let mut first = world(Vec::new());
    raise_and_clear(&mut first, 1);
    let mut records = store(Vec::new(), std::mem::take(&mut first.stored));
    let bad = format!("journal|{OWNER}|000000000000001-0000000001");
    records.push(Record { key: bad.clone(), value: vec![0xff; 40] });
    let mut second = world(records);
    assert_eq!(journal(&mut second).lines.len(), 2);
    assert!(second.stored.contains(&StoreOrder::Delete(bad)));
    second.pass(Millis(1500));
    let faults = second.frames().rev().find_map(|frame| frame.stats.clone()).unwrap().faults;
    assert!(faults.iter().any(|fault| fault.what.contains("journal")), "{faults:?}");
}

#[test]
fn another_plants_journal_is_not_mixed_in_and_forgetting_forgets() {
    let mut first = world(Vec::new());
    raise_and_clear(&mut first, 1);
    let mut records = store(Vec::new(), std::mem::take(&mut first.stored));
    let other = Record { key: format!("journal|wss://other/mqtt|kim|{}", &records[0].key[30..]), ..records[0].clone() };
    records.push(other.clone());
    let mut second = world(records.clone());
    assert_eq!(journal(&mut second).lines.len(), 2);
    second.command(Command::Forget("ws://plant.test/mqtt".into()));
    let left = store(records, std::mem::take(&mut second.stored));
    assert_eq!(left, [other]);
}
