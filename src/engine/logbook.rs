//! Keeps the alerts' journal over a reload: pages of lines in the store, the oldest page goes first.

use std::collections::VecDeque;

use super::store::{Record, StoreOrder};
use crate::alert::{Journal, Transition};

/// What of the journal is stored.
#[derive(Debug, Default)]
pub(super) struct Logbook {
    /// Whose journal: URL and user of the first broker; `None`: nothing is kept.
    owner: Option<String>,
    /// The store is this tab's.
    is_ours: bool,
    /// Lines written to the journal when the page under way began, and when it was last stored.
    begun: u64,
    stored: u64,
    /// Pages of this owner with the number of their lines, the oldest first; the last is under way.
    pages: VecDeque<(String, usize)>,
}

impl Logbook {
    /// The journal belongs to this broker and user.
    pub(super) fn keep(&mut self, owner: String) {
        if self.owner.as_ref() != Some(&owner) {
            self.owner = Some(owner);
            self.pages.clear();
        }
    }

    /// The store is ours: what it holds of this journal goes before what was written since. Pages that cannot be read
    /// are deleted; how many.
    pub(super) fn load(
        &mut self,
        records: Vec<Record>,
        journal: &mut Journal,
        orders: &mut VecDeque<StoreOrder>,
    ) -> u32 {
        self.is_ours = true;
        let Some(prefix) = self.prefix() else { return 0 };
        let mut pages: Vec<Record> = records.into_iter().filter(|record| record.key.starts_with(&prefix)).collect();
        pages.sort_by(|a, b| a.key.cmp(&b.key));
        let mut lines = Vec::new();
        let mut lost = 0;
        for page in pages {
            match postcard::from_bytes::<Vec<Transition>>(&page.value) {
                Ok(read) => {
                    self.pages.push_back((page.key, read.len()));
                    lines.extend(read);
                }
                Err(_) => {
                    lost += 1;
                    orders.push_back(StoreOrder::Delete(page.key));
                }
            }
        }
        // What was written before the store was ours begins a page of its own, behind the ones just read.
        self.begun = 0;
        self.stored = 0;
        journal.restore(lines);
        lost
    }

    /// The store takes nothing (any more).
    pub(super) fn unkept(&mut self) {
        self.is_ours = false;
    }

    /// The journal of the broker at this URL is forgotten, or all: what is in memory is written no more.
    pub(super) fn forget(&mut self, url: &str, journal: &Journal, orders: &mut VecDeque<StoreOrder>) {
        let part = if url.is_empty() { String::new() } else { format!("{url}|") };
        orders.push_back(StoreOrder::Erase(format!("{KIND}{part}")));
        if self.owner.as_ref().is_some_and(|owner| owner.starts_with(&part)) {
            self.pages.clear();
            (self.begun, self.stored) = (journal.written(), journal.written());
        }
    }

    /// Stores what was written since the last time: once a second at most.
    pub(super) fn flush(&mut self, journal: &Journal, orders: &mut VecDeque<StoreOrder>) {
        let Some(prefix) = self.prefix() else { return };
        if !self.is_ours || journal.written() == self.stored {
            return;
        }
        let held = journal.lines().len() as u64;
        // More than the journal holds was written since: what it dropped is lost here too.
        let count = (journal.written() - self.begun).min(held);
        let page: Vec<&Transition> = journal.lines().rev().take(count as usize).collect();
        let page: Vec<&Transition> = page.into_iter().rev().collect();
        let Some(first) = page.first() else { return };
        let is_new = self.begun == self.stored;
        if is_new {
            let number = journal.written();
            self.pages.push_back((format!("{prefix}{:015}-{number:010}", first.at.0.max(0)), 0));
        }
        let Some((key, lines)) = self.pages.back_mut() else { return };
        *lines = page.len();
        if let Ok(value) = postcard::to_allocvec(&page) {
            orders.push_back(StoreOrder::Put(Record { key: key.clone(), value }));
        }
        self.stored = journal.written();
        if page.len() >= PAGE_LINES {
            self.begun = self.stored;
        }
        let mut total: usize = self.pages.iter().map(|(_, lines)| lines).sum();
        while total > MOST_LINES
            && let Some((key, lines)) = self.pages.pop_front()
        {
            total -= lines;
            orders.push_back(StoreOrder::Delete(key));
        }
    }

    fn prefix(&self) -> Option<String> {
        self.owner.as_ref().map(|owner| format!("{KIND}{owner}|"))
    }
}

/// What the journal's records begin with.
const KIND: &str = "journal|";
/// A page that is full is written no more; the one under way is written whole each time.
const PAGE_LINES: usize = 200;
const MOST_LINES: usize = 20_000;
