//! Times and what other messages say: late values, clocks, batches, metadata before and after its tag.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

use andon::document::TagRule;
use andon::plant::{Incoming, Plant};
use andon::time::{Millis, Timestamp};
use andon::vocab::{BrokerId, Column, Shape, TagId, Value};

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const BROKER: BrokerId = BrokerId(0);

struct World {
    plant: Plant,
    now: Timestamp,
}

impl World {
    fn new(rules: Vec<TagRule>) -> Self {
        let mut plant = Plant::new(&[], rules, 1 << 20);
        plant.link_up(NOW, BROKER);
        Self { plant, now: NOW }
    }

    fn say(&mut self, topic: &str, payload: &str) {
        let message = Incoming { topic, payload: payload.as_bytes(), retained: false, qos: 0, properties: &[] };
        self.plant.apply(self.now, BROKER, message, &mut |_| ());
        self.plant.settle();
    }

    fn at(&mut self, topic: &str, value: i64, time: Timestamp) {
        self.say(topic, &format!(r#"{{"value":{value},"timestamp":{}}}"#, time.0));
    }

    fn tag(&self, path: &str) -> TagId {
        self.plant.tags().find(path).unwrap_or_else(|| panic!("no tag {path}"))
    }

    fn value(&self, path: &str) -> Value {
        self.plant.reading(self.now, self.tag(path)).unwrap().value
    }

    /// The last values of the last ten seconds, one a second; NaN where there are none.
    fn past(&self, path: &str) -> Vec<f32> {
        let mut columns: Vec<Column> = Vec::new();
        self.plant.columns(self.tag(path), Millis(1000), self.now.0 / 1000 - 9, 10, &mut columns);
        columns.iter().map(|column| column.last).collect()
    }
}

fn ago(secs: i64) -> Timestamp {
    NOW - Millis::from_secs(secs)
}

#[test]
fn a_late_value_goes_to_its_place_in_history_and_does_not_overwrite() {
    let mut world = World::new(Vec::new());
    for (value, secs) in [(1, 5), (3, 1), (2, 3)] {
        world.at("a/b", value, ago(secs));
    }
    assert_eq!(world.value("a/b"), Value::Int(3));
    let past: Vec<f32> = world.past("a/b").into_iter().filter(|value| !value.is_nan()).collect();
    assert_eq!(past, [1.0, 2.0, 3.0]);
    assert_eq!(world.plant.tags().get(world.tag("a/b")).unwrap().late, 1);
}

#[test]
fn a_clock_that_was_set_back_does_not_stop_the_show() {
    let mut world = World::new(Vec::new());
    // Ahead of us by an hour, then put right: nothing is late against a time to come.
    world.at("ahead", 1, NOW + Millis::from_secs(3600));
    world.at("ahead", 2, NOW);
    assert_eq!(world.value("ahead"), Value::Int(2));
    // Set back into the past: what comes is taken for late at first, and for the truth when nothing newer comes.
    world.at("behind", 1, NOW);
    world.at("behind", 2, ago(3600));
    assert_eq!(world.value("behind"), Value::Int(1));
    world.now = NOW + Millis::from_secs(61);
    world.at("behind", 3, ago(3539));
    assert_eq!(world.value("behind"), Value::Int(3));
}

#[test]
fn a_time_without_a_zone_is_said_and_one_to_come_is_no_place_in_history() {
    let mut world = World::new(Vec::new());
    world.say("tele/plug/SENSOR", r#"{"Time":"2026-09-21T14:13:20","ENERGY":{"Power":12}}"#);
    let reading = world.plant.reading(NOW, world.tag("tele/plug/SENSOR/ENERGY/Power")).unwrap();
    assert!(!reading.zoned && reading.source_time.is_some());
    world.at("ahead", 7, NOW + Millis::from_secs(3600));
    assert_eq!(world.past("ahead").last(), Some(&7.0));
    assert_eq!(world.plant.reading(NOW, world.tag("ahead")).unwrap().source_time, Some(NOW + Millis::from_secs(3600)));
}

#[test]
fn a_batch_goes_into_history_with_its_own_times() {
    let mut world = World::new(Vec::new());
    let sample = |value: i64, secs: i64| format!(r#"{{"ts":{},"values":{{"k":{value}}}}}"#, ago(secs).0);
    world.say("tb", &format!("[{},{},{}]", sample(1, 8), sample(2, 4), sample(3, 0)));
    let past: Vec<f32> = world.past("tb/k").into_iter().filter(|value| !value.is_nan()).collect();
    assert_eq!(past, [1.0, 2.0, 3.0]);
    assert_eq!(world.value("tb/k"), Value::Int(3));
}

#[test]
fn metadata_reaches_its_tag_before_and_after_it() {
    let mut world = World::new(Vec::new());
    let properties = r#"{"engUnit":{"type":"String","value":"rpm"},"engLow":{"type":"Double","value":0},"engHigh":{"type":"Double","value":3000},"documentation":{"type":"String","value":"Main drive"}}"#;
    world.say("unsAv1.0/Fan/Speed.props", properties);
    world.say("unsAv1.0/Fan/Speed", r#"{"value":5}"#);
    world.say("unsAv1.0/Fan2/Speed", r#"{"value":5}"#);
    world.say("unsAv1.0/Fan2/Speed.props", properties);
    for path in ["unsAv1.0/Fan/Speed", "unsAv1.0/Fan2/Speed"] {
        let record = world.plant.tags().get(world.tag(path)).unwrap();
        assert_eq!(record.shown_unit().map(|unit| &**unit), Some("rpm"), "{path}");
        assert_eq!(record.shown_description().map(|words| &**words), Some("Main drive"), "{path}");
        assert_eq!(record.note.as_ref().and_then(|note| note.range()), Some((0.0, 3000.0)), "{path}");
    }
}

#[test]
fn ids_get_their_names_and_attributes_their_tags() {
    let mut world = World::new(Vec::new());
    let data = "ie/d/j/simatic/v1/s7/dp/r/plc/default";
    world.say(data, r#"{"seq":1,"vals":[{"id":"101","qc":3,"val":1}]}"#);
    let names = r#"{"seq":1,"connections":[{"name":"plc","dataPoints":[{"name":"default","topic":"TOPIC","dataPointDefinitions":[{"name":"Speed","id":"101"}]}]}]}"#;
    world.say("ie/m/j/simatic/v1/s7/dp", &names.replace("TOPIC", data));
    let record = world.plant.tags().get(world.tag(&format!("{data}/101"))).unwrap();
    assert_eq!(record.note.as_ref().and_then(|note| note.name.as_deref()), Some("Speed"));
    world.say("homie/dev/boiler/temperature/$unit", "°C");
    world.say("homie/dev/boiler/temperature", "71.5");
    let record = world.plant.tags().get(world.tag("homie/dev/boiler/temperature")).unwrap();
    assert_eq!(record.shown_unit().map(|unit| &**unit), Some("°C"));
}

#[test]
fn a_rule_forces_a_shape() {
    let rule = TagRule { pattern: "raw/#".into(), shape: Some(Shape::Scalar), ..TagRule::default() };
    let mut world = World::new(vec![rule]);
    world.say("raw/x", r#"{"value":5}"#);
    assert_eq!(world.value("raw/x"), Value::Text(r#"{"value":5}"#.into()));
}
