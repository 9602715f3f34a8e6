//! Figures made of sums: ISO 22400-2's formulas, the six big losses, and why a figure cannot be told.

use super::sums::{Counter, Sums};

/// What quantities are measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// Items of one machine.
    #[default]
    Items,
    /// Planned run time: the only common measure of machines that make different things.
    Time,
}

/// All figures of a stretch of time. Ratios are 0..=1 (effectiveness may be more); times are milliseconds. `None` is
/// unknown, shown as "—".
#[derive(Clone, Debug, Default, PartialEq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
    /// The figures of what adds up. `has` tells which counters there are, by [`Counter`].
    pub fn of(sums: &Sums, has: [bool; 3], basis: Basis) -> Self {
        let busy = sums.busy().0 as f64;
        let producing = sums.producing().0 as f64;
        let seen: [f64; 3] = std::array::from_fn(|i| sums.paired[i] + sums.unpaired[i] + sums.opening[i]);
        let [produced, good, scrap] = complete(seen, has);
        let [ideal, ideal_good, ideal_scrap] = complete(sums.ideal, has);
        // Items without a planned run time, or none at all, leave it unknown how fast the rest was.
        let ideal = ideal.filter(|ideal| sums.unrated == 0.0 && *ideal > 0.0);
        let ratio = |a: Option<f64>, b: Option<f64>| a.zip(b).filter(|(_, b)| *b > 0.0).map(|(a, b)| a / b);
        let availability = ratio(Some(producing), Some(busy));
        let nothing_made = produced == Some(0.0) && producing > 0.0;
        let performance = if nothing_made { Some(0.0) } else { ratio(ideal, Some(producing)) };
        let quality = match basis {
            Basis::Items => ratio(good, produced),
            Basis::Time => ratio(ideal_good.filter(|_| ideal.is_some()), ideal),
        };
        // Nothing made is no good made, whatever its quality would have been.
        let oee = match (availability, performance, quality) {
            (Some(a), Some(p), Some(q)) => Some(a * p * q),
            (Some(0.0), ..) => Some(0.0),
            (Some(_), Some(0.0), None) => Some(0.0),
            _ => None,
        };
        let setup = sums.setup as f64;
        let up = ratio(Some(producing + setup), Some(busy + setup));
        let nee = up.zip(performance).zip(quality).map(|((u, p), q)| u * p * q);
        let mttf = ratio(Some(producing), Some(f64::from(sums.failures)));
        let mttr = ratio(Some(sums.repair as f64), Some(f64::from(sums.repaired)));
        let hours = busy / 3_600_000.0;
        let paired_total = complete(sums.paired, has)[0];
        let startup = scrap.filter(|scrap| *scrap > 0.0).map(|_| {
            let share = sums.startup_scrap / sums.paired[Counter::Scrap as usize].max(f64::MIN_POSITIVE);
            share.min(1.0)
        });
        let scrap_time = ideal_scrap.filter(|_| ideal.is_some());
        let losses = Losses {
            planned: (sums.work + sums.overtime) as f64,
            unseen: (sums.work - sums.seen) as f64,
            planned_stop: (sums.planned_stop - sums.setup) as f64,
            setup,
            breakdown: sums.breakdown as f64,
            idle: sums.idle as f64,
            minor: sums.minor as f64,
            speed: ideal.map(|ideal| producing - ideal),
            startup_scrap: scrap_time.map(|time| time * startup.unwrap_or(0.0)),
            scrap: scrap_time.map(|time| time * (1.0 - startup.unwrap_or(0.0))),
            effective: ideal.zip(scrap_time).map(|(ideal, scrap)| ideal - scrap),
        };
        Self {
            coverage: sums.coverage(),
            availability,
            performance,
            quality,
            oee,
            nee,
            teep: oee.zip(ratio(Some(busy), Some(sums.span as f64))).map(|(oee, loading)| oee * loading),
            produced: produced.filter(|_| basis == Basis::Items),
            good: good.filter(|_| basis == Basis::Items),
            scrap: scrap.filter(|_| basis == Basis::Items),
            scrap_ratio: quality.map(|quality| 1.0 - quality),
            rate: ratio(paired_total.filter(|_| basis == Basis::Items), Some(hours)),
            ideal_rate: ratio(paired_total.filter(|_| basis == Basis::Items), ideal.map(|ms| ms / 3_600_000.0)),
            cycle_ms: ratio(Some(producing), paired_total.filter(|_| basis == Basis::Items)),
            mttf,
            mttr,
            mtbf: mttf.zip(mttr).map(|(to_failure, to_repair)| to_failure + to_repair),
            failures: sums.failures,
            minor_stops: sums.minor_stops,
            changeover: ratio(Some(setup), Some(f64::from(sums.setups))),
            losses,
        }
    }

    /// Whether the machine was faster than it can be: the planned run time is set wrong, most likely.
    pub fn is_too_fast(&self) -> bool {
        self.performance.is_some_and(|performance| performance > 1.0 + 1e-9)
    }
}

/// Each of the three quantities from the two others, where it is not counted itself.
fn complete([total, good, scrap]: [f64; 3], [has_total, has_good, has_scrap]: [bool; 3]) -> [Option<f64>; 3] {
    let (total, good, scrap) =
        (has_total.then_some(total), has_good.then_some(good), has_scrap.then_some(scrap));
    [
        total.or_else(|| good.zip(scrap).map(|(good, scrap)| good + scrap)).or(good),
        good.or_else(|| total.zip(scrap).map(|(total, scrap)| total - scrap)),
        scrap.or_else(|| total.zip(good).map(|(total, good)| total - good)),
    ]
}
