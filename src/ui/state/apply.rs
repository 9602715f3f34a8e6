//! The one writer: turns the worker's updates into signals. Everything else only reads.

use std::sync::Arc;

// The trait, which the wire's `Update` would hide.
use leptos::prelude::{Update as _, *};

use super::live::{Live, Store};
use super::slots::Slots;
use crate::document::board_from_json;
use crate::vocab::{LinkState, Quality};
use crate::wire::{Frame, LinkReport, Place, ReadingOf, Tag, Update};

/// Applies everything but frames (which wait for the screen, [`frame`]) and the handshake (which is the link's).
pub fn update(live: Live, update: Update) {
    match update {
        Update::Link(report) => link(live, report),
        Update::Places(places) => place(live, places),
        Update::Tags(tags) => tag(live, tags),
        Update::Outbox(report) => live.outbox.set(report),
        Update::Cleared => {
            live.store.update_value(|store| store.is_cleared = true);
            live.alerts.begin_anew();
        }
        Update::Alerts(alerts) => live.alerts.take(alerts),
        Update::AlertJournal(journal) => live.alerts.journal.set(Some(Arc::from(journal))),
        Update::AlertPreview(preview) => live.alerts.preview.set(Some(Arc::from(preview))),
        Update::SharedBoard { id, text } => shared_board(live, &id, &text),
        Update::Message(message) => live.message.set(Some(Arc::new(*message))),
        Update::Findings(findings) => live.findings.set(Some(Arc::new(*findings))),
        Update::EdgeNodes(nodes) => live.edge_nodes.set(Some(Arc::from(nodes))),
        Update::Writing(report) => live.writing.set(Some(Arc::from(report))),
        Update::KpiGlances(told) => live.glances.take(told),
        Update::Kpis(report) => live.kpis.set(Some(Arc::from(report))),
        Update::Survey(survey) => live.survey.set(Some(Arc::new(*survey))),
        Update::AlertFile(text) => crate::ui::files::offer_table("alert-journal.csv", &text),
        Update::TagList(format, text) => crate::ui::files::offer_tags(format, &text),
        Update::Frame(_) | Update::Ready { .. } | Update::Beat => {}
    }
}

/// Applies a frame but for its readings, [`readings`]. False when one before it is missing and everything is to be asked
/// for again.
pub fn frame(live: Live, frame: Frame) -> bool {
    let is_next = live.store.try_update_value(|store| {
        let is_next = frame.seq == store.seq.wrapping_add(1) || store.seq == 0;
        store.seq = frame.seq;
        is_next && !store.is_cleared
    });
    let is_cleared = live.store.with_value(|store| store.is_cleared);
    if !is_cleared {
        // Signals are set outside of the store's borrow: an effect may read the store.
        for card in frame.machines {
            let signal = live.card(card.place);
            if signal.with_untracked(|shown| *shown != card) {
                signal.set(card);
            }
        }
        crate::ui::canvas::advance(frame.now);
        for part in &frame.trends {
            let sink = live.store.with_value(|store| store.trends.get(&part.view).cloned());
            if let Some(sink) = sink {
                sink(part);
            }
        }
    }
    if let Some(rows) = frame.rows {
        live.rows.set(Arc::new(*rows));
    }
    if let Some(stats) = frame.stats {
        live.stats.set(Arc::new(*stats));
    }
    is_next.unwrap_or(true) || is_cleared
}

/// Applies readings of a frame that was applied.
pub fn readings(live: Live, readings: Vec<ReadingOf>) {
    if live.store.with_value(|store| store.is_cleared) {
        return;
    }
    for changed in readings {
        let signal =
            live.store.with_value(|store| store.readings.get(changed.tag.0).map(|watched| watched.signal.clone()));
        if let Some(signal) = signal
            && signal.with_untracked(|shown| *shown != changed.reading)
        {
            signal.set(changed.reading);
        }
    }
}

/// The worker is gone: nobody vouches for anything on screen.
pub fn stranded(live: Live) {
    live.is_stranded.set(true);
    doubt(live, |_| true);
    let cards: Vec<_> = live.store.with_value(|store| store.cards.values().cloned().collect());
    for card in cards {
        if card.with_untracked(|card| !card.stale) {
            card.update(|card| card.stale = true);
        }
    }
}

/// A worker is there again, with a model of its own: frames count from 1.
pub fn rescued(live: Live) {
    live.store.update_value(|store| {
        store.seq = 0;
        store.is_cleared = true;
    });
    live.is_stranded.set(false);
}

/// Another configuration is put in force: what the old one brought is not shown any longer.
pub fn wipe(live: Live) {
    let was_empty = live.store.with_value(|store| store.places.values().next().is_none());
    live.links.set(Vec::new());
    live.shared_boards.set(Vec::new());
    if was_empty {
        return; // nothing is shown, and a form that somebody fills in stays as it is
    }
    live.store.update_value(forget);
    live.epoch.update(|epoch| *epoch += 1);
    live.structure.update(|shape| *shape += 1);
}

/// A link's report. When it is not up, what it brought is stale at once, without waiting for the next frame.
fn link(live: Live, report: LinkReport) {
    let is_up = matches!(report.state, LinkState::Online { .. });
    let broker = report.broker;
    live.links.update(|links| match links.iter().position(|link| link.broker >= broker) {
        Some(at) if links[at].broker == broker => links[at] = report,
        Some(at) => links.insert(at, report),
        None => links.push(report),
    });
    if !is_up {
        doubt(live, |tag| tag.broker == broker);
    }
}

/// Marks the shown readings of these tags stale, where they were trusted.
fn doubt(live: Live, of: impl Fn(&Tag) -> bool) {
    let shown: Vec<_> = live.store.with_value(|store| {
        let mut shown = Vec::new();
        for tag in store.tags.values() {
            let Some(tag) = tag.get_untracked().filter(|tag| of(tag)) else { continue };
            shown.extend(store.readings.get(tag.id.0).map(|watched| watched.signal.clone()));
        }
        shown
    });
    for signal in shown {
        if signal.with_untracked(|reading| matches!(reading.quality, Quality::Good | Quality::Uncertain)) {
            signal.update(|reading| reading.quality = Quality::Stale);
        }
    }
}

/// A board from the broker: taken if it is one, of the id it lies under, and there is room. What cannot be read is left
/// out whole: half a board would look as if somebody had taken the rest off.
fn shared_board(live: Live, id: &str, text: &str) {
    let read = if text.is_empty() { None } else { board_from_json(text).0.filter(|board| board.id == id) };
    live.shared_boards.update(|boards| {
        let at = boards.iter().position(|known| known.id == id);
        match (at, read) {
            (Some(at), Some(board)) => boards[at] = board,
            (None, Some(board)) if boards.len() < MOST_SHARED => boards.push(board),
            (Some(at), None) if text.is_empty() => {
                boards.remove(at);
            }
            _ => {}
        }
    });
}

fn place(live: Live, places: Vec<Place>) {
    let is_new_tree = live.store.with_value(|store| store.is_cleared);
    if is_new_tree {
        live.store.update_value(forget);
    }
    let is_reshaped = live.store.try_update_value(|store| {
        let mut is_reshaped = false;
        for place in places {
            let known = store.places.get(place.id.0);
            is_reshaped |= known.is_none_or(|known| {
                (known.parent, known.level) != (place.parent, place.level) || known.path != place.path
            });
            // Two brokers may have the same path: the first keeps it, as with tags.
            store.place_ids.entry(place.path.clone()).or_insert(place.id.0);
            store.places.set(place.id.0, place);
        }
        is_reshaped
    });
    if is_new_tree {
        live.epoch.update(|epoch| *epoch += 1);
    }
    if is_reshaped == Some(true) || is_new_tree {
        live.structure.update(|shape| *shape += 1);
    }
}

fn tag(live: Live, tags: Vec<Tag>) {
    if live.store.with_value(|store| store.is_cleared) {
        return;
    }
    for tag in tags {
        let signal = live.tag(tag.id);
        let place = tag.place.0;
        let (id, path) = (tag.id, tag.path.clone());
        let old = signal.get_untracked();
        live.store.update_value(|store| {
            store.tag_ids.entry(path).or_insert(id.0);
            let was = old.as_ref().map(|old| old.place.0);
            if was != Some(place) {
                if let Some(list) = was.and_then(|was| store.tags_of.get_mut(was)) {
                    list.retain(|other| *other != id);
                }
                store.tags_of.entry(place, Vec::new).push(id);
            }
        });
        if old.as_deref() != Some(&tag) {
            signal.set(Some(Arc::new(tag)));
        }
    }
    live.described.update(|count| *count += 1);
}

/// As many boards as are taken from a broker.
const MOST_SHARED: usize = 200;

/// Forgets what belongs to ids. Trends and readings end with the components that are about to go.
fn forget(store: &mut Store) {
    store.places = Slots::default();
    store.place_ids.clear();
    store.tags = Slots::default();
    store.tag_ids.clear();
    store.tags_of = Slots::default();
    store.cards = Slots::default();
    store.readings = Slots::default();
    store.touched.clear();
    store.trends.clear();
    store.is_cleared = false;
}
