//! Chattering: an alert that is raised again and again within a minute (ISA-18.2 §3.1.13, EEMUA 191: three times), and
//! what deadband or off-delay would have calmed it, from what the value really did.

use std::collections::VecDeque;

use crate::time::{Millis, Timestamp};

/// What is remembered of one alert's coming and going.
#[derive(Clone, Debug, Default)]
pub(super) struct Chatter {
    raised: VecDeque<Timestamp>,
    cleared: Option<Timestamp>,
    /// How far the value came back since it cleared, in the tag's unit.
    depth: f64,
    /// How often it was raised as the third or later within a minute.
    pub(super) repeats: u32,
    /// The deepest and the longest of the returns that did not last.
    pub(super) deepest: f64,
    pub(super) longest: Millis,
}

impl Chatter {
    pub(super) fn raise(&mut self, now: Timestamp) {
        self.raised.push_back(now);
        while self.raised.len() > MANY {
            self.raised.pop_front();
        }
        if let Some(cleared) = self.cleared.take()
            && now - cleared < WINDOW
        {
            self.deepest = self.deepest.max(self.depth);
            self.longest = self.longest.max(now - cleared);
        }
        if self.raised.len() == MANY && self.raised.front().is_some_and(|first| now - *first <= WINDOW) {
            self.repeats += 1;
        }
    }

    pub(super) const fn clear(&mut self, now: Timestamp) {
        self.cleared = Some(now);
        self.depth = 0.0;
    }

    /// While it is not raised: how far the value lies on the good side of the limit.
    pub(super) const fn follow(&mut self, depth: f64) {
        if self.cleared.is_some() && depth > self.depth {
            self.depth = depth;
        }
    }
}

const WINDOW: Millis = Millis(60_000);
const MANY: usize = 3;
