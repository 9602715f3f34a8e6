//! Counters through everything that PLCs do to them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests state what must hold")]

use andon::document::Counting;
use andon::kpi::{Between, Count, Happening, Reading, Track};
use andon::time::Timestamp;
use proptest::prelude::*;

fn track(counting: Counting, rolls_over_at: Option<f64>) -> Track {
    let mut track = Track::default();
    track.reading = Reading { counting, rolls_over_at };
    track
}

fn made_of(track: &Track, between: Between) -> (f64, Vec<Happening>) {
    let (mut sum, mut happenings) = (0.0, Vec::new());
    track.made(Timestamp(0), Timestamp(i64::MAX), &|_, _| between, &mut |made| {
        sum += made.amount;
        happenings.extend(made.happening);
    });
    (sum, happenings)
}

/// Values a second apart, from second 1 on.
fn counted(counting: Counting, end: Option<f64>, between: Between, values: &[u64]) -> (f64, Vec<Happening>) {
    let mut track = track(counting, end);
    for (second, value) in values.iter().enumerate() {
        track.push(Timestamp(1000 * (second as i64 + 1)), Count::Whole(*value));
    }
    made_of(&track, between)
}

#[test]
fn what_happens_to_counters() {
    use Happening::{Leap, Reset, RollOver, SetBack};
    let free = Between::default();
    // Two items a second.
    let rated = Between { cycle_ms: Some(500.0), is_shift_change: false };
    let cumulative = Counting::Cumulative;
    for (name, values, between, made, happened) in [
        ("grows", &[10, 12, 12, 15][..], free, 5.0, &[][..]),
        ("8 bits", &[250, 253, 1, 4], free, 10.0, &[RollOver]),
        ("16 bits with a sign", &[32_760, 32_766, 3], free, 11.0, &[RollOver]),
        ("16 bits", &[65_530, 65_535, 2], free, 8.0, &[RollOver]),
        ("32 bits with a sign", &[2_147_483_640, 2_147_483_647, 1], free, 9.0, &[RollOver]),
        ("32 bits", &[4_294_967_290, 4_294_967_295, 4], free, 10.0, &[RollOver]),
        ("64 bits with a sign", &[9_223_372_036_854_775_800, 3], free, 11.0, &[RollOver]),
        ("64 bits", &[18_446_744_073_709_551_610, u64::MAX, 3], free, 9.0, &[RollOver]),
        ("reset by a restart", &[70_000, 70_004, 0, 3], free, 7.0, &[Reset]),
        ("reset, the first value already counts", &[70_000, 70_004, 2, 3], free, 7.0, &[Reset]),
        ("near the end of 16 bits, but reset", &[60_000, 60_004, 2], rated, 6.0, &[Reset]),
        ("set back by a restart to what was saved", &[70_000, 70_100, 70_080, 70_090], free, 110.0, &[SetBack]),
        ("set back, no rate could explain a reset", &[70_000, 70_004, 69_000, 69_001], rated, 5.0, &[SetBack]),
        ("a leap that no machine makes", &[10, 12, 900_000, 900_002], rated, 4.0, &[Leap]),
    ] {
        assert_eq!(counted(cumulative, None, between, values), (made, happened.to_vec()), "{name}");
    }
    // A counter of four decimal digits, as is configured.
    assert_eq!(counted(cumulative, Some(10_000.0), free, &[9_990, 9_999, 8]), (18.0, vec![RollOver]));
}

#[test]
fn pulses_and_deltas() {
    let free = Between::default();
    assert_eq!(counted(Counting::Pulse, None, free, &[0, 1, 0, 1, 1, 0, 1]).0, 3.0);
    assert_eq!(counted(Counting::Delta, None, free, &[3, 0, 5, 5]).0, 13.0);
}

#[test]
fn a_shift_resets_its_counter() {
    let change = Between { cycle_ms: None, is_shift_change: true };
    // The night's 60 000 are no reason to take the 50 for a roll-over of 16 bits.
    assert_eq!(counted(Counting::Shift, None, change, &[65_000, 50]), (50.0, vec![Happening::Reset]));
    let mut track = track(Counting::Shift, None);
    track.push(Timestamp(1000), Count::Whole(480));
    track.push(Timestamp(2000), Count::Whole(481));
    assert_eq!(track.opening(), Some((Timestamp(1000), 480.0)));
    assert_eq!(made_of(&track, Between::default()).0, 1.0);
}

#[test]
fn a_gap_with_the_count_moved_on_is_counted() {
    let mut track = track(Counting::Cumulative, None);
    track.push(Timestamp(0), Count::Whole(100));
    track.push(Timestamp(3_600_000), Count::Whole(7_300));
    let rated = Between { cycle_ms: Some(500.0), is_shift_change: false };
    assert_eq!(made_of(&track, rated), (7_200.0, vec![]));
}

#[test]
fn values_that_come_twice_or_late_change_nothing_they_should_not() {
    let mut track = track(Counting::Delta, None);
    for (at, value) in [(1000, 5), (3000, 2), (1000, 5), (2000, 4), (3000, 2)] {
        track.push(Timestamp(at), Count::Whole(value));
    }
    assert_eq!(made_of(&track, Between::default()).0, 11.0);
    assert_eq!((track.late, track.doubled), (2, 2));
}

proptest! {
    /// What is made does not depend on the order of arrival, while values are young.
    #[test]
    fn order_of_arrival_does_not_matter(
        values in prop::collection::vec(0u64..70_000, 1..120),
        seed in any::<u64>(),
        counting in prop::sample::select(vec![Counting::Cumulative, Counting::Pulse, Counting::Delta]),
    ) {
        let mut samples: Vec<_> = values.iter().enumerate()
            .map(|(index, value)| (Timestamp(1000 * index as i64), Count::Whole(*value))).collect();
        let mut ordered = track(counting, None);
        samples.iter().for_each(|(at, count)| { ordered.push(*at, *count); });
        let mut state = seed | 1;
        for index in (1..samples.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            samples.swap(index, (state >> 33) as usize % (index + 1));
        }
        let mut shuffled = track(counting, None);
        samples.iter().for_each(|(at, count)| { shuffled.push(*at, *count); });
        prop_assert_eq!(made_of(&ordered, Between::default()), made_of(&shuffled, Between::default()));
    }

    /// Drawing old values together loses nothing of what was made.
    #[test]
    fn drawn_together_it_tells_the_same(steps in prop::collection::vec(0u64..9, 300..900), resets in prop::option::of(1usize..900)) {
        let (mut thin, mut whole) = (track(Counting::Cumulative, None), track(Counting::Cumulative, None));
        let (mut value, mut expected) = (1_000_000u64, 0);
        for (index, step) in steps.iter().enumerate() {
            // Of a small counter it could not be told whether it rolled over: so it is reset once.
            value = if resets == Some(index) { *step } else { value + step };
            expected += if index == 0 { 0 } else { *step };
            let at = Timestamp(1000 * index as i64);
            whole.push(at, Count::Whole(value));
            thin.push(at, Count::Whole(value));
            thin.thin(&|a, b| a.0 / 60_000 == b.0 / 60_000, &|_, _| Between::default());
        }
        let free = Between::default();
        prop_assert_eq!(made_of(&thin, free).0, expected as f64);
        prop_assert_eq!(made_of(&thin, free), made_of(&whole, free));
        prop_assert!(thin.len() < whole.len());
    }

    /// Whatever a counter says, what was made is a number and never below nothing.
    #[test]
    fn no_value_breaks_it(values in prop::collection::vec((any::<f64>(), any::<i32>()), 0..50), end in prop::option::of(any::<f64>())) {
        for counting in [Counting::Cumulative, Counting::Shift, Counting::Pulse, Counting::Delta] {
            let mut track = track(counting, end);
            for (value, at) in &values {
                if let Some(count) = Count::of(&andon::vocab::Value::Float(*value)).filter(|_| value.is_finite()) {
                    track.push(Timestamp(i64::from(*at)), count);
                }
            }
            track.made(Timestamp(i64::MIN), Timestamp(i64::MAX), &|_, _| Between { cycle_ms: Some(0.0), is_shift_change: true }, &mut |made| {
                assert!(made.amount >= 0.0, "{made:?}");
            });
        }
    }
}
