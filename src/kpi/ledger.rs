//! One machine's books: what it was doing and what it made, from when on, and the partial results of each cell of the
//! calendar, made anew only where something late touches them.

use std::collections::BTreeMap;

use super::calendar::{Calendar, Cell};
use super::counter::{Between, Count, Reading};
use super::steps::Steps;
use super::sums::Sums;
use super::track::Track;
use super::words::{WordId, Words};
use crate::document::Counting;
use crate::time::{Millis, Timestamp};
use crate::vocab::MachineState;

/// What a machine was doing, and its own word for it. [`MachineState::Offline`]: nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its state.
    pub state: MachineState,
    /// Its own word.
    pub word: WordId,
}

impl State {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { state: MachineState::Offline, word: WordId::NONE };
}

/// What a person said of a stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// From when it holds.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// The reason.
    pub reason: WordId,
    /// Anything else.
    pub comment: String,
    /// Who said so; nobody verified it.
    pub who: String,
    /// When.
    pub said: Timestamp,
}

/// What holds for a part of a cell: one order, one product.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Its order.
    pub order: WordId,
    /// Its product.
    pub product: WordId,
    /// What adds up.
    pub sums: Sums,
}

/// What the machine's figures are made with, besides what it tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Planned run time per item in milliseconds, where the machine does not tell and the product has none.
    pub cycle_ms: Option<f64>,
    /// The same by product.
    pub products: BTreeMap<WordId, f64>,
    /// Unplanned stops shorter than this are minor.
    pub minor: Millis,
    /// Which of the calendar's planned stops are this machine's, by index.
    pub planned_stops: Vec<bool>,
}

/// The books.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Terms.
    pub terms: Terms,
    pub(super) states: Steps<State>,
    pub(super) reasons: Steps<WordId>,
    pub(super) orders: Steps<WordId>,
    pub(super) products: Steps<WordId>,
    /// Planned run time per item as the machine tells it, milliseconds; 0 for none.
    pub(super) cycles: Steps<f64>,
    pub(super) tracks: [Track; 3],
    pub(super) notes: Vec<Note>,
    /// Times that another screen told of.
    pub(super) borrowed: Vec<(Timestamp, Timestamp)>,
    /// Until when it was kept by an earlier life.
    pub(super) resumed: Option<Timestamp>,
    partials: BTreeMap<Timestamp, Box<[Slice]>>,
    /// The broker's last word for its state was of this time.
    vouched: Option<Timestamp>,
    version: u64,
}

impl Ledger {
    /// How its counters are read from now on.
    pub fn read_counters(&mut self, counting: Counting, rolls_over_at: Option<f64>) {
        let reading = Reading { counting, rolls_over_at };
        for track in &mut self.tracks {
            if track.reading != reading {
                track.reading = reading;
                self.partials.clear();
            }
        }
    }

    /// It was in this state from `at` on.
    pub fn state(&mut self, at: Timestamp, state: State) {
        self.version += 1;
        let since = self.stop_start(at);
        if let Some(to) = self.states.set(at, state) {
            // Whether what was made is over a gap is told by the states since the value before.
            let next = self.tracks.iter().filter_map(|track| track.next(to)).max();
            self.touch(since.min(at), next.unwrap_or(to));
        }
        self.bound(at);
    }

    /// Nothing is known of it from `at` on: the link is gone, or its edge node.
    pub fn lost(&mut self, at: Timestamp) {
        if self.states.at(at).is_some_and(|(_, known)| known != State::UNKNOWN) {
            self.state(at, State::UNKNOWN);
        }
    }

    /// The broker kept what was said at `at` as the last word: whatever was unknown since then was so.
    pub fn vouch(&mut self, at: Timestamp) {
        self.vouched = Some(at);
        while let Some(from) = self.states.take_back(at, State::UNKNOWN) {
            self.touch(from, Timestamp(i64::MAX));
        }
    }

    /// What was taken back may have put a gap where the broker's word vouches.
    pub(super) fn vouch_again(&mut self) {
        if let Some(at) = self.vouched.filter(|at| self.states.at(*at).is_some_and(|(since, _)| since == *at)) {
            self.vouch(at);
        }
    }

    /// Raised with everything that is written in.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Its reason for standing from `at` on.
    pub fn reason(&mut self, at: Timestamp, reason: WordId) {
        if let Some(to) = self.reasons.set(at, reason) {
            self.touch(at, to);
        }
    }

    /// Its order from `at` on.
    pub fn order(&mut self, at: Timestamp, order: WordId) {
        if let Some(to) = self.orders.set(at, order) {
            self.touch(at, to);
        }
    }

    /// Its product from `at` on.
    pub fn product(&mut self, at: Timestamp, product: WordId) {
        if let Some(to) = self.products.set(at, product) {
            self.touch(at, to);
        }
    }

    /// The planned run time per item that it tells from `at` on, milliseconds; not above 0 is none.
    pub fn cycle(&mut self, at: Timestamp, millis: f64) {
        let millis = if millis > 0.0 && millis.is_finite() { millis } else { 0.0 };
        let is_first = self.cycles.is_empty();
        if let Some(to) = self.cycles.set(at, millis) {
            self.touch(if is_first { Timestamp(i64::MIN) } else { at }, to);
        }
    }

    /// One of its counters told a value.
    pub fn count(&mut self, counter: usize, at: Timestamp, count: Count, calendar: &Calendar) {
        let Some(track) = self.tracks.get_mut(counter) else { return };
        if let Some((from, to)) = track.push(at, count) {
            self.touch(from, from);
            if to != from {
                self.touch(to, to);
            }
        }
        let Self { tracks, cycles, terms, products, orders, states, .. } = self;
        let between = between_of(calendar, cycles, products, terms);
        let joins = |a: Timestamp, b: Timestamp| {
            calendar.index(a) == calendar.index(b)
                && is_even(states, a, b)
                && products.at(a).map(|(_, word)| word) == products.at(b).map(|(_, word)| word)
                && orders.at(a).map(|(_, word)| word) == orders.at(b).map(|(_, word)| word)
        };
        if let Some(track) = tracks.get_mut(counter) {
            track.thin(&joins, &between);
        }
    }

    /// A person said something of a stop.
    pub fn note(&mut self, note: Note) {
        if note.from < note.to && self.notes.len() < MOST_NOTES && !self.notes.contains(&note) {
            self.touch(note.from, note.to);
            let at = self.notes.partition_point(|known| known.said <= note.said);
            self.notes.insert(at, note);
        }
    }

    /// What people said, the oldest word first.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Since when anything is known.
    pub fn since(&self) -> Option<Timestamp> {
        let state = self.states.within(Timestamp(i64::MIN), Timestamp(i64::MAX)).first().map(|(at, _)| *at);
        self.tracks.iter().filter_map(Track::first).chain(state).min()
    }

    /// What it was doing, oldest first, from when on each; `None` while nothing was known.
    pub fn states(&self) -> impl Iterator<Item = (Timestamp, Option<MachineState>)> {
        let all = self.states.within(Timestamp(i64::MIN), Timestamp(i64::MAX));
        all.iter().map(|(at, known)| (*at, (*known != State::UNKNOWN).then_some(known.state)))
    }

    /// Whether it tells its state.
    pub fn has_state(&self) -> bool {
        !self.states.is_empty()
    }

    /// Whether it tells this counter.
    pub fn has_counter(&self, counter: usize) -> bool {
        self.tracks.get(counter).is_some_and(|track| !track.is_empty())
    }

    /// Values of its counters that came late, and twice.
    pub fn late_and_doubled(&self) -> (u32, u32) {
        self.tracks.iter().fold((0, 0), |(late, doubled), track| (late + track.late, doubled + track.doubled))
    }

    /// Its planned run time per item at an instant, milliseconds.
    pub fn cycle_at(&self, at: Timestamp) -> Option<f64> {
        cycle_at(at, &self.cycles, &self.products, &self.terms)
    }

    /// Hands over what adds up in `from..to`, at most until `now`, cell by cell and slice by slice.
    pub fn collect(
        &mut self,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
        calendar: &Calendar,
        words: &Words,
        each: &mut dyn FnMut(&Cell, &Slice),
    ) {
        let to = to.min(now);
        for cell in calendar.cells_in(from, to) {
            let is_whole = from <= cell.start && cell.end <= to;
            if !is_whole {
                let slices = self.reckon(cell, (from.max(cell.start), to.min(cell.end)), now, calendar, words);
                slices.iter().for_each(|slice| each(cell, slice));
                continue;
            }
            if let Some(slices) = self.partials.get(&cell.start) {
                slices.iter().for_each(|slice| each(cell, slice));
                continue;
            }
            let slices = self.reckon(cell, (cell.start, cell.end), now, calendar, words);
            slices.iter().for_each(|slice| each(cell, slice));
            if self.is_settled(cell.end) {
                self.partials.insert(cell.start, slices.into());
            }
        }
    }

    /// Whether what comes later says nothing of the time before `end`: no stop is open then whose length is not known.
    fn is_settled(&self, end: Timestamp) -> bool {
        let is_stopped = self.states.at(end - Millis(1)).is_some_and(|(_, known)| known.state == MachineState::Stopped);
        !is_stopped
            || self.states.within(end, Timestamp(i64::MAX)).iter().any(|(_, s)| s.state != MachineState::Stopped)
    }

    /// Where the unplanned stop that is under way just before `at` began; `at` where there is none.
    fn stop_start(&self, at: Timestamp) -> Timestamp {
        let mut start = at;
        while let Some((since, known)) = self.states.at(start - Millis(1)) {
            if known.state != MachineState::Stopped {
                break;
            }
            start = since;
        }
        start
    }

    fn touch(&mut self, from: Timestamp, to: Timestamp) {
        self.version += 1;
        if self.partials.is_empty() {
            return;
        }
        let first = self.partials.range(..=from).next_back().map_or(from, |(start, _)| *start);
        let keys: Vec<Timestamp> = self.partials.range(first..=to.max(first)).map(|(start, _)| *start).collect();
        for key in keys {
            self.partials.remove(&key);
        }
    }

    /// Everything is to be made anew: the calendar or the terms changed.
    pub fn touch_all(&mut self) {
        self.partials.clear();
    }

    /// Forgets what was before an instant.
    pub fn forget(&mut self, before: Timestamp) {
        self.states.forget(before);
        self.reasons.forget(before);
        self.orders.forget(before);
        self.products.forget(before);
        self.cycles.forget(before);
        self.tracks.iter_mut().for_each(|track| track.forget(before));
        self.notes.retain(|note| note.to >= before);
        self.borrowed.retain(|(_, to)| *to >= before);
        self.partials = self.partials.split_off(&before);
    }

    /// A machine whose state chatters without end forgets its oldest states, and what was counted then.
    fn bound(&mut self, newest: Timestamp) {
        if self.states.len() > MOST_STATES {
            let middle = self.states.within(Timestamp(i64::MIN), newest).get(MOST_STATES / 4).map(|(at, _)| *at);
            if let Some(before) = middle {
                self.forget(before);
            }
        }
    }

    /// Bytes it holds, about.
    pub fn bytes(&self) -> usize {
        let steps = self.states.len() + self.reasons.len() + self.orders.len() + self.products.len();
        let runs: usize = self.tracks.iter().map(Track::len).sum();
        let slices: usize = self.partials.values().map(|slices| slices.len()).sum();
        steps * 16 + self.cycles.len() * 16 + runs * 72 + slices * size_of::<Slice>() + self.partials.len() * 48
    }

    pub(super) fn between<'a>(&'a self, calendar: &'a Calendar) -> impl Fn(Timestamp, Timestamp) -> Between + 'a {
        between_of(calendar, &self.cycles, &self.products, &self.terms)
    }
}

/// Whether the state is not known for a part of `from..=to`.
pub(super) fn is_unknown(states: &Steps<State>, from: Timestamp, to: Timestamp) -> bool {
    let at_begin = states.at(from).is_none_or(|(_, known)| known.state == MachineState::Offline);
    at_begin || states.within(from, to).iter().any(|(_, known)| known.state == MachineState::Offline)
}

/// Whether the state is known throughout, or not at all.
fn is_even(states: &Steps<State>, from: Timestamp, to: Timestamp) -> bool {
    let is_known = |state: State| state.state != MachineState::Offline;
    let at_begin = states.at(from).is_some_and(|(_, known)| is_known(known));
    states
        .within(from, to + Millis(1))
        .iter()
        .filter(|(at, _)| *at > from)
        .all(|(_, known)| is_known(*known) == at_begin)
}

fn cycle_at(at: Timestamp, cycles: &Steps<f64>, products: &Steps<WordId>, terms: &Terms) -> Option<f64> {
    // Before it was first told it was the same, as far as anybody knows.
    let told = cycles.at(at).or_else(|| cycles.first()).map(|(_, millis)| millis).filter(|millis| *millis > 0.0);
    let by_product = || terms.products.get(&products.at(at)?.1).copied();
    // What a person wrote for a product is surer than what a machine is set to.
    by_product().or(told).or(terms.cycle_ms)
}

fn between_of<'a>(
    calendar: &'a Calendar,
    cycles: &'a Steps<f64>,
    products: &'a Steps<WordId>,
    terms: &'a Terms,
) -> impl Fn(Timestamp, Timestamp) -> Between + 'a {
    move |from, to| {
        let shift = |at| calendar.shift_at(at).map(|shift| shift.start);
        Between { cycle_ms: cycle_at(to, cycles, products, terms), is_shift_change: shift(from) != shift(to) }
    }
}

const MOST_NOTES: usize = 5_000;
/// States of one machine: a month at two a minute.
const MOST_STATES: usize = 90_000;
