//! Stops as people speak of them, and downtime by reason.

use super::ledger::Ledger;
use super::reckon::Segment;
use super::words::{WordId, Words};
use crate::time::Timestamp;
use crate::vocab::MachineState;

/// A time in which a machine stood for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Begin.
    pub from: Timestamp,
    /// End; where it is still open, now.
    pub to: Timestamp,
    /// It goes on.
    pub is_open: bool,
    /// Idle, planned or unplanned.
    pub state: MachineState,
    /// The machine's own word.
    pub word: WordId,
    /// Why, if anybody said so.
    pub reason: WordId,
    /// A person said why: index of the note in [`Ledger::notes`].
    pub note: Option<usize>,
}

/// Downtime of one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The reason, else the machine's own word; none where neither is known.
    pub reason: WordId,
    /// Planned or not, or idle.
    pub state: MachineState,
    /// Milliseconds.
    pub millis: i64,
    /// How often.
    pub count: u32,
}

impl Ledger {
    /// The stops that have a part in `from..to`, the oldest first. A stop before `from` is cut there.
    pub fn stops(&self, from: Timestamp, to: Timestamp, now: Timestamp, words: &Words) -> Vec<Stop> {
        let end = to.min(now);
        let mut stops: Vec<Stop> = Vec::new();
        for segment in self.segments(from, end, words) {
            if matches!(segment.state, MachineState::Running | MachineState::Offline) {
                continue;
            }
            let last = stops.last_mut().filter(|last| last.to == segment.from && is_same(last, &segment));
            match last {
                Some(last) => last.to = segment.to,
                None => stops.push(Stop {
                    from: segment.from,
                    to: segment.to,
                    is_open: false,
                    state: segment.state,
                    word: segment.word,
                    reason: segment.reason,
                    note: segment.is_noted.then(|| self.note_at(segment.from)).flatten(),
                }),
            }
        }
        if let Some(last) = stops.last_mut().filter(|last| last.to == now) {
            last.is_open = true;
        }
        stops
    }

    fn note_at(&self, at: Timestamp) -> Option<usize> {
        self.notes.iter().rposition(|note| note.from <= at && at < note.to)
    }
}

/// A reason that comes a moment later, or a word that changes while it stands, is no other stop.
fn is_same(stop: &Stop, segment: &Segment) -> bool {
    stop.state == segment.state && stop.reason == segment.reason && stop.note.is_some() == segment.is_noted
}

/// Downtime by reason, the longest first.
pub fn causes(stops: &[Stop]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for stop in stops {
        let reason = if stop.reason == WordId::NONE { stop.word } else { stop.reason };
        let millis = (stop.to - stop.from).0;
        match causes.iter_mut().find(|cause| cause.reason == reason && cause.state == stop.state) {
            Some(cause) => {
                cause.millis += millis;
                cause.count += 1;
            }
            None => causes.push(Cause { reason, state: stop.state, millis, count: 1 }),
        }
    }
    causes.sort_by_key(|cause| (-cause.millis, cause.reason));
    causes
}
