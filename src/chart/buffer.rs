//! The page's columns of one trend: parts merged by bucket index, the newest kept.
//!
//! Refuses: samples; the past itself stays in the worker.

use super::decimate::Columns;
use crate::time::{Millis, Timestamp};
use crate::vocab::Column;

/// Columns of one step, from bucket `first` on, one per bucket.
#[derive(Clone, Debug)]
pub struct TrendBuffer {
    capacity: usize,
    step: Millis,
    first: i64,
    columns: Vec<Column>,
    revision: u64,
}

impl TrendBuffer {
    /// Keeps the newest `capacity` buckets (at least one).
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), step: Millis(1), first: 0, columns: Vec::new(), revision: 0 }
    }

    /// Takes a part: its columns replace those with the same index, holes before it are gaps. A part of another step
    /// begins anew, as does one far away (the clock was set); what is older than the newest `capacity`
    /// buckets is passed over.
    pub fn merge(&mut self, step: Millis, first: i64, columns: &[Column]) {
        let over = columns.len().saturating_sub(self.capacity);
        let columns = &columns[over..];
        let wide = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let first = first.checked_add(wide(over));
        let end = first.and_then(|first| first.checked_add(wide(columns.len())));
        let (Some(first), Some(end)) = (first, end) else { return };
        if columns.is_empty() || step.0 <= 0 {
            return;
        }
        self.place(step, first, end, columns);
        self.revision += 1;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.columns.clear();
        self.revision += 1;
    }

    /// What is held, oldest first.
    pub fn columns(&self) -> Columns<'_> {
        let newest = self.columns.len().saturating_sub(self.capacity);
        Columns { step: self.step, first: self.first + newest as i64, columns: &self.columns[newest..] }
    }

    /// The newest column that is not a gap, and the end of its bucket.
    pub fn newest(&self) -> Option<(Timestamp, Column)> {
        let index = self.columns.iter().rposition(|column| !column.is_gap())?;
        let end = self.first.saturating_add(index as i64).saturating_add(1);
        Some((Timestamp(end.saturating_mul(self.step.0)), self.columns[index]))
    }

    /// Bucket width of what is held.
    pub const fn step(&self) -> Millis {
        self.step
    }

    /// Grows with every change.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    fn place(&mut self, step: Millis, first: i64, end: i64, columns: &[Column]) {
        let capacity = self.capacity as i64;
        let held_end = self.first.saturating_add(self.columns.len() as i64);
        let apart = first.saturating_sub(held_end) >= capacity || held_end.saturating_sub(end) >= 2 * capacity;
        if step != self.step || self.columns.is_empty() || apart {
            (self.step, self.first) = (step, first);
            self.columns.clear();
            self.columns.extend_from_slice(columns);
            return;
        }
        // What would fall out at the old end anyway is not taken in.
        let oldest = held_end.max(end).saturating_sub(capacity);
        let cut = usize::try_from(oldest.saturating_sub(first)).unwrap_or(0);
        let Some(columns) = columns.get(cut..).filter(|columns| !columns.is_empty()) else { return };
        let first = first + cut as i64;
        if first < self.first {
            let missing = (self.first - first) as usize;
            self.columns.splice(0..0, std::iter::repeat_n(Column::GAP, missing));
            self.first = first;
        }
        let at = (first - self.first) as usize;
        if self.columns.len() < at + columns.len() {
            self.columns.resize(at + columns.len(), Column::GAP);
        }
        self.columns[at..at + columns.len()].copy_from_slice(columns);
        // Twice the capacity before the front is cut: one move per `capacity` new buckets.
        if self.columns.len() >= 2 * self.capacity {
            let over = self.columns.len() - self.capacity;
            self.columns.drain(..over);
            self.first += over as i64;
        }
    }
}
