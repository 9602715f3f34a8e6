//! Words that come from outside, each kept once and named by a number: states' own words, reasons, orders, products.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use crate::document::Reason;
use crate::plant::state_of;
use crate::vocab::{MachineState, Value};

/// A word; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(pub u16);

impl WordId {
    /// No word.
    pub const NONE: Self = Self(0);
}

#[derive(Clone, Debug)]
struct Word {
    text: Arc<str>,
    is_planned: bool,
    is_setup: bool,
}

/// All words of a plant, bounded.
#[derive(Clone, Debug)]
pub struct Words {
    words: Vec<Word>,
    by_text: HashMap<Arc<str>, WordId>,
    /// Reasons that the configuration calls planned.
    planned: Vec<String>,
}

impl Words {
    /// No words yet; `reasons` tells which of them are planned.
    pub fn new(reasons: &[Reason]) -> Self {
        let planned = reasons.iter().filter(|reason| reason.is_planned);
        let planned = planned.flat_map(|reason| std::iter::once(&reason.name).chain(&reason.below).cloned()).collect();
        let none = Word { text: "".into(), is_planned: false, is_setup: false };
        Self { words: vec![none], by_text: HashMap::new(), planned }
    }

    /// The number of a word. When there are too many the new ones are none.
    pub fn id(&mut self, text: &str) -> WordId {
        let text = text.trim();
        if text.is_empty() {
            return WordId::NONE;
        }
        if let Some(&id) = self.by_text.get(text) {
            return id;
        }
        if self.words.len() >= MOST {
            return WordId::NONE;
        }
        let short: String = text.chars().take(LONGEST).collect();
        if short.len() < text.len() {
            return self.id(&short);
        }
        let text: Arc<str> = short.into();
        let id = WordId(self.words.len() as u16);
        let is_setup = is_setup(&text);
        let is_planned = is_setup
            || self.planned.iter().any(|reason| **reason == *text)
            || state_of(&Value::Text(text.clone()), &[]).0 == MachineState::PlannedStop;
        self.words.push(Word { text: text.clone(), is_planned, is_setup });
        self.by_text.insert(text, id);
        id
    }

    /// A word's text.
    pub fn text(&self, id: WordId) -> &Arc<str> {
        &self.words.get(usize::from(id.0)).unwrap_or(&self.words[0]).text
    }

    /// Whether a stop for this reason is a planned one.
    pub fn is_planned(&self, id: WordId) -> bool {
        self.words.get(usize::from(id.0)).is_some_and(|word| word.is_planned)
    }

    /// Whether it is setup or changeover.
    pub fn is_setup(&self, id: WordId) -> bool {
        self.words.get(usize::from(id.0)).is_some_and(|word| word.is_setup)
    }
}

fn is_setup(text: &str) -> bool {
    let folded: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SETUP.iter().any(|part| folded.contains(part))
}

const SETUP: [&str; 6] = ["changeover", "setup", "settingup", "rüst", "ruest", "toolchange"];
/// Foreign words are bounded in number and length.
const MOST: usize = 20_000;
const LONGEST: usize = 120;
