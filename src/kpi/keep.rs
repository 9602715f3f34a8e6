//! A day of a machine's books, to be kept and taken back: words by themselves, since their numbers are of one life.

use serde::{Deserialize, Serialize};

use super::counter::Count;
use super::ledger::{Ledger, Note, State};
use super::steps::Steps;
use super::words::{WordId, Words};
use crate::time::Timestamp;
use crate::vocab::MachineState;

/// A day, or what was seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Until when it was seen.
    pub(super) until: i64,
    pub(super) words: Vec<String>,
    pub(super) states: Vec<(i64, MachineState, u16)>,
    pub(super) reasons: Vec<(i64, u16)>,
    pub(super) orders: Vec<(i64, u16)>,
    pub(super) products: Vec<(i64, u16)>,
    pub(super) cycles: Vec<(i64, f64)>,
    /// By counter: first time and value, last time and value, made between.
    pub(super) runs: [Vec<KeptRun>; 3],
}

impl Kept {
    /// Since when anything is told.
    pub(super) fn first(&self) -> Option<Timestamp> {
        let counted = self.runs.iter().flatten().map(|run| run.0);
        self.states.iter().map(|(at, ..)| *at).chain(counted).min().map(Timestamp)
    }
}

pub(super) type KeptRun = (i64, Amount, i64, Amount, f64);

/// What people said of a machine's stops.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptNotes {
    /// From, to, reason, comment, who, when.
    notes: Vec<(i64, i64, String, String, String, i64)>,
}

/// A counter's value, as kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Amount {
    Whole(u64),
    Real(f64),
}

impl From<Count> for Amount {
    fn from(count: Count) -> Self {
        match count {
            Count::Whole(whole) => Self::Whole(whole),
            Count::Real(real) => Self::Real(real),
        }
    }
}

impl From<Amount> for Count {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Whole(whole) => Self::Whole(whole),
            Amount::Real(real) => Self::Real(real),
        }
    }
}

/// Words in the order in which they are first used.
#[derive(Default)]
struct Glossary {
    ids: Vec<WordId>,
}

impl Glossary {
    fn number(&mut self, id: WordId) -> u16 {
        let known = self.ids.iter().position(|known| *known == id);
        known.unwrap_or_else(|| {
            self.ids.push(id);
            self.ids.len() - 1
        }) as u16
    }
}

impl Ledger {
    /// What is known of `from..to`; `None` when nothing is.
    pub fn keep(&self, from: Timestamp, to: Timestamp, words: &Words) -> Option<Kept> {
        let mut glossary = Glossary::default();
        let states: Vec<_> =
            entries(&self.states, from, to).map(|(at, known)| (at, known.state, glossary.number(known.word))).collect();
        let mut named = |steps: &Steps<WordId>| -> Vec<(i64, u16)> {
            entries(steps, from, to).map(|(at, word)| (at, glossary.number(word))).collect()
        };
        let (reasons, orders, products) = (named(&self.reasons), named(&self.orders), named(&self.products));
        let cycles = entries(&self.cycles, from, to).collect();
        let runs = std::array::from_fn(|index| {
            let of_day = self.tracks[index].dump().filter(|run| (from..to).contains(&run.0));
            of_day.map(|(a, first, b, last, inner)| (a.0, first.into(), b.0, last.into(), inner)).collect()
        });
        let words = glossary.ids.iter().map(|id| words.text(*id).to_string()).collect();
        let kept = Kept { until: to.0, words, states, reasons, orders, products, cycles, runs };
        let is_empty = kept.states.is_empty() && kept.runs.iter().all(Vec::is_empty);
        (!is_empty).then_some(kept)
    }

    /// Takes a day back. What is foreign in it is left out; of what overlaps what is known already the known stays.
    /// From when it was last seen on nothing is known, unless something vouches for it.
    pub fn take_back(&mut self, kept: &Kept, now: Timestamp, words: &mut Words) {
        let ids: Vec<WordId> = kept.words.iter().map(|word| words.id(word)).collect();
        let word = |index: u16| ids.get(usize::from(index)).copied().unwrap_or_default();
        let until = Timestamp(kept.until).min(now);
        let valid = |at: i64| Timestamp(at) <= until;
        for &(at, state, index) in kept.states.iter().filter(|(at, ..)| valid(*at)) {
            self.states.set(Timestamp(at), State { state, word: word(index) });
        }
        // Where the next day begins at the very end of this one, that stands.
        if self.states.at(until).is_some_and(|(at, _)| at < until) {
            self.states.set(until, State::UNKNOWN);
        }
        for (steps, entries) in
            [(&mut self.reasons, &kept.reasons), (&mut self.orders, &kept.orders), (&mut self.products, &kept.products)]
        {
            for &(at, index) in entries.iter().filter(|(at, _)| valid(*at)) {
                steps.set(Timestamp(at), word(index));
            }
        }
        for &(at, cycle) in kept.cycles.iter().filter(|(at, cycle)| valid(*at) && cycle.is_finite()) {
            self.cycles.set(Timestamp(at), cycle.max(0.0));
        }
        for (track, runs) in self.tracks.iter_mut().zip(&kept.runs) {
            for &(from, first, to, last, inner) in runs.iter().filter(|run| valid(run.2) && run.4 >= 0.0) {
                track.restore((Timestamp(from), first.into()), (Timestamp(to), last.into()), inner);
            }
        }
        self.resumed = self.resumed.max(Some(until));
        self.vouch_again();
        self.touch_all();
    }

    /// What people said, to be kept.
    pub fn keep_notes(&self, words: &Words) -> KeptNotes {
        self.keep_notes_since(Timestamp(i64::MIN), words)
    }

    /// What people said of stops that had not ended by an instant.
    pub fn keep_notes_since(&self, since: Timestamp, words: &Words) -> KeptNotes {
        let note = |note: &Note| {
            let reason = words.text(note.reason).to_string();
            (note.from.0, note.to.0, reason, note.comment.clone(), note.who.clone(), note.said.0)
        };
        KeptNotes { notes: self.notes.iter().filter(|note| note.to > since).map(note).collect() }
    }

    /// Takes back what people said.
    pub fn take_notes(&mut self, kept: KeptNotes, words: &mut Words) {
        for (from, to, reason, comment, who, said) in kept.notes {
            let (from, to, said) = (Timestamp(from), Timestamp(to), Timestamp(said));
            self.note(Note { from, to, reason: words.id(&reason), comment, who, said });
        }
    }
}

/// Entries of a stretch without repeats, the one in force at its begin as of then.
fn entries<T: Copy + PartialEq>(steps: &Steps<T>, from: Timestamp, to: Timestamp) -> impl Iterator<Item = (i64, T)> {
    let mut before = None;
    steps.within(from, to).iter().filter_map(move |(at, value)| {
        let is_news = before.replace(*value) != Some(*value);
        is_news.then_some(((*at).max(from).0, *value))
    })
}
