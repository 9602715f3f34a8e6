//! Where an axis is marked: round numbers, and round times by the wall clock of a zone.

use super::locale::Grain;
use crate::time::{Millis, Timestamp, civil_from_days, days_from_civil};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Never more marks than this, whatever is asked.
const MOST: usize = 100;

/// The least of 1, 2, 5 times a power of ten that is at least `step` (1 when that is not a positive number).
pub fn nice_step(step: f64) -> f64 {
    if !(step > 0.0 && step.is_finite()) {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    let share = step / power;
    // A share a hair above its bound is rounding, not size.
    let nice = [1.0, 2.0, 5.0, 10.0].into_iter().find(|nice| share <= nice * (1.0 + 1e-9));
    nice.unwrap_or(10.0) * power
}

/// How many decimals tell two marks `step` apart.
pub fn decimals_of(step: f64) -> usize {
    if !(step > 0.0 && step.is_finite()) {
        return 0;
    }
    (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 20.0) as usize
}

/// Round values within `low..=high`, at most about `count`, and the step between them.
pub fn number_ticks((low, high): (f64, f64), count: usize) -> (Vec<f64>, f64) {
    let step = nice_step((high - low) / count.max(1) as f64);
    let (from, to) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    // Beyond 2^52 steps from zero, neighbours are no longer told apart.
    if !(to >= from && to - from <= MOST as f64 && from.abs().max(to.abs()) < 4.5e15) {
        return (Vec::new(), step);
    }
    let marks = (0..=(to - from) as usize).map(|i| (from + i as f64) * step);
    (marks.map(|mark| if mark == 0.0 { 0.0 } else { mark }).collect(), step)
}

/// A mark of a time axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeTick {
    /// When.
    pub at: Timestamp,
    /// The same by the wall clock, as if it were UTC.
    pub wall: Timestamp,
    /// How it is labelled: midnight among hours is a day, the first of January among months a year.
    pub grain: Grain,
}

#[derive(Clone, Copy)]
enum Step {
    /// At most an hour, counted in real time.
    Short(i64),
    /// Hours and days, counted on the wall.
    Wall(i64),
    Months(i64),
}

const STEPS: [(i64, Step); 32] = {
    use Step::{Months, Short, Wall};
    [
        (SECOND, Short(SECOND)),
        (2 * SECOND, Short(2 * SECOND)),
        (5 * SECOND, Short(5 * SECOND)),
        (10 * SECOND, Short(10 * SECOND)),
        (15 * SECOND, Short(15 * SECOND)),
        (30 * SECOND, Short(30 * SECOND)),
        (MINUTE, Short(MINUTE)),
        (2 * MINUTE, Short(2 * MINUTE)),
        (5 * MINUTE, Short(5 * MINUTE)),
        (10 * MINUTE, Short(10 * MINUTE)),
        (15 * MINUTE, Short(15 * MINUTE)),
        (30 * MINUTE, Short(30 * MINUTE)),
        (HOUR, Short(HOUR)),
        (2 * HOUR, Wall(2 * HOUR)),
        (3 * HOUR, Wall(3 * HOUR)),
        (4 * HOUR, Wall(4 * HOUR)),
        (6 * HOUR, Wall(6 * HOUR)),
        (12 * HOUR, Wall(12 * HOUR)),
        (DAY, Wall(DAY)),
        (2 * DAY, Wall(2 * DAY)),
        (7 * DAY, Wall(7 * DAY)),
        (14 * DAY, Wall(14 * DAY)),
        (30 * DAY, Months(1)),
        (61 * DAY, Months(2)),
        (91 * DAY, Months(3)),
        (182 * DAY, Months(6)),
        (365 * DAY, Months(12)),
        (2 * 365 * DAY, Months(24)),
        (5 * 365 * DAY, Months(60)),
        (10 * 365 * DAY, Months(120)),
        (50 * 365 * DAY, Months(600)),
        (100 * 365 * DAY, Months(1200)),
    ]
};

/// Round times within `from..=to`, at most about `count`, round by a wall clock that is `offset(instant)` ahead of UTC.
/// An hour that the wall skips has no mark; one that it repeats is marked in real time, steps above an hour once.
pub fn time_ticks(from: Timestamp, to: Timestamp, count: usize, offset: impl Fn(Timestamp) -> Millis) -> Vec<TimeTick> {
    // A century of slack keeps all sums below in range.
    let edge = 200_000 * 365 * DAY;
    let (from, to) = (from.0.clamp(-edge, edge), to.0.clamp(-edge, edge));
    let offset = |at: i64| offset(Timestamp(at)).0.clamp(-DAY, DAY);
    let wanted = (to - from) / count.clamp(1, MOST) as i64;
    let Some(&(_, step)) = STEPS.iter().find(|(span, _)| *span >= wanted) else { return Vec::new() };
    let mut ticks = Vec::new();
    let mut mark = |at: i64, wall: i64, coarse: Option<Grain>| {
        if (from..=to).contains(&at) && ticks.len() < 2 * MOST {
            let grain = coarse.unwrap_or_else(|| match wall {
                _ if wall.rem_euclid(DAY) == 0 => Grain::Day,
                _ if matches!(step, Step::Short(step) if step < MINUTE) => Grain::Second,
                _ => Grain::Minute,
            });
            ticks.push(TimeTick { at: Timestamp(at), wall: Timestamp(wall), grain });
        }
    };
    match step {
        Step::Short(step) => {
            let mut at = from - (from + offset(from)).rem_euclid(step);
            while at <= to {
                mark(at, at + offset(at), None);
                at += step;
                // After a change of the offset, round again.
                at -= (at + offset(at)).rem_euclid(step);
            }
        }
        Step::Wall(step) => {
            // Weeks begin on Monday: day 0 was a Thursday.
            let phase = if step % (7 * DAY) == 0 { 4 * DAY } else { 0 };
            let first = from + offset(from);
            let mut wall = first - (first - phase).rem_euclid(step);
            while wall <= to + 2 * DAY {
                if let Some(at) = instant_of(wall, offset) {
                    mark(at, wall, None);
                }
                wall += step;
            }
        }
        Step::Months(step) => {
            let (year, month, _) = civil_from_days((from + offset(from)).div_euclid(DAY));
            let mut months = (year * 12 + month - 1).div_euclid(step) * step;
            loop {
                let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
                let wall = days_from_civil(year, month, 1) * DAY;
                if wall > to + 2 * DAY {
                    break;
                }
                if let Some(at) = instant_of(wall, offset) {
                    mark(at, wall, Some(if month == 1 { Grain::Year } else { Grain::Month }));
                }
                months += step;
            }
        }
    }
    ticks
}

/// The instant at which the wall shows this time: the earlier of two, `None` when it never does.
fn instant_of(wall: i64, offset: impl Fn(i64) -> i64) -> Option<i64> {
    let (before, after) = (offset(wall - DAY), offset(wall + DAY));
    [wall - before.max(after), wall - before.min(after)].into_iter().find(|at| at + offset(*at) == wall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_rfc3339;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn nice_steps() {
        for (step, nice) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (3.0, 5.0), (7.0, 10.0), (0.3, 0.5), (1200.0, 2000.0)]
        {
            assert!((nice_step(step) - nice).abs() < nice * 1e-9, "{step}: {}", nice_step(step));
        }
        for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(nice_step(odd), 1.0);
        }
        assert_eq!([1.0, 0.5, 0.1, 0.02, 20.0].map(decimals_of), [0, 1, 1, 2, 0]);
    }

    #[test]
    fn numbers() {
        assert_eq!(number_ticks((0.0, 10.0), 5).0, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(number_ticks((-1.0, 1.0), 4).0, [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!(number_ticks((71.3, 72.9), 4), (vec![71.5, 72.0, 72.5], 0.5));
        for odd in [(1.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (1e300, 1e300 + 1.0)] {
            assert!(number_ticks(odd, 5).0.len() <= MOST, "{odd:?}");
        }
    }

    fn at(text: &str) -> Timestamp {
        parse_rfc3339(text).unwrap().timestamp
    }

    /// Central Europe in 2026.
    fn berlin(instant: Timestamp) -> Millis {
        let summer = at("2026-03-29T01:00:00Z")..at("2026-10-25T01:00:00Z");
        Millis(if summer.contains(&instant) { 2 * HOUR } else { HOUR })
    }

    fn walls(from: &str, to: &str, count: usize) -> Vec<String> {
        let ticks = time_ticks(at(from), at(to), count, berlin);
        ticks.iter().map(|tick| crate::time::format_rfc3339(tick.wall)[5..16].to_owned()).collect()
    }

    #[test]
    fn times_by_the_wall() {
        assert_eq!(
            walls("2026-06-01T10:07:00Z", "2026-06-01T10:52:00Z", 5),
            ["06-01T12:10", "06-01T12:20", "06-01T12:30", "06-01T12:40", "06-01T12:50"]
        );
        assert_eq!(
            walls("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", 4),
            ["06-01T06:00", "06-01T12:00", "06-01T18:00", "06-02T00:00"]
        );
    }

    #[test]
    fn the_skipped_hour_has_no_mark_and_the_repeated_has_two() {
        assert_eq!(
            walls("2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z", 4),
            ["03-29T01:00", "03-29T03:00", "03-29T04:00", "03-29T05:00"]
        );
        assert_eq!(
            walls("2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z", 4),
            ["10-25T02:00", "10-25T02:00", "10-25T03:00", "10-25T04:00"]
        );
        // Days stay midnights of the wall over the change.
        assert_eq!(
            walls("2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z", 5),
            ["03-28T00:00", "03-29T00:00", "03-30T00:00", "03-31T00:00"]
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        assert_eq!(
            walls("2026-06-01T12:00:00Z", "2026-06-29T12:00:00Z", 4),
            ["06-08T00:00", "06-15T00:00", "06-22T00:00", "06-29T00:00"]
        );
        let ticks = time_ticks(at("2025-11-10T00:00:00Z"), at("2026-03-10T00:00:00Z"), 5, berlin);
        let grains: Vec<_> = ticks.iter().map(|tick| tick.grain).collect();
        assert_eq!(grains, [Grain::Month, Grain::Year, Grain::Month, Grain::Month]);
    }

    #[test]
    fn odd_windows_end() {
        for (from, to) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (0, 0), (i64::MAX - 5, i64::MAX), (-5000, 5000)]
        {
            for count in [0, 1, 7, usize::MAX] {
                let ticks = time_ticks(Timestamp(from), Timestamp(to), count, |_| Millis(i64::MAX));
                assert!(ticks.len() <= 2 * MOST && ticks.is_sorted_by_key(|tick| tick.at));
            }
        }
    }
}
