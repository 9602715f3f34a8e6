//! The plant: takes messages, settles what they mean, answers what is true now.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hierarchy::Template;
use super::machine::Machine;
use super::note::Notes;
use super::place::Places;
use super::rules::Rules;
use super::settle::Guess;
use super::tag::{LastMessage, TagRecord, Tags};
use crate::document::TagRule;
use crate::payload::Reader;
use crate::series::SeriesStore;
use crate::time::{Millis, Timestamp};
use crate::vocab::{BrokerId, Level, Origin, PlaceId, Quality, Reading, Shape, TagId, Value};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its values are kept.
    Kept,
    /// No reader took it; it is shown raw.
    Raw,
    /// The bound on tags is reached; some of its values have no tag.
    Full,
}

/// The plant.
#[derive(Debug)]
pub struct Plant {
    pub(super) tags: Tags,
    pub(super) places: Places,
    pub(super) machines: BTreeMap<PlaceId, Machine>,
    pub(super) series: SeriesStore,
    pub(super) reader: Reader,
    pub(super) rules: Rules,
    pub(super) notes: Notes,
    pub(super) template: Option<Template>,
    /// Guessed templates by broker and root.
    pub(super) guesses: BTreeMap<(BrokerId, Arc<str>), Guess>,
    /// Tags whose description is to be told, each once.
    pub(super) described: Vec<TagId>,
    /// What accounted tags told since it was last taken, late values too, in the order they came.
    pub(super) heard: Vec<Heard>,
    /// Tags below this index are settled.
    pub(super) settled: usize,
    /// By broker that is subscribed to by view, its filters and since when.
    views: Vec<(BrokerId, Vec<(String, Timestamp)>)>,
    /// Since when each broker's link is up.
    links: Vec<Option<Timestamp>>,
}

impl Plant {
    /// A plant of which nothing is known yet. An empty `hierarchy` is guessed.
    pub fn new(hierarchy: &[Option<Level>], rules: Vec<TagRule>, history_bytes: usize) -> Self {
        Self {
            tags: Tags::default(),
            places: Places::default(),
            machines: BTreeMap::new(),
            series: SeriesStore::new(history_bytes),
            reader: Reader::default(),
            rules: Rules::new(rules),
            notes: Notes::default(),
            template: (!hierarchy.is_empty()).then(|| Template::new(hierarchy.to_vec())),
            guesses: BTreeMap::new(),
            described: Vec::new(),
            heard: Vec::new(),
            settled: 0,
            views: Vec::new(),
            links: Vec::new(),
        }
    }

    /// A broker's link is up: what it says from now on is live.
    pub fn link_up(&mut self, now: Timestamp, broker: BrokerId) {
        self.set_link(broker, Some(now));
    }

    /// A broker's link is gone: nothing of it is vouched for.
    pub fn link_down(&mut self, broker: BrokerId) {
        self.set_link(broker, None);
    }

    fn set_link(&mut self, broker: BrokerId, since: Option<Timestamp>) {
        let index = usize::from(broker.0);
        if self.links.len() <= index {
            self.links.resize(index + 1, None);
        }
        self.links[index] = since;
        for machine in self.machines.values_mut() {
            machine.changed = true;
        }
    }

    /// A broker is asked for these filters and no others: what none of them brings is not watched, so stale. A filter
    /// that is new vouches for what is heard from now on.
    pub fn view(&mut self, now: Timestamp, broker: BrokerId, filters: &[String]) {
        let at = self.views.iter().position(|(known, _)| *known == broker);
        let known = at.map_or_else(Vec::new, |at| self.views.swap_remove(at).1);
        let since = |filter: &String| known.iter().find(|(old, _)| old == filter).map_or(now, |(_, since)| *since);
        self.views.push((broker, filters.iter().map(|filter| (filter.clone(), since(filter))).collect()));
    }

    fn is_unwatched(&self, record: &TagRecord) -> bool {
        let Some((_, filters)) = self.views.iter().find(|(broker, _)| *broker == record.broker) else { return false };
        let topic = self.tags.topics.get(record.topic as usize).map_or("", |topic| &*topic.name);
        let brings = |(filter, since): &(String, Timestamp)| {
            *since <= record.receive_time && crate::topic::matches(filter, topic)
        };
        !filters.iter().any(brings)
    }

    /// The clock was set back by `span`: everything heard goes back with it, so that what was heard before still was.
    pub fn clock_set_back(&mut self, span: Millis) {
        let back = |at: &mut Timestamp| *at = Timestamp(at.0.saturating_sub(span.0));
        self.links.iter_mut().flatten().for_each(back);
        self.tags.records.iter_mut().for_each(|record| back(&mut record.receive_time));
    }

    /// The reading as it stands at `now`. Stale when the link is gone, when nothing came since it is back, or after
    /// the configured silence.
    pub fn reading(&self, now: Timestamp, id: TagId) -> Option<Reading> {
        let record = self.tags.get(id)?;
        let quality = if self.is_stale(now, record) { Quality::Stale } else { record.quality };
        Some(Reading {
            value: record.value.clone(),
            quality,
            origin: record.origin,
            source_time: record.source_time,
            receive_time: record.receive_time,
            zoned: record.zoned,
        })
    }

    /// Whether nobody vouches for a record's value now.
    pub fn is_stale(&self, now: Timestamp, record: &TagRecord) -> bool {
        let Some(since) = self.links.get(usize::from(record.broker.0)).copied().flatten() else { return true };
        let silence = record.meaning.as_ref().and_then(|meaning| meaning.stale_after);
        let edge = || self.tags.topics.get(record.topic as usize)?.edge.as_ref()?.death();
        record.receive_time < since
            || record.is_withdrawn
            || edge().is_some()
            || self.is_unwatched(record)
            || silence.is_some_and(|most| now - record.receive_time > most)
    }

    /// The past of a tag as columns; see [`SeriesStore::columns`].
    pub fn columns(&self, id: TagId, step: Millis, first: i64, count: usize, out: &mut Vec<crate::vocab::Column>) {
        self.series.columns(id.0, step, first, count, out);
    }

    /// Puts a sample of the past to its place in history; the reading stays.
    pub fn remember(&mut self, id: TagId, at: Timestamp, value: f64) {
        self.series.push(id.0, at, value);
    }

    /// The newest sample of a tag; see [`SeriesStore::newest`].
    pub fn newest(&self, id: TagId) -> Option<(Timestamp, f64)> {
        self.series.newest(id.0)
    }

    /// The samples of a tag in a window; see [`SeriesStore::walk`].
    pub fn walk(&self, id: TagId, from: Timestamp, to: Timestamp, each: &mut dyn FnMut(Timestamp, f64)) {
        self.series.walk(id.0, from, to, each);
    }

    /// Tags below this index have their meaning, place and machine.
    pub const fn settled(&self) -> usize {
        self.settled
    }

    /// Since when a broker's link is up; `None` while it is not.
    pub fn link_since(&self, broker: BrokerId) -> Option<Timestamp> {
        self.links.get(usize::from(broker.0)).copied().flatten()
    }

    /// The machine whose state this tag decides.
    pub fn decides(&self, id: TagId) -> Option<PlaceId> {
        self.tags.get(id)?.state_of
    }

    /// A topic's last message, by one of its tags: topic, message, shape.
    pub fn last_message(&self, id: TagId) -> Option<(&str, &LastMessage)> {
        let topic = self.tags.topics.get(self.tags.get(id)?.topic as usize)?;
        Some((&topic.name, &topic.last))
    }

    /// The shape of the messages that a tag comes in.
    pub fn shape(&self, id: TagId) -> Option<Shape> {
        Some(self.tags.topics.get(self.tags.get(id)?.topic as usize)?.shape)
    }

    /// Whether a tag is the first of its topic: figures of the topic count there.
    pub fn is_first_of_topic(&self, id: TagId) -> bool {
        let topic = self.tags.get(id).and_then(|record| self.tags.topics.get(record.topic as usize));
        topic.and_then(|topic| topic.leaves.first()).is_some_and(|(_, first)| *first == id)
    }

    /// Whether the messages that a tag comes in had more than one shape.
    pub fn changed_shape(&self, id: TagId) -> bool {
        let topic = self.tags.get(id).and_then(|record| self.tags.topics.get(record.topic as usize));
        topic.is_some_and(|topic| topic.shapes > 1)
    }

    /// Every value of this tag counts from now on, or no more.
    pub fn account(&mut self, id: TagId, is_accounted: bool) {
        if let Some(record) = self.tags.records.get_mut(id.0 as usize) {
            record.is_accounted = is_accounted;
        }
    }

    /// What a tag last told.
    pub fn last_heard(&self, id: TagId) -> Option<Heard> {
        let record = self.tags.get(id)?;
        let at = record.source_time.unwrap_or(record.receive_time);
        Some(Heard { tag: id, at, value: record.value.clone(), origin: record.origin })
    }

    /// Takes what accounted tags told since the last time into `into`, whose room is used again.
    pub fn take_heard(&mut self, into: &mut Vec<Heard>) {
        into.clear();
        std::mem::swap(&mut self.heard, into);
    }

    /// Whether an accounted tag told something.
    pub const fn has_heard(&self) -> bool {
        !self.heard.is_empty()
    }

    /// All tags.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Queues a tag's description to be told.
    pub fn describe(&mut self, id: TagId) {
        if let Some(record) = self.tags.records.get_mut(id.0 as usize)
            && !std::mem::replace(&mut record.described, true)
        {
            self.described.push(id);
        }
    }

    /// Queues every settled tag's description.
    pub fn describe_all(&mut self) {
        for index in 0..self.settled {
            self.describe(TagId(index as u32));
        }
    }

    /// Takes the tags whose descriptions are to be told.
    pub fn take_described(&mut self) -> Vec<TagId> {
        let described = std::mem::take(&mut self.described);
        for id in &described {
            self.tags.records[id.0 as usize].described = false;
        }
        described
    }

    /// All places.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// All places, to be told or touched.
    pub fn places_mut(&mut self) -> &mut Places {
        &mut self.places
    }

    /// All machines.
    pub fn machines(&self) -> impl Iterator<Item = &Machine> {
        self.machines.values()
    }

    /// One machine.
    pub fn machine(&self, place: PlaceId) -> Option<&Machine> {
        self.machines.get(&place)
    }

    /// All tags at and below a place.
    pub fn tags_below(&self, top: PlaceId) -> Vec<TagId> {
        let below = self.places.iter().filter(|(id, _)| self.places.is_below(*id, top));
        below.flat_map(|(_, record)| record.tags.iter().copied()).collect()
    }

    /// The page is told of a machine, and whether anybody vouches for it.
    pub fn told(&mut self, place: PlaceId, is_stale: bool) {
        if let Some(machine) = self.machines.get_mut(&place) {
            machine.changed = false;
            machine.is_stale = is_stale;
        }
    }

    /// All machines, to be told or touched.
    pub fn machines_mut(&mut self) -> impl Iterator<Item = &mut Machine> {
        self.machines.values_mut()
    }

    /// Samples held; counted one by one, for figures.
    pub fn samples(&self) -> u64 {
        self.series.samples()
    }

    /// The series store's figures: bytes held, samples dropped.
    pub fn history(&self) -> (usize, u64) {
        (self.series.bytes(), self.series.dropped())
    }
}

/// One value of a tag whose every value counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Which tag.
    pub tag: TagId,
    /// When it was so.
    pub at: Timestamp,
    /// What it said.
    pub value: Value,
    /// By which way it came.
    pub origin: Origin,
}

/// A message as the session hands it on.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Payload.
    pub payload: &'a [u8],
    /// Retained flag as delivered.
    pub retained: bool,
    /// QoS as delivered.
    pub qos: u8,
    /// What MQTT 5 said besides: name and value.
    pub properties: &'a [(&'a str, &'a str)],
}
