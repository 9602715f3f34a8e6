//! The plant's time zone as plain data: a table of offsets, so that shifts and hours need no clock library.
//!
//! Refuses: to know zones by name. The page asks the browser's Intl and hands the table over.

use serde::{Deserialize, Serialize};

use super::{Millis, Timestamp};

/// Offsets of a zone, each from an instant on. The first also holds for everything before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneTable {
    steps: Vec<(Timestamp, i32)>,
}

impl Default for ZoneTable {
    fn default() -> Self {
        Self::fixed(0)
    }
}

impl ZoneTable {
    /// A zone that never changes, in minutes east of UTC.
    pub fn fixed(minutes: i32) -> Self {
        Self { steps: vec![(Timestamp(i64::MIN), minutes.clamp(-MOST, MOST))] }
    }

    /// A zone by its changes: (instant, minutes east of UTC from then on), in any order. Without any it is UTC.
    pub fn new(mut steps: Vec<(Timestamp, i32)>) -> Self {
        steps.sort_by_key(|(at, _)| *at);
        steps.dedup_by_key(|(at, _)| *at);
        steps.iter_mut().for_each(|(_, minutes)| *minutes = (*minutes).clamp(-MOST, MOST));
        if steps.is_empty() { Self::fixed(0) } else { Self { steps } }
    }

    /// What wall clocks are ahead of UTC at an instant.
    pub fn offset(&self, at: Timestamp) -> Millis {
        let index = self.steps.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        Millis(i64::from(self.steps.get(index).map_or(0, |(_, minutes)| *minutes)) * 60_000)
    }

    /// What a wall clock shows, as milliseconds since 1970-01-01T00:00 on that clock.
    pub fn wall(&self, at: Timestamp) -> i64 {
        at.0.saturating_add(self.offset(at).0)
    }

    /// When a wall clock shows this. A time that was left out (spring) is the instant of the change; one that comes
    /// twice (autumn) is the first.
    pub fn instant(&self, wall: i64) -> Timestamp {
        for (index, &(start, minutes)) in self.steps.iter().enumerate() {
            let at = Timestamp(wall.saturating_sub(i64::from(minutes) * 60_000));
            let starts = if index == 0 { Timestamp(i64::MIN) } else { start };
            let ends = self.steps.get(index + 1).map_or(Timestamp(i64::MAX), |(end, _)| *end);
            if at < ends {
                return at.max(starts);
            }
        }
        Timestamp(wall)
    }
}

/// No zone is further from UTC.
const MOST: i32 = 18 * 60;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_rfc3339;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn at(text: &str) -> Timestamp {
        parse_rfc3339(text).map_or(Timestamp(0), |parsed| parsed.timestamp)
    }

    fn berlin() -> ZoneTable {
        ZoneTable::new(vec![
            (at("2025-10-26T01:00:00Z"), 60),
            (at("2026-03-29T01:00:00Z"), 120),
            (at("2026-10-25T01:00:00Z"), 60),
        ])
    }

    #[test]
    fn wall_clocks_and_instants_agree() {
        let zone = berlin();
        for (wall, instant) in [
            ("2026-01-10T06:00:00Z", "2026-01-10T05:00:00Z"),
            ("2026-07-10T06:00:00Z", "2026-07-10T04:00:00Z"),
            ("2026-03-29T01:59:00Z", "2026-03-29T00:59:00Z"),
            // Left out: the change itself.
            ("2026-03-29T02:30:00Z", "2026-03-29T01:00:00Z"),
            ("2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"),
            // Twice: the first.
            ("2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"),
        ] {
            assert_eq!(zone.instant(at(wall).0), at(instant), "{wall}");
        }
        assert_eq!(zone.wall(at("2026-10-25T01:30:00Z")), at("2026-10-25T02:30:00Z").0);
        assert_eq!(zone.wall(at("2020-01-01T00:00:00Z")), at("2020-01-01T01:00:00Z").0);
    }

    #[test]
    fn a_table_from_outside_never_breaks_the_clock() {
        assert_eq!(ZoneTable::new(Vec::new()), ZoneTable::fixed(0));
        let wild = ZoneTable::new(vec![(Timestamp(5), i32::MAX), (Timestamp(5), 0), (Timestamp(i64::MIN), i32::MIN)]);
        for at in [i64::MIN, -1, 0, 5, i64::MAX] {
            let _any = (wild.wall(Timestamp(at)), wild.instant(at));
        }
    }
}
