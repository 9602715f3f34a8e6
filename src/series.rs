//! A bounded past per tag: append-only columns of time and value in fixed chunks, read as min/max/last per bucket.
//!
//! A stored sample takes 8 bytes (4 of time within its chunk, 4 of value as `f32`: 7 digits, enough for a picture; the
//! exact last value is kept elsewhere) and its share of a chunk's header. Each chunk knows its least and greatest, so
//! that a view over days reads headers and not samples. When the bound on bytes is reached, the oldest chunk of all tags goes.

use std::collections::VecDeque;

use crate::time::{Millis, Timestamp};
use crate::vocab::Column;

/// The past of all tags.
#[derive(Debug)]
pub struct SeriesStore {
    slots: Vec<VecDeque<Chunk>>,
    /// Slots in the order in which their chunks were begun: whose front chunk goes next.
    order: VecDeque<u32>,
    bytes: usize,
    most_bytes: usize,
    dropped: u64,
}

#[derive(Debug)]
struct Chunk {
    base: i64,
    offsets: Vec<u32>,
    values: Vec<f32>,
    min: f32,
    max: f32,
}

impl SeriesStore {
    /// A store that holds at most about this many bytes.
    pub const fn new(most_bytes: usize) -> Self {
        Self { slots: Vec::new(), order: VecDeque::new(), bytes: 0, most_bytes, dropped: 0 }
    }

    /// Adds a sample. One that is late goes to its place among its tag's chunks; one older than everything kept, and
    /// one that is not finite, is not kept.
    pub fn push(&mut self, slot: u32, at: Timestamp, value: f64) {
        let value = value as f32;
        if !value.is_finite() {
            return;
        }
        let index = slot as usize;
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, VecDeque::new);
        }
        let chunks = &mut self.slots[index];
        if let Some(last) = chunks.back_mut()
            && last.push(at.0, value)
        {
            return;
        }
        if chunks.back().is_some_and(|last| at.0 < last.newest()) {
            if !insert_late(chunks, at.0, value) {
                self.dropped += 1;
            }
            return;
        }
        // The first chunks of a tag are small: most tags of a large plant change rarely.
        let capacity = FIRST_CHUNK.saturating_mul(1 << (2 * chunks.len().min(2))).min(CHUNK);
        let chunk = Chunk::begin(at.0, value, capacity);
        self.bytes += chunk.bytes();
        chunks.push_back(chunk);
        self.order.push_back(slot);
        self.evict();
    }

    fn evict(&mut self) {
        while self.bytes > self.most_bytes && self.order.len() > 1 {
            let Some(slot) = self.order.pop_front() else { return };
            if let Some(chunk) = self.slots.get_mut(slot as usize).and_then(VecDeque::pop_front) {
                self.bytes -= chunk.bytes();
                self.dropped += chunk.values.len() as u64;
            }
        }
    }

    /// Appends `count` columns to `out`: one per bucket from index `first` on, where a bucket's index is
    /// floor(time / step). A bucket without samples is a gap.
    pub fn columns(&self, slot: u32, step: Millis, first: i64, count: usize, out: &mut Vec<Column>) {
        let start = out.len();
        out.resize(start + count, Column::GAP);
        let columns = &mut out[start..];
        let (Some(chunks), true) = (self.slots.get(slot as usize), step.0 > 0) else { return };
        let bucket = |at: i64| at.div_euclid(step.0).saturating_sub(first);
        let from = chunks.partition_point(|chunk| bucket(chunk.newest()) < 0);
        for chunk in chunks.iter().skip(from) {
            let (oldest, newest) = (bucket(chunk.base), bucket(chunk.newest()));
            if oldest >= count as i64 {
                break;
            }
            if oldest == newest
                && let Some(column) = usize::try_from(oldest).ok().and_then(|index| columns.get_mut(index))
            {
                merge(column, chunk.min, chunk.max, chunk.values.last().copied().unwrap_or(f32::NAN));
                continue;
            }
            for (offset, value) in chunk.offsets.iter().zip(&chunk.values) {
                let index = bucket(chunk.base + i64::from(*offset));
                if let Some(column) = usize::try_from(index).ok().and_then(|index| columns.get_mut(index)) {
                    merge(column, *value, *value, *value);
                }
            }
        }
    }

    /// Bytes held.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Samples given up to keep within the bound, and late ones that had no place.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Chunk {
    fn begin(base: i64, value: f32, capacity: usize) -> Self {
        let mut offsets = Vec::with_capacity(capacity);
        let mut values = Vec::with_capacity(capacity);
        offsets.push(0);
        values.push(value);
        Self { base, offsets, values, min: value, max: value }
    }

    fn newest(&self) -> i64 {
        self.base + i64::from(self.offsets.last().copied().unwrap_or(0))
    }

    /// Appends; false when the chunk is full or the sample does not come after its last.
    fn push(&mut self, at: i64, value: f32) -> bool {
        if self.values.len() == self.values.capacity() || at < self.newest() {
            return false;
        }
        let Some(offset) = at.checked_sub(self.base).and_then(|offset| u32::try_from(offset).ok()) else {
            return false;
        };
        self.offsets.push(offset);
        self.values.push(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        true
    }

    const fn bytes(&self) -> usize {
        self.values.capacity() * 8 + size_of::<Self>()
    }
}

/// Puts a late sample to its place; false when it is older than all that is kept. A full chunk gives up its
/// neighbouring sample of less extent, so that chunks never grow.
fn insert_late(chunks: &mut VecDeque<Chunk>, at: i64, value: f32) -> bool {
    let index = chunks.partition_point(|chunk| chunk.base <= at);
    let Some(chunk) = index.checked_sub(1).and_then(|index| chunks.get_mut(index)) else { return false };
    let Some(offset) = at.checked_sub(chunk.base).and_then(|offset| u32::try_from(offset).ok()) else { return false };
    let place = chunk.offsets.partition_point(|known| *known <= offset);
    chunk.min = chunk.min.min(value);
    chunk.max = chunk.max.max(value);
    if chunk.values.len() < chunk.values.capacity() {
        chunk.offsets.insert(place, offset);
        chunk.values.insert(place, value);
    } else if let Some(known) = place.checked_sub(1).and_then(|before| chunk.values.get_mut(before)) {
        *known = value;
    }
    true
}

fn merge(column: &mut Column, min: f32, max: f32, last: f32) {
    column.min = column.min.min(min); // `f32::min` takes the number of a number and a NaN
    column.max = column.max.max(max);
    column.last = last;
}

const FIRST_CHUNK: usize = 16;
const CHUNK: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(store: &SeriesStore, slot: u32, step: i64, first: i64, count: usize) -> Vec<Column> {
        let mut out = Vec::new();
        store.columns(slot, Millis(step), first, count, &mut out);
        out
    }

    #[test]
    fn buckets_hold_min_max_last_and_gaps() {
        let mut store = SeriesStore::new(1 << 20);
        for (at, value) in [(1000, 5.0), (1200, 9.0), (1900, 7.0), (4000, 1.0)] {
            store.push(3, Timestamp(at), value);
        }
        let found = columns(&store, 3, 1000, 0, 6);
        assert!(found[0].is_gap() && found[2].is_gap() && found[3].is_gap() && found[5].is_gap());
        assert_eq!(found[1], Column { min: 5.0, max: 9.0, last: 7.0 });
        assert_eq!(found[4], Column { min: 1.0, max: 1.0, last: 1.0 });
        assert!(columns(&store, 99, 1000, 0, 3).iter().all(|column| column.is_gap()));
    }

    #[test]
    fn the_bound_is_kept_and_the_oldest_goes_first() {
        let mut store = SeriesStore::new(40_000);
        for at in 0..100_000 {
            store.push(at % 3, Timestamp(i64::from(at) * 10), f64::from(at));
        }
        assert!(store.bytes() <= 45_000, "{}", store.bytes());
        assert!(store.dropped() > 90_000);
        let last = columns(&store, 0, 10, 99_999, 1);
        assert_eq!(last[0].last, 99_999.0);
    }

    #[test]
    fn many_empty_and_rare_tags_cost_little() {
        let mut store = SeriesStore::new(1 << 30);
        for slot in 0..100_000 {
            store.push(slot, Timestamp(0), 1.0);
        }
        assert!(store.bytes() < 25_000_000, "{}", store.bytes());
    }

    proptest! {
        #[test]
        fn in_order_samples_agree_with_a_naive_reading(
            steps in proptest::collection::vec((0i64..3000, -1000i32..1000), 1..900),
            step in 1i64..20_000, first in -3i64..40,
        ) {
            let mut store = SeriesStore::new(1 << 24);
            let mut at = -5000;
            let mut naive: std::collections::BTreeMap<i64, Column> = Default::default();
            for (wait, value) in steps {
                at += wait;
                store.push(0, Timestamp(at), f64::from(value));
                merge(naive.entry(at.div_euclid(step)).or_insert(Column::GAP), value as f32, value as f32, value as f32);
            }
            for (index, found) in columns(&store, 0, step, first, 60).into_iter().enumerate() {
                match naive.get(&(first + index as i64)) {
                    Some(expected) => prop_assert_eq!(found, *expected),
                    None => prop_assert!(found.is_gap()),
                }
            }
        }

        #[test]
        fn late_samples_never_panic_and_widen_their_bucket(
            samples in proptest::collection::vec((any::<i32>(), -1e6f64..1e6), 1..600),
        ) {
            let mut store = SeriesStore::new(1 << 24);
            for (at, value) in &samples {
                store.push(0, Timestamp(i64::from(*at)), *value);
            }
            columns(&store, 0, 1 << 31, -2, 4);
            columns(&store, 0, 1, i64::MIN, 4);
            columns(&store, 0, i64::MAX, 0, 4);
        }
    }
}
