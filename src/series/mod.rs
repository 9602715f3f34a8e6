//! A bounded past per tag: append-only numbers with a pyramid of extremes, so that a view of any length costs what
//! its columns cost.
//!
//! Refuses: text and states, exact values (a sample is kept to 24 bits of mantissa; only the newest of each tag is
//! exact), clocks, storage, and to grow past its budget.
//!
//! # Shape
//! [`SeriesStore`] holds a `Track` per tag that has a past; a track is a row of pages, a page a row of chunks, a chunk
//! at most `chunk::CHUNK` samples in time order, each with its extremes at hand. The newest sample of a tag lives in
//! the track itself, so a tag that never changed owns no chunk. When the budget is spent, the chunk whose newest
//! sample is the oldest of all tags goes first.

mod chunk;
pub mod pack;
mod sweep;
mod track;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use self::chunk::Chunk;
use self::track::{Fit, Track};
use crate::time::{Millis, Timestamp};
use crate::vocab::Column;

/// The most columns that one reading gives; a request for more is cut.
pub const MAX_COLUMNS: usize = 65_536;

/// The most slots; a push beyond is dropped and counted.
const MAX_SLOTS: usize = 1 << 22;

/// What a chunk costs: itself, its place in a page (twice: rows may have spare room) and the allocator's share.
const CHUNK_COST: usize = size_of::<Chunk>() + 2 * size_of::<usize>() + 16;

/// What a page costs beside its chunks.
const PAGE_COST: usize = 2 * size_of::<track::Page>();

/// A slot without a past.
const NONE: u32 = u32::MAX;

/// The past of all tags, within one budget of bytes.
#[derive(Debug)]
pub struct SeriesStore {
    budget: usize,
    /// Index into `tracks` by slot, [`NONE`] where nothing was pushed.
    slots: Vec<u32>,
    tracks: Vec<Track>,
    /// One live entry per track that owns a chunk: a lower bound of the end of its first chunk. An entry that
    /// [`Track::queued`] does not know is stale.
    oldest: BinaryHeap<Reverse<(i64, u32)>>,
    /// A chunk kept from the last eviction.
    spare: Option<Box<Chunk>>,
    chunks: usize,
    pages: usize,
    dropped: u64,
}

impl SeriesStore {
    /// An empty store that keeps within `budget` bytes (the fixed cost of each slot in use comes first; what is left
    /// holds chunks).
    pub const fn new(budget: usize) -> Self {
        Self {
            budget,
            slots: Vec::new(),
            tracks: Vec::new(),
            oldest: BinaryHeap::new(),
            spare: None,
            chunks: 0,
            pages: 0,
            dropped: 0,
        }
    }

    /// Keeps a sample of the tag with index `slot` (dense, from 0). Late samples go to their place; of several with
    /// the same time all are kept, the later pushed counts as the later; an immediate repeat of time and value is one
    /// sample. NaN and infinities are not kept; beyond the range of `f32` a value is kept as that range's end.
    ///
    /// Cost: amortised constant in order of time, bounded by the size of a page when late.
    pub fn push(&mut self, slot: u32, at: Timestamp, value: f64) {
        if !value.is_finite() {
            return;
        }
        let Some(index) = self.track_index(slot) else {
            self.dropped += 1;
            return;
        };
        let Some(track) = self.tracks.get_mut(index as usize) else { return };
        let Some((newest_at, newest)) = track.newest else {
            track.newest = Some((at.0, value));
            return;
        };
        if at.0 < newest_at {
            self.keep(index, at.0, to_f32(value));
        } else if at.0 != newest_at || value != newest {
            track.newest = Some((at.0, value));
            if !track.append(newest_at, to_f32(newest)) {
                self.keep(index, newest_at, to_f32(newest));
            }
        }
    }

    /// Writes `count` columns of width `step` to `out` (cleared first): column `i` sums up the samples with
    /// `floor(time / step) == first_bucket + i`, [`Column::GAP`] where there are none. A step below 1 ms has no
    /// buckets: all gaps. More than [`MAX_COLUMNS`] are cut.
    ///
    /// Cost: by the number of columns, plus one step per page (640 samples) in the window.
    pub fn columns(&self, slot: u32, step: Millis, first_bucket: i64, count: usize, out: &mut Vec<Column>) {
        out.clear();
        out.resize(count.min(MAX_COLUMNS), Column::GAP);
        if let Some(track) = self.track(slot) {
            track.read(step, first_bucket, out);
        }
    }

    /// Calls `each` with the samples of `from..=to` in order of time, preceded by the one in force at `from` (with its
    /// own, earlier time), where there is one.
    ///
    /// Cost: by the samples in the window.
    pub fn walk(&self, slot: u32, from: Timestamp, to: Timestamp, each: &mut dyn FnMut(Timestamp, f64)) {
        if let Some(track) = self.track(slot) {
            track.walk(from.0, to.0, &mut |at, value| each(Timestamp(at), value));
        }
    }

    /// The newest sample of a tag by time, exact.
    pub fn newest(&self, slot: u32) -> Option<(Timestamp, f64)> {
        self.track(slot)?.newest.map(|(at, value)| (Timestamp(at), value))
    }

    /// Samples held. Counts chunk by chunk: for figures once a second, not per message.
    pub fn samples(&self) -> u64 {
        self.tracks.iter().map(Track::samples).sum()
    }

    /// Bytes in use, directories included; at most the budget, save the fixed cost of slots.
    pub const fn bytes(&self) -> usize {
        self.fixed_bytes() + (self.chunks + self.spare.is_some() as usize) * CHUNK_COST + self.pages * PAGE_COST
    }

    /// Samples lost to the budget so far.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    const fn fixed_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u32>()
            + self.tracks.capacity() * size_of::<Track>()
            + self.tracks.len() * 2 * size_of::<Reverse<(i64, u32)>>()
    }

    fn track(&self, slot: u32) -> Option<&Track> {
        let index = *self.slots.get(slot as usize)?;
        self.tracks.get(index as usize)
    }

    fn track_index(&mut self, slot: u32) -> Option<u32> {
        match self.slots.get(slot as usize) {
            Some(&index) if index != NONE => Some(index),
            _ => self.add_track(slot as usize),
        }
    }

    #[cold]
    fn add_track(&mut self, slot: usize) -> Option<u32> {
        if slot >= MAX_SLOTS {
            return None;
        }
        if slot >= self.slots.len() {
            // An eighth more, not twice: directories count against the budget.
            let more = slot + 1 - self.slots.len();
            self.slots.reserve_exact(more.max(self.slots.len() / 8));
            self.slots.resize(slot + 1, NONE);
        }
        if self.tracks.len() == self.tracks.capacity() {
            self.tracks.reserve_exact((self.tracks.len() / 8).max(64));
        }
        let index = u32::try_from(self.tracks.len()).ok()?;
        self.tracks.push(Track::default());
        self.slots[slot] = index;
        self.trim();
        Some(index)
    }

    /// Stores a sample in the chunks of a track: late, or when its last chunk is full.
    #[inline(never)]
    fn keep(&mut self, index: u32, at: i64, value: f32) {
        let Some(track) = self.tracks.get_mut(index as usize) else { return };
        let mut fresh = None;
        if matches!(track.insert(at, value, &mut fresh), Fit::Full) {
            if !self.make_room(at) {
                self.dropped += 1;
                return;
            }
            fresh = Some(self.spare.take().unwrap_or_default());
            // Making room may have evicted from this very track: its place is looked up anew.
            let Some(track) = self.tracks.get_mut(index as usize) else { return };
            let pages = track.page_count();
            track.insert(at, value, &mut fresh);
            self.pages = self.pages + track.page_count() - pages;
            match fresh {
                None => self.chunks += 1,
                unused => self.spare = unused,
            }
        }
        self.queue(index);
    }

    /// Evicts until one more chunk and a page for it fit; `false` when all that is left is newer than `at`.
    fn make_room(&mut self, at: i64) -> bool {
        loop {
            let chunk = if self.spare.is_some() { 0 } else { CHUNK_COST };
            if self.bytes() + chunk + PAGE_COST <= self.budget {
                return true;
            }
            if !self.evict(at) {
                return false;
            }
        }
    }

    /// Evicts what a grown directory no longer leaves room for.
    fn trim(&mut self) {
        while self.bytes() > self.budget {
            if self.spare.take().is_none() && !self.evict(i64::MAX) {
                return;
            }
        }
    }

    /// Drops the chunk whose newest sample is the oldest, if that is not newer than `at`.
    fn evict(&mut self, at: i64) -> bool {
        while let Some(&Reverse((key, index))) = self.oldest.peek() {
            let Some(track) = self.tracks.get_mut(index as usize).filter(|track| track.queued == Some(key)) else {
                self.oldest.pop();
                continue;
            };
            match track.front_end() {
                Some(end) if end <= key => {}
                other => {
                    // The chunk grew since, or is gone.
                    self.oldest.pop();
                    track.queued = other;
                    self.oldest.extend(other.map(|end| Reverse((end, index))));
                    continue;
                }
            }
            if key > at {
                return false;
            }
            self.oldest.pop();
            let pages = track.page_count();
            if let Some(mut chunk) = track.evict() {
                self.dropped += chunk.len() as u64;
                self.chunks -= 1;
                chunk.clear();
                self.spare = Some(chunk);
            }
            self.pages = self.pages + track.page_count() - pages;
            track.queued = None;
            self.queue(index);
            return true;
        }
        false
    }

    /// Sees to it that the heap knows a track's first chunk, by a key not above its end.
    fn queue(&mut self, index: u32) {
        let Some(track) = self.tracks.get_mut(index as usize) else { return };
        let Some(end) = track.front_end() else { return };
        if track.queued.is_none_or(|queued| end < queued) {
            track.queued = Some(end);
            self.oldest.push(Reverse((end, index)));
            if self.oldest.len() > 2 * self.tracks.len() + 64 {
                let tracks = &self.tracks;
                self.oldest.retain(|Reverse((key, index))| {
                    tracks.get(*index as usize).is_some_and(|track| track.queued == Some(*key))
                });
            }
        }
    }
}

/// To the nearest `f32`, never infinite.
fn to_f32(value: f64) -> f32 {
    (value as f32).clamp(f32::MIN, f32::MAX)
}
