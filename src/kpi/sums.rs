//! What adds up: times and amounts of a stretch of time. Every figure is made of these, so that hours give days and
//! machines give areas.

use crate::time::Millis;

/// Which of a machine's three counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// All items made (ISO 22400: produced quantity, PQ).
    Total,
    /// The good ones (good quantity, GQ).
    Good,
    /// Scrap (scrap quantity, SQ).
    Scrap,
}

impl Counter {
    /// All, in the order of their indices.
    pub const ALL: [Self; 3] = [Self::Total, Self::Good, Self::Scrap];
}

/// Times in milliseconds and amounts of one stretch of time. Only what was seen is in the times by state; what is
/// planned by the calendar is in [`work`](Self::work) whether seen or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Time by the clock.
    pub span: i64,
    /// Time planned for work: shifts less breaks and planned stops of the calendar.
    pub work: i64,
    /// Of `work`, the part for which the machine's state is known.
    pub seen: i64,
    /// Running in `work` (with [`overtime`](Self::overtime): actual production time, APT).
    pub running: i64,
    /// Running outside of `work`; it counts as planned, since it was worked.
    pub overtime: i64,
    /// Ready, starved or blocked.
    pub idle: i64,
    /// Stopped as planned (state or reason says so): not planned busy time.
    pub planned_stop: i64,
    /// Of `planned_stop`, what is setup or changeover.
    pub setup: i64,
    /// Stopped unplanned for at least as long as a minor stop.
    pub breakdown: i64,
    /// Stopped unplanned for less.
    pub minor: i64,
    /// Unplanned stops (breakdowns) that began.
    pub failures: u32,
    /// Minor stops that began.
    pub minor_stops: u32,
    /// Breakdowns that began and ended.
    pub repaired: u32,
    /// How long these took in all.
    pub repair: i64,
    /// Setups that began.
    pub setups: u32,
    /// Made while the state was known, by [`Counter`].
    pub paired: [f64; 3],
    /// Made while it was not: over a gap.
    pub unpaired: [f64; 3],
    /// Had been counted by the shift's own counter before it was first heard.
    pub opening: [f64; 3],
    /// Planned run time for what was made while the state was known, milliseconds.
    pub ideal: [f64; 3],
    /// Made while the state was known, without a planned run time.
    pub unrated: f64,
    /// Scrap soon after a planned stop: what of `paired` scrap is start-up scrap.
    pub startup_scrap: f64,
    /// Times at which a counter rolled over, was reset, set back, leapt, or said nonsense.
    pub happenings: [u32; 5],
}

impl Sums {
    /// Adds another stretch of time, or another machine's.
    pub fn add(&mut self, other: &Self) {
        self.span += other.span;
        self.work += other.work;
        self.seen += other.seen;
        self.running += other.running;
        self.overtime += other.overtime;
        self.idle += other.idle;
        self.planned_stop += other.planned_stop;
        self.setup += other.setup;
        self.breakdown += other.breakdown;
        self.minor += other.minor;
        self.failures += other.failures;
        self.minor_stops += other.minor_stops;
        self.repaired += other.repaired;
        self.repair += other.repair;
        self.setups += other.setups;
        for index in 0..3 {
            self.paired[index] += other.paired[index];
            self.unpaired[index] += other.unpaired[index];
            self.opening[index] += other.opening[index];
            self.ideal[index] += other.ideal[index];
        }
        self.unrated += other.unrated;
        self.startup_scrap += other.startup_scrap;
        for (own, more) in self.happenings.iter_mut().zip(other.happenings) {
            *own += more;
        }
    }

    /// Planned busy time (ISO 22400: PBT) of what was seen: work less planned stops, and what was worked besides.
    pub const fn busy(&self) -> Millis {
        Millis(self.seen - self.planned_stop + self.overtime)
    }

    /// Actual production time (ISO 22400: APT).
    pub const fn producing(&self) -> Millis {
        Millis(self.running + self.overtime)
    }

    /// The part of the planned time for which the state is known; `None` where nothing was planned or worked.
    pub fn coverage(&self) -> Option<f64> {
        let planned = self.work + self.overtime;
        (planned > 0).then(|| (self.seen + self.overtime) as f64 / planned as f64)
    }
}
