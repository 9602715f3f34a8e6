//! Sparkplug in the plant: metrics become tags of the one tree, births and deaths decide who vouches for them.
//!
//! Where a subject belongs: the group id's parts (joined by `:`, as the field does to name enterprise, site and area),
//! the edge node, the device. An edge node with devices is a line of machines; one without is a machine.

use std::fmt::Write as _;
use std::sync::Arc;

use super::hierarchy::Template;
use super::model::{Heard, Incoming, Plant};
use super::take::{is_late, renew, value_of};
use crate::payload::{Found, FoundValue, MOST_TEXT, SourceTime};
use crate::sparkplug::{Life, MetricReading, MetricValue, Sink, Subject};
use crate::time::{Millis, Timestamp};
use crate::vocab::{BrokerId, Level, Shape, TagId};

/// An edge node's or a device's part of the tree.
#[derive(Debug)]
pub(super) struct Edge {
    /// Its place: levels joined by `/`.
    pub(super) path: Arc<str>,
    /// How many levels that is.
    depth: usize,
    is_device: bool,
    /// Devices of this edge node are known.
    has_devices: bool,
    pub(super) life: Life,
}

impl Edge {
    /// Nobody vouches for its values: since when and why.
    pub(super) const fn death(&self) -> Option<(Timestamp, &Arc<str>)> {
        match &self.life {
            Life::Offline(since, why) => Some((*since, why)),
            Life::Online | Life::Unverified => None,
        }
    }

    /// Whether its template fits, else levels named from what it is.
    pub(super) fn level_at(&self, template: Option<&Template>, index: usize) -> Option<Level> {
        let is_last = index + 1 == self.depth;
        let is_machine = self.is_device || !self.has_devices;
        let device_depth = self.depth + usize::from(!self.is_device);
        if let Some(template) = template.filter(|template| template.depth() == device_depth) {
            return if is_last && is_machine { Some(Level::Machine) } else { template.level_at(index) };
        }
        if is_last && is_machine { Some(Level::Machine) } else { Template::of_depth(0, device_depth).level_at(index) }
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth
    }
}

/// Takes what one message of an edge node means into the plant.
pub struct EdgeIntake<'a> {
    /// The plant.
    pub plant: &'a mut Plant,
    /// When.
    pub now: Timestamp,
    /// Whose.
    pub broker: BrokerId,
    /// The message under way, to be kept as it came; `None` when time alone moves things.
    pub message: Option<Incoming<'a>>,
    /// Hears of every tag whose reading was renewed.
    pub changed: &'a mut dyn FnMut(TagId),
}

impl EdgeIntake<'_> {
    fn topic(&mut self, subject: Subject<'_>) -> Option<u32> {
        let mut name = format!("spBv1.0/{}/{}", subject.group, subject.node);
        if let Some(device) = subject.device {
            name.push('/');
            name.push_str(device);
        }
        let topic = self.plant.tags.topic(self.broker, &name, &self.plant.rules)?;
        let record = &mut self.plant.tags.topics[topic as usize];
        if record.edge.is_none() {
            let mut path = subject.group.replace(':', "/");
            let parts = [Some(subject.node), subject.device];
            parts.into_iter().flatten().for_each(|part| {
                path.push('/');
                path.push_str(part);
            });
            let depth = path.split('/').count();
            let is_device = subject.device.is_some();
            let has_devices = false;
            record.edge =
                Some(Box::new(Edge { path: path.into(), depth, is_device, has_devices, life: Life::Unverified }));
            record.shape = Shape::SparkplugB;
            record.shapes = 1;
            if is_device {
                self.has_device(Subject { device: None, ..subject });
            }
        }
        Some(topic)
    }

    /// An edge node with devices is a line: where it was taken for a machine, everything is settled anew.
    fn has_device(&mut self, node: Subject<'_>) {
        let Some(topic) = self.topic(node) else { return };
        let record = &mut self.plant.tags.topics[topic as usize];
        let settled = self.plant.settled;
        let was_settled = record.leaves.iter().any(|(_, tag)| (tag.0 as usize) < settled);
        if let Some(edge) = &mut record.edge
            && !std::mem::replace(&mut edge.has_devices, true)
            && was_settled
        {
            self.plant.settle_anew();
        }
    }
}

impl Sink for EdgeIntake<'_> {
    fn tag(&mut self, subject: Subject<'_>, name: &str) -> Option<TagId> {
        let topic = self.topic(subject)?;
        self.plant.tags.add(self.now, topic, name).map(|(tag, _)| tag)
    }

    fn reading(&mut self, tag: TagId, reading: &MetricReading<'_>) {
        let now = self.now;
        let Plant { tags, machines, series, described, heard, .. } = &mut *self.plant;
        if let Some(message) = self.message.take() {
            let most = tags.most_kept();
            let topic = tags.records[tag.0 as usize].topic;
            tags.topics[topic as usize].last.keep(now, message, most);
        }
        let record = &mut tags.records[tag.0 as usize];
        let mut text = String::new();
        let value = found_of(&reading.value, &mut text);
        let at = reading.time;
        let place = at.filter(|at| *at <= now + AHEAD).unwrap_or(now);
        // What is of the past goes to its place in history and replaces nothing.
        let is_late = !reading.is_birth && at.is_some_and(|at| is_late(record, at, now));
        if reading.is_historical || is_late {
            if let Some(number) = super::take::number_of(value) {
                series.push(tag.0, place, number);
            }
            if record.is_accounted {
                heard.push(Heard { tag, at: place, value: value_of(value), origin: reading.origin });
            }
            return;
        }
        let properties = reading.properties.as_ref();
        let unit = properties.and_then(|said| said.unit.as_deref());
        let description = properties.and_then(|said| said.description.as_deref());
        let time = at.map(|timestamp| SourceTime { timestamp, zoned: true });
        let quality = Some(reading.quality);
        let found = Found { path: "", value, time, unit, quality, description, describes: None };
        let mut is_told = renew(record, now, reading.origin, &found);
        record.is_withdrawn = false;
        if let Some(range) = properties.and_then(|said| said.low.zip(said.high)) {
            let note = record.note.get_or_insert_default();
            is_told |= note.low.zip(note.high) != Some(range);
            (note.low, note.high) = (Some(range.0), Some(range.1));
        }
        if is_told && !std::mem::replace(&mut record.described, true) {
            described.push(tag);
        }
        if let Some(number) = record.value.as_f64().filter(|_| !reading.is_transient) {
            series.push(tag.0, place, number);
        }
        if record.is_accounted {
            heard.push(Heard { tag, at: place, value: record.value.clone(), origin: reading.origin });
        }
        if let Some(machine) = record.state_of.and_then(|place| machines.get_mut(&place)) {
            machine.follow(tags);
        }
        (self.changed)(tag);
    }

    fn withdraw(&mut self, tag: TagId) {
        if let Some(record) = self.plant.tags.records.get_mut(tag.0 as usize)
            && !std::mem::replace(&mut record.is_withdrawn, true)
        {
            (self.changed)(tag);
        }
    }

    fn life(&mut self, subject: Subject<'_>, life: &Life) {
        let Some(topic) = self.topic(subject) else { return };
        let Plant { tags, machines, .. } = &mut *self.plant;
        let record = &mut tags.topics[topic as usize];
        let Some(edge) = record.edge.as_mut().filter(|edge| edge.life != *life) else { return };
        edge.life = life.clone();
        let mut touched = None;
        for at in 0..tags.topics[topic as usize].leaves.len() {
            let tag = tags.topics[topic as usize].leaves[at].1;
            (self.changed)(tag);
            let place = tags.records[tag.0 as usize].place;
            if place.is_some() && place != touched {
                touched = place;
                if let Some(machine) = place.and_then(|place| machines.get_mut(&place)) {
                    machine.follow(tags);
                    machine.changed = true;
                }
            }
        }
    }
}

impl Plant {
    /// Whether a tag is a metric of an edge node or a device.
    pub fn is_metric(&self, tag: TagId) -> bool {
        let topic = self.tags.get(tag).and_then(|record| self.tags.topics.get(record.topic as usize));
        topic.is_some_and(|topic| topic.edge.is_some())
    }

    /// Why nobody vouches for a tag's edge node or device, and since when; `None` where it lives, or is none.
    pub fn death_of(&self, tag: TagId) -> Option<(Timestamp, &Arc<str>)> {
        self.tags.death_of(tag)
    }
}

/// A metric's value as the plant takes it. What has parts is told as one text; what is too long as its size.
fn found_of<'a>(value: &'a MetricValue<'_>, text: &'a mut String) -> FoundValue<'a> {
    let real = |real: f64| if real.is_finite() { FoundValue::Float(real) } else { FoundValue::Null };
    match value {
        MetricValue::Null => FoundValue::Null,
        MetricValue::Int(int) | MetricValue::DateTime(int) => FoundValue::Int(*int),
        MetricValue::UInt(uint) => i64::try_from(*uint).map_or(FoundValue::UInt(*uint), FoundValue::Int),
        MetricValue::Float(single) => real(shortest(*single)),
        MetricValue::Double(double) => real(*double),
        MetricValue::Bool(on) => FoundValue::Bool(*on),
        MetricValue::Text(words) if words.len() > MOST_TEXT => raw(words.len()),
        MetricValue::Text(words) => FoundValue::Text(words),
        MetricValue::Bytes(bytes) => raw(bytes.len()),
        MetricValue::Unreadable(size) => raw(*size),
        MetricValue::Array(array) => {
            text.push('[');
            for element in array.elements() {
                if text.len() > MOST_ROW {
                    text.push('…');
                    break;
                }
                if text.len() > 1 {
                    text.push(',');
                }
                write_value(text, &element);
            }
            text.push(']');
            FoundValue::Text(text)
        }
        MetricValue::DataSet(set) => {
            text.push('[');
            for row in set.rows() {
                if text.len() > MOST_TEXT / 2 {
                    text.push('…');
                    break;
                }
                text.push_str(if text.len() > 1 { ",{" } else { "{" });
                for (at, ((name, _), cell)) in set.columns.iter().zip(&row).enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    let _infallible = write!(text, "{comma}{name:?}:");
                    write_value(text, cell);
                }
                text.push('}');
            }
            text.push(']');
            if text.len() > MOST_TEXT { raw(text.len()) } else { FoundValue::Text(text) }
        }
        // Its members are metrics of their own.
        MetricValue::Template(_) => FoundValue::Null,
    }
}

fn write_value(text: &mut String, value: &MetricValue<'_>) {
    // Writing to a String cannot fail.
    let _infallible = match value {
        MetricValue::Int(int) | MetricValue::DateTime(int) => write!(text, "{int}"),
        MetricValue::UInt(uint) => write!(text, "{uint}"),
        MetricValue::Float(single) => write!(text, "{single}"),
        MetricValue::Double(double) => write!(text, "{double}"),
        MetricValue::Bool(on) => write!(text, "{on}"),
        MetricValue::Text(words) => write!(text, "{words:?}"),
        _ => write!(text, "null"),
    };
}

fn raw(size: usize) -> FoundValue<'static> {
    FoundValue::Raw { size: u32::try_from(size).unwrap_or(u32::MAX) }
}

/// The double that a person would write for a single: 1.1, not 1.100000023841858.
fn shortest(single: f32) -> f64 {
    let wide = f64::from(single);
    // Whole numbers, halves and quarters are short as they are.
    if !wide.is_finite() || (wide * 4.0).fract() == 0.0 {
        return wide;
    }
    let exponent = wide.abs().log10().floor() as i32;
    for digits in 5..=8 {
        let places = digits - exponent;
        if !(0..=22).contains(&places) {
            continue;
        }
        let scale = 10f64.powi(places);
        let rounded = (wide * scale).round() / scale;
        if rounded as f32 == single {
            return rounded;
        }
    }
    wide
}

/// A source time further ahead is no place in history.
const AHEAD: Millis = Millis::from_secs(60);
const MOST_ROW: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn singles_are_as_people_write_them() {
        for (single, written) in [
            (1.1_f32, "1.1"),
            (0.1, "0.1"),
            (21.35, "21.35"),
            (-273.15, "-273.15"),
            (123_456.7, "123456.7"),
            (1e-5, "0.00001"),
            (16_777_216.0, "16777216"),
            (0.5, "0.5"),
            (0.0, "0"),
        ] {
            assert_eq!(shortest(single).to_string(), written);
        }
        for bits in (0..u32::MAX).step_by(9_999_991) {
            let single = f32::from_bits(bits);
            assert!(single.is_nan() || shortest(single) as f32 == single, "{single}");
        }
    }
}
