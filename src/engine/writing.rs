//! Values that people write to Sparkplug metrics: allowed by the configuration, sent as commands, confirmed by what the
//! edge node tells after it and by nothing else. Refuses: taking a command for a value.

use super::sparkplug::Field;
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::topic::matches;
use crate::vocab::{Origin, TagId, Value, ValueType};
use crate::wire::{Update, WriteFate, WritingReport, Written};

/// What was written of late.
#[derive(Debug, Default)]
pub(super) struct Writing {
    writes: Vec<Write>,
    /// How many of them wait.
    waiting: usize,
    /// Tags whose report is to be sent.
    changed: Vec<TagId>,
}

#[derive(Debug)]
struct Write {
    tag: TagId,
    of: ValueType,
    written: Written,
    /// How many readings the tag had taken when it went out.
    received: u32,
}

impl Writing {
    /// A command to write: its topic and payload, where it may go out. What is refused is kept as such.
    pub(super) fn write(
        &mut self,
        now: Timestamp,
        tag: TagId,
        value: Value,
        (field, plant): (&Field, &Plant),
        is_online: bool,
    ) -> Option<(String, Vec<u8>)> {
        let sent = if !is_online {
            Err("the broker is not connected".to_owned())
        } else if !is_allowed(field, plant, tag) {
            Err("the configuration does not allow to write this".to_owned())
        } else if self.writes.iter().any(|write| write.tag == tag && write.written.fate == WriteFate::Waiting) {
            return None; // the page offers none while one waits
        } else {
            field.of_metric(plant, tag, |node, device, metric| {
                let of = node.writable(device, metric).map_err(str::to_owned)?;
                node.write(now, device, metric, &value).map(|command| (of, command))
            })
        };
        let (of, command, fate) = match sent {
            Ok((of, command)) => (of, Some(command), WriteFate::Waiting),
            Err(words) => (ValueType::Text, None, WriteFate::Refused(words)),
        };
        self.waiting += usize::from(command.is_some());
        self.writes.retain(|write| write.tag != tag);
        if self.writes.len() >= MOST_WRITES
            && let Some(at) = self.writes.iter().position(|write| write.written.fate != WriteFate::Waiting)
        {
            self.writes.remove(at);
        }
        let received = plant.tags().get(tag).map_or(0, |record| record.received);
        self.writes.push(Write { tag, of, written: Written { value, at: now, fate }, received });
        self.changed.push(tag);
        command
    }

    /// After each message, and each second: whether what was told since confirms what was written.
    #[inline]
    pub(super) fn follow(&mut self, now: Timestamp, plant: &Plant) {
        if self.waiting > 0 {
            self.look(now, plant);
        }
    }

    fn look(&mut self, now: Timestamp, plant: &Plant) {
        for write in self.writes.iter_mut().filter(|write| write.written.fate == WriteFate::Waiting) {
            let Some(record) = plant.tags().get(write.tag) else { continue };
            let is_heard = record.received != write.received && record.origin == Origin::Live;
            let is_gone = plant.death_of(write.tag).is_some() || plant.link_since(record.broker).is_none();
            let fate = if is_heard && write.of.is_same(&write.written.value, &record.value) {
                WriteFate::Confirmed(now)
            } else if is_gone {
                WriteFate::Lost
            } else if write.written.at + CONFIRM_WITHIN <= now {
                WriteFate::Unconfirmed(is_heard.then(|| record.value.clone()))
            } else {
                continue;
            };
            write.written.fate = fate;
            self.waiting -= 1;
            self.changed.push(write.tag);
        }
    }

    /// The clock was set back.
    pub(super) fn clock_set_back(&mut self, span: Millis) {
        for write in &mut self.writes {
            write.written.at = Timestamp(write.written.at.0.saturating_sub(span.0));
        }
    }

    /// How the writing of a tag stands.
    pub(super) fn report(&self, tag: TagId, field: &Field, plant: &Plant) -> Update {
        let is_allowed = is_allowed(field, plant, tag);
        let takes =
            field.of_metric(plant, tag, |node, device, metric| node.writable(device, metric).map_err(str::to_owned));
        let written = self.writes.iter().find(|write| write.tag == tag).map(|write| write.written.clone());
        Update::Writing(Box::new(WritingReport { tag, is_allowed, takes, written }))
    }

    /// Reports that are to be sent.
    pub(super) fn take_changed(&mut self) -> Option<TagId> {
        self.changed.pop()
    }
}

/// Whether `publish.commands` has a filter for the metric's path.
fn is_allowed(field: &Field, plant: &Plant, tag: TagId) -> bool {
    let record = plant.tags().get(tag);
    record.is_some_and(|record| {
        let publish = field.publish(record.broker);
        let allows = |filter: &String| matches(filter, &record.path);
        publish.is_some_and(|publish| publish.enabled && publish.commands.iter().any(allows)) && plant.is_metric(tag)
    })
}

/// Edge nodes act at once, or something is wrong.
const CONFIRM_WITHIN: Millis = Millis::from_secs(10);
const MOST_WRITES: usize = 32;
