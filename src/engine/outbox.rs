//! When the page is told what: descriptions as they become known, readings coalesced into frames against credit.

use crate::mqtt::PublishProperties;
use crate::plant::{Machine, Plant};
use crate::time::{Millis, Timestamp};
use crate::vocab::{PlaceId, TagId};
use crate::wire::{Fault, Frame, MachineCard, Message, Place, ReadingOf, Stats, Tag, Update};

use super::namespace::Namespace;
use super::watch::Watch;

/// Credit, pace and the frame under way.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    seq: u32,
    /// The page has painted the last frame.
    credit: bool,
    /// Not before.
    next: Timestamp,
    /// When the last flush was, and how many messages had been received by then.
    last: (Timestamp, u64),
    /// Something may have to be told.
    pub(super) stirred: bool,
    /// The stats are due.
    pub(super) stats_due: bool,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self { credit: true, ..Self::default() }
    }

    /// The page says that a frame is on screen.
    pub(super) fn painted(&mut self, seq: u32) {
        self.credit |= seq == self.seq;
    }

    /// The page starts anew: it has painted everything that it will ever paint.
    pub(super) fn resync(&mut self) {
        self.credit = true;
        self.stirred = true;
    }

    /// Holds the next flush back a little, so that a burst of retained messages arrives as one picture.
    pub(super) fn hold(&mut self, until: Timestamp) {
        self.next = self.next.max(until);
    }

    /// The clock was set back: what waits for a time to come waits no longer.
    pub(super) fn clock_set_back(&mut self, now: Timestamp) {
        self.next = now;
        self.last.0 = now;
    }

    /// When to flush; `None` while nothing stirs.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.stirred.then_some(self.next)
    }

    /// Tells the page what changed. Without credit only descriptions go out; readings stay marked and coalesce.
    pub(super) fn flush(
        &mut self,
        now: Timestamp,
        plant: &mut Plant,
        watch: &mut Watch,
        namespace: &mut Namespace,
        stats: &Stats,
    ) -> Vec<Update> {
        self.stirred = false;
        // In a flood the processor is for the messages: the screen gets fewer frames, and all that they tell.
        let (span, messages) = (now - self.last.0, stats.messages_received.saturating_sub(self.last.1));
        let is_flood = i64::try_from(messages).is_ok_and(|messages| messages > FLOOD_RATE.saturating_mul(span.0));
        self.last = (now, stats.messages_received);
        self.next = now + if is_flood { FLOOD_INTERVAL } else { FRAME_INTERVAL };
        let mut updates = Vec::new();
        plant.settle();
        updates.extend(places(plant));
        updates.extend(tags(plant, watch));
        if self.credit {
            let frame = Frame {
                seq: self.seq.wrapping_add(1),
                now,
                readings: readings(now, plant, watch),
                machines: machines(now, plant),
                trends: watch.take_trends(now, plant),
                rows: namespace.take_rows(now, plant),
                stats: std::mem::take(&mut self.stats_due).then(|| Box::new(stats.clone())),
            };
            let empty = frame.readings.is_empty() && frame.machines.is_empty() && frame.trends.is_empty();
            if !empty || frame.stats.is_some() || frame.rows.is_some() {
                self.seq = frame.seq;
                self.credit = false;
                updates.push(Update::Frame(Box::new(frame)));
            }
        }
        updates
    }
}

fn places(plant: &mut Plant) -> Option<Update> {
    let mut places = Vec::new();
    plant.places_mut().drain_changed(|id, record| {
        places.push(Place {
            id,
            parent: record.parent,
            level: record.level,
            path: record.path.clone(),
            name: record.name.clone(),
            tags: record.total,
        });
    });
    (!places.is_empty()).then_some(Update::Places(places))
}

fn tags(plant: &mut Plant, watch: &Watch) -> Option<Update> {
    let described = plant.take_described();
    let told: Vec<Tag> =
        described.into_iter().filter(|&id| watch.wants(plant, id)).filter_map(|id| tag_of(plant, id)).collect();
    (!told.is_empty()).then_some(Update::Tags(told))
}

fn tag_of(plant: &Plant, id: TagId) -> Option<Tag> {
    let record = plant.tags().get(id)?;
    let place = record.place?;
    let above = plant.places().get(place)?;
    let name = record.path.strip_prefix(&*above.path).and_then(|rest| rest.strip_prefix('/')).unwrap_or(&record.path);
    let meaning = record.meaning.as_deref();
    Some(Tag {
        id,
        place,
        broker: record.broker,
        path: record.path.clone(),
        name: record.note.as_ref().and_then(|note| note.name.clone()).unwrap_or_else(|| name.into()),
        source: plant.tags().source(id).into(),
        unit: record.shown_unit().cloned(),
        description: record.shown_description().cloned(),
        range: meaning.and_then(|meaning| meaning.range).or_else(|| record.note.as_ref()?.range()),
        digits: meaning.and_then(|meaning| meaning.digits),
        shape: plant.shape(id).map_or("", |shape| shape.word()).into(),
    })
}

fn readings(now: Timestamp, plant: &Plant, watch: &mut Watch) -> Vec<ReadingOf> {
    let dirty = watch.take_dirty();
    dirty.into_iter().filter_map(|tag| Some(ReadingOf { tag, reading: plant.reading(now, tag)? })).collect()
}

fn machines(now: Timestamp, plant: &mut Plant) -> Vec<MachineCard> {
    let changed: Vec<(PlaceId, bool)> = plant
        .machines()
        .filter_map(|machine| {
            let is_stale = is_stale(now, plant, machine);
            (machine.changed || is_stale != machine.is_stale).then_some((machine.place, is_stale))
        })
        .collect();
    for (place, is_stale) in &changed {
        plant.told(*place, *is_stale);
    }
    changed
        .into_iter()
        .filter_map(|(place, stale)| {
            let machine = plant.machine(place)?;
            let shown = machine.state_tag.iter().chain(&machine.figures);
            Some(MachineCard {
                place,
                state: machine.state,
                word: machine.word.clone(),
                since: machine.since,
                stale,
                heard: shown.filter_map(|&tag| Some(plant.tags().get(tag)?.receive_time)).max(),
                state_tag: machine.state_tag,
                figures: machine.figures.clone(),
                fault: machine.fault.filter(|_| machine.is_faulted),
                death: machine.death.as_ref().map(|(_, why)| why.clone()),
            })
        })
        .collect()
}

/// Whether nobody vouches for a machine: for the tag that tells its state or, where none does, for any of its figures.
fn is_stale(now: Timestamp, plant: &Plant, machine: &Machine) -> bool {
    let is_stale = |tag: &TagId| plant.tags().get(*tag).is_none_or(|record| plant.is_stale(now, record));
    machine.state_tag.as_ref().map_or_else(|| machine.figures.iter().all(is_stale), is_stale)
}

/// A tag's last message as it came.
pub(super) fn message(plant: &Plant, tag: TagId) -> Option<Update> {
    let (topic, last) = plant.last_message(tag)?;
    Some(Update::Message(Box::new(Message {
        tag,
        topic: topic.to_owned(),
        payload: last.payload.clone(),
        size: last.size,
        retained: last.retained,
        qos: last.qos,
        properties: last.properties.clone(),
        count: last.count,
        receive_time: last.receive_time,
    })))
}

/// What MQTT 5 says of a message besides, as names and values, as far as there is room.
pub(super) fn said<'a, 'l>(
    properties: Option<&'a PublishProperties>,
    list: &'l mut [(&'a str, &'a str)],
) -> &'l [(&'a str, &'a str)] {
    let Some(properties) = properties else { return &[] };
    let fixed = [("content type", &properties.content_type), ("response topic", &properties.response_topic)];
    let fixed = fixed.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let own = properties.user_properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut count = 0;
    for (place, pair) in list.iter_mut().zip(fixed.chain(own)) {
        *place = pair;
        count += 1;
    }
    &list[..count]
}

/// Counts a fault of one kind at one place; keeps the most recent kinds.
pub(super) fn count_fault(faults: &mut Vec<Fault>, now: Timestamp, what: &str, place: &str) {
    let at = faults.iter().position(|fault| *fault.what == *what && *fault.place == *place);
    let mut fault = match at {
        Some(at) => faults.remove(at),
        None => Fault { what: what.into(), place: place.into(), count: 0, last: now },
    };
    fault.count += 1;
    fault.last = now;
    faults.insert(0, fault);
    faults.truncate(MOST_FAULTS);
}

/// At most ten frames a second: faster than an eye reads a number, slower than a browser paints.
const FRAME_INTERVAL: Millis = Millis(100);
/// More messages a millisecond than this are a flood.
const FLOOD_RATE: i64 = 100;
const FLOOD_INTERVAL: Millis = Millis(400);
const MOST_FAULTS: usize = 50;
