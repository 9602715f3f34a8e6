//! Rows: of the tree as far as it is open, or of the tags found.

use std::collections::BTreeSet;

use super::index::Index;
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{Origin, Quality, TagId, Value};
use crate::wire::{Filter, Row, RowTag, Rows};

/// The window on the tree. Costs by the nodes that are open, not by the tags below them.
pub(super) fn tree(now: Timestamp, plant: &Plant, index: &Index, open: &[String], first: usize, count: usize) -> Rows {
    let open: BTreeSet<&str> = open.iter().map(String::as_str).collect();
    let mut walk = Walk { now, plant, order: index.order(), open, first, count, at: 0, rows: Vec::new() };
    walk.level(0, index.len(), None, 0);
    Rows { total: walk.at as u32, first: first as u32, rows: walk.rows }
}

struct Walk<'a> {
    now: Timestamp,
    plant: &'a Plant,
    order: &'a [TagId],
    open: BTreeSet<&'a str>,
    first: usize,
    count: usize,
    /// Rows passed.
    at: usize,
    rows: Vec<Row>,
}

impl<'a> Walk<'a> {
    fn path(&self, at: usize) -> &'a str {
        self.order.get(at).and_then(|id| self.plant.tags().get(*id)).map_or("", |record| &record.path)
    }

    /// One level of the stretch from `low` to `high`, all of which lies below `above`.
    fn level(&mut self, low: usize, high: usize, above: Option<&str>, depth: u16) {
        let begin = above.map_or(0, |above| above.len() + 1);
        let mut at = low;
        while at < high {
            let path = self.path(at);
            let rest = path.get(begin..).unwrap_or("");
            let node = &path[..begin + rest.find('/').unwrap_or(rest.len())];
            let end = self.end_of(node, at, high);
            // The node's own tags come first: more than one where two brokers have the same path.
            let own = (at..end).take_while(|at| self.path(*at).len() == node.len()).count();
            let is_open = end - at > own && self.open.contains(node);
            if (self.first..self.first + self.count).contains(&self.at) {
                let row = self.row(node, begin, depth, at, end, own, is_open);
                self.rows.push(row);
            }
            self.at += 1;
            if is_open {
                self.level(at + own, end, Some(node), depth + 1);
            }
            at = end;
        }
    }

    /// Where the stretch of a node ends: searched in growing steps, for most nodes have little below them.
    fn end_of(&self, node: &str, at: usize, high: usize) -> usize {
        let is_in = |at: usize| {
            let rest = self.path(at).strip_prefix(node);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let (mut known, mut step) = (at, 1);
        while known + step < high && is_in(known + step) {
            known += step;
            step *= 2;
        }
        let (mut low, mut high) = (known + 1, (known + step).min(high));
        while low < high {
            let middle = low + (high - low) / 2;
            if is_in(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    #[expect(clippy::too_many_arguments, reason = "a row is all of this, and has one caller")]
    fn row(&self, node: &str, begin: usize, depth: u16, at: usize, end: usize, own: usize, is_open: bool) -> Row {
        let mut sum = Sum::default();
        self.order[at..end].iter().for_each(|id| sum.add(self.now, self.plant, *id));
        Row {
            path: node.into(),
            name: node[begin..].into(),
            depth,
            below: (end - at - own) as u32,
            is_open,
            tag: self.order[at..at + own].first().and_then(|id| row_tag(self.now, self.plant, *id)),
            rate: sum.rate,
            heard: sum.heard,
            bytes: sum.bytes,
        }
    }
}

/// The window on tags found, of those that pass all filters.
pub(super) fn found(
    now: Timestamp,
    plant: &Plant,
    found: &[TagId],
    filters: &[Filter],
    first: usize,
    count: usize,
) -> Rows {
    let mut rows = Vec::new();
    let mut total = 0;
    for &id in found {
        if !filters.iter().all(|filter| passes(now, plant, id, *filter)) {
            continue;
        }
        if (first..first + count).contains(&total)
            && let Some(record) = plant.tags().get(id)
        {
            let mut sum = Sum::default();
            sum.add(now, plant, id);
            rows.push(Row {
                path: record.path.clone(),
                name: record.path.clone(),
                depth: 0,
                below: 0,
                is_open: false,
                tag: row_tag(now, plant, id),
                rate: sum.rate,
                heard: sum.heard,
                bytes: sum.bytes,
            });
        }
        total += 1;
    }
    Rows { total: total as u32, first: first as u32, rows }
}

fn passes(now: Timestamp, plant: &Plant, id: TagId, filter: Filter) -> bool {
    let Some(record) = plant.tags().get(id) else { return false };
    match filter {
        Filter::Stale => plant.is_stale(now, record) || record.quality == Quality::Stale,
        // What the broker retained was there before we looked.
        Filter::New => now - record.first_seen < NEW && (record.origin != Origin::Retained || record.received > 1),
        Filter::ChangedType => record.changed_kind(),
        Filter::NoUnit => {
            matches!(record.value, Value::Int(_) | Value::UInt(_) | Value::Float(_)) && record.shown_unit().is_none()
        }
        Filter::NoTime => record.source_time.is_none() && record.value != Value::Null,
    }
}

fn row_tag(now: Timestamp, plant: &Plant, id: TagId) -> Option<RowTag> {
    let record = plant.tags().get(id)?;
    Some(RowTag {
        id,
        reading: plant.reading(now, id)?,
        unit: record.shown_unit().cloned(),
        description: record.shown_description().cloned(),
        broker: record.broker,
        source: plant.tags().source(id).into(),
    })
}

/// What is summed up over tags; a topic with many counts once.
#[derive(Default)]
struct Sum {
    rate: f32,
    heard: Option<Timestamp>,
    bytes: u64,
}

impl Sum {
    fn add(&mut self, now: Timestamp, plant: &Plant, id: TagId) {
        if let Some(record) = plant.tags().get(id)
            && record.received > 0
        {
            self.heard = self.heard.max(Some(record.receive_time));
        }
        if plant.is_first_of_topic(id)
            && let Some((_, last)) = plant.last_message(id)
        {
            self.rate += last.rate(now);
            self.bytes += u64::from(last.size);
        }
    }
}

const NEW: Millis = Millis::from_secs(600);
