//! Topics and tags: found by hash, kept in columns of records, never given up while the engine lives.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::edge::Edge;
use super::meaning::Meaning;
use super::model::Incoming;
use super::note::Note;
use super::rules::Rules;
use crate::payload::Known;
use crate::time::Timestamp;
use crate::vocab::{BrokerId, Origin, PlaceId, Quality, Shape, TagId, Value};

/// One tag: its description and its last reading.
#[derive(Debug)]
pub struct TagRecord {
    /// Full path: topic levels, then JSON keys.
    pub path: Arc<str>,
    /// Whose broker.
    pub broker: BrokerId,
    /// Index of its topic.
    pub(super) topic: u32,
    /// Where it belongs; `None` until settled.
    pub place: Option<PlaceId>,
    /// The machine whose state this tag tells.
    pub(super) state_of: Option<PlaceId>,
    /// Unit as the message gives it.
    pub unit: Option<Arc<str>>,
    /// Description as the message gives it.
    pub description: Option<Arc<str>>,
    /// What the configuration says.
    pub meaning: Option<Arc<Meaning>>,
    /// A machine's tile shows it.
    pub on_card: bool,
    /// Its description waits to be told.
    pub(super) described: bool,
    /// Last value.
    pub value: Value,
    /// Quality as the source gives it.
    pub quality: Quality,
    /// How it came.
    pub origin: Origin,
    /// Source time.
    pub source_time: Option<Timestamp>,
    /// Whether the source time named its zone; true where there is none.
    pub zoned: bool,
    /// Receive time.
    pub receive_time: Timestamp,
    /// When it was first heard of.
    pub first_seen: Timestamp,
    /// What metadata messages say of it.
    pub note: Option<Box<Note>>,
    /// Readings taken, and how many of them changed the value.
    pub received: u32,
    /// See `received`.
    pub changes: u32,
    /// A bit for each kind of value it ever held.
    pub(super) kinds: u8,
    /// Values that came later than a newer one.
    pub late: u16,
    /// Its edge node's or device's last birth does not list it.
    pub(super) is_withdrawn: bool,
    /// All it tells is booked: see [`super::Plant::take_heard`].
    pub(super) is_accounted: bool,
}

impl TagRecord {
    /// The unit to show: the message's, else another message's, else the configured one.
    pub fn shown_unit(&self) -> Option<&Arc<str>> {
        let noted = || self.note.as_ref()?.unit.as_ref();
        self.unit.as_ref().or_else(noted).or_else(|| self.meaning.as_ref()?.unit.as_ref())
    }

    /// The description to show: the message's, else another message's, else the configured one.
    pub fn shown_description(&self) -> Option<&Arc<str>> {
        let noted = || self.note.as_ref()?.description.as_ref();
        self.description.as_ref().or_else(noted).or_else(|| self.meaning.as_ref()?.description.as_ref())
    }

    /// Whether it held values of more than one kind.
    pub const fn changed_kind(&self) -> bool {
        self.kinds.count_ones() > 1
    }
}

/// A topic seen, its values' tags, and its last message.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: Arc<str>,
    pub(super) broker: BrokerId,
    /// JSON path below the topic ("" is the topic's own value) to tag, in the order first seen.
    pub(super) leaves: Vec<(Box<str>, TagId)>,
    /// What the reader knows of its messages.
    pub(super) known: Known,
    /// Of the last message.
    pub(super) shape: Shape,
    /// How often the shape changed, the first included.
    pub(super) shapes: u8,
    pub(super) last: LastMessage,
    /// Of Sparkplug: where its metrics belong, and who vouches for them.
    pub(super) edge: Option<Box<Edge>>,
}

/// The last message as it came; long payloads are cut at `KEPT_BYTES`.
#[derive(Debug, Default)]
pub struct LastMessage {
    /// Its bytes.
    pub payload: Vec<u8>,
    /// Its whole size in bytes.
    pub size: u32,
    /// Retained flag as delivered.
    pub retained: bool,
    /// QoS as delivered.
    pub qos: u8,
    /// When it came.
    pub receive_time: Timestamp,
    /// What MQTT 5 said besides: name and value.
    pub properties: Vec<(String, String)>,
    /// How many came.
    pub count: u32,
    /// Milliseconds between messages, smoothed over the last ten or so; 0 before the second.
    pub interval: f32,
}

impl LastMessage {
    /// Messages a second; falls while none come.
    pub fn rate(&self, now: Timestamp) -> f32 {
        let silence = (now - self.receive_time).0.max(0) as f32;
        if self.interval <= 0.0 || silence > FORGOTTEN {
            return 0.0;
        }
        // Longer than usual without a message: it may have ended.
        1000.0 / if silence > 3.0 * self.interval { silence } else { self.interval }
    }

    /// Keeps a message. A buffer that once held a long one is given back when short ones follow.
    pub(super) fn keep(&mut self, now: Timestamp, message: Incoming<'_>, most: usize) {
        let Incoming { payload, retained, qos, .. } = message;
        let kept = &payload[..payload.len().min(most)];
        if self.count > 0 && !self.retained {
            let gap = (now - self.receive_time).0.max(0) as f32;
            self.interval += if self.interval == 0.0 { gap } else { (gap - self.interval) * 0.1 };
        }
        self.count = self.count.saturating_add(1);
        if self.payload.capacity() > 4096 && kept.len() < 1024 {
            self.payload = Vec::new();
        }
        self.payload.clear();
        self.payload.extend_from_slice(kept);
        // Mostly there are none, or those of the message before.
        let known = self.properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        if !known.eq(message.properties.iter().copied()) {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).chars().take(1000).collect());
            self.properties = message.properties.iter().map(owned).collect();
        }
        self.size = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.retained = retained;
        self.qos = qos;
        self.receive_time = now;
    }
}

/// All tags and topics.
#[derive(Debug, Default)]
pub struct Tags {
    pub(super) records: Vec<TagRecord>,
    pub(super) topics: Vec<Topic>,
    /// One table per broker, so that the key is the topic alone and a look-up allocates nothing.
    by_topic: Vec<HashMap<Arc<str>, u32>>,
    by_path: HashMap<Arc<str>, TagId>,
    /// Tags of the same path: of two brokers, or of a topic and a JSON key.
    twice: Vec<(TagId, TagId)>,
}

impl Tags {
    /// The topic's index, interned where new; `None` when the bound on tags is reached.
    pub(super) fn topic(&mut self, broker: BrokerId, name: &str, rules: &Rules) -> Option<u32> {
        let table = usize::from(broker.0);
        while self.by_topic.len() <= table {
            self.by_topic.push(HashMap::new());
        }
        if let Some(&index) = self.by_topic[table].get(name) {
            return Some(index);
        }
        if self.topics.len() >= MOST_TAGS || name.len() > MOST_TOPIC {
            return None;
        }
        let index = self.topics.len() as u32;
        let name: Arc<str> = name.into();
        self.by_topic[table].insert(name.clone(), index);
        let known = Known::forced(rules.shape(&name));
        let (leaves, last) = (Vec::new(), LastMessage::default());
        grow(&mut self.topics);
        self.topics.push(Topic { name, broker, leaves, known, shape: Shape::Empty, shapes: 0, last, edge: None });
        Some(index)
    }

    /// The tag for a JSON path below a topic, made where new, and where it stands among the topic's. `hint` is where
    /// it is looked for first, so that messages of a steady order are found without a search.
    pub(super) fn leaf(&mut self, now: Timestamp, topic: u32, path: &str, hint: usize) -> Option<(TagId, usize)> {
        let record = &mut self.topics[topic as usize];
        let hint = hint.min(record.leaves.len());
        let (before, after) = record.leaves.split_at(hint);
        if let Some(at) = after.iter().position(|(known, _)| &**known == path) {
            return Some((after[at].1, hint + at));
        }
        if let Some(at) = before.iter().position(|(known, _)| &**known == path) {
            return Some((before[at].1, at));
        }
        if record.leaves.len() >= MOST_LEAVES {
            return None;
        }
        self.add(now, topic, path)
    }

    /// A new tag for a path below a topic that has none yet, and where it stands among the topic's.
    pub(super) fn add(&mut self, now: Timestamp, topic: u32, path: &str) -> Option<(TagId, usize)> {
        if self.records.len() >= MOST_TAGS {
            return None;
        }
        let record = &mut self.topics[topic as usize];
        let tag = TagId(self.records.len() as u32);
        let above = record.edge.as_ref().map_or(&record.name, |edge| &edge.path);
        let full: Arc<str> = if path.is_empty() { above.clone() } else { format!("{above}/{path}").into() };
        // Most topics have one value.
        record.leaves.reserve_exact(usize::from(record.leaves.is_empty()));
        record.leaves.push((path.into(), tag));
        // Two brokers, or a topic and a JSON key, may give the same path; the first keeps it for look-ups.
        let first = *self.by_path.entry(full.clone()).or_insert(tag);
        if first != tag && self.twice.len() < MOST_TWICE {
            self.twice.push((first, tag));
        }
        let place = record.leaves.len() - 1;
        grow(&mut self.records);
        self.records.push(TagRecord {
            path: full,
            broker: record.broker,
            topic,
            place: None,
            state_of: None,
            unit: None,
            description: None,
            meaning: None,
            on_card: false,
            described: false,
            value: Value::Null,
            quality: Quality::Unknown,
            origin: Origin::Live,
            source_time: None,
            zoned: true,
            receive_time: Timestamp::default(),
            first_seen: now,
            note: None,
            received: 0,
            changes: 0,
            kinds: 0,
            late: 0,
            is_withdrawn: false,
            is_accounted: false,
        });
        Some((tag, place))
    }

    /// How much of a topic's last message is kept: the more topics, the less of each.
    pub(super) fn most_kept(&self) -> usize {
        (KEPT_IN_ALL / self.topics.len().max(1)).clamp(256, KEPT_BYTES)
    }

    /// The tag with this full path.
    pub fn find(&self, path: &str) -> Option<TagId> {
        self.by_path.get(path).copied()
    }

    /// The record, if the id is one of ours.
    pub fn get(&self, id: TagId) -> Option<&TagRecord> {
        self.records.get(id.0 as usize)
    }

    /// Tags of the same path: of two brokers, or of a topic and a JSON key; some of them, where there are many.
    pub fn twice(&self) -> impl Iterator<Item = (TagId, TagId)> {
        self.twice.iter().copied()
    }

    /// Why nobody vouches for a tag's edge node or device, and since when.
    pub(super) fn death_of(&self, id: TagId) -> Option<(Timestamp, &Arc<str>)> {
        self.topics.get(self.get(id)?.topic as usize)?.edge.as_ref()?.death()
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nothing was seen yet.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Where a tag comes from: topic, or `topic#json.path`.
    pub fn source(&self, id: TagId) -> String {
        let Some(record) = self.get(id) else { return String::new() };
        let topic = &self.topics[record.topic as usize];
        if let Some(edge) = &topic.edge {
            let metric = record.path.get(edge.path.len() + 1..).unwrap_or_default();
            return format!("{}#{metric}", topic.name);
        }
        match record.path.strip_prefix(&*topic.name).and_then(|rest| rest.strip_prefix('/')) {
            Some(path) => format!("{}#{}", topic.name, path.replace('/', ".")),
            None => topic.name.to_string(),
        }
    }
}

/// Makes room for one more: an eighth more, not twice, for these rows are most of what is kept.
fn grow<T>(rows: &mut Vec<T>) {
    if rows.len() == rows.capacity() {
        rows.reserve_exact((rows.len() / 8).max(64));
    }
}

/// Beyond this many tags new ones are refused and said so: a tab's memory is finite.
pub(super) const MOST_TAGS: usize = 400_000;
/// How much of a long payload is kept for inspection.
const KEPT_BYTES: usize = 64 * 1024;
/// How much of all payloads is kept, roughly.
const KEPT_IN_ALL: usize = 64 * 1024 * 1024;
/// Values that one topic may ever give: keys that are order or serial numbers would fill the model alone.
const MOST_LEAVES: usize = 2000;
/// Longer topics are refused: each value's path holds it.
const MOST_TOPIC: usize = 2048;
/// Tags of the same path that are kept note of.
const MOST_TWICE: usize = 1000;
/// Milliseconds without a message after which a rate is 0.
const FORGOTTEN: f32 = 600_000.0;
