//! One tag's past: chunks in rows of pages, in order of time, each page with its extremes.
//!
//! Refuses: budgets (the store hands out chunks), and time order of arrival as a condition.

use std::collections::VecDeque;

use super::chunk::Chunk;
use super::sweep::Sweep;
use crate::time::Millis;
use crate::vocab::Column;

/// Chunks per page.
const PAGE: usize = 16;

/// What became of a sample.
#[derive(Debug)]
pub(super) enum Fit {
    /// It is in, or it repeated its predecessor.
    Stored,
    /// It needs a chunk of its own and was given none.
    Full,
}

/// One tag's samples.
///
/// Invariant: no chunk and no page is empty; times ascend through chunks and pages; `newest` is not earlier than any.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// The newest sample, exact. It moves into a chunk when the next comes.
    pub(super) newest: Option<(i64, f64)>,
    /// The key under which the store's heap knows this track.
    pub(super) queued: Option<i64>,
    pages: VecDeque<Page>,
}

/// A row of at most [`PAGE`] chunks.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Boxed, so that a row is short to move.
    #[expect(clippy::vec_box, reason = "a page moves pointers when a chunk is put between, not chunks")]
    chunks: Vec<Box<Chunk>>,
    /// Extremes of all chunks while the page is closed: neither being appended to, nor being evicted from.
    sealed: Option<Summary>,
}

/// What a page holds, in one column.
#[derive(Clone, Copy, Debug)]
struct Summary {
    start: i64,
    end: i64,
    column: Column,
}

impl Track {
    /// Appends to the last chunk; `false` when it is full or the sample is late.
    #[inline]
    pub(super) fn append(&mut self, at: i64, value: f32) -> bool {
        match self.pages.back_mut().and_then(|page| page.chunks.last_mut()) {
            Some(chunk) => chunk.append(at, value),
            None => false,
        }
    }

    /// Puts a sample to its place. A full chunk spills to a neighbour with room, else takes `fresh` beside it.
    pub(super) fn insert(&mut self, at: i64, value: f32, fresh: &mut Option<Box<Chunk>>) -> Fit {
        let Some((p, c)) = self.locate(at) else {
            let Some(mut chunk) = fresh.take() else { return Fit::Full };
            chunk.append(at, value);
            self.pages.reserve_exact(1);
            self.pages.push_back(Page { chunks: vec![chunk], sealed: None });
            return Fit::Stored;
        };
        let chunk = &mut self.pages[p].chunks[c];
        let position = chunk.position(at);
        if position.checked_sub(1).and_then(|before| chunk.sample(before)) == Some((at, value)) {
            return Fit::Stored;
        }
        if chunk.takes(at) {
            chunk.insert(at, value);
            self.pages[p].widen(at, value);
            return Fit::Stored;
        }
        let (first, last, len, reaches) = (chunk.start(), chunk.end(), chunk.len(), chunk.reaches(at));
        if let Some((q, d)) = self.after(p, c) {
            if position == len && self.pages[q].chunks[d].takes(at) {
                self.pages[q].chunks[d].insert(at, value);
                self.reseal(q, q);
                return Fit::Stored;
            }
            if position < len && reaches && self.pages[q].chunks[d].takes(last) {
                if let Some((at, value)) = self.pages[p].chunks[c].pop() {
                    self.put_first(q, d, at, value);
                }
                self.pages[p].chunks[c].insert(at, value);
                self.reseal(p, q);
                return Fit::Stored;
            }
        } else if position == len {
            return self.extend(at, value, fresh);
        }
        if position > 0
            && position < len
            && let Some((q, d)) = self.before(p, c)
            && self.pages[q].chunks[d].takes(first)
        {
            if let Some((at, value)) = self.pages[p].chunks[c].shift() {
                self.pages[q].chunks[d].insert(at, value);
            }
            self.pages[p].chunks[c].insert(at, value);
            self.reseal(q, p);
            return Fit::Stored;
        }
        let Some(mut beside) = fresh.take() else { return Fit::Full };
        let place = if position == len {
            beside.append(at, value);
            c + 1
        } else if position == 0 {
            beside.append(at, value);
            c
        } else {
            let chunk = &mut self.pages[p].chunks[c];
            chunk.split_into(&mut beside);
            if at < beside.start() {
                chunk.insert(at, value)
            } else {
                beside.insert(at, value)
            }
            c + 1
        };
        self.pages[p].chunks.insert(place, beside);
        self.divide(p);
        Fit::Stored
    }

    /// Takes the first chunk out.
    pub(super) fn evict(&mut self) -> Option<Box<Chunk>> {
        let page = self.pages.front_mut()?;
        page.sealed = None;
        let chunk = (!page.chunks.is_empty()).then(|| page.chunks.remove(0));
        if page.chunks.is_empty() {
            self.pages.pop_front();
        }
        chunk
    }

    /// Time of the last sample of the first chunk.
    pub(super) fn front_end(&self) -> Option<i64> {
        Some(self.pages.front()?.chunks.first()?.end())
    }

    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn samples(&self) -> u64 {
        let chunked: usize = self.pages.iter().flat_map(|page| &page.chunks).map(|chunk| chunk.len()).sum();
        chunked as u64 + u64::from(self.newest.is_some())
    }

    /// Sums samples up into `out`, which begins as gaps (see [`super::SeriesStore::columns`]).
    pub(super) fn read(&self, step: Millis, first_bucket: i64, out: &mut [Column]) {
        let Some(mut sweep) = Sweep::new(step, first_bucket, out) else { return };
        let from = self.pages.partition_point(|page| sweep.is_over(page.end()));
        for page in self.pages.range(from..) {
            if sweep.is_ahead(page.start()) {
                break;
            }
            if let Some(Summary { start, end, column }) = page.sealed
                && sweep.take(start, end, column)
            {
                continue;
            }
            let from = page.chunks.partition_point(|chunk| sweep.is_over(chunk.end()));
            for chunk in &page.chunks[from..] {
                if sweep.is_ahead(chunk.start()) {
                    break;
                }
                let column = Column { min: chunk.min(), max: chunk.max(), last: chunk.last() };
                if !sweep.take(chunk.start(), chunk.end(), column) {
                    chunk.samples().for_each(|(at, value)| sweep.take_sample(at, value));
                }
            }
        }
        if let Some((at, value)) = self.newest {
            sweep.take_sample(at, super::to_f32(value));
        }
    }

    /// Samples of a window in order, preceded by the one in force at its start (see [`super::SeriesStore::walk`]).
    pub(super) fn walk(&self, from: i64, to: i64, each: &mut dyn FnMut(i64, f64)) {
        let mut before = None;
        let mut take = |at: i64, value: f64| {
            if at < from {
                before = Some((at, value));
            } else if at <= to {
                if let Some((at, value)) = before.take() {
                    each(at, value);
                }
                each(at, value);
            }
        };
        // Begins with the last page that starts before the window: the sample in force at `from` is in it.
        let first = self.pages.partition_point(|page| page.start() < from).saturating_sub(1);
        for page in self.pages.range(first.min(self.pages.len())..) {
            if page.start() > to {
                break;
            }
            let first = page.chunks.partition_point(|chunk| chunk.start() < from).saturating_sub(1);
            for (at, value) in page.chunks[first..].iter().flat_map(|chunk| chunk.samples()) {
                take(at, f64::from(value));
            }
        }
        if let Some((at, value)) = self.newest {
            take(at, value);
        }
        if let Some((at, value)) = before {
            each(at, value);
        }
    }

    /// The last chunk that begins not later than `at`, else the first.
    fn locate(&self, at: i64) -> Option<(usize, usize)> {
        let p = self.pages.partition_point(|page| page.start() <= at).saturating_sub(1);
        let page = self.pages.get(p)?;
        Some((p, page.chunks.partition_point(|chunk| chunk.start() <= at).saturating_sub(1)))
    }

    fn after(&self, p: usize, c: usize) -> Option<(usize, usize)> {
        if c + 1 < self.pages[p].chunks.len() {
            Some((p, c + 1))
        } else {
            (p + 1 < self.pages.len()).then_some((p + 1, 0))
        }
    }

    fn before(&self, p: usize, c: usize) -> Option<(usize, usize)> {
        match (p, c) {
            (0, 0) => None,
            (p, 0) => Some((p - 1, self.pages[p - 1].chunks.len() - 1)),
            (p, c) => Some((p, c - 1)),
        }
    }

    /// Puts a sample that precedes all of a chunk to its front: before those of equal time, unlike an arrival.
    fn put_first(&mut self, p: usize, c: usize, at: i64, value: f32) {
        let chunk = &mut self.pages[p].chunks[c];
        if chunk.start() > at {
            chunk.insert(at, value);
            return;
        }
        // Equal times: rebuild the front, rare.
        let mut rest = Chunk::default();
        rest.append(at, value);
        chunk.samples().for_each(|(at, value)| {
            rest.append(at, value);
        });
        **chunk = rest;
    }

    /// Begins a chunk behind all others, in a new page when the last is full.
    fn extend(&mut self, at: i64, value: f32, fresh: &mut Option<Box<Chunk>>) -> Fit {
        let Some(mut chunk) = fresh.take() else { return Fit::Full };
        chunk.append(at, value);
        match self.pages.back_mut() {
            Some(page) if page.chunks.len() < PAGE => page.chunks.push(chunk),
            last => {
                if let Some(page) = last {
                    page.seal();
                }
                self.pages.push_back(Page { chunks: vec![chunk], sealed: None });
            }
        }
        Fit::Stored
    }

    /// Halves a page that has grown too long.
    fn divide(&mut self, p: usize) {
        let page = &mut self.pages[p];
        if page.chunks.len() <= PAGE {
            self.reseal(p, p);
            return;
        }
        let was_sealed = page.sealed.is_some();
        let mut later = Page { chunks: page.chunks.split_off(PAGE / 2), sealed: None };
        page.seal();
        if was_sealed {
            later.seal();
        }
        self.pages.insert(p + 1, later);
    }

    fn reseal(&mut self, p: usize, q: usize) {
        for page in [p, q] {
            let page = &mut self.pages[page];
            if page.sealed.is_some() {
                page.seal();
            }
        }
    }
}

impl Page {
    fn start(&self) -> i64 {
        match &self.sealed {
            Some(summary) => summary.start,
            None => self.chunks.first().map_or(i64::MAX, |chunk| chunk.start()),
        }
    }

    fn end(&self) -> i64 {
        match &self.sealed {
            Some(summary) => summary.end,
            None => self.chunks.last().map_or(i64::MIN, |chunk| chunk.end()),
        }
    }

    fn seal(&mut self) {
        let mut column = Column { min: f32::MAX, max: f32::MIN, last: f32::NAN };
        for chunk in &self.chunks {
            column = Column { min: column.min.min(chunk.min()), max: column.max.max(chunk.max()), last: chunk.last() };
        }
        self.sealed = None;
        self.sealed = Some(Summary { start: self.start(), end: self.end(), column });
    }

    /// Takes one more sample into the summary.
    fn widen(&mut self, at: i64, value: f32) {
        if let Some(Summary { start, end, column }) = &mut self.sealed {
            column.min = column.min.min(value);
            column.max = column.max.max(value);
            *start = at.min(*start);
            if at >= *end {
                *end = at;
                column.last = value;
            }
        }
    }
}
