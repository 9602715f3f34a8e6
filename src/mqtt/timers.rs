//! All of a session's timers: one enum, one table, one expiry loop in the session.

use crate::time::{Millis, Timestamp};

/// What a session waits for by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The socket must be open and CONNACK here.
    Connect,
    /// Time to see whether a PINGREQ is due.
    KeepAlive,
    /// Any byte must have come since the PINGREQ.
    Answer,
    /// Time for the next try.
    Retry,
    /// A SUBACK is overdue.
    Subscribe,
}

impl Timer {
    const ALL: [Self; 5] = [Self::Connect, Self::KeepAlive, Self::Answer, Self::Retry, Self::Subscribe];
}

/// Deadlines by timer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timers {
    deadlines: [Option<Timestamp>; Timer::ALL.len()],
}

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Timestamp) {
        self.deadlines[timer as usize] = Some(at);
    }

    /// Sets a timer unless it is already due before that.
    pub(super) fn set_earlier(&mut self, timer: Timer, at: Timestamp) {
        let slot = &mut self.deadlines[timer as usize];
        *slot = Some(slot.map_or(at, |set| set.min(at)));
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.deadlines[timer as usize] = None;
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.deadlines[timer as usize].is_some()
    }

    pub(super) fn next(&self) -> Option<Timestamp> {
        self.deadlines.iter().flatten().min().copied()
    }

    /// Takes out one timer that has expired, with its deadline.
    pub(super) fn expire(&mut self, now: Timestamp) -> Option<(Timer, Timestamp)> {
        Timer::ALL.into_iter().find_map(|timer| {
            let slot = &mut self.deadlines[timer as usize];
            let due = slot.filter(|at| *at <= now)?;
            *slot = None;
            Some((timer, due))
        })
    }

    /// Moves every deadline, after the clock was set back.
    pub(super) fn shift(&mut self, by: Millis) {
        for at in self.deadlines.iter_mut().flatten() {
            *at = *at + by;
        }
    }
}
