//! One alert: a rule on one subject.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::chatter::Chatter;
use super::delay::Delay;
use super::rule::Memory;
use super::standing::Standing;
use super::truth::Truth;
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{PlaceId, Priority, TagId};

/// What a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A tag's value.
    Tag(TagId),
    /// A machine's state.
    Machine(PlaceId),
}

impl Subject {
    /// The machine that it is on.
    pub(super) fn machine(self, plant: &Plant) -> Option<PlaceId> {
        match self {
            Self::Machine(machine) => Some(machine),
            Self::Tag(tag) => plant.places().machine_of(plant.tags().get(tag)?.place?),
        }
    }
}

/// What an alert is called in journals and on other screens: it outlives ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Its rule's id.
    pub rule: Arc<str>,
    /// Its rule's name.
    pub name: Arc<str>,
    /// Its subject's full path.
    pub path: Arc<str>,
    /// Its rule's priority.
    pub priority: Priority,
}

/// Who put an alert on the shelf, until when and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    /// When it comes back by itself.
    pub until: Timestamp,
    /// The person, as given; nobody has checked it.
    pub who: Arc<str>,
    /// In the person's words.
    pub why: Arc<str>,
}

/// An alert.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Index of its rule.
    pub(super) rule: u32,
    /// What is judged.
    pub subject: Subject,
    /// What it is called.
    pub key: Arc<Key>,
    pub(super) memory: Memory,
    pub(super) delay: Delay,
    /// Where it stands.
    pub standing: Standing,
    /// The last judgement.
    pub truth: Truth,
    /// When it was last raised.
    pub raised: Option<Timestamp>,
    /// When it last changed.
    pub changed: Timestamp,
    /// What is said, as of when it was raised.
    pub message: Arc<str>,
    /// How often it was raised since this device watches.
    pub count: u32,
    /// Who acknowledged it last.
    pub acknowledged_by: Option<Arc<str>>,
    /// On the shelf.
    pub shelf: Option<Shelf>,
    /// How long another screen's word keeps it out of service.
    pub(super) out_until: Option<Timestamp>,
    /// Since when it is on the shelf at other screens' word, on and off.
    pub(super) shelved_since: Option<Timestamp>,
    /// Source time of the value that raised it.
    pub(super) mark: Option<Timestamp>,
    /// Source time of the value judged last.
    pub(super) upto: Option<Timestamp>,
    /// It stood already when this device began to watch: no sound, no notification.
    pub is_standing: bool,
    /// The condition was seen not to hold, so that the next time it begins is seen too.
    pub(super) has_seen_normal: bool,
    /// Nobody here knows when the condition began: it held when its data were first heard.
    pub(super) is_begin_unseen: bool,
    /// The first of its group on its machine.
    pub is_first: bool,
    pub(super) chatter: Chatter,
    /// When it is to be looked at again.
    pub(super) armed: Option<Timestamp>,
    /// Told to the page since its last change.
    pub(super) is_told: bool,
}

impl Instance {
    pub(super) fn new(rule: u32, subject: Subject, key: Arc<Key>) -> Self {
        Self {
            rule,
            subject,
            key,
            memory: Memory::default(),
            delay: Delay::default(),
            standing: Standing::default(),
            truth: Truth::Unknown,
            raised: None,
            changed: Timestamp::default(),
            message: "".into(),
            count: 0,
            acknowledged_by: None,
            shelf: None,
            out_until: None,
            shelved_since: None,
            mark: None,
            upto: None,
            is_standing: false,
            has_seen_normal: false,
            is_begin_unseen: false,
            is_first: false,
            chatter: Chatter::default(),
            armed: None,
            is_told: true,
        }
    }

    /// An alert as it stood before, on a subject that is not known yet.
    pub fn resumed(key: Key, standing: Standing, raised: Option<Timestamp>, shelf: Option<Shelf>) -> Self {
        let mut old = Self::new(0, Subject::Tag(TagId(0)), Arc::new(key));
        old.standing = standing;
        old.raised = raised;
        old.shelf = shelf;
        if standing.is_active {
            old.delay.resume();
        }
        old
    }

    /// Rule id and path.
    pub(super) fn name(&self) -> (Arc<str>, Arc<str>) {
        (self.key.rule.clone(), self.key.path.clone())
    }

    /// The device slept for so long: what is to mature waits on as if the clock had stood.
    pub(super) fn sleep(&mut self, slept: Millis) {
        self.delay.put_off(slept);
        for since in self.memory.scope.held.iter_mut().chain(&mut self.memory.suppress.held).flatten() {
            *since = *since + slept;
        }
        self.memory.due = self.memory.due.map(|due| due + slept);
    }

    /// When something of it will be due.
    pub(super) fn due(&self) -> Option<Timestamp> {
        [self.delay.due(), self.memory.due, self.shelf.as_ref().map(|shelf| shelf.until), self.out_until]
            .into_iter()
            .flatten()
            .min()
    }
}
