//! What is wrong with the namespace: one pass over all tags, each kind of trouble with its tags.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use crate::plant::{Plant, TagRecord, is_unknown};
use crate::time::{Millis, Timestamp};
use crate::vocab::{Origin, Shape, TagId, Value};
use crate::wire::{Example, Finding, Findings, Trouble};

/// Looks at all tags.
pub(super) fn findings(now: Timestamp, plant: &Plant) -> Findings {
    let mut found: BTreeMap<Trouble, Finding> = BTreeMap::new();
    let mut note = |kind: Trouble, record: &TagRecord, note: String| {
        let finding = found.entry(kind).or_insert_with(|| Finding { kind, count: 0, examples: Vec::new() });
        finding.count += 1;
        if finding.examples.len() < MOST_EXAMPLES {
            finding.examples.push(Example { path: record.path.clone(), note });
        }
    };
    let mut folded: HashMap<String, TagId> = HashMap::new();
    for index in 0..plant.tags().len() {
        let id = TagId(index as u32);
        let Some(record) = plant.tags().get(id) else { continue };
        look(now, plant, id, record, &mut note);
        if plant.tags().len() <= MOST_FOLDED {
            match folded.get(&record.path.to_lowercase()).and_then(|first| plant.tags().get(*first)) {
                Some(first) if first.broker == record.broker => {
                    note(Trouble::Twice, record, format!("also {}", first.path));
                }
                Some(_) => {}
                None => {
                    folded.insert(record.path.to_lowercase(), id);
                }
            }
        }
    }
    if plant.tags().len() > MOST_FOLDED {
        for (first, second) in plant.tags().twice() {
            let (Some(first), Some(second)) = (plant.tags().get(first), plant.tags().get(second)) else { continue };
            if first.broker == second.broker {
                note(Trouble::Twice, second, format!("also {}", first.path));
            }
        }
    }
    for machine in plant.machines() {
        let record = machine.state_tag.and_then(|tag| plant.tags().get(tag));
        if let Some(record) = record.filter(|record| is_unread_state(record)) {
            note(Trouble::UnknownState, record, shown(&record.value));
        }
    }
    Findings { tags: plant.tags().len() as u32, list: found.into_values().collect() }
}

/// Whether a state tag holds what nobody can read.
pub(super) fn is_unread_state(record: &TagRecord) -> bool {
    is_unknown(&record.value, record.meaning.as_ref().map_or(&[], |meaning| &meaning.states))
}

fn look(
    now: Timestamp,
    plant: &Plant,
    id: TagId,
    record: &TagRecord,
    note: &mut dyn FnMut(Trouble, &TagRecord, String),
) {
    let is_number = matches!(record.value, Value::Int(_) | Value::UInt(_) | Value::Float(_));
    let is_raw = matches!(record.value, Value::Raw(_));
    let is_first = plant.is_first_of_topic(id);
    if is_first && plant.shape(id) == Some(Shape::Raw) {
        note(Trouble::Unread, record, shown(&record.value));
    }
    if record.changed_kind() {
        note(Trouble::ChangesType, record, format!("now {}", kind_words(&record.value)));
    }
    if is_first && plant.changed_shape(id) {
        note(Trouble::ChangesShape, record, plant.shape(id).map_or("", |shape| shape.word()).into());
    }
    if record.place.and_then(|place| plant.places().machine_of(place)).is_none() {
        note(Trouble::Unassigned, record, String::new());
    }
    let is_odd = |level: &str| level.is_empty() || level.trim() != level || level.chars().any(char::is_control);
    // An empty first level is a leading slash, which some write on purpose.
    if record.path.split('/').skip(1).any(is_odd) || record.path.split('/').next().is_some_and(|l| l.trim() != l) {
        note(Trouble::OddName, record, String::new());
    }
    if record.late > 0 {
        note(Trouble::Late, record, format!("{} so far", record.late));
    }
    match record.source_time {
        None if record.value != Value::Null && !is_raw => note(Trouble::NoTime, record, String::new()),
        None => {}
        Some(at) => {
            let skew = at - record.receive_time;
            if !record.zoned {
                note(Trouble::NoZone, record, String::new());
            } else if record.origin == Origin::Live && skew.0.abs() > SKEW.0 {
                let way = if skew.0 > 0 { "ahead" } else { "behind" };
                note(Trouble::Skew, record, format!("{} s {way}", skew.0.abs() / 1000));
            }
        }
    }
    if is_number && record.shown_unit().is_none() {
        note(Trouble::NoUnit, record, String::new());
    }
    if record.received >= CHATTER_LEAST && record.changes.saturating_mul(CHATTER_RATIO) < record.received {
        note(Trouble::Chatter, record, format!("{} messages, {} changes", record.received, record.changes));
    }
    if record.origin == Origin::Retained {
        let age = now - record.source_time.unwrap_or(record.receive_time);
        if age > OLD {
            note(Trouble::OldRetained, record, format!("{} days", age.0 / 86_400_000));
        }
    }
}

/// A value in words, as a rule would name it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(on) => on.to_string(),
        Value::Int(int) => int.to_string(),
        Value::UInt(uint) => uint.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Text(text) => text.chars().take(80).collect(),
        Value::Raw(size) => format!("{size} bytes"),
    }
}

const fn kind_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a switch",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::Text(_) => "text",
        Value::Raw(_) => "unread bytes",
    }
}

const MOST_EXAMPLES: usize = 200;
/// Beyond this many tags, paths that differ by case only are not looked for.
const MOST_FOLDED: usize = 150_000;
const SKEW: Millis = Millis::from_secs(5);
const OLD: Millis = Millis::from_secs(86_400);
/// So many messages at least, and so many for each change.
const CHATTER_LEAST: u32 = 60;
const CHATTER_RATIO: u32 = 20;
