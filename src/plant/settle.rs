//! What topics mean: each new tag gets its meaning, place and machine, in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::hierarchy::{Template, guess};
use super::machine::Machine;
use super::meaning::Meaning;
use super::model::Plant;
use crate::vocab::{BrokerId, Level, PlaceId, TagId};

impl Plant {
    /// Gives new tags their meaning, place and machine. Call before answering the page; cheap when nothing is new.
    pub fn settle(&mut self) {
        let total = self.tags.len();
        if self.settled == total {
            return;
        }
        if self.guess_anew() {
            self.places.clear_tags();
            self.machines.clear();
            self.settled = 0;
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
            let template = guess(below.into_iter()).unwrap_or_else(|| Template::of_depth(0));
            if let Some(guess) = self.guesses.get_mut(key) {
                changed |= guess.seen > 0 && guess.template != template;
                guess.seen = guess.tags;
                guess.template = template;
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
            None => self.guesses.get(&(broker, Arc::from(root_of(&path)))).map(|guess| &guess.template),
        };
        let levels = path.bytes().filter(|b| *b == b'/').count() + 1;
        let depth = template.map_or(0, |template| template.depth().min(levels - 1));
        self.places.at(broker, &path, depth, &|index| template.and_then(|template| template.level_at(index)))
    }
}

/// A root's template, as guessed.
#[derive(Debug)]
pub(super) struct Guess {
    template: Template,
    /// How many tags it was guessed from.
    seen: usize,
    /// How many tags the root has.
    tags: usize,
}

impl Default for Guess {
    fn default() -> Self {
        Self { template: Template::of_depth(0), seen: 0, tags: 0 }
    }
}

fn root_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}
