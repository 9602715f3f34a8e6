//! The page's trend buffer against a map from bucket to column.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![cfg(feature = "chart")]

use std::collections::BTreeMap;

use andon::chart::TrendBuffer;
use andon::time::Millis;
use andon::vocab::Column;
use proptest::prelude::*;

fn column(value: f32) -> Column {
    Column { min: value, max: value, last: value }
}

/// What is not a gap, by bucket.
fn held(buffer: &TrendBuffer) -> BTreeMap<i64, f32> {
    let columns = buffer.columns();
    let seen = columns.columns.iter().enumerate().filter(|(_, column)| !column.is_gap());
    seen.map(|(i, column)| (columns.first + i as i64, column.last)).collect()
}

proptest! {
    #[test]
    fn merges_by_bucket(
        parts in prop::collection::vec((-10i64..60, prop::collection::vec(prop::option::of(0u16..100), 0..30)), 0..40),
        capacity in 20usize..50,
    ) {
        let mut buffer = TrendBuffer::new(capacity);
        let mut map = BTreeMap::new();
        let mut end = i64::MIN;
        for (i, (first, values)) in parts.iter().enumerate() {
            let first = first + i as i64;
            let columns: Vec<_> = values.iter().map(|v| v.map_or(Column::GAP, |v| column(f32::from(v)))).collect();
            buffer.merge(Millis(100), first, &columns);
            let over = columns.len().saturating_sub(capacity);
            let (first, columns) = (first + over as i64, &columns[over..]);
            if columns.is_empty() {
                continue;
            }
            let part_end = first + columns.len() as i64;
            for (i, column) in columns.iter().enumerate() {
                map.insert(first + i as i64, *column);
            }
            if end != i64::MIN && part_end <= end - 2 * capacity as i64 {
                map.retain(|bucket, _| (first..part_end).contains(bucket));
                end = part_end;
            }
            end = end.max(part_end);
            map.retain(|bucket, _| *bucket >= end - capacity as i64);
        }
        let want: BTreeMap<i64, f32> =
            map.iter().filter(|(_, c)| !c.is_gap()).map(|(bucket, c)| (*bucket, c.last)).collect();
        prop_assert_eq!(held(&buffer), want);
        prop_assert!(buffer.columns().columns.len() <= capacity);
    }

    #[test]
    fn odd_parts_do_no_harm(
        parts in prop::collection::vec((any::<i64>(), prop_oneof![any::<i64>(), Just(1)], 0usize..30), 0..20),
    ) {
        let mut buffer = TrendBuffer::new(10);
        for (first, step, count) in parts {
            buffer.merge(Millis(step), first, &vec![column(1.0); count]);
            prop_assert!(buffer.columns().columns.len() <= 10);
            buffer.newest();
        }
    }
}

#[test]
fn another_step_or_clock_begins_anew() {
    let mut buffer = TrendBuffer::new(10);
    buffer.merge(Millis(100), 50, &[column(1.0); 5]);
    let revision = buffer.revision();
    buffer.merge(Millis(200), 25, &[column(2.0)]);
    assert_eq!(held(&buffer), BTreeMap::from([(25, 2.0)]));
    assert!(buffer.revision() > revision);
    buffer.merge(Millis(200), 1000, &[column(3.0)]);
    assert_eq!(held(&buffer), BTreeMap::from([(1000, 3.0)]));
    buffer.merge(Millis(200), 10, &[column(4.0)]);
    assert_eq!(held(&buffer), BTreeMap::from([(10, 4.0)]));
    assert_eq!(buffer.newest().map(|(at, c)| (at.0, c.last)), Some((2200, 4.0)));
    buffer.clear();
    assert_eq!(buffer.newest(), None);
}
