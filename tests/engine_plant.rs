//! From messages to what the page is told: places, machines, readings, trends.

#[path = "common/world.rs"]
mod world;

use andon::time::{Millis, Timestamp};
use andon::vocab::{Level, MachineState, Origin, Quality, Value};
use andon::wire::{Command, TrendRequest, ViewId};
use world::{World, config};

fn feed(world: &mut World) {
    for line in ["line-1", "line-2"] {
        for machine in ["filler", "capper"] {
            let base = format!("acme/berlin/filling/{line}/{machine}");
            world.retained(&format!("{base}/state"), r#"{"value":"Execute","timestamp":1789999999000}"#);
            world.publish(&format!("{base}/temperature"), r#"{"value":71.5,"timestamp":1789999999500,"unit":"°C"}"#);
            world.publish(&format!("{base}/speed"), r#"{"value":410,"timestamp":1789999999500,"unit":"bpm"}"#);
            world.publish(&format!("{base}/drive"), r#"{"current":3.1,"torque":{"nm":12}}"#);
        }
    }
    world.pass(Millis(300));
}

#[test]
fn the_hierarchy_is_found_from_the_topics() {
    let mut world = World::online();
    feed(&mut world);
    let level = |path: &str| world.place(path).and_then(|place| place.level);
    assert_eq!(level("acme"), Some(Level::Enterprise));
    assert_eq!(level("acme/berlin"), Some(Level::Site));
    assert_eq!(level("acme/berlin/filling/line-2"), Some(Level::Line));
    assert_eq!(level("acme/berlin/filling/line-2/capper"), Some(Level::Machine));
    assert_eq!(world.place("acme").map(|place| place.tags), Some(20));
}

#[test]
fn a_machine_card_carries_state_and_the_figures_that_matter() {
    let mut world = World::online();
    feed(&mut world);
    let card = world.card("acme/berlin/filling/line-1/filler").unwrap();
    assert_eq!((card.state, &*card.word), (MachineState::Running, "Execute"));
    assert_eq!(card.since, Some(Timestamp(1_789_999_999_000)));
    let speed = world.tag("acme/berlin/filling/line-1/filler/speed").unwrap();
    assert_eq!(card.figures[0], speed.id, "speed comes first");
    assert_eq!((&*speed.name, speed.unit.as_deref()), ("speed", Some("bpm")));
    world.publish("acme/berlin/filling/line-1/filler/state", r#"{"value":"Aborted"}"#);
    world.pass(Millis(300));
    assert_eq!(world.card("acme/berlin/filling/line-1/filler").unwrap().state, MachineState::Stopped);
}

#[test]
fn a_configured_template_and_tag_rules_win() {
    let (mut documents, problems) = andon::document::config_from_json(
        r#"{"brokers":[{"url":"ws://plant.test/mqtt","protocol":4}],"hierarchy":"+/line/machine",
        "tags":[{"pattern":"+/+/+/mode","unit":"mode","description":"what it does","states":{"3":"planned-stop"}},
        {"pattern":"+/+/+/state","states":{"77":"planned-stop"}}]}"#,
    );
    assert_eq!(problems, []);
    documents.brokers[0].name = "b".into();
    let mut world = World::with_config(documents);
    world.go_online();
    world.publish("root/l1/m1/state", "77");
    world.publish("root/l1/m1/mode", "3");
    world.pass(Millis(300));
    assert_eq!(world.place("root").unwrap().level, None);
    assert_eq!(world.place("root/l1").unwrap().level, Some(Level::Line));
    assert_eq!(world.card("root/l1/m1").unwrap().state, MachineState::PlannedStop);
    let mode = world.watch("root/l1/m1/mode");
    assert_eq!(world.tag("root/l1/m1/mode").unwrap().description.as_deref(), Some("what it does"));
    assert_eq!(world.reading(mode).unwrap().value, Value::Int(3));
}

#[test]
fn readings_carry_value_time_quality_and_origin() {
    let mut world = World::online();
    feed(&mut world);
    let tag = world.watch("acme/berlin/filling/line-1/filler/temperature");
    let reading = world.reading(tag).unwrap();
    assert_eq!((reading.value, reading.quality, reading.origin), (Value::Float(71.5), Quality::Good, Origin::Live));
    assert_eq!(reading.source_time, Some(Timestamp(1_789_999_999_500)));
    let nested = world.watch("acme/berlin/filling/line-1/filler/drive/torque/nm");
    assert_eq!(world.reading(nested).unwrap().value, Value::Int(12));
    assert_eq!(
        &*world.tag("acme/berlin/filling/line-1/filler/drive/torque/nm").unwrap().source,
        "acme/berlin/filling/line-1/filler/drive#torque.nm"
    );
}

#[test]
fn integers_beyond_2_to_the_53_stay_exact() {
    let mut world = World::online();
    world.publish("a/m/count", "9007199254740993");
    world.publish("a/m/big", r#"{"value":18446744073709551615}"#);
    world.pass(Millis(200));
    let count = world.watch("a/m/count");
    assert_eq!(world.reading(count).unwrap().value, Value::Int(9_007_199_254_740_993));
    let big = world.watch("a/m/big");
    assert_eq!(world.reading(big).unwrap().value, Value::UInt(u64::MAX));
}

#[test]
fn foreign_payloads_are_shown_raw_with_their_size() {
    let mut world = World::online();
    world.bytes(&world::publish("a/m/blob", &[0xff, 0xfe, 0, 1, 2], false));
    world.publish("a/m/state", "Idle");
    world.pass(Millis(200));
    let blob = world.watch("a/m/blob");
    assert_eq!(world.reading(blob).unwrap().value, Value::Raw(5));
    assert_eq!(&*world.tag("a/m/blob").unwrap().shape, "raw");
    world.command(Command::Inspect(blob));
    let message = world.updates.iter().rev().find_map(|update| match update {
        andon::wire::Update::Message(message) => Some(message),
        _ => None,
    });
    assert_eq!(message.map(|m| (m.payload.clone(), m.size, m.retained)), Some((vec![0xff, 0xfe, 0, 1, 2], 5, false)));
}

#[test]
fn a_tag_falls_stale_after_its_configured_silence_only() {
    let mut documents = config();
    documents.tags =
        vec![andon::document::TagRule { pattern: "a/m/t".into(), stale_after_secs: Some(5), ..Default::default() }];
    let mut world = World::with_config(documents);
    world.go_online();
    world.publish("a/m/t", "1");
    world.publish("a/m/u", "1");
    let (t, u) = (world.watch("a/m/t"), world.watch("a/m/u"));
    world.pass(Millis(4000));
    assert_eq!(world.reading(t).unwrap().quality, Quality::Good);
    world.pass(Millis(4000));
    assert_eq!(world.reading(t).unwrap().quality, Quality::Stale);
    assert_eq!(world.reading(u).unwrap().quality, Quality::Good, "silence alone is not staleness");
}

#[test]
fn trends_come_as_columns_and_grow_at_their_end() {
    let mut world = World::online();
    world.publish("a/m/t", "1");
    let tag = world.watch("a/m/t");
    world.command(Command::Trend(TrendRequest { view: ViewId(3), tag, step: Millis(1000), columns: 60, to: None }));
    world.pass(Millis(100));
    for value in 2..8 {
        world.publish("a/m/t", &value.to_string());
        world.pass(Millis(500));
    }
    world.pass(Millis(1500));
    let mut columns = std::collections::BTreeMap::new();
    for part in world.frames().flat_map(|frame| &frame.trends) {
        assert_eq!((part.view, part.step), (ViewId(3), Millis(1000)));
        for (index, column) in part.columns.iter().enumerate() {
            columns.insert(part.first + index as i64, *column);
        }
    }
    let seen: Vec<_> = columns.values().filter(|column| !column.is_gap()).collect();
    assert_eq!(seen.first().map(|column| column.min), Some(1.0));
    assert_eq!(seen.last().map(|column| column.last), Some(7.0));
    assert!(columns.len() >= 60);
}

#[test]
fn a_cleared_retained_message_clears_the_value() {
    let mut world = World::online();
    world.publish("a/m/t", r#"{"value":1}"#);
    let tag = world.watch("a/m/t");
    world.publish("a/m/t", "");
    world.pass(Millis(200));
    assert_eq!(world.reading(tag).unwrap().value, Value::Null);
}

#[test]
fn a_stop_for_a_planned_reason_is_a_planned_stop() {
    let mut world = World::online();
    world.retained("a/l/m/state", r#"{"value":"Stopped","timestamp":1789999999000}"#);
    world.retained("a/l/m/stop_reason", r#"{"value":"Break","timestamp":1789999999500}"#);
    world.pass(Millis(200));
    let card = world.card("a/l/m").unwrap();
    assert_eq!((card.state, &*card.word), (MachineState::PlannedStop, "Break"));
    world.publish("a/l/m/stop_reason", r#"{"value":"Jam"}"#);
    world.pass(Millis(200));
    assert_eq!(world.card("a/l/m").unwrap().state, MachineState::Stopped);
    world.publish("a/l/m/stop_reason", r#"{"value":"Changeover"}"#);
    world.publish("a/l/m/state", r#"{"value":"Execute","timestamp":1790000000123}"#);
    world.pass(Millis(200));
    let card = world.card("a/l/m").unwrap();
    assert_eq!((card.state, card.since), (MachineState::Running, Some(Timestamp(1_790_000_000_123))));
}

#[test]
fn the_simulated_plant_is_read_whole() {
    let mut world = World::online();
    let mut plant = andon::sim::Plant::new(20, andon::sim::Size::default(), world.now);
    for _ in 0..240 {
        let mut messages = Vec::new();
        plant.step(world.now, &mut |m| messages.push(world::publish(m.topic, m.payload, m.retain)));
        for message in messages {
            world.bytes(&message);
        }
        world.pass(Millis(500));
    }
    let levels = |level| world.places().iter().filter(|place| place.level == Some(level)).count();
    assert_eq!((levels(Level::Site), levels(Level::Line), levels(Level::Machine)), (2, 3, 12));
    let machines: Vec<_> = world.places().into_iter().filter(|place| place.level == Some(Level::Machine)).collect();
    for machine in &machines {
        let card = world.card(&machine.path).unwrap();
        assert!(card.state_tag.is_some() && card.figures.len() == 4, "{machine:?} {card:?}");
        assert_ne!(card.state, MachineState::Offline, "{machine:?} {card:?}");
    }
    let stats = world.frames().rev().find_map(|frame| frame.stats.clone()).unwrap();
    assert_eq!((stats.payloads_rejected, stats.packets_rejected), (0, 0));
    assert!(
        world.frames().flat_map(|frame| &frame.machines).any(|card| card.state == MachineState::Stopped),
        "a fault within two minutes"
    );
}

#[test]
fn a_topic_with_ever_new_keys_leaves_room_for_others() {
    let mut world = World::online();
    for message in 0..40 {
        let keys: Vec<String> = (0..100).map(|key| format!(r#""order-{}":1"#, message * 100 + key)).collect();
        world.publish("a/m/orders", &format!("{{{}}}", keys.join(",")));
    }
    world.publish("a/m/t", "7");
    world.pass(Millis(1500));
    let stats = world.frames().rev().find_map(|frame| frame.stats.clone()).unwrap();
    assert_eq!(stats.tags, 2001);
    assert!(stats.faults.iter().any(|fault| &*fault.place == "a/m/orders"), "{:?}", stats.faults);
}

#[test]
fn what_turns_out_to_be_a_part_of_a_machine_is_no_machine_any_longer() {
    let mut world = World::online();
    let publish = |world: &mut World, tags: &[&str]| {
        for tag in tags {
            world.publish(tag, "1");
        }
        world.pass(Millis(500));
    };
    publish(&mut world, &["a/b/l1/filler/drive/speed", "a/b/l1/filler/drive/current"]);
    let machines = |world: &World| -> Vec<String> {
        let is_machine = |place: &andon::wire::Place| place.level == Some(Level::Machine);
        world.places().into_iter().filter(is_machine).map(|place| place.path.to_string()).collect()
    };
    let others: Vec<String> = ["capper", "packer", "filler"]
        .iter()
        .flat_map(|m| ["state", "temperature", "pressure", "speed"].map(|tag| format!("a/b/l1/{m}/{tag}")))
        .collect();
    publish(&mut world, &others.iter().map(String::as_str).collect::<Vec<_>>());
    let mut found = machines(&world);
    found.sort();
    assert_eq!(found, ["a/b/l1/capper", "a/b/l1/filler", "a/b/l1/packer"]);
}
