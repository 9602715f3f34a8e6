//! Counters as PLCs have them: what was made between two values, whatever happened to the counter meanwhile.
//!
//! What is counted belongs to the moment it was reported. Exact up to 2^64: whole numbers are never rounded.

use crate::document::Counting;
use crate::time::{Millis, Timestamp};
use crate::vocab::Value;

/// A counter's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Count {
    /// A whole number.
    Whole(u64),
    /// Anything else, finite.
    Real(f64),
}

impl Count {
    /// A tag's value as a counter's; `None` where it counts nothing.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(on) => Some(Self::Whole(u64::from(*on))),
            Value::Int(int) => Some(u64::try_from(*int).map_or(Self::Real(*int as f64), Self::Whole)),
            Value::UInt(uint) => Some(Self::Whole(*uint)),
            Value::Float(real) if *real >= 0.0 && *real < 9e15 && real.fract() == 0.0 => {
                Some(Self::Whole(*real as u64))
            }
            Value::Float(real) => Some(Self::Real(*real)),
            Value::Text(text) => {
                let text = text.trim();
                let whole = text.parse().ok().map(Self::Whole);
                whole.or_else(|| text.parse().ok().filter(|real: &f64| real.is_finite()).map(Self::Real))
            }
            Value::Null | Value::Raw(_) => None,
        }
    }

    /// As a number.
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }

    fn minus(self, other: Self) -> f64 {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) if a >= b => (a - b) as f64,
            (Self::Whole(a), Self::Whole(b)) => -((b - a) as f64),
            _ => self.as_f64() - other.as_f64(),
        }
    }
}

/// What happened to a counter, seen in its values. Each is told in the audit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Happening {
    /// It went over its greatest value.
    RollOver,
    /// It was set to 0, as a restart or a shift's begin does; what was made since then is counted.
    Reset,
    /// It was set back to an older value; nothing is counted.
    SetBack,
    /// It went further than the machine can; nothing is counted.
    Leap,
    /// It fell below 0 or said what no counter says; nothing is counted.
    Nonsense,
}

/// How to read a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// How it counts.
    pub counting: Counting,
    /// The value after the greatest, where it is known.
    pub rolls_over_at: Option<f64>,
}

/// What is known of the time between two values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Between {
    /// Planned run time per item, milliseconds.
    pub cycle_ms: Option<f64>,
    /// A shift began.
    pub is_shift_change: bool,
}

impl Reading {
    /// What was made between two values in order of time, and what happened.
    pub fn made(
        &self,
        before: (Timestamp, Count),
        after: (Timestamp, Count),
        between: Between,
    ) -> (f64, Option<Happening>) {
        let (old, new) = (before.1, after.1);
        if new.as_f64() < 0.0 {
            return (0.0, Some(Happening::Nonsense));
        }
        match self.counting {
            Counting::Delta => (new.as_f64(), None),
            Counting::Pulse => (f64::from(u8::from(old.as_f64() == 0.0 && new.as_f64() > 0.0)), None),
            Counting::Cumulative | Counting::Shift => self.grown(old, new, after.0 - before.0, between),
        }
    }

    /// What the first value of all tells was made: nothing where only a difference counts.
    pub fn first(&self, value: Count) -> f64 {
        match self.counting {
            Counting::Delta => value.as_f64().max(0.0),
            Counting::Pulse => f64::from(u8::from(value.as_f64() > 0.0)),
            Counting::Cumulative | Counting::Shift => 0.0,
        }
    }

    fn grown(&self, old: Count, new: Count, span: Millis, between: Between) -> (f64, Option<Happening>) {
        let grown = new.minus(old);
        // What the machine could have made at three times its planned rate; any amount where no rate is known.
        let possible = between.cycle_ms.map(|cycle| 3.0 * span.0.max(0) as f64 / cycle.max(1e-3) + SLACK);
        if grown >= 0.0 {
            let is_new_shift = self.counting == Counting::Shift && between.is_shift_change && span > LONG;
            return match possible {
                _ if is_new_shift => (new.as_f64(), Some(Happening::Reset)),
                Some(possible) if grown > 10.0 * possible + 1000.0 => (0.0, Some(Happening::Leap)),
                _ => (grown, None),
            };
        }
        if !(self.counting == Counting::Shift && between.is_shift_change)
            && let Some(made) = self.rolled(old, new, possible)
        {
            return (made, Some(Happening::RollOver));
        }
        let since_reset = new.as_f64();
        let is_reset = match possible {
            _ if self.counting == Counting::Shift && between.is_shift_change => true,
            Some(possible) => since_reset <= possible,
            None => since_reset <= old.as_f64() / 2.0,
        };
        if is_reset { (since_reset, Some(Happening::Reset)) } else { (0.0, Some(Happening::SetBack)) }
    }

    /// What was made if the counter rolled over; `None` where that is not what happened.
    fn rolled(&self, old: Count, new: Count, possible: Option<f64>) -> Option<f64> {
        let known = self.rolls_over_at.filter(|end| *end > old.as_f64());
        let (end, made) = match (old, new, known) {
            // Exact, where doubles are 2048 apart.
            (Count::Whole(old), Count::Whole(new), None) => {
                let end = ENDS.into_iter().find(|end| *end > u128::from(old))?;
                (end as f64, (end - u128::from(old) + u128::from(new)) as f64)
            }
            (.., Some(end)) => (end, end - old.as_f64() + new.as_f64()),
            // What is no whole number has no bits to run out of.
            _ => return None,
        };
        let bound = match (possible, known) {
            (Some(possible), _) => possible,
            (None, Some(end)) => end / 2.0,
            (None, None) => (end / 64.0).max(16.0),
        };
        (0.0..=bound).contains(&made).then_some(made)
    }
}

/// Where counters end: 8, 16, 32, 64 bits, with a sign or without.
const ENDS: [u128; 7] = [1 << 8, 1 << 15, 1 << 16, 1 << 31, 1 << 32, 1 << 63, 1 << 64];
/// So many items more may come at once.
const SLACK: f64 = 10.0;
/// A counter that is reset by the shift and not heard of for so long has been reset.
const LONG: Millis = Millis::from_secs(600);
