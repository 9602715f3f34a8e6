//! Keeps the past of numbers over a reload: pages of all tags' samples in the store, the oldest page goes first.
//!
//! A page is a version byte, then the tags in order of their paths: how many letters of the path are the same as
//! before, how many are new, these, and a block of [`pack`]. The page under way is written whole each time, in one
//! record, and closed when it is large or old, so that little is written twice and little is lost with the tab.
//!
//! Refuses: text and states; samples that come later than a page's overlap ([`OVERLAP`]).

use std::collections::{HashMap, VecDeque};

use super::store::{Record, StoreOrder};
use crate::plant::Plant;
use crate::series::pack::{self, Corrupt, pack, unpack};
use crate::time::{Millis, Timestamp};
use crate::vocab::TagId;

/// What of the past is stored, and what of it waits for its tags.
#[derive(Debug)]
pub(super) struct Archive {
    /// Whose past: URL and user of the first broker; `None`: nothing is kept.
    owner: Option<String>,
    /// The store is this tab's.
    is_ours: bool,
    /// The most that is kept, in bytes; 0 keeps nothing.
    bound: usize,
    /// Pages of this owner with their bytes, the oldest first; the last is under way when `is_under_way`.
    pages: VecDeque<(String, usize)>,
    is_under_way: bool,
    /// First instant of the page under way, and when it was last written.
    begun: Timestamp,
    written: Timestamp,
    /// Blocks that were read, by path, until the tag is heard of.
    waiting: HashMap<String, Vec<Box<[u8]>>>,
    wait_until: Timestamp,
    /// Tags below this index have got theirs.
    adopted: usize,
}

impl Archive {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            owner: None,
            is_ours: false,
            bound: DEFAULT_BOUND,
            pages: VecDeque::new(),
            is_under_way: false,
            begun: now,
            written: now,
            waiting: HashMap::new(),
            wait_until: now,
            adopted: 0,
        }
    }

    /// What is kept is of this broker and user.
    pub(super) fn keep(&mut self, now: Timestamp, owner: String) {
        if self.owner.as_ref() != Some(&owner) {
            self.owner = Some(owner);
            self.pages.clear();
            self.waiting.clear();
            self.turn(now);
        }
    }

    /// How much may be kept, in megabytes.
    pub(super) fn bound(&mut self, megabytes: Option<u32>) {
        self.bound = megabytes.map_or(DEFAULT_BOUND, |megabytes| megabytes as usize * 1_000_000);
    }

    /// Tags are numbered anew: the page under way is closed as it stands, the next begins with the new plant.
    pub(super) fn plant_changed(&mut self, now: Timestamp) {
        self.adopted = 0;
        self.turn(now);
    }

    /// The store is ours: what it holds of this owner waits for its tags. Pages that cannot be read are deleted; how
    /// many.
    pub(super) fn load(&mut self, now: Timestamp, records: &[Record], orders: &mut VecDeque<StoreOrder>) -> u32 {
        self.is_ours = true;
        self.adopted = 0;
        self.wait_until = now + WAIT;
        let Some(prefix) = self.prefix() else { return 0 };
        let mut pages: Vec<&Record> = records.iter().filter(|record| record.key.starts_with(&prefix)).collect();
        pages.sort_by(|a, b| a.key.cmp(&b.key));
        let mut lost = 0;
        let mut read = VecDeque::new();
        for page in pages {
            // Looked through before anything of it is taken.
            if read_page(&page.value, &mut |_, _| {}).is_err() {
                lost += 1;
                orders.push_back(StoreOrder::Delete(page.key.clone()));
                continue;
            }
            let _whole = read_page(&page.value, &mut |path, block| {
                self.waiting.entry(path.to_owned()).or_default().push(block.into());
            });
            read.push_back((page.key.clone(), page.value.len()));
        }
        read.append(&mut self.pages);
        self.pages = read;
        self.evict(orders);
        lost
    }

    /// The store takes nothing (any more).
    pub(super) const fn unkept(&mut self) {
        self.is_ours = false;
    }

    /// The browser has no more room: keeps half of what it kept, for as long as the settings stay; false when there is
    /// nothing to let go.
    pub(super) fn shrink(&mut self, orders: &mut VecDeque<StoreOrder>) -> bool {
        let before = self.pages.len();
        self.bound = self.bytes() / 2;
        self.evict(orders);
        self.pages.len() < before
    }

    /// Whether a record is a page of history: the one under way is written anew anyway.
    pub(super) fn owns(record: &Record) -> bool {
        record.key.starts_with(KIND)
    }

    /// The past of the broker at this URL is forgotten, or all: what is in memory is written no more.
    pub(super) fn forget(&mut self, now: Timestamp, url: &str, orders: &mut VecDeque<StoreOrder>) {
        let part = if url.is_empty() { String::new() } else { format!("{url}|") };
        orders.push_back(StoreOrder::Erase(format!("{KIND}{part}")));
        if self.owner.as_ref().is_some_and(|owner| owner.starts_with(&part)) {
            self.pages.clear();
            self.waiting.clear();
            self.turn(now);
        }
    }

    /// Gives tags that are new since the last time what was kept of them; whether there was any.
    pub(super) fn adopt(&mut self, now: Timestamp, plant: &mut Plant) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let mut found = false;
        for index in self.adopted..plant.tags().len() {
            let tag = TagId(index as u32);
            let Some(record) = plant.tags().get(tag) else { continue };
            let Some(blocks) = self.waiting.remove(&*record.path) else { continue };
            for block in blocks {
                let _read = unpack(&mut &*block, &mut |at, value| {
                    if at <= now.0 {
                        plant.remember(tag, Timestamp(at), f64::from(value));
                        found = true;
                    }
                });
            }
        }
        self.adopted = plant.tags().len();
        if now >= self.wait_until {
            self.waiting = HashMap::new();
        }
        found
    }

    /// Stores what came since the page under way began, every few seconds.
    pub(super) fn flush(&mut self, now: Timestamp, plant: &Plant, orders: &mut VecDeque<StoreOrder>) {
        if now < self.written {
            self.turn(now); // the clock was set back
        }
        let Some(prefix) = self.prefix().filter(|_| self.is_ours && self.bound > 0) else { return };
        if now - self.written < EVERY {
            return;
        }
        self.written = now;
        let page = page_of(plant, self.begun, now);
        if page.len() > 1 {
            if !std::mem::replace(&mut self.is_under_way, true) {
                self.pages.push_back((format!("{prefix}{:015}", self.begun.0.max(0)), 0));
            }
            let bytes = page.len();
            if let Some((key, size)) = self.pages.back_mut() {
                *size = bytes;
                orders.push_back(StoreOrder::Put(Record { key: key.clone(), value: page }));
            }
            self.evict(orders);
            if bytes >= PAGE_BYTES || now - self.begun >= PAGE_SPAN {
                let overlap = Millis(((now - self.begun).0 / 8).clamp(0, OVERLAP.0));
                self.turn(now - overlap);
                self.written = now;
            }
        } else {
            self.begun = now - OVERLAP;
        }
    }

    fn turn(&mut self, begun: Timestamp) {
        self.is_under_way = false;
        (self.begun, self.written) = (begun, begun);
    }

    fn evict(&mut self, orders: &mut VecDeque<StoreOrder>) {
        let mut bytes = self.bytes();
        while bytes > self.bound
            && self.pages.len() > usize::from(self.is_under_way)
            && let Some((key, size)) = self.pages.pop_front()
        {
            bytes -= size;
            orders.push_back(StoreOrder::Delete(key));
        }
    }

    fn bytes(&self) -> usize {
        self.pages.iter().map(|(_, bytes)| bytes).sum()
    }

    fn prefix(&self) -> Option<String> {
        self.owner.as_ref().map(|owner| format!("{KIND}{owner}|"))
    }
}

/// All samples of a stretch of time as a page; one byte when there are none.
fn page_of(plant: &Plant, from: Timestamp, to: Timestamp) -> Vec<u8> {
    let mut tags: Vec<(&str, TagId)> = (0..plant.tags().len() as u32)
        .map(TagId)
        .filter(|&tag| plant.newest(tag).is_some_and(|(at, _)| at >= from))
        .filter_map(|tag| Some((&*plant.tags().get(tag)?.path, tag)))
        .collect();
    tags.sort_unstable();
    let (mut out, mut samples, mut before) = (vec![VERSION], Vec::new(), "");
    for (path, tag) in tags {
        samples.clear();
        plant.walk(tag, from, to, &mut |at, value| {
            if at >= from && value.is_finite() {
                samples.push((at.0, (value as f32).clamp(f32::MIN, f32::MAX)));
            }
        });
        if samples.is_empty() {
            continue;
        }
        let shared = path.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
        let shared = (0..=shared).rev().find(|&at| path.is_char_boundary(at)).unwrap_or(0);
        let fresh = path.get(shared..).unwrap_or_default();
        pack::put(shared as u64, &mut out);
        pack::put(fresh.len() as u64, &mut out);
        out.extend_from_slice(fresh.as_bytes());
        pack(&samples, &mut out);
        before = path;
    }
    out
}

/// Calls `each` with every path of a page and its block.
fn read_page(page: &[u8], each: &mut dyn FnMut(&str, &[u8])) -> Result<(), Corrupt> {
    let Some((&VERSION, mut rest)) = page.split_first() else { return Err(Corrupt) };
    let mut path = String::new();
    while !rest.is_empty() {
        let shared = usize::try_from(pack::take(&mut rest)?).map_err(|_| Corrupt)?;
        let fresh = usize::try_from(pack::take(&mut rest)?).map_err(|_| Corrupt)?;
        if !path.is_char_boundary(shared) || fresh > rest.len() {
            return Err(Corrupt);
        }
        let (text, after) = rest.split_at(fresh);
        path.truncate(shared);
        path.push_str(std::str::from_utf8(text).map_err(|_| Corrupt)?);
        let mut end = after;
        unpack(&mut end, &mut |_, _| {})?;
        each(&path, &after[..after.len() - end.len()]);
        rest = end;
    }
    Ok(())
}

/// What the records begin with.
const KIND: &str = "history|";
const VERSION: u8 = 1;
const DEFAULT_BOUND: usize = 24_000_000;
/// How often the page under way is written.
const EVERY: Millis = Millis(10_000);
/// Larger or older pages are closed.
const PAGE_BYTES: usize = 256 * 1024;
const PAGE_SPAN: Millis = Millis(900_000);
/// How far a page reaches back into the one before, at most: what came late is in the later page.
const OVERLAP: Millis = Millis(60_000);
/// How long what was kept waits for its tags.
const WAIT: Millis = Millis(900_000);
