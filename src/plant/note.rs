//! What metadata messages say of tags: kept by path, so that it may come before the tag does.

use std::sync::Arc;

use foldhash::HashMap;

use crate::payload::{Describes, Fact, FoundValue, Target};
use crate::vocab::BrokerId;

/// What other messages say of a tag.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// Unit.
    pub unit: Option<Arc<str>>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// What it is called.
    pub name: Option<Arc<str>>,
    /// The low end of its range.
    pub low: Option<f64>,
    /// The high end of its range.
    pub high: Option<f64>,
}

impl Note {
    /// Takes a fact; false when it says nothing new.
    pub(super) fn take(&mut self, fact: Fact, said: &Said) -> bool {
        let before = self.clone();
        match fact {
            Fact::Unit => self.unit = said.words(),
            Fact::Description => self.description = said.words(),
            Fact::Name => self.name = said.words(),
            Fact::Low => self.low = said.number(),
            Fact::High => self.high = said.number(),
        }
        *self != before
    }

    /// Both ends of the range, where they make one.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high).filter(|(low, high)| low < high)
    }
}

/// The words or the number of a fact.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    Words(Arc<str>),
    Number(f64),
    Nothing,
}

impl Said {
    pub(super) fn of(value: FoundValue<'_>) -> Self {
        match value {
            FoundValue::Text(text) if !text.is_empty() => Self::Words(text.into()),
            FoundValue::Int(int) => Self::Number(int as f64),
            FoundValue::UInt(uint) => Self::Number(uint as f64),
            FoundValue::Float(float) => Self::Number(float),
            _ => Self::Nothing,
        }
    }

    fn words(&self) -> Option<Arc<str>> {
        match self {
            Self::Words(words) => Some(words.clone()),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Words(words) => words.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Number(number) => Some(*number),
            Self::Nothing => None,
        }
    }
}

/// All notes, by broker and full tag path.
#[derive(Debug, Default)]
pub(super) struct Notes {
    by_path: HashMap<(BrokerId, Arc<str>), Note>,
}

impl Notes {
    /// Takes a fact about a path; the path, if it is news and there is room.
    pub(super) fn take(&mut self, broker: BrokerId, path: &str, fact: Fact, said: &Said) -> Option<&Note> {
        if self.by_path.len() >= MOST_NOTES && !self.by_path.contains_key(&(broker, Arc::from(path))) {
            return None;
        }
        let note = self.by_path.entry((broker, path.into())).or_default();
        note.take(fact, said).then_some(&*note)
    }

    pub(super) fn get(&self, broker: BrokerId, path: &Arc<str>) -> Option<&Note> {
        if self.by_path.is_empty() { None } else { self.by_path.get(&(broker, path.clone())) }
    }
}

/// The full path of the tag that a message on `topic` speaks of.
pub(super) fn target_path(topic: &str, describes: &Describes<'_>) -> Option<String> {
    match describes.target {
        Target::Sibling => topic.strip_suffix(".props").map(str::to_owned),
        Target::Named { topic, name } => (!topic.is_empty()).then(|| format!("{topic}/{name}")),
        Target::OfData(name) => {
            let levels: Vec<&str> = topic.split('/').map(|l| if l == "metadata" { "data" } else { l }).collect();
            topic.contains("metadata").then(|| format!("{}/{name}", levels.join("/")))
        }
    }
}

/// What a topic says of the tag above it: Homie's attributes (`…/temperature/$unit`).
pub(super) fn attribute_of(topic: &str) -> Option<(&str, Fact)> {
    let (above, last) = topic.rsplit_once('/')?;
    let fact = match last {
        "$unit" => Fact::Unit,
        "$name" => Fact::Name,
        "$description" => Fact::Description,
        _ => return None,
    };
    Some((above, fact))
}

/// Tags that notes are kept for.
const MOST_NOTES: usize = 100_000;
