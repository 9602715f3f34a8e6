//! Keeps the books of machines over a reload: a record a machine and day (of UTC), and one with what people said; the
//! oldest days go first.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::store::{Record, StoreOrder};
use crate::kpi::{Books, Kept, KeptNotes};
use crate::time::{Millis, Timestamp};
use crate::vocab::PlaceId;

/// What of the books is stored, and what of it waits for its machine.
#[derive(Debug, Default)]
pub(super) struct KpiArchive {
    /// Whose: URL and user of the first broker; `None`: nothing is kept.
    owner: Option<String>,
    is_ours: bool,
    /// Records of days with their bytes, the oldest day first.
    sizes: BTreeMap<String, usize>,
    /// By machine: which version of its books was written, of which day, when.
    written: HashMap<PlaceId, (u64, i64, Timestamp)>,
    notes: HashMap<PlaceId, usize>,
    /// By path: days and notes that were read, until the machine is heard of.
    waiting: HashMap<String, (Vec<Kept>, Option<KeptNotes>)>,
    next: Timestamp,
}

impl KpiArchive {
    /// What is kept is of this broker and user.
    pub(super) fn keep(&mut self, owner: String) {
        if self.owner.as_ref() != Some(&owner) {
            *self = Self { owner: Some(owner), is_ours: self.is_ours, ..Self::default() };
        }
    }

    /// The plant's machines are numbered anew.
    pub(super) fn plant_changed(&mut self) {
        self.written.clear();
        self.notes.clear();
    }

    /// What this browser kept has been read.
    pub(super) const fn is_loaded(&self) -> bool {
        self.is_ours
    }

    /// The store takes nothing (any more).
    pub(super) const fn unkept(&mut self) {
        self.is_ours = false;
    }

    /// The books of the broker at this URL are forgotten, or all.
    pub(super) fn forget(&mut self, url: &str, orders: &mut VecDeque<StoreOrder>) {
        let part = if url.is_empty() { String::new() } else { format!("{url}|") };
        orders.push_back(StoreOrder::Erase(format!("{DAYS}{part}")));
        orders.push_back(StoreOrder::Erase(format!("{NOTES}{part}")));
        if self.owner.as_ref().is_some_and(|owner| owner.starts_with(&part)) {
            self.sizes.clear();
            self.waiting.clear();
        }
    }

    /// The store is ours: what it holds of this owner waits for its machines. How many records could not be read.
    pub(super) fn load(&mut self, records: &[Record], orders: &mut VecDeque<StoreOrder>) -> u32 {
        self.is_ours = true;
        let Some(owner) = self.owner.clone() else { return 0 };
        let (days, notes) = (format!("{DAYS}{owner}|"), format!("{NOTES}{owner}|"));
        let mut lost = 0;
        let mut sorted: Vec<&Record> = records.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        for record in sorted {
            let is_read = if let Some(rest) = record.key.strip_prefix(&days) {
                let day = rest.split_once('|').map(|(_, path)| path).zip(postcard::from_bytes(&record.value).ok());
                day.map(|(path, day)| {
                    self.sizes.insert(record.key.clone(), record.value.len());
                    self.waiting.entry(path.to_owned()).or_default().0.push(day);
                })
            } else if let Some(path) = record.key.strip_prefix(&notes) {
                let said = postcard::from_bytes(&record.value).ok();
                said.map(|said| self.waiting.entry(path.to_owned()).or_default().1 = Some(said))
            } else {
                continue;
            };
            if is_read.is_none() {
                lost += 1;
                orders.push_back(StoreOrder::Delete(record.key.clone()));
            }
        }
        lost
    }

    /// Gives machines that are heard of what was kept of them.
    pub(super) fn adopt(&mut self, now: Timestamp, books: &mut Books) {
        if self.waiting.is_empty() {
            return;
        }
        let known: Vec<(PlaceId, Arc<str>)> = books
            .accounts()
            .filter(|account| self.waiting.contains_key(&*account.path))
            .map(|account| (account.place, account.path.clone()))
            .collect();
        for (place, path) in known {
            let Some((days, notes)) = self.waiting.remove(&*path) else { continue };
            books.take_back(place, &days, notes, now);
        }
    }

    /// Stores the books that were written in since the last time, some machines at a time.
    pub(super) fn flush(&mut self, now: Timestamp, books: &Books, orders: &mut VecDeque<StoreOrder>) {
        let Some(owner) = self.owner.clone().filter(|_| self.is_ours) else { return };
        if now < self.next && self.next - now <= EVERY {
            return;
        }
        self.next = now + EVERY;
        let mut stale: Vec<(Timestamp, PlaceId)> = books
            .accounts()
            .filter(|account| !self.waiting.contains_key(&*account.path))
            .filter_map(|account| match self.written.get(&account.place) {
                Some((version, _, at)) => (*version != account.ledger.version()).then_some((*at, account.place)),
                None => Some((Timestamp(0), account.place)),
            })
            .collect();
        stale.sort_unstable();
        for (_, place) in stale.into_iter().take(AT_ONCE) {
            let Some(account) = books.account(place) else { continue };
            let today = now.0.div_euclid(DAY);
            let last = self.written.get(&place).map_or(today, |(_, day, _)| *day);
            for day in last.max(today - 1)..=today {
                let (from, to) = (Timestamp(day * DAY), Timestamp((day + 1) * DAY).min(now));
                let kept = account.ledger.keep(from, to, &books.words);
                let Some(value) = kept.and_then(|kept| postcard::to_allocvec(&kept).ok()) else { continue };
                let key = format!("{DAYS}{owner}|{day:06}|{}", account.path);
                self.sizes.insert(key.clone(), value.len());
                orders.push_back(StoreOrder::Put(Record { key, value }));
            }
            self.written.insert(place, (account.ledger.version(), today, now));
            let said = account.ledger.notes().len();
            if self.notes.insert(place, said).unwrap_or(0) != said
                && let Ok(value) = postcard::to_allocvec(&account.ledger.keep_notes(&books.words))
            {
                orders.push_back(StoreOrder::Put(Record { key: format!("{NOTES}{owner}|{}", account.path), value }));
            }
        }
        let mut bytes: usize = self.sizes.values().sum();
        let oldest = now.0.div_euclid(DAY) - KEPT_DAYS;
        let prefix = format!("{DAYS}{owner}|{oldest:06}");
        while let Some((key, size)) = self.sizes.first_key_value().map(|(key, size)| (key.clone(), *size))
            && (bytes > MOST_BYTES || key < prefix)
        {
            bytes -= size;
            self.sizes.remove(&key);
            orders.push_back(StoreOrder::Delete(key));
        }
    }
}

const DAYS: &str = "kpi|";
const NOTES: &str = "kpi-notes|";
const DAY: i64 = 86_400_000;
const EVERY: Millis = Millis(10_000);
/// Machines written in one turn.
const AT_ONCE: usize = 25;
const KEPT_DAYS: i64 = 35;
/// All days of all machines.
const MOST_BYTES: usize = 24_000_000;
