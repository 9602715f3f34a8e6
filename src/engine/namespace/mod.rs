//! The namespace page's questions: rows of the tree, search, what is wrong, how levels are read, lists.
//!
//! Nothing here runs while nobody looks: the sorted index of paths is made when the page is first opened.

mod findings;
mod index;
mod list;
mod rows;
mod search;
mod survey;

use std::sync::Arc;

use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::TagId;
use crate::wire::{Browse, Command, Rows, Update};
use index::Index;

/// What the namespace page looks at.
#[derive(Debug, Default)]
pub(super) struct Namespace {
    index: Index,
    browse: Option<Box<Browse>>,
    /// The rows are to be told.
    due: bool,
    /// When the letters were last taken.
    lettered: Timestamp,
    /// Tags that the words found, the best first, for the index of this size.
    found: Option<(usize, Arc<[TagId]>)>,
}

impl Namespace {
    /// Looks at another window, or no longer.
    fn browse(&mut self, browse: Option<Box<Browse>>) {
        let same = |known: &Browse, asked: &Browse| known.query == asked.query;
        if !self.browse.as_deref().zip(browse.as_deref()).is_some_and(|(known, asked)| same(known, asked)) {
            self.found = None;
        }
        self.due = browse.is_some();
        self.browse = browse;
    }

    /// Answers a question about the namespace; nothing to others.
    pub(super) fn answer(&mut self, now: Timestamp, plant: &mut Plant, command: Command) -> Option<Update> {
        plant.settle();
        match command {
            Command::Browse(browse) => {
                self.browse(browse);
                None
            }
            Command::Examine => Some(Update::Findings(Box::new(findings::findings(now, plant)))),
            Command::Survey(levels) => Some(Update::Survey(Box::new(survey::survey(plant, levels)))),
            Command::ListTags(format) => Some(Update::TagList(format, list::list(now, plant, format))),
            _ => None,
        }
    }

    /// A second has passed: values, ages and rates are other ones.
    pub(super) fn tick(&mut self) {
        self.due |= self.browse.is_some();
    }

    /// The rows, if they are to be told.
    pub(super) fn take_rows(&mut self, now: Timestamp, plant: &Plant) -> Option<Box<Rows>> {
        if !std::mem::take(&mut self.due) {
            return None;
        }
        let browse = self.browse.as_deref()?;
        self.index.renew(plant);
        let count = usize::from(browse.count.min(MOST_ROWS));
        let first = browse.first as usize;
        // Not while somebody waits for what he typed.
        if self.found.is_some() && now - self.lettered > LETTERED || self.lettered > now {
            self.lettered = now;
            self.index.renew_letters(plant);
            self.found = None;
        }
        if browse.query.trim().is_empty() && browse.filters.is_empty() {
            self.found = Some((0, Arc::new([])));
            return Some(Box::new(rows::tree(now, plant, &self.index, &browse.open, first, count)));
        }
        let known = self.index.len();
        let found = match &self.found {
            Some((size, found)) if *size == known => found.clone(),
            _ => {
                let found: Arc<[TagId]> = search::find(plant, &self.index, &browse.query).into();
                self.found = Some((known, found.clone()));
                found
            }
        };
        Some(Box::new(rows::found(now, plant, &found, &browse.filters, first, count)))
    }

    /// Forgets everything: the ids are of another plant.
    pub(super) fn clear(&mut self) {
        let browse = self.browse.take();
        *self = Self { due: browse.is_some(), browse, ..Self::default() };
    }
}

const MOST_ROWS: u16 = 400;
/// Letters of units and descriptions are taken anew so often.
const LETTERED: Millis = Millis::from_secs(5);
