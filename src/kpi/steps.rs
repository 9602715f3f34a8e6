//! What holds from a moment until the next: states, reasons, orders. Late entries go to their place.

use crate::time::Timestamp;

/// Values that hold from an instant until the next one, in order of time.
///
/// Repeats are kept while they are young, so that what comes late between two of them changes only what it should;
/// of older repeats only the first is kept.
#[derive(Clone, Debug)]
pub struct Steps<T> {
    steps: Vec<(Timestamp, T)>,
    /// Before this index no repeats are left.
    thinned: usize,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self { steps: Vec::new(), thinned: 0 }
    }
}

impl<T: Copy + PartialEq> Steps<T> {
    /// Says that `value` holds from `at`; of two with the same time the later said counts. Returns the end of what
    /// changed by it ([`Timestamp`] at its maximum: until now), `None` where nothing did.
    pub fn set(&mut self, at: Timestamp, value: T) -> Option<Timestamp> {
        let next = self.steps.partition_point(|(time, _)| *time <= at);
        let before = next.checked_sub(1).map(|index| self.steps[index]);
        match before {
            Some((time, known)) if time == at => {
                if known == value {
                    return None;
                }
                self.steps[next - 1].1 = value;
            }
            _ => {
                self.steps.insert(next, (at, value));
                self.thinned = if next < self.thinned { self.thinned + 1 } else { self.thinned };
            }
        }
        let is_news = before.is_none_or(|(_, known)| known != value);
        let end = self.steps[self.steps.partition_point(|(time, _)| *time <= at)..]
            .iter()
            .find(|(_, later)| *later != value)
            .map_or(Timestamp(i64::MAX), |(time, _)| *time);
        self.thin();
        is_news.then_some(end)
    }

    /// What holds at an instant, and since when.
    pub fn at(&self, at: Timestamp) -> Option<(Timestamp, T)> {
        let next = self.steps.partition_point(|(time, _)| *time <= at);
        self.steps.get(next.checked_sub(1)?).copied()
    }

    /// The next entry after an instant, whatever its value.
    pub fn next(&self, at: Timestamp) -> Option<(Timestamp, T)> {
        self.steps.get(self.steps.partition_point(|(time, _)| *time <= at)).copied()
    }

    /// The oldest entry.
    pub fn first(&self) -> Option<(Timestamp, T)> {
        self.steps.first().copied()
    }

    /// The newest entry.
    pub fn last(&self) -> Option<(Timestamp, T)> {
        self.steps.last().copied()
    }

    /// All entries from the one in force at `from`, up to `to`.
    pub fn within(&self, from: Timestamp, to: Timestamp) -> &[(Timestamp, T)] {
        let first = self.steps.partition_point(|(time, _)| *time <= from).saturating_sub(1);
        let last = self.steps.partition_point(|(time, _)| *time < to);
        self.steps.get(first..last.max(first)).unwrap_or_default()
    }

    /// Takes back entries of this value after an instant; the instant of the first one taken.
    pub fn take_back(&mut self, after: Timestamp, value: T) -> Option<Timestamp> {
        let first = self.steps.partition_point(|(time, _)| *time <= after);
        let found = self.steps[first..].iter().find(|(_, known)| *known == value).map(|(time, _)| *time)?;
        let mut index = 0;
        self.steps.retain(|(_, known)| {
            index += 1;
            index <= first || *known != value
        });
        self.thinned = self.thinned.min(first);
        Some(found)
    }

    /// Forgets what held before an instant.
    pub fn forget(&mut self, before: Timestamp) {
        let first = self.steps.partition_point(|(time, _)| *time <= before).saturating_sub(1);
        self.steps.drain(..first);
        self.thinned = self.thinned.saturating_sub(first);
    }

    /// Entries held.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    fn thin(&mut self) {
        if self.steps.len() < self.thinned + 2 * YOUNG {
            return;
        }
        let end = self.steps.len() - YOUNG;
        let mut kept = self.thinned;
        for index in self.thinned..end {
            if kept == 0 || self.steps[kept - 1].1 != self.steps[index].1 {
                self.steps[kept] = self.steps[index];
                kept += 1;
            }
        }
        self.steps.drain(kept..end);
        self.thinned = kept;
    }
}

/// Repeats younger than so many entries are kept.
const YOUNG: usize = 64;
