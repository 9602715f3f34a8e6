//! On-delay and off-delay: a condition counts only when it has held, or not held, for so long.

use super::truth::Truth;
use crate::time::{Millis, Timestamp};

/// The delayed condition.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delay {
    /// Whether it counts as holding.
    is_on: bool,
    /// When it will count as the opposite, unless it changes back before.
    due: Option<Timestamp>,
}

impl Delay {
    /// Takes a judgement that stands since `since`. What becomes unknown keeps what counted, and does not mature.
    pub(super) fn follow(&mut self, since: Timestamp, truth: Truth, on_delay: Millis, off_delay: Millis) {
        let wanted = match truth {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown => self.is_on,
        };
        if wanted == self.is_on {
            self.due = None;
        } else if self.due.is_none() {
            self.due = Some(since + if wanted { on_delay } else { off_delay });
        }
    }

    /// What it has come to count as, if that changed by `now`.
    pub(super) fn take_change(&mut self, now: Timestamp) -> Option<bool> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        self.is_on = !self.is_on;
        Some(self.is_on)
    }

    /// When to look again.
    pub(super) const fn due(self) -> Option<Timestamp> {
        self.due
    }

    /// Counts as holding, as it did before a restart.
    pub(super) const fn resume(&mut self) {
        self.is_on = true;
    }

    /// Nobody looked for so long.
    pub(super) fn put_off(&mut self, span: Millis) {
        self.due = self.due.map(|due| due + span);
    }

    /// The clock was set back.
    pub(super) fn set_back(&mut self, span: Millis) {
        self.due = self.due.map(|due| due - span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_short_excursion_counts_neither_way() {
        let (on, off) = (Millis(5000), Millis(10_000));
        let mut delay = Delay::default();
        let mut told = Vec::new();
        for (at, truth) in [
            (0, Truth::True),
            (4, Truth::False), // back before 5 s: nothing
            (6, Truth::True),
            (9, Truth::Unknown), // does not mature while unknown
            (20, Truth::True),
            (25, Truth::True), // on
            (30, Truth::False),
            (39, Truth::True), // back before 10 s: still on
            (40, Truth::False),
            (50, Truth::False), // off
        ] {
            let at = Timestamp(at * 1000);
            delay.follow(at, truth, on, off);
            told.extend(delay.take_change(at).map(|is_on| (at.0 / 1000, is_on)));
        }
        assert_eq!(told, [(25, true), (50, false)]);
    }
}
