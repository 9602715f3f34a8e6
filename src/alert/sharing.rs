//! Alerts among screens: what a person does here becomes a [`Word`] for the others, what others say is followed here as
//! far as it may be. A word never silences for good: shelves end, critical alerts are taken out of service on the spot
//! only, and an acknowledgement counts for what its person could have seen. A screen that opens later believes it as
//! long as some screen has watched the alert since: those that watch keep it fresh, and say when it is over.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::sync::Arc;

use super::alerts::Alerts;
use super::command::Actor;
use super::instance::{Instance, Shelf};
use super::standing::Happening;
use super::truth::Truth;
use super::word::{Acknowledged, Said, Service, Shelved, Word, level_of};
use crate::time::{Millis, Timestamp};
use crate::vocab::Priority;

/// An alert's rule id and path.
pub type Name = (Arc<str>, Arc<str>);

/// What is known of other screens' words.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    /// Nothing is shared while off.
    is_on: bool,
    /// This screen may publish.
    is_writing: bool,
    words: BTreeMap<Name, Known>,
    /// Words to be followed once the turn is over.
    fresh: BTreeSet<Name>,
    /// No word is due before.
    soonest: Option<Timestamp>,
    /// This screen's own: spreads what several screens want to say.
    seed: u64,
}

#[derive(Debug, Default)]
struct Known {
    word: Word,
    /// Its alert, once there is one.
    index: Option<u32>,
    /// When it is to be said.
    due: Option<Timestamp>,
}

impl Sharing {
    /// Other alerts stand at other indices.
    pub(super) fn forget_alerts(&mut self) {
        for known in self.words.values_mut() {
            known.index = None;
        }
    }

    /// The clock was set back.
    pub(super) fn clock_set_back(&mut self, span: Millis) {
        for known in self.words.values_mut() {
            known.due = known.due.map(|due| due - span);
        }
        self.soonest = self.soonest.map(|due| due - span);
    }

    /// An alert is new here: what was said of it is followed.
    pub(super) fn refresh(&mut self, instance: &Instance) {
        let name = instance.name();
        if self.words.contains_key(&name) {
            self.fresh.insert(name);
        }
    }
}

impl Alerts {
    /// Begins to share. `seed` is this screen's own; one that does not write only listens.
    pub fn share(&mut self, is_writing: bool, seed: u64) {
        self.sharing.is_on = true;
        self.sharing.is_writing = is_writing;
        self.sharing.seed = seed;
    }

    /// Hears another screen's word (or our own again). Beyond the bound, words of further alerts are left out.
    pub fn hear(&mut self, now: Timestamp, name: Name, word: Word) {
        let Sharing { is_on, words, fresh, seed, soonest, .. } = &mut self.sharing;
        if !*is_on || (words.len() >= MOST_WORDS && !words.contains_key(&name)) {
            return;
        }
        let heard = word.sane(now);
        let known = words.entry(name.clone()).or_default();
        let both = std::mem::take(&mut known.word).merge(heard.clone());
        if both == heard {
            known.due = None;
        } else {
            // Somebody did not know all: said again, by whichever screen comes first.
            known.due = known.due.or_else(|| Some(now + spread(*seed, &name, 2_000)));
            *soonest = earlier(*soonest, known.due);
        }
        known.word = both;
        fresh.insert(name);
    }

    /// The word at this level was taken back: nothing is known any more of what others did.
    pub fn unhear(&mut self, level: &str) {
        self.sharing.words.retain(|(rule, path), _| level_of(rule, path) != level);
    }

    /// Follows what was heard in this turn.
    pub(super) fn follow_words(&mut self, now: Timestamp) {
        if self.sharing.fresh.is_empty() {
            return;
        }
        let fresh = std::mem::take(&mut self.sharing.fresh);
        for index in 0..self.instances.len() {
            if fresh.contains(&self.instances[index].name()) {
                self.follow_word(now, index as u32);
            }
        }
    }

    /// Follows the word on one alert, if there is one.
    pub(super) fn follow_word(&mut self, now: Timestamp, index: u32) {
        if self.sharing.words.is_empty() {
            return;
        }
        let Some(known) = self.sharing.words.get_mut(&self.instances[index as usize].name()) else { return };
        known.index = Some(index);
        let word = known.word.clone();
        let instance = &mut self.instances[index as usize];
        if let Some(said) = &word.acknowledged
            && instance.standing.is_unacknowledged
            && covers(said, instance)
        {
            instance.acknowledged_by = Some(said.who.clone());
            // Said before it was put aside, and heard after.
            if instance.standing.is_aside() {
                instance.standing.is_unacknowledged = false;
                if std::mem::replace(&mut instance.is_told, false) {
                    self.changed.push(index);
                }
            }
            self.happen(now, index, Happening::Acknowledged, Some(&actor(&said.who)), &said.words);
        }
        if let Some(said) = &word.shelf {
            self.follow_shelf(now, index, said);
        }
        if let Some(said) = &word.service {
            self.follow_service(now, index, said);
        }
        self.arm(index);
    }

    fn follow_shelf(&mut self, now: Timestamp, index: u32, said: &Said<Shelved>) {
        let instance = &mut self.instances[index as usize];
        let most = self.rules[instance.rule as usize].rule.most_shelved;
        let (at, until) = (Timestamp(said.at), Timestamp(said.what.until));
        if until <= at {
            if instance.shelf.take().is_some() {
                self.happen(now, index, Happening::Unshelved, Some(&actor(&said.who)), &said.words);
            }
            return;
        }
        // However often others say it, the alert is off the shelf for at least as long as it was on it.
        let first = instance.shelved_since.filter(|first| now < *first + most + most).unwrap_or_else(|| at.min(now));
        let until = until.min(first + most);
        if until > now {
            instance.shelved_since = Some(first);
            instance.shelf = Some(Shelf { until, who: said.who.clone(), why: said.words.clone() });
            self.happen(now, index, Happening::Shelved, Some(&actor(&said.who)), &said.words);
        }
    }

    fn follow_service(&mut self, now: Timestamp, index: u32, said: &Said<Service>) {
        let instance = &mut self.instances[index as usize];
        let (until, who) = (Timestamp(said.at) + MOST_OUT, actor(&said.who));
        let may = instance.key.priority != Priority::Critical;
        if !said.what.out {
            instance.out_until = None;
            self.happen(now, index, Happening::PutBack, Some(&who), &said.words);
        } else if may && until > now && !instance.standing.is_out_of_service {
            instance.out_until = Some(until);
            self.happen(now, index, Happening::TakenOut, Some(&who), &said.words);
        }
    }

    /// Notes for the other screens what a person did here.
    pub(super) fn say(&mut self, now: Timestamp, index: u32, happening: Happening, who: &Actor, words: &str) {
        if !self.sharing.is_writing {
            return;
        }
        let instance = &self.instances[index as usize];
        let (who, words): (Arc<str>, Arc<str>) = (who.name.clone(), words.into());
        let known = self.sharing.words.entry(instance.name()).or_default();
        let word = &mut known.word;
        match happening {
            Happening::Acknowledged => {
                let (at, upto) = (later(now, word.acknowledged.as_ref()), instance.upto.map(|time| time.0));
                word.acknowledged = Some(Said { at, what: Acknowledged { upto, over: false }, who, words });
            }
            Happening::Shelved | Happening::Unshelved => {
                let at = later(now, word.shelf.as_ref());
                let until = instance.shelf.as_ref().map_or(at, |shelf| shelf.until.0);
                word.shelf = Some(Said { at, what: Shelved { until }, who, words });
            }
            Happening::TakenOut | Happening::PutBack => {
                let (at, out) = (later(now, word.service.as_ref()), happening == Happening::TakenOut);
                word.service = Some(Said { at, what: Service { out }, who, words });
            }
            _ => return,
        }
        known.index = Some(index);
        known.due = Some(now);
        self.sharing.soonest = Some(now);
    }

    /// Once a second: plans to say what has become of acknowledgements. Screens take their time, each another: the
    /// first one's word spares the others theirs.
    pub(super) fn tend_words(&mut self, now: Timestamp) {
        let Sharing { words, seed, soonest, .. } = &mut self.sharing;
        for (name, known) in words.iter_mut().filter(|(_, known)| known.due.is_none()) {
            if let Some(said) = &known.word.acknowledged
                && let Some(instance) = known.index.and_then(|index| self.instances.get(index as usize))
                && become_of(now, said, instance).is_some()
            {
                known.due = Some(now + spread(*seed, name, 10_000));
                *soonest = earlier(*soonest, known.due);
            }
        }
    }

    /// When [`Alerts::take_word`] has something, at the soonest.
    pub fn next_word(&self) -> Option<Timestamp> {
        self.sharing.soonest.filter(|_| self.sharing.is_writing)
    }

    /// A word that is to be published by now, with its alert's name.
    pub fn take_word(&mut self, now: Timestamp) -> Option<(Name, Word)> {
        if self.next_word().is_none_or(|due| due > now) {
            return None;
        }
        let words = &mut self.sharing.words;
        let Some((name, known)) = words.iter_mut().find(|(_, known)| known.due.is_some_and(|due| due <= now)) else {
            self.sharing.soonest = words.values().filter_map(|known| known.due).min();
            return None;
        };
        known.due = None;
        let instance = known.index.and_then(|index| self.instances.get(index as usize));
        let what = known.word.acknowledged.as_ref().zip(instance);
        let what = what.and_then(|(said, instance)| become_of(now, said, instance));
        if let Some((said, what)) = known.word.acknowledged.as_mut().zip(what) {
            (said.at, said.what) = (now.0.max(said.at + 1), what);
        }
        Some((name.clone(), known.word.clone()))
    }
}

/// The earlier of both.
fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

/// What an acknowledgement is to be replaced with, now that its alert is over, or has been watched for a while.
fn become_of(now: Timestamp, said: &Said<Acknowledged>, instance: &Instance) -> Option<Acknowledged> {
    if said.what.over || instance.truth == Truth::Unknown {
        return None;
    }
    let standing = instance.standing;
    if !standing.is_active || (standing.is_unacknowledged && !covers(said, instance)) {
        return Some(Acknowledged { over: true, ..said.what.clone() });
    }
    let is_old = now - Timestamp(said.at) > FRESH;
    is_old.then(|| Acknowledged { upto: instance.upto.map(|time| time.0).or(said.what.upto), over: false })
}

/// Whether a person who said this could have seen what the alert was raised for. Of one that stood already when this
/// screen first heard its data nobody here knows when that was: there an acknowledgement counts that some screen has
/// kept fresh.
fn covers(said: &Said<Acknowledged>, instance: &Instance) -> bool {
    let grace = if instance.is_begin_unseen { FRESH + FRESH } else { Millis(0) };
    !said.what.over
        && match (said.what.upto, instance.mark) {
            // Both by the clock of the device.
            (Some(upto), Some(mark)) => Timestamp(upto) + grace >= mark,
            // By the clocks of two screens.
            _ => instance.raised.is_none_or(|raised| Timestamp(said.at) + APART + grace >= raised),
        }
}

/// Now, and after what was said before.
fn later<T>(now: Timestamp, said: Option<&Said<T>>) -> i64 {
    said.map_or(now.0, |said| now.0.max(said.at + 1))
}

/// Some time up to `most` ms, another for each screen and alert.
fn spread(seed: u64, name: &Name, most: u64) -> Millis {
    let hash = foldhash::quality::FixedState::with_seed(seed).hash_one(name);
    Millis(200 + i64::try_from(hash % most).unwrap_or(0))
}

fn actor(name: &Arc<str>) -> Actor {
    Actor { name: name.clone() }
}

const MOST_WORDS: usize = 20_000;
/// How long another screen can take an alert out of service without saying it again.
const MOST_OUT: Millis = Millis(24 * 3_600_000);
/// How far the clocks of two screens may be apart.
const APART: Millis = Millis(5_000);
/// How old an acknowledgement gets before a screen that watches its alert says it anew.
const FRESH: Millis = Millis(5 * 60_000);
