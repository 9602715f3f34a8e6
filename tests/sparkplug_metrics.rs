//! Metrics through the engine: templates with their definitions, nulls, times.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

mod common {
    pub(crate) mod edge;
    pub(crate) mod world;
}

use andon::sparkplug::{DataType, MetricWrite, Written, write_bytes, write_metric, write_number};
use andon::time::Millis;
use andon::vocab::{Quality, Reading, Value};
use andon::wire::{Command, Update};
use common::edge::{SENT, Say};
use common::world::{World, publish};

fn hear(world: &mut World, topic: &str, say: &Say) {
    world.bytes(&publish(&format!("spBv1.0/G/{topic}"), &say.0, false));
}

fn reading(world: &mut World, path: &str) -> Reading {
    let tag = world.watch(path);
    world.reading(tag).unwrap()
}

fn value(world: &mut World, path: &str) -> (Value, Quality) {
    let Reading { value, quality, .. } = reading(world, path);
    (value, quality)
}

fn deviations(world: &mut World) -> Vec<(String, u32)> {
    world.command(Command::EdgeNodes(Some("G/n".to_owned())));
    let told = |update: &Update| if let Update::EdgeNodes(told) = update { Some((**told).clone()) } else { None };
    world.updates.iter().rev().find_map(told).unwrap().nodes.remove(0).deviations
}

/// A template's parameter, an Int32.
fn parameter(out: &mut Vec<u8>, name: &str, value: u64) {
    let mut parameter = Vec::new();
    write_bytes(&mut parameter, 1, name.as_bytes());
    write_number(&mut parameter, 2, DataType::Int32 as u64);
    write_number(&mut parameter, 3, value);
    write_bytes(out, 3, &parameter);
}

/// A template with these members: an instance of this one, or a definition.
fn template(of: Option<&str>, members: &[(&str, u32)], parameters: &[(&str, u64)]) -> Vec<u8> {
    let mut template = Vec::new();
    for &(name, value) in members {
        let (name, datatype, value) = (Some(name), Some(DataType::Int32), Written::Int(value));
        write_metric(&mut template, &MetricWrite { name, datatype, value, ..MetricWrite::default() });
    }
    parameters.iter().for_each(|(name, value)| parameter(&mut template, name, *value));
    match of {
        Some(of) => write_bytes(&mut template, 4, of.as_bytes()),
        None => write_number(&mut template, 5, 1),
    }
    template
}

#[test]
fn a_template_in_part_leaves_its_other_members_as_they_were() {
    let mut world = World::online();
    let definition = template(None, &[("rpm", 0), ("load", 0)], &[("poles", 2), ("rating", 400)]);
    let born = Say::seq(0).bdseq(1).born("motor", None, DataType::Template, Written::Template(&definition));
    hear(&mut world, "NBIRTH/n", &born);
    let whole = template(Some("motor"), &[("rpm", 1400), ("load", 70)], &[("poles", 4)]);
    let born = Say::seq(1).born("Motor", Some(5), DataType::Template, Written::Template(&whole));
    hear(&mut world, "DBIRTH/n/d", &born);
    assert_eq!(value(&mut world, "G/n/d/Motor/rpm").0, Value::Int(1400));
    assert_eq!(value(&mut world, "G/n/d/Motor/poles").0, Value::Int(4));
    assert_eq!(value(&mut world, "G/n/d/Motor/rating").0, Value::Int(400), "the definition's default");
    let part = template(Some("motor"), &[("rpm", 1500)], &[]);
    hear(&mut world, "DDATA/n/d", &Say::seq(2).alias(5, Written::Template(&part)));
    for (path, number) in [("rpm", 1500), ("load", 70), ("poles", 4), ("rating", 400)] {
        assert_eq!(value(&mut world, &format!("G/n/d/Motor/{path}")), (Value::Int(number), Quality::Good), "{path}");
    }
    assert_eq!(deviations(&mut world), []);
    assert!(world.tag("G/n/motor/rpm").is_none(), "a definition is nobody's value");
}

#[test]
fn a_template_that_nothing_defines_is_shown_and_counted() {
    let mut world = World::online();
    let motor = template(Some("motor"), &[("rpm", 1400)], &[]);
    let born = Say::seq(0).bdseq(1).born("Motor", None, DataType::Template, Written::Template(&motor));
    hear(&mut world, "NBIRTH/n", &born);
    assert_eq!(value(&mut world, "G/n/Motor/rpm").0, Value::Int(1400));
    assert_eq!(deviations(&mut world), [("template instance without its definition".to_owned(), 1)]);
}

#[test]
fn an_alert_on_machines_that_are_offline_begins_with_the_death_and_ends_with_the_birth() {
    let text = r##"{"version":1,"alerts":[{"id":"gone","name":"Gone","pattern":"#","when":"state","states":["offline"],
        "priority":"high"}]}"##;
    let (parsed, problems) = andon::document::config_from_json(text);
    assert!(problems.iter().all(|problem| problem.path.contains("brokers")), "{problems:?}");
    let config = andon::document::Config { alerts: parsed.alerts, ..common::world::config() };
    let mut world = World::with_config(config);
    world.go_online();
    let told = |world: &World| {
        let alerts = |update: &Update| if let Update::Alerts(alerts) = update { alerts.last().cloned() } else { None };
        world.updates.iter().rev().find_map(alerts).map(|alert| (alert.path.to_string(), alert.is_active))
    };
    let born = |world: &mut World, bdseq| {
        hear(world, "NBIRTH/n", &Say::seq(0).bdseq(bdseq));
        hear(world, "DBIRTH/n/d", &Say::seq(1).born("State", None, DataType::String, Written::Text("Execute")));
        world.pass(Millis::from_secs(3));
    };
    born(&mut world, 1);
    assert_eq!(told(&world), None);
    hear(&mut world, "NDEATH/n", &Say(common::edge::death(1)));
    world.pass(Millis::from_secs(3));
    assert_eq!(told(&world), Some(("G/n/d".to_owned(), true)));
    born(&mut world, 2);
    assert_eq!(told(&world), Some(("G/n/d".to_owned(), false)));
}

#[test]
fn a_null_in_a_birth_is_no_value() {
    let mut world = World::online();
    hear(&mut world, "NBIRTH/n", &Say::seq(0).bdseq(1).born("Order", None, DataType::String, Written::Null));
    assert_eq!(value(&mut world, "G/n/Order").0, Value::Null);
}

#[test]
fn times_are_milliseconds_utc_the_metrics_own_before_the_payloads() {
    let mut world = World::online();
    let own = MetricWrite {
        name: Some("Own"),
        timestamp: Some(SENT - 1500),
        datatype: Some(DataType::Int32),
        value: Written::Int(1),
        ..MetricWrite::default()
    };
    let say = Say::head(Some(SENT - 500), Some(0)).bdseq(1).metric(own);
    hear(&mut world, "NBIRTH/n", &say.born("None", None, DataType::Int32, Written::Int(1)));
    for (path, before) in [("G/n/Own", 1500), ("G/n/None", 500)] {
        let Reading { source_time, zoned, .. } = reading(&mut world, path);
        assert_eq!((source_time.map(|at| at.0), zoned), (Some(SENT as i64 - before), true), "{path}");
    }
}
