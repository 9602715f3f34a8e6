//! A counter's values in order of time, however they came; old ones drawn together where nothing is lost by it.

use super::counter::{Between, Count, Happening, Reading};
use crate::document::Counting;
use crate::time::Timestamp;

/// Values that follow each other without anything having happened between them.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: (Timestamp, Count),
    last: (Timestamp, Count),
    /// What was made from `first` to `last`.
    inner: f64,
}

/// What was made between two reported values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Made {
    /// When the later value was reported: what was made belongs here.
    pub at: Timestamp,
    /// When the value before was reported; `None`: this was the first.
    pub since: Option<Timestamp>,
    /// How much.
    pub amount: f64,
    /// What happened to the counter.
    pub happening: Option<Happening>,
}

/// One counter of one machine.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// How it is read.
    pub reading: Reading,
    runs: Vec<Run>,
    /// Runs before this index are as long as they can be.
    thinned: usize,
    /// What came before the first run was forgotten.
    is_cut: bool,
    /// Values that came later than a newer one.
    pub late: u32,
    /// Values that came twice.
    pub doubled: u32,
}

impl Track {
    /// Takes a value. Returns the times at which what was made changed: its own, and that of the value after it.
    pub fn push(&mut self, at: Timestamp, count: Count) -> Option<(Timestamp, Timestamp)> {
        let next = self.runs.partition_point(|run| run.first.0 <= at);
        self.late += u32::from(next < self.runs.len());
        if let Some(run) = next.checked_sub(1).and_then(|index| self.runs.get_mut(index)) {
            if run.first.0 == at || run.last.0 == at {
                let known = if run.last.0 == at { &mut run.last.1 } else { &mut run.first.1 };
                self.doubled += 1;
                if *known == count {
                    return None;
                }
                // Told otherwise: the later word counts. A run of several values keeps what was made inside it.
                *known = count;
                if run.inner == 0.0 && run.first.0 == run.last.0 {
                    (run.first.1, run.last.1) = (count, count);
                }
                return Some((at, self.runs.get(next).map_or(at, |run| run.first.0)));
            }
            if at < run.last.0 {
                return self.split(next - 1, at, count);
            }
        }
        self.runs.insert(next, Run { first: (at, count), last: (at, count), inner: 0.0 });
        if next < self.thinned {
            self.thinned += 1;
        }
        Some((at, self.runs.get(next + 1).map_or(at, |run| run.first.0)))
    }

    /// A value within a run that was drawn together: where it fits between its ends nothing changes, else the run
    /// becomes two ends with this between them.
    fn split(&mut self, index: usize, at: Timestamp, count: Count) -> Option<(Timestamp, Timestamp)> {
        let run = self.runs[index];
        let fits = matches!(self.reading.counting, Counting::Cumulative | Counting::Shift)
            && (run.first.1.as_f64()..=run.last.1.as_f64()).contains(&count.as_f64());
        if fits {
            return None;
        }
        let single = |end: (Timestamp, Count)| Run { first: end, last: end, inner: 0.0 };
        if self.reading.counting == Counting::Delta {
            // What was made inside stays with the later end; this adds to it.
            self.runs[index].inner += count.as_f64().max(0.0);
        } else {
            self.runs.splice(index..=index, [single(run.first), single((at, count)), single(run.last)]);
            self.thinned = self.thinned.min(index);
        }
        Some((run.first.0, run.last.0))
    }

    /// Everything that was made in `from..to`, in order of time. `between` tells of the time between two values.
    pub fn made(
        &self,
        from: Timestamp,
        to: Timestamp,
        between: &dyn Fn(Timestamp, Timestamp) -> Between,
        each: &mut dyn FnMut(Made),
    ) {
        let mut index = self.runs.partition_point(|run| run.last.0 < from);
        while let Some(run) = self.runs.get(index).filter(|run| run.first.0 < to) {
            let before = index.checked_sub(1).map(|before| self.runs[before].last);
            if run.first.0 >= from {
                each(self.step(before, run.first, between));
            }
            if run.inner != 0.0 && run.last.0 >= from && run.last.0 < to {
                each(Made { at: run.last.0, since: Some(run.first.0), amount: run.inner, happening: None });
            }
            index += 1;
        }
    }

    fn step(
        &self,
        before: Option<(Timestamp, Count)>,
        after: (Timestamp, Count),
        between: &dyn Fn(Timestamp, Timestamp) -> Between,
    ) -> Made {
        let (amount, happening) = match before {
            Some(before) => self.reading.made(before, after, between(before.0, after.0)),
            None if self.is_cut => (0.0, None),
            None => (self.reading.first(after.1), None),
        };
        Made { at: after.0, since: before.map(|(at, _)| at), amount, happening }
    }

    /// What a counter that the shift resets had already counted when it was first heard of: then, and how much.
    pub fn opening(&self) -> Option<(Timestamp, f64)> {
        let first = self.runs.first().filter(|_| self.reading.counting == Counting::Shift && !self.is_cut)?;
        Some((first.first.0, first.first.1.as_f64().max(0.0)))
    }

    /// Draws old values together. `joins` tells whether two instants may share a run.
    pub fn thin(
        &mut self,
        joins: &dyn Fn(Timestamp, Timestamp) -> bool,
        between: &dyn Fn(Timestamp, Timestamp) -> Between,
    ) {
        if self.runs.len() < self.thinned + 2 * YOUNG {
            return;
        }
        let end = self.runs.len() - YOUNG;
        let mut kept = self.thinned;
        for index in self.thinned..end {
            let run = self.runs[index];
            let before = kept.checked_sub(1).map(|before| self.runs[before]);
            if let Some(before) = before.filter(|before| joins(before.first.0, run.last.0)) {
                let made = self.step(Some(before.last), run.first, between);
                // What happened to a counter stays to be seen.
                if made.happening.is_none() {
                    let joined = &mut self.runs[kept - 1];
                    joined.last = run.last;
                    joined.inner += made.amount + run.inner;
                    continue;
                }
            }
            self.runs[kept] = run;
            kept += 1;
        }
        self.runs.drain(kept..end);
        self.thinned = kept;
    }

    /// Forgets what was before an instant.
    pub fn forget(&mut self, before: Timestamp) {
        let first = self.runs.partition_point(|run| run.last.0 < before);
        if first > 0 {
            self.is_cut = true;
            self.runs.drain(..first);
            self.thinned = self.thinned.saturating_sub(first);
        }
    }

    /// The time of the first value after an instant.
    pub fn next(&self, at: Timestamp) -> Option<Timestamp> {
        self.runs.get(self.runs.partition_point(|run| run.first.0 <= at)).map(|run| run.first.0)
    }

    /// The newest value's time.
    pub fn last(&self) -> Option<Timestamp> {
        self.runs.last().map(|run| run.last.0)
    }

    /// The oldest value's time.
    pub fn first(&self) -> Option<Timestamp> {
        self.runs.first().map(|run| run.first.0)
    }

    /// The runs as (first time, first value, last time, last value, made inside), to be kept.
    pub fn dump(&self) -> impl Iterator<Item = (Timestamp, Count, Timestamp, Count, f64)> {
        self.runs.iter().map(|run| (run.first.0, run.first.1, run.last.0, run.last.1, run.inner))
    }

    /// Takes a run that was kept. Runs must not overlap what is there: such a run is left out.
    pub fn restore(&mut self, first: (Timestamp, Count), last: (Timestamp, Count), inner: f64) -> bool {
        let next = self.runs.partition_point(|run| run.first.0 <= first.0);
        let is_free = next.checked_sub(1).is_none_or(|before| self.runs[before].last.0 < first.0)
            && self.runs.get(next).is_none_or(|after| last.0 < after.first.0);
        if is_free && first.0 <= last.0 && inner.is_finite() {
            self.runs.insert(next, Run { first, last, inner });
            if next < self.thinned {
                self.thinned += 1;
            }
        }
        is_free
    }

    /// Runs held.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether it never told anything.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }
}

/// So many of the newest values stay as they came.
const YOUNG: usize = 128;
