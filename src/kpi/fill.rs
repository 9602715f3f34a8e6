//! Filling the blanks of a machine's books with what another screen saw: only times of which nothing is known here.

use super::keep::{Kept, KeptRun};
use super::ledger::{Ledger, State};
use super::steps::Steps;
use super::track::Track;
use super::words::{WordId, Words};
use crate::time::Timestamp;

impl Ledger {
    /// Times up to `until` of which nothing is known.
    fn blanks(&self, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        // A counter may have been heard with an older time than the state: what it says is looked at by itself.
        let first = self.states.first().map(|(at, _)| at).or_else(|| self.since());
        let begin = first.map_or(until, |first| first.min(until));
        let mut blanks = vec![(Timestamp(i64::MIN), begin)];
        let all = self.states.within(Timestamp(i64::MIN), until);
        for (index, (at, state)) in all.iter().enumerate() {
            let end = all.get(index + 1).map_or(until, |(next, _)| *next).min(until);
            if *state == State::UNKNOWN && *at < end && *at >= begin {
                blanks.push((*at, end));
            }
        }
        // A machine that only counts has no states to be unknown.
        blanks.retain(|(from, to)| from < to);
        blanks
    }

    /// Takes of what another screen kept the times that are blank here; what is known here stays. Nobody has verified
    /// it: the times are remembered as [borrowed](Ledger::borrowed).
    pub fn fill(&mut self, kept: &Kept, now: Timestamp, words: &mut Words) {
        let until = Timestamp(kept.until).min(now);
        let Some(first) = kept.first() else { return };
        let ids: Vec<WordId> = kept.words.iter().map(|word| words.id(word)).collect();
        let word = |index: u16| ids.get(usize::from(index)).copied().unwrap_or_default();
        let of = |entries: &[(i64, u16)]| entries.iter().map(|&(at, index)| (Timestamp(at), word(index))).collect();
        let states: Vec<(Timestamp, State)> =
            kept.states.iter().map(|&(at, state, index)| (Timestamp(at), State { state, word: word(index) })).collect();
        let (reasons, orders, products): (Vec<_>, Vec<_>, Vec<_>) =
            (of(&kept.reasons), of(&kept.orders), of(&kept.products));
        let cycles: Vec<(Timestamp, f64)> = kept
            .cycles
            .iter()
            .filter(|(_, cycle)| cycle.is_finite())
            .map(|&(at, cycle)| (Timestamp(at), cycle.max(0.0)))
            .collect();
        let blanks = self.blanks(until);
        // What was counted before a counter was first heard here.
        let heads = self.tracks.each_ref().map(|track| track.first().unwrap_or(until).min(until));
        let mut counted = None;
        for ((track, runs), head) in self.tracks.iter_mut().zip(&kept.runs).zip(heads) {
            for run in runs.iter().filter(|run| Timestamp(run.2) < head) {
                if restore(track, run) {
                    counted = Some(counted.map_or(Timestamp(run.0), |known: Timestamp| known.min(Timestamp(run.0))));
                }
            }
        }
        let counted = counted.map(|from| (from, heads.into_iter().max().unwrap_or(until)));
        for (from, to) in blanks {
            let span = (from.max(first), to.min(until));
            if span.0 >= span.1 {
                continue;
            }
            let mut is_news = splice(&mut self.states, &states, span, State::UNKNOWN);
            is_news |= splice(&mut self.reasons, &reasons, span, WordId::NONE);
            is_news |= splice(&mut self.orders, &orders, span, WordId::NONE);
            is_news |= splice(&mut self.products, &products, span, WordId::NONE);
            // A planned run time goes on until another is told.
            is_news |= splice(&mut self.cycles, &cycles, span, 0.0);
            for (track, runs) in self.tracks.iter_mut().zip(&kept.runs) {
                for run in runs.iter().filter(|run| span.0 <= Timestamp(run.0) && Timestamp(run.2) < span.1) {
                    is_news |= restore(track, run);
                }
            }
            if is_news {
                self.borrow(span);
            }
        }
        if let Some(span) = counted {
            self.borrow(span);
        }
        self.touch_all();
    }

    /// Times that another screen told of.
    pub fn borrowed(&self) -> &[(Timestamp, Timestamp)] {
        &self.borrowed
    }

    /// Until when it was kept by an earlier life of this engine.
    pub const fn resumed(&self) -> Option<Timestamp> {
        self.resumed
    }

    fn borrow(&mut self, span: (Timestamp, Timestamp)) {
        self.borrowed.push(span);
        self.borrowed.sort_unstable();
        let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (from, to) in self.borrowed.drain(..) {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        self.borrowed = joined;
    }
}

fn restore(track: &mut Track, &(from, first, to, last, inner): &KeptRun) -> bool {
    inner >= 0.0 && track.restore((Timestamp(from), first.into()), (Timestamp(to), last.into()), inner)
}

/// Puts foreign entries into a stretch; what held after it holds there still. Whether that brought anything.
fn splice<T: Copy + PartialEq>(
    own: &mut Steps<T>,
    foreign: &[(Timestamp, T)],
    (from, to): (Timestamp, Timestamp),
    unknown: T,
) -> bool {
    let after = own.at(to).map_or(unknown, |(_, value)| value);
    let entering = foreign.iter().rfind(|(at, _)| *at <= from).map(|(_, value)| (from, *value));
    let within = foreign.iter().filter(|(at, _)| from < *at && *at < to).copied();
    let mut is_news = false;
    for (at, value) in entering.into_iter().chain(within) {
        if value != unknown || is_news {
            is_news |= own.set(at, value).is_some();
        }
    }
    if is_news {
        own.set(to, after);
    }
    is_news
}
