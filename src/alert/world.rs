//! What a rule may look at: the plant as it is, or as it was at a time of its history.

use std::borrow::Cow;

use crate::document::expression::WindowOf;
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{MachineState, PlaceId, Quality, TagId, Value};

/// A value that can be relied on.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<'a> {
    /// A number.
    Number(f64),
    /// A switch.
    Truth(bool),
    /// Words.
    Text(Cow<'a, str>),
}

/// What a rule may look at.
pub trait World {
    /// The time.
    fn now(&self) -> Timestamp;
    /// A tag's value; `None` where it is missing, bad or stale.
    fn value(&self, tag: TagId) -> Option<Known<'_>>;
    /// A tag's past over the window that ends now, as far as it is known; `None` where nothing is, and for a rate where
    /// the value at the window's begin is not.
    fn window(&self, of: WindowOf, tag: TagId, span: Millis) -> Option<f64>;
    /// A machine's state; `None` when nobody vouches for it.
    fn state(&self, machine: PlaceId) -> Option<MachineState>;
    /// When a tag was heard last, and since when it could have been.
    fn heard(&self, tag: TagId) -> Option<Timestamp>;
    /// Low and high end of a tag's range.
    fn range(&self, tag: TagId) -> Option<(f64, f64)>;
}

/// The plant as it is.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// The plant.
    pub plant: &'a Plant,
    /// The time.
    pub now: Timestamp,
    /// This device slept until then.
    pub awake_since: Timestamp,
}

impl World for Live<'_> {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn value(&self, tag: TagId) -> Option<Known<'_>> {
        let record = self.plant.tags().get(tag)?;
        if !matches!(record.quality, Quality::Good | Quality::Uncertain) || self.plant.is_stale(self.now, record) {
            return None;
        }
        match &record.value {
            Value::Bool(is_on) => Some(Known::Truth(*is_on)),
            Value::Text(text) => Some(Known::Text(Cow::Borrowed(text))),
            other => other.as_f64().map(Known::Number),
        }
    }

    fn window(&self, of: WindowOf, tag: TagId, span: Millis) -> Option<f64> {
        let record = self.plant.tags().get(tag)?;
        if self.plant.is_stale(self.now, record) {
            return None;
        }
        window(self.plant, of, tag, self.now, span)
    }

    fn state(&self, machine: PlaceId) -> Option<MachineState> {
        let machine = self.plant.machine(machine)?;
        // Its edge node's or its own death certificate is known for sure, whatever its state was.
        if machine.death.is_some() {
            return Some(MachineState::Offline);
        }
        let record = self.plant.tags().get(machine.state_tag?)?;
        (!self.plant.is_stale(self.now, record)).then_some(machine.state)
    }

    fn heard(&self, tag: TagId) -> Option<Timestamp> {
        let record = self.plant.tags().get(tag)?;
        // While the link is down, or the device asleep, nobody could have heard: that is not the source's silence.
        Some(record.receive_time.max(self.plant.link_since(record.broker)?).max(self.awake_since))
    }

    fn range(&self, tag: TagId) -> Option<(f64, f64)> {
        self.plant.tags().get(tag)?.meaning.as_ref()?.range
    }
}

/// What machines were doing: their books know.
pub trait StatesOf {
    /// A machine's states, oldest first, from when on each; `None` for a time of which nothing is known.
    fn states_of(&self, machine: PlaceId) -> Vec<(Timestamp, Option<MachineState>)>;
}

/// The plant as it was at a time: what its history of numbers tells, and the books of the machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Then<'a> {
    pub(super) plant: &'a Plant,
    pub(super) now: Timestamp,
    /// What the machine looked at was doing, from when on each.
    pub(super) states: &'a [(Timestamp, Option<MachineState>)],
}

impl World for Then<'_> {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn value(&self, tag: TagId) -> Option<Known<'_>> {
        let mut last = None;
        self.plant.walk(tag, self.now, self.now, &mut |_, value| last = Some(value));
        let is_switch = matches!(self.plant.tags().get(tag)?.value, Value::Bool(_));
        last.map(|value| if is_switch { Known::Truth(value != 0.0) } else { Known::Number(value) })
    }

    fn window(&self, of: WindowOf, tag: TagId, span: Millis) -> Option<f64> {
        window(self.plant, of, tag, self.now, span)
    }

    fn state(&self, _machine: PlaceId) -> Option<MachineState> {
        let after = self.states.partition_point(|(at, _)| *at <= self.now);
        self.states[..after].last().and_then(|(_, state)| *state)
    }

    fn heard(&self, tag: TagId) -> Option<Timestamp> {
        let mut last = None;
        self.plant.walk(tag, self.now, self.now, &mut |at, _| last = Some(at));
        last
    }

    fn range(&self, tag: TagId) -> Option<(f64, f64)> {
        self.plant.tags().get(tag)?.meaning.as_ref()?.range
    }
}

fn window(plant: &Plant, of: WindowOf, tag: TagId, now: Timestamp, span: Millis) -> Option<f64> {
    let from = now - span;
    if of == WindowOf::Rate {
        // Only its ends matter.
        let at = |end: Timestamp| {
            let mut last = None;
            plant.walk(tag, end, end, &mut |_, value| last = Some(value));
            last
        };
        return Some((at(now)? - at(from)?) / (span.0.max(1) as f64 / 1000.0));
    }
    let mut folded: Option<Fold> = None;
    plant.walk(tag, from, now, &mut |at, value| match &mut folded {
        Some(fold) => fold.take(at, value),
        none => *none = Some(Fold { first: at, at: at.max(from), value, least: value, greatest: value, area: 0.0 }),
    });
    let fold = folded?;
    Some(match of {
        WindowOf::Least => fold.least,
        WindowOf::Greatest => fold.greatest,
        WindowOf::Changed => f64::from(u8::from(fold.least != fold.greatest)),
        WindowOf::Average => fold.average(from, now),
        WindowOf::Rate => return None,
    })
}

/// A window summed up, each value weighted by how long it stood.
struct Fold {
    first: Timestamp,
    at: Timestamp,
    value: f64,
    least: f64,
    greatest: f64,
    area: f64,
}

impl Fold {
    fn take(&mut self, at: Timestamp, value: f64) {
        self.area += self.value * (at - self.at).0 as f64;
        self.at = at;
        self.value = value;
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
    }

    fn average(&self, from: Timestamp, now: Timestamp) -> f64 {
        let span = (now - self.first.max(from)).0;
        if span <= 0 { self.value } else { (self.area + self.value * (now - self.at).0 as f64) / span as f64 }
    }
}
