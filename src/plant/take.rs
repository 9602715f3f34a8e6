//! Taking messages: each value to its tag, its time to its place in history, what is said of other tags to them.

use std::collections::BTreeMap;

use super::machine::Machine;
use super::model::{Heard, Incoming, Plant, Taken};
use super::note::{Said, attribute_of, target_path};
use super::tag::{TagRecord, Tags};
use crate::payload::{Fact, Found, FoundValue};
use crate::time::{Millis, Timestamp};
use crate::vocab::{BrokerId, Origin, PlaceId, Quality, Shape, TagId, Value};

impl Plant {
    /// Takes one message. `changed` hears of every tag whose reading was renewed.
    pub fn apply(
        &mut self,
        now: Timestamp,
        broker: BrokerId,
        message: Incoming<'_>,
        changed: &mut dyn FnMut(TagId),
    ) -> Taken {
        let Some(topic) = self.tags.topic(broker, message.topic, &self.rules) else { return Taken::Full };
        let Self { tags, machines, series, reader, described, heard, .. } = self;
        let origin = if message.retained { Origin::Retained } else { Origin::Live };
        let mut known = tags.topics[topic as usize].known;
        let mut hint = 0;
        let mut full = false;
        let mut facts: Vec<(String, Fact, Said)> = Vec::new();
        let mut take = |found: Found<'_>| {
            if let Some(describes) = &found.describes {
                if let Some(path) = target_path(message.topic, describes) {
                    facts.push((path, describes.fact, Said::of(found.value)));
                }
                return;
            }
            let Some((tag, place)) = tags.leaf(now, topic, found.path, hint) else {
                full = true;
                return;
            };
            hint = place + 1;
            let record = &mut tags.records[tag.0 as usize];
            let at = found.time.map(|time| time.timestamp);
            if at.is_some_and(|at| is_late(record, at, now)) {
                record.late = record.late.saturating_add(1);
                if let (Some(at), Some(number)) = (at, number_of(found.value)) {
                    series.push(tag.0, at, number);
                }
                if let Some(at) = at.filter(|_| record.is_accounted) {
                    heard.push(Heard { tag, at, value: value_of(found.value), origin });
                }
                return;
            }
            if renew(record, now, origin, &found) && !std::mem::replace(&mut record.described, true) {
                described.push(tag);
            }
            let place = at.filter(|at| *at <= now + AHEAD).unwrap_or(now);
            if let Some(number) = record.value.as_f64() {
                series.push(tag.0, place, number);
            }
            if record.is_accounted {
                heard.push(Heard { tag, at: place, value: record.value.clone(), origin });
            }
            if let Some(machine) = record.state_of.and_then(|place| machines.get_mut(&place)) {
                machine.follow(tags);
            }
            changed(tag);
        };
        let shape = reader.read(now, &mut known, message.payload, &mut take);
        if shape == Shape::Empty {
            // A cleared retained message takes the value from every tag that the topic ever gave.
            for index in 0..tags.topics[topic as usize].leaves.len() {
                let (path, tag) = tags.topics[topic as usize].leaves[index].clone();
                if !path.is_empty() {
                    take_cleared(tags, machines, tag, now, origin, changed);
                }
            }
        }
        let most = self.tags.most_kept();
        let record = &mut self.tags.topics[topic as usize];
        record.known = known;
        record.last.keep(now, message, most);
        if record.shape != shape {
            record.shape = shape;
            record.shapes = record.shapes.saturating_add(u8::from(shape != Shape::Empty));
            for index in 0..self.tags.topics[topic as usize].leaves.len() {
                let tag = self.tags.topics[topic as usize].leaves[index].1;
                self.describe(tag);
            }
        }
        if shape == Shape::Scalar
            && let Some((above, fact)) = attribute_of(message.topic)
            && let Ok(text) = std::str::from_utf8(message.payload)
        {
            facts.push((above.to_owned(), fact, Said::of(FoundValue::Text(text))));
        }
        for (path, fact, said) in facts {
            self.note(broker, &path, fact, &said);
        }
        match shape {
            _ if full => Taken::Full,
            Shape::Raw => Taken::Raw,
            _ => Taken::Kept,
        }
    }

    /// Keeps what is said of a tag, and tells the page where the tag is known.
    fn note(&mut self, broker: BrokerId, path: &str, fact: Fact, said: &Said) {
        let Some(note) = self.notes.take(broker, path, fact, said).cloned() else { return };
        let Some(tag) = self.tags.find(path) else { return };
        let record = &mut self.tags.records[tag.0 as usize];
        if record.broker == broker {
            record.note = Some(Box::new(note));
            self.describe(tag);
        }
    }
}

/// Whether a value is older than the one that is shown: it goes to its place in history and is not shown.
///
/// A source's clock may have been set back, and then all its values look late: so nothing is late against a time that
/// lies in the future, nor against a reading that was not renewed for a while.
pub(super) fn is_late(record: &TagRecord, at: Timestamp, now: Timestamp) -> bool {
    let Some(shown) = record.source_time else { return false };
    at < shown && shown <= now + AHEAD && now - record.receive_time < SET_BACK
}

pub(super) fn number_of(value: FoundValue<'_>) -> Option<f64> {
    match value {
        FoundValue::Bool(on) => Some(f64::from(u8::from(on))),
        FoundValue::Int(int) => Some(int as f64),
        FoundValue::UInt(uint) => Some(uint as f64),
        FoundValue::Float(float) => Some(float),
        FoundValue::Null | FoundValue::Text(_) | FoundValue::Raw { .. } => None,
    }
}

/// A found value, owned.
pub(super) fn value_of(value: FoundValue<'_>) -> Value {
    match value {
        FoundValue::Text(text) => Value::Text(text.into()),
        FoundValue::Null => Value::Null,
        FoundValue::Bool(on) => Value::Bool(on),
        FoundValue::Int(number) => Value::Int(number),
        FoundValue::UInt(number) => Value::UInt(number),
        FoundValue::Float(number) => Value::Float(number),
        FoundValue::Raw { size } => Value::Raw(size),
    }
}

/// Writes a found value into its record; text that stays the same is not allocated again. True when the tag's
/// description changed.
pub(super) fn renew(record: &mut TagRecord, now: Timestamp, origin: Origin, found: &Found<'_>) -> bool {
    let value = match (found.value, &record.value) {
        (FoundValue::Text(text), Value::Text(known)) if **known == *text => None,
        (value, _) => Some(value_of(value)),
    };
    record.received = record.received.saturating_add(1);
    if let Some(value) = value
        && value != record.value
    {
        record.changes = record.changes.saturating_add(1);
        record.kinds |= kind_of(&value);
        record.value = value;
    }
    record.quality = found.quality.unwrap_or(Quality::Good);
    record.origin = origin;
    record.source_time = found.time.map(|time| time.timestamp);
    record.zoned = found.time.is_none_or(|time| time.zoned);
    record.receive_time = now;
    let mut described = false;
    if let Some(unit) = found.unit
        && record.unit.as_deref() != Some(unit)
    {
        record.unit = Some(unit.into());
        described = true;
    }
    if let Some(description) = found.description
        && record.description.as_deref() != Some(description)
    {
        record.description = Some(description.into());
        described = true;
    }
    described
}

/// A bit for each kind of value; whole and real numbers are of one kind, and no value is of none.
const fn kind_of(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => 2,
        Value::Text(_) => 4,
        Value::Raw(_) => 8,
    }
}

fn take_cleared(
    tags: &mut Tags,
    machines: &mut BTreeMap<PlaceId, Machine>,
    tag: TagId,
    now: Timestamp,
    origin: Origin,
    changed: &mut dyn FnMut(TagId),
) {
    let record = &mut tags.records[tag.0 as usize];
    record.value = Value::Null;
    record.origin = origin;
    record.source_time = None;
    record.zoned = true;
    record.receive_time = now;
    if let Some(machine) = record.state_of.and_then(|place| machines.get_mut(&place)) {
        machine.follow(tags);
    }
    changed(tag);
}

/// A source time further ahead is no place in history: the trend ends now.
const AHEAD: Millis = Millis::from_secs(60);
/// Values older than what is shown are taken for a clock set back when nothing newer came for so long.
const SET_BACK: Millis = Millis::from_secs(60);
