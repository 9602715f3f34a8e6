//! What the page looks at, told to the worker: counted, and batched per turn, so that going from one page to the next
//! sends only the difference. Each hook ends what it began when its component goes.

use std::sync::Arc;

use leptos::prelude::*;

use super::live::{Live, TrendSink, Watched, unknown_reading, use_live};
use crate::chart::View;
use crate::time::{Millis, Timestamp};
use crate::ui::link::{Link, use_link};
use crate::vocab::{PlaceId, Reading, TagId};
use crate::wire::{Command, TrendRequest, ViewId};

/// Streams a tag's reading while the component lives.
pub fn use_reading(tag: TagId) -> ArcRwSignal<Reading> {
    let (live, link) = (use_live(), use_link());
    let epoch = live.epoch.get_untracked();
    let made = live.store.try_update_value(|store| {
        let watched = store.readings.entry(tag.0, || Watched {
            signal: ArcRwSignal::new(unknown_reading()),
            count: 0,
            told: false,
        });
        watched.count += 1;
        let signal = watched.signal.clone();
        touch(store, tag).then(|| later(live, link));
        signal
    });
    on_cleanup(move || {
        if live.epoch.try_get_untracked() != Some(epoch) {
            return; // the id means something else now
        }
        live.store.try_update_value(|store| {
            if let Some(watched) = store.readings.get_mut(tag.0) {
                watched.count = watched.count.saturating_sub(1);
                touch(store, tag).then(|| later(live, link));
            }
        });
    });
    made.unwrap_or_else(|| ArcRwSignal::new(unknown_reading()))
}

/// Asks for the tags at and below a place while the component lives.
pub fn use_open(place: PlaceId) {
    let (live, link) = (use_live(), use_link());
    let epoch = live.epoch.get_untracked();
    link.post(&Command::Open(place));
    on_cleanup(move || {
        if live.epoch.try_get_untracked() == Some(epoch) {
            link.post(&Command::Close(place));
        }
    });
}

/// Streams a tag's past while the component lives: the last `columns` buckets of `step` each.
pub fn use_trend(tag: TagId, step: Millis, columns: u16, sink: TrendSink) {
    let (live, link) = (use_live(), use_link());
    let epoch = live.epoch.get_untracked();
    let Some(view) = begin(live, link, epoch, sink) else { return };
    link.post(&Command::Trend(TrendRequest { view, tag, step, columns, to: None }));
}

/// Streams what a view shows of a tag's past while the component lives, and as much before and after it: `columns`
/// buckets and, once it is not live, three times as many. Sent whole whenever that is another stretch.
pub fn use_past(tag: TagId, view: Signal<View>, columns: u16, sink: TrendSink) {
    let (live, link) = (use_live(), use_link());
    let epoch = live.epoch.get_untracked();
    let Some(id) = begin(live, link, epoch, sink) else { return };
    let wanted = Memo::new(move |_| {
        let view = view.get();
        let half = view.span.0 / 2;
        let to = view.to.map(|to| Timestamp(to.0.div_euclid(half).saturating_add(2).saturating_mul(half)));
        (view.step(columns), to)
    });
    Effect::new(move |_: Option<()>| {
        let (step, to) = wanted.get();
        let columns = if to.is_some() { columns * 3 } else { columns + 1 };
        if live.epoch.try_get_untracked() == Some(epoch) {
            link.post(&Command::Trend(TrendRequest { view: id, tag, step, columns, to }));
        }
    });
}

/// A number for a trend, taken back with the component.
fn begin(live: Live, link: Link, epoch: u32, sink: TrendSink) -> Option<ViewId> {
    let view = live.store.try_update_value(|store| {
        store.next_view += 1;
        let view = ViewId(store.next_view);
        store.trends.insert(view, Arc::clone(&sink));
        view
    });
    let view = view?;
    on_cleanup(move || {
        live.store.try_update_value(|store| store.trends.remove(&view));
        if live.epoch.try_get_untracked() == Some(epoch) {
            link.post(&Command::EndTrend(view));
        }
    });
    Some(view)
}

/// Notes that a tag's count changed; true when nothing else waits to be told yet.
fn touch(store: &mut super::live::Store, tag: TagId) -> bool {
    store.touched.push(tag);
    store.touched.len() == 1
}

fn later(live: Live, link: Link) {
    queue_microtask(move || {
        let difference = live.store.try_update_value(take_difference);
        let Some((watch, unwatch)) = difference else { return };
        if !watch.is_empty() {
            link.post(&Command::Watch(watch));
        }
        if !unwatch.is_empty() {
            link.post(&Command::Unwatch(unwatch));
        }
    });
}

fn take_difference(store: &mut super::live::Store) -> (Vec<TagId>, Vec<TagId>) {
    let (mut watch, mut unwatch) = (Vec::new(), Vec::new());
    for tag in std::mem::take(&mut store.touched) {
        let Some(watched) = store.readings.get_mut(tag.0) else { continue };
        match (watched.count > 0, watched.told) {
            (true, false) => {
                watched.told = true;
                watch.push(tag);
            }
            (false, told) => {
                if told {
                    unwatch.push(tag);
                }
                store.readings.remove(tag.0);
            }
            (true, true) => {}
        }
    }
    (watch, unwatch)
}
