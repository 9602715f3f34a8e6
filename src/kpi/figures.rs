//! Figures made of sums: ISO 22400-2's formulas, the six big losses, and why a figure cannot be told.

use super::sums::{Counter, Sums};
use crate::vocab::{Figures, Losses};

/// What quantities are measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// Items of one machine.
    #[default]
    Items,
    /// Planned run time: the only common measure of machines that make different things.
    Time,
}

/// The figures of what adds up. `has` tells which counters there are, by [`Counter`].
pub fn figures_of(sums: &Sums, has: [bool; 3], basis: Basis) -> Figures {
    let busy = sums.busy().0 as f64;
    let producing = sums.producing().0 as f64;
    let seen: [f64; 3] = std::array::from_fn(|i| sums.paired[i] + sums.unpaired[i] + sums.opening[i]);
    // Where nobody watched, nothing is known of what was made.
    let is_watched = sums.seen + sums.overtime > 0 || seen != [0.0; 3];
    let [produced, good, scrap] = complete(seen, has.map(|has| has && is_watched));
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
    Figures {
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

/// The same sums with the quantities that follow from the others, and which there are now: to be added to those of
/// machines that count otherwise.
pub fn completed(mut sums: Sums, has: [bool; 3]) -> (Sums, [bool; 3]) {
    let mut known = has;
    for amounts in [&mut sums.paired, &mut sums.unpaired, &mut sums.opening, &mut sums.ideal] {
        for (index, amount) in complete(*amounts, has).into_iter().enumerate() {
            known[index] = amount.is_some();
            amounts[index] = amount.unwrap_or(0.0);
        }
    }
    (sums, known)
}

/// Each of the three quantities from the two others, where it is not counted itself.
fn complete([total, good, scrap]: [f64; 3], [has_total, has_good, has_scrap]: [bool; 3]) -> [Option<f64>; 3] {
    let (total, good, scrap) = (has_total.then_some(total), has_good.then_some(good), has_scrap.then_some(scrap));
    [
        total.or_else(|| good.zip(scrap).map(|(good, scrap)| good + scrap)).or(good),
        good.or_else(|| total.zip(scrap).map(|(total, scrap)| total - scrap)),
        scrap.or_else(|| total.zip(good).map(|(total, good)| total - good)),
    ]
}
