//! What topics mean: each new tag gets its meaning, place and machine, in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::hierarchy::{Guessed, Template, guess};
use super::machine::Machine;
use super::meaning::Meaning;
use super::model::Plant;
use super::rules::Rules;
use crate::document::TagRule;
use crate::payload::Known;
use crate::vocab::{BrokerId, Level, PlaceId, TagId};

impl Plant {
    /// How each root is read where no template is configured, and why.
    pub fn guesses(&self) -> impl Iterator<Item = RootGuess<'_>> {
        let is_guessed = self.template.is_none();
        self.guesses.iter().filter(move |_| is_guessed).map(|((broker, root), guess)| RootGuess {
            broker: *broker,
            root,
            template: guess.is.template.words(),
            why: &guess.is.why,
            tags: guess.tags,
        })
    }

    /// Takes other rules and another template: what is known stays, what it means is settled anew.
    pub fn reinterpret(&mut self, hierarchy: &[Option<Level>], rules: Vec<TagRule>) {
        self.template = (!hierarchy.is_empty()).then(|| Template::new(hierarchy.to_vec()));
        self.rules = Rules::new(rules);
        self.guesses.clear();
        self.places.clear_tags();
        self.machines.clear();
        self.settled = 0;
        for record in &mut self.tags.records {
            (record.meaning, record.place, record.state_of, record.on_card) = (None, None, None, false);
        }
        for topic in &mut self.tags.topics {
            topic.known = Known::forced(self.rules.shape(&topic.name));
        }
    }

    /// Gives new tags their meaning, place and machine. Call before answering the page; cheap when nothing is new.
    pub fn settle(&mut self) {
        let total = self.tags.len();
        if self.settled == total {
            return;
        }
        if self.guess_anew() {
            self.settle_anew();
        }
        let mut touched: Vec<PlaceId> = Vec::new();
        for index in self.settled..total {
            let id = TagId(index as u32);
            let place = self.place_for(id);
            let record = &mut self.tags.records[index];
            record.place = Some(place);
            record.state_of = None;
            if record.meaning.is_none() {
                record.meaning = Meaning::of(&record.path, &self.rules).map(Arc::new);
            }
            if record.note.is_none() {
                record.note = self.notes.get(record.broker, &record.path).cloned().map(Box::new);
            }
            self.places.add_tag(place, id);
            self.describe(id);
            touched.push(place);
        }
        self.settled = total;
        touched.sort_unstable();
        touched.dedup();
        for place in touched {
            self.choose_for(place);
        }
    }

    /// Everything is to be settled anew.
    pub(super) fn settle_anew(&mut self) {
        self.places.clear_tags();
        self.machines.clear();
        self.settled = 0;
    }

    fn choose_for(&mut self, place: PlaceId) {
        let Some(node) = self.places.get(place) else { return };
        if node.level != Some(Level::Machine) {
            return;
        }
        let machine = self.machines.entry(place).or_insert_with(|| Machine::new(place));
        let before = machine.followed();
        machine.choose(&node.tags, &self.tags, node.path.len());
        let after = machine.followed();
        let card = machine.figures.iter().copied().chain(after.into_iter().flatten());
        for tag in card.collect::<Vec<TagId>>() {
            if !std::mem::replace(&mut self.tags.records[tag.0 as usize].on_card, true) {
                self.describe(tag);
            }
        }
        if before == after {
            // One that tells no state may be dead all the same.
            if let Some(machine) = self.machines.get_mut(&place) {
                machine.follow(&self.tags);
            }
            return;
        }
        for tag in before.into_iter().flatten() {
            self.tags.records[tag.0 as usize].state_of = None;
        }
        for tag in after.into_iter().flatten() {
            self.tags.records[tag.0 as usize].state_of = Some(place);
        }
        if let Some(machine) = self.machines.get_mut(&place) {
            machine.follow(&self.tags);
        }
    }

    /// Guesses again where a root has grown to twice what its template was guessed from. True when any changed.
    fn guess_anew(&mut self) -> bool {
        if self.template.is_some() {
            return false;
        }
        let mut grown = BTreeSet::new();
        for record in &self.tags.records[self.settled..] {
            let key = (record.broker, Arc::<str>::from(root_of(&record.path)));
            let guess = self.guesses.entry(key.clone()).or_default();
            guess.tags += 1;
            if guess.tags >= guess.seen * 2 {
                grown.insert(key);
            }
        }
        // One pass over all tags, however many roots have grown.
        let mut paths: BTreeMap<(BrokerId, &str), Vec<&str>> = BTreeMap::new();
        for record in if grown.is_empty() { &[][..] } else { &self.tags.records } {
            paths.entry((record.broker, root_of(&record.path))).or_default().push(&record.path);
        }
        let mut changed = false;
        for key in &grown {
            let below = paths.remove(&(key.0, &*key.1)).unwrap_or_default();
            let guessed = guess(below.into_iter()).unwrap_or_default();
            if let Some(guess) = self.guesses.get_mut(key) {
                changed |= guess.seen > 0 && guess.is.template != guessed.template;
                guess.seen = guess.tags;
                guess.is = guessed;
            }
        }
        changed
    }

    fn place_for(&mut self, id: TagId) -> PlaceId {
        let record = &self.tags.records[id.0 as usize];
        let path = record.path.clone();
        let broker = record.broker;
        let template = match &self.template {
            Some(template) => Some(template),
            None => self.guesses.get(&(broker, Arc::from(root_of(&path)))).map(|guess| &guess.is.template),
        };
        if let Some(edge) = self.tags.topics.get(record.topic as usize).and_then(|topic| topic.edge.as_ref()) {
            return self.places.at(broker, &path, edge.depth(), &|index| edge.level_at(template, index));
        }
        let depth = template.map_or(0, |template| template.depth_of(&path));
        self.places.at(broker, &path, depth, &|index| template.and_then(|template| template.level_at(index)))
    }
}

/// A root of the namespace and the template guessed for it.
#[derive(Clone, Debug)]
pub struct RootGuess<'a> {
    /// Whose broker.
    pub broker: BrokerId,
    /// First topic level.
    pub root: &'a Arc<str>,
    /// As the configuration would write it.
    pub template: String,
    /// Why, in words.
    pub why: &'a str,
    /// How many tags.
    pub tags: usize,
}

/// A root's template, as guessed.
#[derive(Debug, Default)]
pub(super) struct Guess {
    pub(super) is: Guessed,
    /// How many tags it was guessed from.
    seen: usize,
    /// How many tags the root has.
    pub(super) tags: usize,
}

fn root_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}
