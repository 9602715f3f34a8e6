//! The order of an edge node's messages: `seq` counts them modulo 256, one that comes early waits a while for those
//! between (3.0 §5.6, §6.4.5). Pure: what waits is held here, when to stop waiting is asked.

use crate::time::{Millis, Timestamp};

use super::topic::Verb;

/// A message that came before its turn.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) seq: u64,
    pub(super) verb: Verb,
    pub(super) device: Option<Box<str>>,
    pub(super) payload: Box<[u8]>,
    pub(super) received: Timestamp,
}

/// Where a message stands in the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is its turn, or nobody knows what the turn is.
    Next,
    /// The same number as the last: delivered twice.
    Again,
    /// Others are missing before it.
    Early,
    /// Others came before it that should have come after.
    Late,
}

/// The count.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    /// Last number applied; `None` before the first.
    last: Option<u64>,
    /// By turn.
    held: Vec<Held>,
    bytes: usize,
    /// Since when something is missing.
    since: Option<Timestamp>,
}

impl Sequence {
    /// The last number applied.
    pub(super) const fn last(&self) -> Option<u64> {
        self.last
    }

    /// Nothing is known of the count.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// A birth begins the count anew. What is held stays: births may be overtaken by what follows them.
    pub(super) const fn begin(&mut self, seq: u64) {
        self.last = Some(seq);
    }

    /// Where this number stands.
    pub(super) const fn turn(&self, seq: u64) -> Turn {
        let Some(last) = self.last else { return Turn::Next };
        match seq.wrapping_sub(last) % MODULUS {
            0 => Turn::Again,
            1 => Turn::Next,
            ahead if ahead < MODULUS / 2 => Turn::Early,
            _ => Turn::Late,
        }
    }

    /// It was applied.
    pub(super) const fn pass(&mut self, seq: u64) {
        self.last = Some(seq);
        if self.held.is_empty() {
            self.since = None;
        }
    }

    /// Holds a message; false when it is there already. The oldest turn is due at once when there is no more room:
    /// [`Self::due`] says so.
    pub(super) fn hold(&mut self, now: Timestamp, held: Held) -> bool {
        if self.held.iter().any(|other| other.seq == held.seq) {
            return false;
        }
        let last = self.last.unwrap_or(0);
        let ahead = |seq: u64| seq.wrapping_sub(last) % MODULUS;
        let at = self.held.partition_point(|other| ahead(other.seq) < ahead(held.seq));
        self.bytes += held.payload.len();
        self.held.insert(at, held);
        self.since.get_or_insert(now);
        true
    }

    /// Takes the held message whose turn it is.
    pub(super) fn take_next(&mut self) -> Option<Held> {
        let first = self.held.first()?;
        (self.turn(first.seq) == Turn::Next).then(|| self.take())
    }

    /// When to stop waiting; `None` while nothing is missing.
    pub(super) fn due(&self, patience: Millis) -> Option<Timestamp> {
        let since = self.since.filter(|_| !self.held.is_empty())?;
        let is_full = self.held.len() >= MOST_HELD || self.bytes >= MOST_BYTES;
        Some(if is_full { since } else { since + patience })
    }

    /// Gives up on what is missing: the first held message, and how many are missing before it.
    pub(super) fn give_up(&mut self) -> Option<(Held, u64)> {
        let first = self.held.first()?;
        let missing = self.last.map_or(0, |last| (first.seq.wrapping_sub(last) % MODULUS).saturating_sub(1));
        Some((self.take(), missing))
    }

    /// Lets go of what is held and was sent before `sent`: it is of the session that a birth has ended.
    pub(super) fn drop_before(&mut self, sent: impl Fn(&Held) -> bool) {
        self.held.retain(|held| !sent(held));
        self.bytes = self.held.iter().map(|held| held.payload.len()).sum();
        if self.held.is_empty() {
            self.since = None;
        }
        let last = self.last.unwrap_or(0);
        self.held.sort_by_key(|held| held.seq.wrapping_sub(last) % MODULUS);
    }

    /// The clock was set back.
    pub(super) fn clock_set_back(&mut self, span: Millis) {
        self.since = self.since.map(|since| Timestamp(since.0.saturating_sub(span.0)));
    }

    fn take(&mut self) -> Held {
        let held = self.held.remove(0);
        self.bytes -= held.payload.len();
        if self.held.is_empty() {
            self.since = None;
        }
        held
    }
}

/// 3.0 counts from 0 to 255.
pub(super) const MODULUS: u64 = 256;
/// Messages held per edge node.
const MOST_HELD: usize = 100;
/// Bytes held per edge node.
const MOST_BYTES: usize = 1 << 20;
