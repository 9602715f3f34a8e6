//! What adds up in one cell: the machine's time by state, and what it made, by order and product.

use super::calendar::{Calendar, Cell, Purpose};
use super::ledger::{Ledger, Note, Slice, State, is_unknown};
use super::sums::{Counter, Sums};
use super::track::Made;
use super::words::{WordId, Words};
use crate::time::{Millis, Timestamp};
use crate::vocab::MachineState;

/// A stretch of time in which nothing changed: state, reason, order, product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// What the machine was doing: a stop for a planned reason is a planned stop.
    pub state: MachineState,
    /// Its own word for it.
    pub word: WordId,
    /// Why it stood, where anybody said so.
    pub reason: WordId,
    /// A person said why.
    pub is_noted: bool,
}

impl Ledger {
    /// What the machine was doing in `from..to`, in order of time, without gaps.
    pub fn segments(&self, from: Timestamp, to: Timestamp, words: &Words) -> Vec<Segment> {
        if from >= to {
            return Vec::new();
        }
        let mut cuts: Vec<Timestamp> = vec![from, to];
        let inside = |at: &Timestamp| from < *at && *at < to;
        cuts.extend(self.states.within(from, to).iter().map(|(at, _)| *at).filter(inside));
        cuts.extend(self.reasons.within(from, to).iter().map(|(at, _)| *at).filter(inside));
        cuts.extend(self.notes.iter().flat_map(|note| [note.from, note.to]).filter(inside));
        if cuts.len() > 2 {
            cuts.sort_unstable();
            cuts.dedup();
        }
        let mut segments: Vec<Segment> = Vec::with_capacity(cuts.len());
        for pair in cuts.windows(2) {
            let &[start, end] = pair else { continue };
            let segment = self.segment(start, end, words);
            match segments.last_mut() {
                Some(last) if (Segment { to: end, from: last.from, ..segment }) == (Segment { to: end, ..*last }) => {
                    last.to = end;
                }
                _ => segments.push(segment),
            }
        }
        segments
    }

    fn segment(&self, from: Timestamp, to: Timestamp, words: &Words) -> Segment {
        let known = self.states.at(from).map_or(State::UNKNOWN, |(_, state)| state);
        let (mut state, word) = (known.state, known.word);
        let stands = matches!(state, MachineState::Stopped | MachineState::Idle | MachineState::PlannedStop);
        let covers = |note: &&Note| note.from <= from && from < note.to;
        let note = if stands { self.notes.iter().rev().find(covers) } else { None };
        let told = || {
            let known = self.reasons.at(from).map_or(WordId::NONE, |(_, reason)| reason);
            // A reason may come a moment after the stop.
            let soon = || self.reasons.next(from).filter(|(at, _)| *at - from <= SOON).map(|(_, reason)| reason);
            if known == WordId::NONE { soon().unwrap_or(known) } else { known }
        };
        let reason = match note {
            Some(note) => note.reason,
            None if stands => told(),
            None => WordId::NONE,
        };
        if stands && words.is_planned(reason) {
            state = MachineState::PlannedStop;
        } else if note.is_some() && state == MachineState::PlannedStop {
            // A person says that it was none.
            state = MachineState::Stopped;
        }
        Segment { from, to, state, word, reason, is_noted: note.is_some() }
    }

    /// What adds up in a part of a cell.
    pub(super) fn reckon(
        &self,
        cell: &Cell,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
        calendar: &Calendar,
        words: &Words,
    ) -> Vec<Slice> {
        let mut slices = Vec::with_capacity(1);
        let is_stopped_by_plan =
            cell.planned_stop.is_some_and(|stop| self.terms.planned_stops.get(usize::from(stop)) == Some(&true));
        let is_work = cell.purpose == Purpose::Work && !is_stopped_by_plan;
        for segment in self.segments(from, to, words) {
            self.by_order(segment.from, segment.to, &mut |start, end| {
                let sums = self.slice_at(&mut slices, start);
                self.add_time(sums, &Segment { from: start, to: end, ..segment }, is_work, now, words);
            });
        }
        let between = self.between(calendar);
        for counter in Counter::ALL {
            let index = counter as usize;
            self.tracks[index].made(from, to, &between, &mut |made| {
                let sums = self.slice_at(&mut slices, made.at);
                self.add_made(sums, counter, &made, words);
            });
            if let Some((at, amount)) = self.tracks[index].opening().filter(|(at, _)| (from..to).contains(at)) {
                self.slice_at(&mut slices, at).opening[index] += amount;
            }
        }
        slices
    }

    fn slice_at<'s>(&self, slices: &'s mut Vec<Slice>, at: Timestamp) -> &'s mut Sums {
        let order = self.orders.at(at).map_or(WordId::NONE, |(_, word)| word);
        let product = self.products.at(at).map_or(WordId::NONE, |(_, word)| word);
        let index = match slices.iter().position(|slice| slice.order == order && slice.product == product) {
            Some(index) => index,
            None => {
                slices.push(Slice { order, product, sums: Sums::default() });
                slices.len() - 1
            }
        };
        &mut slices[index].sums
    }

    /// Cuts a stretch where the order or the product changes.
    fn by_order(&self, from: Timestamp, to: Timestamp, each: &mut dyn FnMut(Timestamp, Timestamp)) {
        let mut start = from;
        while start < to {
            let next = [self.orders.next(start), self.products.next(start)];
            let end = next.into_iter().flatten().map(|(at, _)| at).min().map_or(to, |at| at.min(to));
            each(start, end);
            start = end;
        }
    }

    fn add_time(&self, sums: &mut Sums, segment: &Segment, is_work: bool, now: Timestamp, words: &Words) {
        let span = (segment.to - segment.from).0;
        sums.span += span;
        sums.work += if is_work { span } else { 0 };
        match segment.state {
            MachineState::Offline => return,
            MachineState::Running if !is_work => {
                sums.overtime += span;
                return;
            }
            _ if !is_work => return,
            _ => sums.seen += span,
        }
        match segment.state {
            MachineState::Running => sums.running += span,
            MachineState::Idle => sums.idle += span,
            MachineState::PlannedStop => {
                sums.planned_stop += span;
                if words.is_setup(segment.word) || words.is_setup(segment.reason) {
                    sums.setup += span;
                    let began = self.segment(segment.from - Millis(1), segment.from, words);
                    let was_setup = words.is_setup(began.word) || words.is_setup(began.reason);
                    sums.setups += u32::from(!was_setup && self.is_begin(segment.from));
                }
            }
            MachineState::Stopped => self.add_stop(sums, segment, now, words),
            MachineState::Offline => {}
        }
    }

    /// An unplanned stop counts as a breakdown or as a minor stop by its whole length.
    fn add_stop(&self, sums: &mut Sums, segment: &Segment, now: Timestamp, words: &Words) {
        let span = (segment.to - segment.from).0;
        let Some((mut start, raw)) = self.states.at(segment.from) else { return };
        while let Some((since, _)) = self.states.at(start - Millis(1)).filter(|(_, known)| known.state == raw.state) {
            start = since;
        }
        let mut at = segment.from;
        let ended = loop {
            match self.states.next(at) {
                Some((next, known)) if known.state == raw.state => at = next,
                other => break other.map(|(next, _)| next),
            }
        };
        let end = ended.unwrap_or(now);
        let whole = end - start;
        let before = self.segment(segment.from - Millis(1), segment.from, words);
        let begins_here = before.state != MachineState::Stopped && self.is_begin(segment.from);
        if whole >= self.terms.minor {
            sums.breakdown += span;
            if begins_here {
                sums.failures += 1;
                if ended.is_some() {
                    sums.repaired += 1;
                    sums.repair += whole.0;
                }
            }
        } else {
            sums.minor += span;
            sums.minor_stops += u32::from(begins_here);
        }
    }

    /// Whether something changed at this very instant: a stretch begins here, not at the edge of a cell.
    fn is_begin(&self, at: Timestamp) -> bool {
        let starts = |since: Option<Timestamp>| since == Some(at);
        starts(self.states.at(at).map(|(since, _)| since))
            || starts(self.reasons.at(at).map(|(since, _)| since))
            || self.notes.iter().any(|note| note.from == at)
    }

    fn add_made(&self, sums: &mut Sums, counter: Counter, made: &Made, words: &Words) {
        let index = counter as usize;
        if let Some(happening) = made.happening {
            sums.happenings[happening as usize] += 1;
        }
        if made.amount == 0.0 {
            return;
        }
        if is_unknown(&self.states, made.since.unwrap_or(made.at), made.at) {
            sums.unpaired[index] += made.amount;
            return;
        }
        sums.paired[index] += made.amount;
        match self.cycle_at(made.at) {
            Some(cycle) => sums.ideal[index] += cycle * made.amount,
            None => sums.unrated += made.amount,
        }
        if counter == Counter::Scrap && self.is_after_planned_stop(made.at, words) {
            sums.startup_scrap += made.amount;
        }
    }

    fn is_after_planned_stop(&self, at: Timestamp, words: &Words) -> bool {
        let from = at - STARTUP;
        self.segments(from, at, words).iter().any(|segment| segment.state == MachineState::PlannedStop)
    }
}

/// A reason that comes so soon after the stop was the reason from its beginning.
const SOON: Millis = Millis::from_secs(10);
/// Scrap so soon after a planned stop is start-up scrap.
const STARTUP: Millis = Millis::from_secs(600);
