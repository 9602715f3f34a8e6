//! The configured rules over tag paths, found without trying each: a plant may bring ten thousand for single tags.

use std::collections::HashMap;

use crate::document::TagRule;
use crate::topic;
use crate::vocab::Shape;

/// All rules. A pattern without wildcards is found by hash.
#[derive(Debug, Default)]
pub(super) struct Rules {
    list: Vec<TagRule>,
    exact: HashMap<String, Vec<usize>>,
    wild: Vec<usize>,
}

impl Rules {
    /// Takes the configuration's rules.
    pub(super) fn new(list: Vec<TagRule>) -> Self {
        let mut rules = Self::default();
        for (index, rule) in list.iter().enumerate() {
            if rule.pattern.contains(['+', '#', '$']) {
                rules.wild.push(index);
            } else {
                rules.exact.entry(rule.pattern.clone()).or_default().push(index);
            }
        }
        rules.list = list;
        rules
    }

    /// The rules that match a path, in the configuration's order.
    pub(super) fn matching(&self, path: &str) -> impl Iterator<Item = &TagRule> {
        let mut found = self.exact.get(path).cloned().unwrap_or_default();
        found.extend(self.wild.iter().copied().filter(|index| topic::matches(&self.list[*index].pattern, path)));
        found.sort_unstable();
        found.into_iter().filter_map(|index| self.list.get(index))
    }

    /// The shape that messages of a topic are to be read as.
    pub(super) fn shape(&self, topic: &str) -> Option<Shape> {
        if self.list.is_empty() { None } else { self.matching(topic).find_map(|rule| rule.shape) }
    }
}
