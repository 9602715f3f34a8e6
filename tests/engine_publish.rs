//! What is to be published waits for its broker within its time, is sent once, and its fate is told; it outlives the
//! worker where there is a store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/world.rs"]
mod world;

use andon::document::{Config, Publish};
use andon::engine::{Input, Record, StoreOrder};
use andon::time::Millis;
use andon::wire::{Command, Fate, OutboxReport, Publishing, Update};
use world::{BROKER, World};

fn config(enabled: bool) -> Config {
    let mut config = world::config();
    config.brokers[0].publish =
        Publish { enabled, topics: vec!["cmd/#".into()], commands: vec![], ..Publish::default() };
    config
}

fn publishing(topic: &str, qos: u8) -> Publishing {
    let payload = b"x".to_vec();
    Publishing { broker: BROKER, request: 7, topic: topic.into(), payload, qos, retain: false, expire_secs: 60 }
}

fn report(world: &World) -> OutboxReport {
    let reports = world.updates.iter().rev();
    reports.into_iter().find_map(|u| if let Update::Outbox(report) = u { Some(report.clone()) } else { None }).unwrap()
}

fn fates(world: &World) -> Vec<(String, Fate)> {
    report(world).entries.into_iter().map(|entry| (entry.topic, entry.fate)).collect()
}

fn publish(world: &mut World, topic: &str, qos: u8) {
    world.command(Command::Publish(publishing(topic, qos)));
}

/// What was sent to the broker that is a PUBLISH.
fn published(world: &mut World) -> Vec<Vec<u8>> {
    let all = std::mem::take(&mut world.sent).concat();
    world::packets(&all).into_iter().filter(|packet| packet[0] >> 4 == 3).collect()
}

#[test]
fn nothing_goes_out_unless_it_is_allowed() {
    let mut world = World::with_config(config(false));
    world.go_online();
    publish(&mut world, "cmd/a", 1);
    let mut other = World::with_config(config(true));
    other.go_online();
    publish(&mut other, "state/a", 1);
    publish(&mut other, "cmd/+", 1);
    for world in [&mut world, &mut other] {
        assert_eq!(published(world), Vec::<Vec<u8>>::new());
        assert!(fates(world).iter().all(|(_, fate)| matches!(fate, Fate::Refused(_))));
    }
    assert_eq!(fates(&other).len(), 2);
    assert!(world.stored.is_empty(), "a reader takes no store");
}

#[test]
fn each_entry_has_its_fate() {
    let mut world = World::with_config(config(true));
    publish(&mut world, "cmd/a", 1);
    assert_eq!(fates(&world), [("cmd/a".into(), Fate::Waiting)], "offline it waits");
    world.command(Command::Connect { broker: BROKER, credentials: None, known: Some(4) });
    world.input(Input::Opened(BROKER));
    world.sent.clear();
    world.bytes(&[0x20, 2, 0, 0]);
    let sent = published(&mut world);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(fates(&world), [("cmd/a".into(), Fate::Unanswered)]);
    let id = [sent[0][9], sent[0][10]];
    world.bytes(&[0x40, 2, id[0], id[1]]);
    publish(&mut world, "cmd/b", 0);
    assert_eq!(fates(&world), [("cmd/b".into(), Fate::Sent), ("cmd/a".into(), Fate::Acknowledged)]);
    assert_eq!((report(&world).waiting(), report(&world).entries[0].request), (0, 7));
}

#[test]
fn what_has_had_its_time_is_never_sent() {
    let mut world = World::with_config(config(true));
    publish(&mut world, "cmd/a", 1);
    world.pass(Millis(61_000));
    assert_eq!(fates(&world), [("cmd/a".into(), Fate::Expired)]);
    world.go_online();
    assert_eq!(published(&mut world), Vec::<Vec<u8>>::new());
}

#[test]
fn the_outbox_is_bounded() {
    let mut world = World::with_config(config(true));
    for n in 0..300 {
        publish(&mut world, &format!("cmd/{n}"), 1);
    }
    assert_eq!(report(&world).waiting(), 256);
    let refused = fates(&world).into_iter().filter(|(_, fate)| matches!(fate, Fate::Refused(_))).count();
    assert_eq!(refused, 44);
    let large = Publishing { payload: vec![0; 256 * 1024 + 1], ..publishing("cmd/a", 1) };
    let mut world = World::with_config(config(true));
    world.command(Command::Publish(large));
    assert!(matches!(&fates(&world)[..], [(_, Fate::Refused(words))] if words.contains("too large")));
}

/// The records that a store would hold after these orders.
fn records(orders: &[StoreOrder]) -> Vec<Record> {
    let mut held: Vec<Record> = Vec::new();
    for order in orders {
        match order {
            StoreOrder::Open => {}
            StoreOrder::Put(record) => {
                held.retain(|known| known.key != record.key);
                held.push(record.clone());
            }
            StoreOrder::Delete(key) => held.retain(|known| known.key != *key),
            StoreOrder::Erase(prefix) => held.retain(|known| !known.key.starts_with(prefix)),
        }
    }
    held
}

#[test]
fn what_waits_outlives_the_worker_and_nothing_in_doubt_is_sent_twice() {
    let mut first = World::with_config(config(true));
    assert_eq!(first.stored, [StoreOrder::Open]);
    publish(&mut first, "cmd/before", 1); // taken before the store was there
    first.input(Input::Loaded(Vec::new()));
    publish(&mut first, "cmd/waits", 1);
    publish(&mut first, "cmd/once", 2);
    assert!(report(&first).is_kept);
    assert_eq!(records(&first.stored).len(), 3);
    first.command(Command::Connect { broker: BROKER, credentials: None, known: Some(4) });
    first.input(Input::Opened(BROKER));
    first.sent.clear();
    first.bytes(&[0x20, 2, 0, 0]);
    assert_eq!(published(&mut first).len(), 3, "all are out, none is answered");
    let left = records(&first.stored);
    assert_eq!(left.len(), 3);

    let mut second = World::with_config(config(true));
    second.input(Input::Loaded(left));
    let by_topic = |world: &World, topic: &str| fates(world).into_iter().find(|(t, _)| t == topic).unwrap().1;
    assert_eq!(by_topic(&second, "cmd/once"), Fate::Lost);
    second.go_online();
    assert_eq!(by_topic(&second, "cmd/before"), Fate::Unanswered);
    assert_eq!(by_topic(&second, "cmd/waits"), Fate::Unanswered);
    second.command(Command::Forget("ws://plant.test/mqtt".into()));
    assert!(second.stored.iter().any(|order| matches!(order, StoreOrder::Erase(_))));
}

#[test]
fn a_store_that_fails_is_told() {
    let mut world = World::with_config(config(true));
    world.input(Input::Loaded(Vec::new()));
    publish(&mut world, "cmd/a", 1);
    world.input(Input::Unkept("full".into()));
    assert!(!report(&world).is_kept);
    world.input(Input::Loaded(vec![Record { key: "outbox|x|1".into(), value: vec![1, 2, 3] }]));
    assert_eq!(report(&world).waiting(), 1, "a record that cannot be read costs itself");
}

#[test]
fn another_configuration_loses_no_publication() {
    let mut world = World::with_config(config(true));
    world.go_online();
    publish(&mut world, "cmd/a", 1);
    publish(&mut world, "cmd/b", 2);
    let mut changed = config(true);
    changed.brokers[0].name = "another name".into();
    world.command(Command::Configure(Box::new(changed)));
    assert_eq!(fates(&world), [("cmd/a".into(), Fate::Waiting), ("cmd/b".into(), Fate::Lost)]);
}
