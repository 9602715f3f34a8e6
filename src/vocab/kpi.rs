//! Figures of how well it went, as plain data: the KPIs of ISO 22400-2 and where the time went.

use serde::{Deserialize, Serialize};

/// All figures of a stretch of time. Ratios are 0..=1 (effectiveness may be more); times are milliseconds. `None` is
/// unknown, shown as "—".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The part of the planned time that was seen.
    pub coverage: Option<f64>,
    /// Availability = APT / PBT (ISO 22400-2).
    pub availability: Option<f64>,
    /// Effectiveness, shown as performance = PRI × PQ / APT.
    pub performance: Option<f64>,
    /// Quality ratio = GQ / PQ.
    pub quality: Option<f64>,
    /// OEE index = availability × effectiveness × quality ratio.
    pub oee: Option<f64>,
    /// NEE index = (APT + setup) / (PBT + setup) × effectiveness × quality ratio: setup is no loss in it, as uptime.
    pub nee: Option<f64>,
    /// TEEP = OEE × PBT / time by the clock.
    pub teep: Option<f64>,
    /// Produced quantity, items.
    pub produced: Option<f64>,
    /// Good quantity, items.
    pub good: Option<f64>,
    /// Scrap quantity, items.
    pub scrap: Option<f64>,
    /// Scrap ratio = SQ / PQ.
    pub scrap_ratio: Option<f64>,
    /// Throughput: items an hour of planned busy time.
    pub rate: Option<f64>,
    /// What the planned run time allows in an hour.
    pub ideal_rate: Option<f64>,
    /// Actual production time per item.
    pub cycle_ms: Option<f64>,
    /// Mean time to failure: production time per breakdown.
    pub mttf: Option<f64>,
    /// Mean time to repair: of the breakdowns that ended.
    pub mttr: Option<f64>,
    /// Mean time between failures = MTTF + MTTR (IEC 60050).
    pub mtbf: Option<f64>,
    /// Breakdowns that began.
    pub failures: u32,
    /// Minor stops that began.
    pub minor_stops: u32,
    /// Mean time of a setup.
    pub changeover: Option<f64>,
    /// The losses.
    pub losses: Losses,
}

/// Where the time of work went, milliseconds: the six big losses between planned busy time and the time in which
/// good items were made at the planned rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// Planned for work, and worked besides.
    pub planned: f64,
    /// Of it not seen.
    pub unseen: f64,
    /// Planned stops without setups.
    pub planned_stop: f64,
    /// Setup and changeover.
    pub setup: f64,
    /// Breakdowns.
    pub breakdown: f64,
    /// Idling: starved, blocked, ready.
    pub idle: f64,
    /// Minor stops.
    pub minor: f64,
    /// Slower than planned; `None` where no rate is known, below 0 where it was faster.
    pub speed: Option<f64>,
    /// Scrap at start-up.
    pub startup_scrap: Option<f64>,
    /// Scrap in production.
    pub scrap: Option<f64>,
    /// What is left: good items at the planned rate.
    pub effective: Option<f64>,
}

impl Figures {
    /// Whether the machine was faster than it can be: the planned run time is set wrong, most likely.
    pub fn is_too_fast(&self) -> bool {
        self.performance.is_some_and(|performance| performance > 1.0 + 1e-9)
    }
}
