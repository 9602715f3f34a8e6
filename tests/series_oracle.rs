//! The series store against a naive oracle: order of arrival, repeats, late values, extreme times and steps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

use andon::series::{MAX_COLUMNS, SeriesStore};
use andon::time::{Millis, Timestamp};
use andon::vocab::Column;
use proptest::prelude::*;

const AMPLE: usize = 64 << 20;

/// All samples in order of time; the later pushed of equal times is the later.
#[derive(Default)]
struct Oracle(Vec<(i64, f64)>);

impl Oracle {
    fn push(&mut self, at: i64, value: f64) {
        if value.is_finite() {
            let place = self.0.partition_point(|(other, _)| *other <= at);
            self.0.insert(place, (at, value));
        }
    }

    fn columns(&self, step: i64, first: i64, count: usize) -> Vec<Column> {
        let mut out = vec![Column::GAP; count];
        for &(at, value) in &self.0 {
            let index = i128::from(at).div_euclid(i128::from(step)) - i128::from(first);
            let Some(column) = usize::try_from(index).ok().and_then(|i| out.get_mut(i)) else { continue };
            let value = (value as f32).clamp(f32::MIN, f32::MAX);
            *column = Column { min: column.min.min(value), max: column.max.max(value), last: value };
        }
        out
    }
}

fn same(a: &[Column], b: &[Column]) -> bool {
    let bits = |c: &Column| if c.is_gap() { [0; 3] } else { [c.min, c.max, c.last].map(|v| (v + 0.0).to_bits()) };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_gap() == b.is_gap() && bits(a) == bits(b))
}

fn check(samples: &[(i64, f64)], windows: &[(i64, i64, usize)]) -> Result<(), TestCaseError> {
    let (mut store, mut oracle) = (SeriesStore::new(AMPLE), Oracle::default());
    for &(at, value) in samples {
        store.push(3, Timestamp(at), value);
        oracle.push(at, value);
    }
    let mut out = vec![Column::GAP; 7];
    for &(step, first, count) in windows {
        store.columns(3, Millis(step), first, count, &mut out);
        let want = oracle.columns(step, first, count);
        prop_assert!(same(&out, &want), "step {step} first {first}\n{out:?}\n{want:?}");
    }
    let newest = store.newest(3).map(|(at, value)| (at.0, (value + 0.0).to_bits()));
    prop_assert_eq!(newest, oracle.0.last().map(|(at, value)| (*at, (value + 0.0).to_bits())));
    prop_assert_eq!(store.dropped(), 0);
    Ok(())
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-100i32..100).prop_map(f64::from),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::MAX), Just(-1e300)],
        1 => any::<f64>(),
    ]
}

/// Mostly forward with jitter, so that late, equal and far samples all occur across several chunks and pages.
fn walk(len: usize) -> impl Strategy<Value = Vec<(i64, f64)>> {
    let stride = prop_oneof![6 => 0i64..20, 2 => -300i64..0, 1 => -9000i64..9000, 1 => Just(0)];
    (-50_000i64..50_000, prop::collection::vec((stride, value()), 0..len)).prop_map(|(start, steps)| {
        let mut at = start;
        steps
            .into_iter()
            .map(|(stride, value)| {
                at += stride;
                (at, value)
            })
            .collect()
    })
}

fn windows() -> impl Strategy<Value = Vec<(i64, i64, usize)>> {
    let step = prop_oneof![1i64..10, 10i64..5000, 5000i64..1_000_000];
    prop::collection::vec((step, -60_000i64..60_000, 1usize..300), 1..6).prop_map(|mut all| {
        all.iter_mut().for_each(|(step, first, _)| *first /= *step);
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_order_of_arrival(samples in walk(4000), windows in windows()) {
        check(&samples, &windows)?;
    }

    #[test]
    fn shuffled(samples in walk(5000).prop_shuffle(), windows in windows()) {
        check(&samples, &windows)?;
    }

    #[test]
    fn backwards(mut samples in walk(5000), windows in windows()) {
        samples.reverse();
        check(&samples, &windows)?;
    }

    #[test]
    fn extreme_times_and_steps(
        samples in prop::collection::vec((prop_oneof![
            any::<i64>(),
            Just(i64::MIN), Just(i64::MAX), Just(0),
            (i64::MAX - 100)..=i64::MAX, i64::MIN..(i64::MIN + 100),
            (0i64..4).prop_map(|n| n * i64::from(u32::MAX)),
            (0i64..4).prop_map(|n| n * i64::from(u32::MAX) + 1),
        ], value()), 0..200),
        windows in prop::collection::vec((
            prop_oneof![1i64..100, 1i64..=i64::MAX, Just(i64::MAX)],
            prop_oneof![any::<i64>(), -3i64..3, Just(i64::MIN), Just(i64::MAX)],
            1usize..200,
        ), 1..8),
    ) {
        check(&samples, &windows)?;
    }

    /// Under a small budget what is left is still true, the newest stays, and nothing is held beyond the budget.
    #[test]
    fn eviction(pushes in prop::collection::vec((0u32..5, -40i64..60, value()), 0..3000), chunks in 4usize..30) {
        let budget = 8192 + chunks * 700;
        let mut store = SeriesStore::new(budget);
        let mut oracles: [Oracle; 5] = Default::default();
        let mut clock = 0;
        for (slot, stride, value) in pushes {
            clock += 5;
            store.push(slot, Timestamp(clock + stride), value);
            oracles[slot as usize].push(clock + stride, value);
            prop_assert!(store.bytes() <= budget, "{} > {budget}", store.bytes());
        }
        let mut out = Vec::new();
        for (slot, oracle) in oracles.iter().enumerate() {
            let slot = slot as u32;
            prop_assert_eq!(
                store.newest(slot).map(|(at, value)| (at.0, (value + 0.0).to_bits())),
                oracle.0.last().map(|(at, value)| (*at, (value + 0.0).to_bits()))
            );
            // Every column left is within what was pushed there.
            store.columns(slot, Millis(10), -10, 4000, &mut out);
            let all = oracle.columns(10, -10, 4000);
            for (held, all) in out.iter().zip(&all) {
                prop_assert!(held.is_gap() || (!all.is_gap() && held.min >= all.min && held.max <= all.max));
            }
        }
        let pushed: usize = oracles.iter().map(|oracle| oracle.0.len()).sum();
        prop_assert!(store.samples() + store.dropped() <= pushed as u64);
    }
}

#[test]
fn an_immediate_repeat_is_one_sample() {
    let mut store = SeriesStore::new(AMPLE);
    for at in [10, 10, 20, 20, 10, 10] {
        store.push(0, Timestamp(at), at as f64);
    }
    assert_eq!(store.samples(), 2);
}

#[test]
fn the_oldest_of_all_tags_goes_first() {
    let mut store = SeriesStore::new(200_000);
    for at in 0..10_000 {
        store.push(0, Timestamp(at), 1.0);
    }
    assert_eq!(store.dropped(), 0);
    for at in 10_000..200_000 {
        store.push(1, Timestamp(at), 2.0);
    }
    let mut out = Vec::new();
    store.columns(0, Millis(10_000), 0, 1, &mut out);
    assert_eq!(out[0].last, 1.0, "the newest of each tag stays");
    assert!(store.samples() > 15_000, "{}", store.samples());
    assert_eq!(store.samples() + store.dropped(), 200_000);
    // What is older than all that is held finds no room any more.
    let before = store.samples();
    store.push(1, Timestamp(-5), 3.0);
    for at in 0..100 {
        store.push(2, Timestamp(at), 3.0);
    }
    assert!(store.samples() <= before + 2);
    assert!(store.bytes() <= 200_000);
}

#[test]
fn odd_requests_get_gaps() {
    let mut store = SeriesStore::new(AMPLE);
    store.push(0, Timestamp(5), 1.0);
    store.push(u32::MAX, Timestamp(5), 1.0);
    assert_eq!(store.dropped(), 1);
    let mut out = Vec::new();
    for (slot, step, first, count) in [(0, 0, 0, 4), (0, -5, 0, 4), (9, 1, 5, 4), (u32::MAX, 1, 5, 4), (0, 1, 6, 4)] {
        store.columns(slot, Millis(step), first, count, &mut out);
        assert!(out.len() == count && out.iter().all(|column| column.is_gap()), "{slot} {step}");
    }
    store.columns(0, Millis(1), 5, usize::MAX, &mut out);
    assert_eq!((out.len(), out[0].last), (MAX_COLUMNS, 1.0));
    store.columns(0, Millis(1), 5, 0, &mut out);
    assert!(out.is_empty());
}

#[test]
fn a_sample_takes_at_most_twelve_bytes_in_any_order() {
    let samples = 500_000u64;
    let base = SeriesStore::new(AMPLE).bytes();
    // 7 919 is prime to the count: each time comes once, far from its neighbours.
    for stride in [1, samples - 1, 7_919] {
        let mut store = SeriesStore::new(AMPLE);
        for i in 0..samples {
            store.push(0, Timestamp((i * stride % samples) as i64), i as f64);
        }
        let per_sample = (store.bytes() - base) as f64 / store.samples() as f64;
        assert_eq!(store.samples(), samples);
        assert!(per_sample <= 12.0, "stride {stride}: {per_sample}");
    }
}

#[test]
fn idle_slots_cost_next_to_nothing() {
    let mut store = SeriesStore::new(AMPLE);
    store.push(99_999, Timestamp(0), 1.0);
    assert!(store.bytes() < 500_000, "{}", store.bytes());
    for slot in 0..100_000 {
        store.push(slot, Timestamp(i64::from(slot)), 1.0);
    }
    assert!(store.bytes() < 15_000_000, "{}", store.bytes());
}
