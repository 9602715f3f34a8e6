//! One pass over samples in order of time, summing them up into buckets.
//!
//! Refuses: samples out of order.

use crate::time::Millis;
use crate::vocab::Column;

/// The window being filled: column `i` of `out` is bucket `first + i`.
#[derive(Debug)]
pub(super) struct Sweep<'a> {
    out: &'a mut [Column],
    step: i64,
    first: i64,
    /// First and last instant of the window.
    from: i64,
    to: i64,
    /// The column being filled and the last instant that still falls into it.
    column: usize,
    until: i64,
}

impl<'a> Sweep<'a> {
    /// `None` when no instant falls into the window.
    pub(super) fn new(step: Millis, first: i64, out: &'a mut [Column]) -> Option<Self> {
        let step = step.0;
        if step < 1 || out.is_empty() {
            return None;
        }
        let from = i128::from(first) * i128::from(step);
        let to = from + out.len() as i128 * i128::from(step) - 1;
        if from > i128::from(i64::MAX) || to < i128::from(i64::MIN) {
            return None;
        }
        let from = i64::try_from(from).unwrap_or(i64::MIN);
        let to = i64::try_from(to).unwrap_or(i64::MAX);
        let mut sweep = Self { out, step, first, from, to, column: 0, until: from };
        sweep.turn_to(from);
        Some(sweep)
    }

    /// Whether the window begins after this instant.
    pub(super) const fn is_over(&self, at: i64) -> bool {
        at < self.from
    }

    /// Whether the window ends before this instant.
    pub(super) const fn is_ahead(&self, at: i64) -> bool {
        at > self.to
    }

    /// Takes all samples between two instants at once, if they fall into one bucket.
    pub(super) fn take(&mut self, start: i64, end: i64, column: Column) -> bool {
        if start < self.from || end > self.to {
            return false;
        }
        if start > self.until {
            self.turn_to(start);
        }
        if end > self.until {
            return false;
        }
        self.merge(column);
        true
    }

    /// Takes one sample; outside the window it is passed over.
    pub(super) fn take_sample(&mut self, at: i64, value: f32) {
        if at < self.from || at > self.to {
            return;
        }
        if at > self.until {
            self.turn_to(at);
        }
        self.merge(Column { min: value, max: value, last: value });
    }

    /// Turns to the bucket of an instant within the window.
    fn turn_to(&mut self, at: i64) {
        let bucket = at.div_euclid(self.step);
        self.column = usize::try_from(bucket.saturating_sub(self.first)).unwrap_or(0);
        let past = (i128::from(bucket) + 1) * i128::from(self.step) - 1;
        self.until = i64::try_from(past).unwrap_or(i64::MAX).min(self.to);
    }

    fn merge(&mut self, other: Column) {
        let Some(column) = self.out.get_mut(self.column) else { return };
        // `min` and `max` of floats pass over the NaN of a gap.
        *column = Column { min: column.min.min(other.min), max: column.max.max(other.max), last: other.last };
    }
}
