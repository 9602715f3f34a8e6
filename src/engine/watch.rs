//! What the page shows: watched tags, open places, wanted paths, trends; and which of it is dirty.

use std::collections::{BTreeMap, BTreeSet};

use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{PlaceId, TagId};
use crate::wire::{TrendPart, TrendRequest, ViewId};

/// What the page shows.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Watch counts and dirty flags by tag.
    tags: Vec<Watched>,
    dirty: Vec<TagId>,
    open: BTreeMap<PlaceId, u32>,
    wanted: BTreeSet<String>,
    trends: BTreeMap<ViewId, OpenTrend>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Watched {
    count: u32,
    dirty: bool,
}

#[derive(Debug)]
struct OpenTrend {
    request: TrendRequest,
    /// Index of the last column sent.
    sent: Option<i64>,
    due: Timestamp,
}

impl Watch {
    pub(super) fn watch(&mut self, tags: &[TagId], known: usize) {
        for &tag in tags.iter().filter(|tag| (tag.0 as usize) < known) {
            let index = tag.0 as usize;
            if self.tags.len() <= index {
                self.tags.resize(index + 1, Watched::default());
            }
            self.tags[index].count += 1;
            self.mark(tag);
        }
    }

    pub(super) fn unwatch(&mut self, tags: &[TagId]) {
        for tag in tags {
            if let Some(watched) = self.tags.get_mut(tag.0 as usize) {
                watched.count = watched.count.saturating_sub(1);
            }
        }
    }

    /// A tag's reading was renewed. On the message path: a look-up and a flag.
    pub(super) fn mark(&mut self, tag: TagId) {
        if let Some(watched) = self.tags.get_mut(tag.0 as usize)
            && watched.count > 0
            && !watched.dirty
        {
            watched.dirty = true;
            self.dirty.push(tag);
        }
    }

    /// All watched readings are to be sent again: what vouches for them has changed.
    pub(super) fn mark_all_readings(&mut self) {
        for index in 0..self.tags.len() {
            self.mark(TagId(index as u32));
        }
    }

    /// Everything watched is to be sent again.
    pub(super) fn mark_all(&mut self) {
        self.mark_all_readings();
        self.mark_trends();
    }

    /// All trends are to be sent again from their beginning.
    pub(super) fn mark_trends(&mut self) {
        for trend in self.trends.values_mut() {
            trend.sent = None;
            trend.due = Timestamp::default();
        }
    }

    /// Marks what fell silent for longer than it may within the last `span`.
    pub(super) fn mark_silent(&mut self, now: Timestamp, span: Millis, plant: &Plant) {
        for index in 0..self.tags.len() {
            let tag = TagId(index as u32);
            let Some(record) = plant.tags().get(tag) else { continue };
            if let Some(most) = record.meaning.as_ref().and_then(|meaning| meaning.stale_after) {
                let over = (now - record.receive_time).0 - most.0;
                if (0..=span.0).contains(&over) {
                    self.mark(tag);
                }
            }
        }
    }

    /// The clock was set back: trends that wait for a time to come are due.
    pub(super) fn clock_set_back(&mut self) {
        for trend in self.trends.values_mut() {
            trend.due = Timestamp::default();
        }
    }

    pub(super) fn take_dirty(&mut self) -> Vec<TagId> {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.retain(|tag| {
            let watched = &mut self.tags[tag.0 as usize];
            watched.dirty = false;
            watched.count > 0
        });
        dirty
    }

    pub(super) fn open(&mut self, place: PlaceId) {
        *self.open.entry(place).or_default() += 1;
    }

    pub(super) fn close(&mut self, place: PlaceId) {
        if let Some(count) = self.open.get_mut(&place) {
            *count -= 1;
            if *count == 0 {
                self.open.remove(&place);
            }
        }
    }

    pub(super) fn want(&mut self, paths: Vec<String>) {
        for path in paths {
            if self.wanted.len() < MOST_WANTED {
                self.wanted.insert(path);
            }
        }
    }

    /// Whether the page asked for this tag's description.
    pub(super) fn wants(&self, plant: &Plant, tag: TagId) -> bool {
        let Some(record) = plant.tags().get(tag) else { return false };
        record.on_card
            || self.wanted.contains(&*record.path)
            || record.place.is_some_and(|place| self.open.keys().any(|&top| plant.places().is_below(place, top)))
    }

    pub(super) fn trend(&mut self, request: TrendRequest) {
        let request = TrendRequest {
            step: Millis(request.step.0.clamp(LEAST_STEP.0, MOST_STEP.0)),
            columns: request.columns.clamp(1, MOST_COLUMNS),
            ..request
        };
        if self.trends.len() < MOST_TRENDS || self.trends.contains_key(&request.view) {
            self.trends.insert(request.view, OpenTrend { request, sent: None, due: Timestamp::default() });
        }
    }

    pub(super) fn end_trend(&mut self, view: ViewId) {
        self.trends.remove(&view);
    }

    /// The new columns of all trends that are due. The last column sent is sent again: it may still have grown.
    pub(super) fn take_trends(&mut self, now: Timestamp, plant: &Plant) -> Vec<TrendPart> {
        let mut parts = Vec::new();
        for (&view, trend) in &mut self.trends {
            if now < trend.due {
                continue;
            }
            let TrendRequest { tag, step, columns, to, .. } = trend.request;
            let newest = to.unwrap_or(now).0.clamp(-MOST_TIME, MOST_TIME).div_euclid(step.0);
            let oldest = newest - i64::from(columns) + 1;
            let first = trend.sent.map_or(oldest, |sent| sent.clamp(oldest, newest));
            let mut out = Vec::new();
            plant.columns(tag, step, first, (newest - first + 1) as usize, &mut out);
            // A wall of sparklines begun together is spread out over the interval.
            let wait = (step.0 / 4).clamp(100, 4000);
            let spread = if trend.sent.is_none() { wait * i64::from(view.0 % 16) / 16 } else { 0 };
            trend.sent = Some(newest);
            trend.due = if to.is_some() { Timestamp(i64::MAX) } else { now + Millis(wait + spread) };
            parts.push(TrendPart { view, step, first, columns: out });
        }
        parts
    }

    /// Forgets everything: the ids are of another plant.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

const LEAST_STEP: Millis = Millis(100);
const MOST_STEP: Millis = Millis(86_400_000);
const MOST_COLUMNS: u16 = 4000;
const MOST_TRENDS: usize = 2000;
/// Beyond this (some 250 000 years from 1970) there are no samples.
const MOST_TIME: i64 = 1 << 53;
const MOST_WANTED: usize = 20_000;
