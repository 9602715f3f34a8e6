//! Commands to edge nodes through the engine: what may be written, what goes out, and that only data confirms it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

mod common {
    pub(crate) mod edge;
    pub(crate) mod world;
}

use andon::document::{Broker, Config, Publish};
use andon::engine::Input;
use andon::sparkplug::{DataType, MetricValue, Payload, Raw, Written};
use andon::time::Millis;
use andon::vocab::{TagId, Value, ValueType};
use andon::wire::{Command, Update, WriteFate, WritingReport};
use common::edge::{Say, death};
use common::world::{BROKER, World, config, packets, publish};

const SPEED: &str = "G/line1/filler/Set/Speed";

fn world(enabled: bool, commands: &[&str]) -> World {
    let commands = commands.iter().map(|&filter| filter.to_owned()).collect();
    let publish = Publish { enabled, commands, ..Publish::default() };
    let base = config();
    let mut world = World::with_config(Config { brokers: vec![Broker { publish, ..base.brokers[0].clone() }], ..base });
    world.go_online();
    hear(&mut world, "NBIRTH/line1", &Say::seq(0).bdseq(1).born("Mode", None, DataType::String, Written::Text("auto")));
    let birth = Say::seq(1)
        .born("Set/Speed", Some(7), DataType::Int16, Written::Int(100))
        .born("Set/Ratio", Some(8), DataType::Float, Written::Float(0.5))
        .born("Levels", Some(9), DataType::Int8Array, Written::Bytes(&[1]));
    hear(&mut world, "DBIRTH/line1/filler", &birth);
    world.sent.clear();
    world
}

fn hear(world: &mut World, topic: &str, say: &Say) {
    world.bytes(&publish(&format!("spBv1.0/G/{topic}"), &say.0, false));
}

fn tag(world: &mut World, path: &str) -> TagId {
    world.command(Command::Find(vec![path.to_owned()]));
    world.pass(Millis(200));
    world.tag(path).unwrap_or_else(|| panic!("no tag {path}")).id
}

fn report(world: &mut World, tag: TagId) -> WritingReport {
    world.command(Command::Writable(tag));
    last(world)
}

/// The last report, asked for or not.
fn last(world: &World) -> WritingReport {
    let told = |update: &Update| if let Update::Writing(told) = update { Some((**told).clone()) } else { None };
    world.updates.iter().rev().find_map(told).unwrap()
}

fn fate(world: &World) -> WriteFate {
    last(world).written.unwrap().fate
}

fn write(world: &mut World, tag: TagId, value: Value) {
    world.command(Command::Write { tag, value });
}

/// Topic, first byte and payload of each PUBLISH that went out.
fn commands(world: &World) -> Vec<(String, u8, Vec<u8>)> {
    let all = packets(&world.sent.concat());
    let publishes = all.into_iter().filter(|packet| packet[0] >> 4 == 3);
    publishes
        .map(|packet| {
            let length = usize::from(packet[3]);
            (String::from_utf8(packet[4..4 + length].to_vec()).unwrap(), packet[0], packet[4 + length..].to_vec())
        })
        .collect()
}

#[test]
fn a_device_is_commanded_by_alias_and_confirmed_by_its_data_alone() {
    let mut world = world(true, &["G/+/+/Set/+"]);
    let speed = tag(&mut world, SPEED);
    assert_eq!(report(&mut world, speed).takes, Ok(ValueType::Whole { bits: 16, is_signed: true }));
    write(&mut world, speed, Value::Int(-5));
    let sent = commands(&world);
    assert_eq!((sent.len(), sent[0].0.as_str(), sent[0].1), (1, "spBv1.0/G/DCMD/line1/filler", 0x30));
    let payload = Payload::read(&sent[0].2);
    assert_eq!((payload.seq, payload.timestamp), (None, Some(world.now.0 as u64)));
    let metrics: Vec<_> = payload.metrics().collect();
    assert_eq!((metrics.len(), metrics[0].name(), metrics[0].alias), (1, None, Some(7)));
    assert_eq!((metrics[0].raw, metrics[0].value(None)), (Raw::Integer(0xfffb), MetricValue::Int(-5)));
    assert_eq!(fate(&world), WriteFate::Waiting);

    hear(&mut world, "DDATA/line1/filler", &Say::seq(2).alias(8, Written::Float(0.7)));
    assert_eq!(fate(&world), WriteFate::Waiting, "another metric");
    hear(&mut world, "DDATA/line1/filler", &Say::seq(3).alias(7, Written::Int(101)));
    assert_eq!(fate(&world), WriteFate::Waiting, "another value, which may have been under way");
    let id = world.watch(SPEED);
    assert_eq!(world.reading(id).unwrap().value, Value::Int(101), "never optimistic");
    hear(&mut world, "DDATA/line1/filler", &Say::seq(4).alias(7, Written::Int(0xfffb)));
    assert_eq!(fate(&world), WriteFate::Confirmed(world.now));
    assert_eq!(commands(&world).len(), 1);
}

#[test]
fn a_node_is_commanded_by_name_where_it_gave_no_alias() {
    let mut world = world(true, &["G/line1/Mode"]);
    let mode = tag(&mut world, "G/line1/Mode");
    write(&mut world, mode, Value::Text("hand".into()));
    let sent = commands(&world);
    assert_eq!(sent[0].0, "spBv1.0/G/NCMD/line1");
    let payload = Payload::read(&sent[0].2);
    let metric = payload.metrics().next().unwrap();
    assert_eq!((metric.name().as_deref(), metric.alias), (Some("Mode"), None));
    hear(&mut world, "NDATA/line1", &Say::seq(2).named("Mode", Written::Text("hand")));
    assert_eq!(fate(&world), WriteFate::Confirmed(world.now));
}

#[test]
fn silence_another_value_and_death_are_no_confirmation() {
    let mut world = world(true, &["#"]);
    let speed = tag(&mut world, SPEED);
    write(&mut world, speed, Value::Int(7));
    world.pass(Millis::from_secs(11));
    assert_eq!(fate(&world), WriteFate::Unconfirmed(None));
    write(&mut world, speed, Value::Int(8));
    hear(&mut world, "DDATA/line1/filler", &Say::seq(2).alias(7, Written::Int(90)));
    world.pass(Millis::from_secs(11));
    assert_eq!(fate(&world), WriteFate::Unconfirmed(Some(Value::Int(90))));
    write(&mut world, speed, Value::Int(9));
    world.bytes(&publish("spBv1.0/G/NDEATH/line1", &death(1), false));
    assert_eq!(fate(&world), WriteFate::Lost);
    assert!(report(&mut world, speed).takes.is_err(), "a dead device takes nothing");
    write(&mut world, speed, Value::Int(9));
    assert!(matches!(fate(&world), WriteFate::Refused(_)));
    assert_eq!(commands(&world).len(), 3);
}

#[test]
fn what_is_not_allowed_does_not_fit_or_is_not_known_is_not_sent() {
    for (enabled, commands) in [(false, &["#"][..]), (true, &[]), (true, &["G/line1/filler/Set/Ratio"])] {
        let mut world = world(enabled, commands);
        let speed = tag(&mut world, SPEED);
        assert!(!report(&mut world, speed).is_allowed);
        write(&mut world, speed, Value::Int(1));
        assert!(matches!(fate(&world), WriteFate::Refused(_)), "{enabled} {commands:?}");
        assert_eq!(self::commands(&world).len(), 0);
    }
    let mut world = world(true, &["#"]);
    let (speed, levels) = (tag(&mut world, SPEED), tag(&mut world, "G/line1/filler/Levels"));
    for (tag, value) in [
        (speed, Value::Int(40_000)),
        (speed, Value::Text("7".into())),
        (speed, Value::Null),
        (levels, Value::Text("[1]".into())),
    ] {
        write(&mut world, tag, value);
        assert!(matches!(fate(&world), WriteFate::Refused(_)));
    }
    // What is no metric at all.
    world.publish("G/plain", "5");
    let plain = tag(&mut world, "G/plain");
    assert!(!report(&mut world, plain).is_allowed);
    // A birth that does not list it any more, and data that never was in one.
    hear(&mut world, "DBIRTH/line1/filler", &Say::seq(2).born("Other", Some(1), DataType::Int16, Written::Int(1)));
    write(&mut world, speed, Value::Int(1));
    hear(&mut world, "DDATA/line1/filler", &Say::seq(3).named("Stray", Written::Int(1)));
    let stray = tag(&mut world, "G/line1/filler/Stray");
    write(&mut world, stray, Value::Int(1));
    assert!(matches!(fate(&world), WriteFate::Refused(_)));
    // The connection is gone: nothing waits for it.
    world.input(Input::Closed(BROKER, 1006, String::new()));
    let other = tag(&mut world, "G/line1/filler/Other");
    write(&mut world, other, Value::Int(1));
    assert!(matches!(fate(&world), WriteFate::Refused(_)));
    assert_eq!(commands(&world).len(), 0);
}
