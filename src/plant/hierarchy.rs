//! Which topic level means what: by a configured template, or guessed per root from the topics themselves.
//!
//! The guess looks for the level at which nodes look like machines: they have a state among their tags, most of their
//! children are values, and siblings have children of the same names. It is a pure function of the paths seen.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::vocab::Level;

/// Topic levels from the left; `None` skips one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    levels: Vec<Option<Level>>,
}

impl Template {
    /// A configured template.
    pub fn new(levels: Vec<Option<Level>>) -> Self {
        Self { levels }
    }

    /// The usual naming of `depth` levels that end in a machine: the fewer there are, the higher ones go first.
    pub fn of_depth(depth: usize) -> Self {
        use Level::{Area, Enterprise, Line, Machine, Site};
        let named: &[Level] = match depth {
            0 => &[],
            1 => &[Machine],
            2 => &[Line, Machine],
            3 => &[Site, Line, Machine],
            4 => &[Enterprise, Site, Line, Machine],
            _ => &[Enterprise, Site, Area, Line, Machine],
        };
        let mut levels = vec![None; depth.saturating_sub(named.len())];
        levels.extend(named.iter().copied().map(Some));
        Self { levels }
    }

    /// How many levels lead to a machine.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The meaning of the n-th level, counting from 0.
    pub fn level_at(&self, index: usize) -> Option<Level> {
        self.levels.get(index).copied().flatten()
    }
}

/// Guesses the template for the paths of one root. `None` where nothing has a level above its value.
pub(super) fn guess<'a>(paths: impl Iterator<Item = &'a str>) -> Option<Template> {
    let paths: Vec<Vec<&str>> = paths.take(MOST_PATHS).map(|path| path.split('/').collect()).collect();
    let deepest = paths.iter().map(Vec::len).max()?.min(MOST_LEVELS);
    let mut best: Option<(f64, usize)> = None;
    for depth in 1..deepest {
        let score = score(&paths, depth);
        if best.is_none_or(|(most, _)| score > most + 1e-9) {
            best = Some((score, depth));
        }
    }
    best.map(|(_, depth)| Template::of_depth(depth))
}

/// How much the nodes at `depth` look like machines.
fn score(paths: &[Vec<&str>], depth: usize) -> f64 {
    let mut nodes: BTreeMap<&[&str], BTreeSet<(&str, bool)>> = BTreeMap::new();
    let mut with_state: BTreeSet<&[&str]> = BTreeSet::new();
    let mut covered = 0usize;
    for path in paths {
        if path.len() <= depth {
            continue;
        }
        covered += 1;
        let node = &path[..depth];
        nodes.entry(node).or_default().insert((path[depth], path.len() == depth + 1));
        if path.len() <= depth + 2 && path.last().is_some_and(|last| state_rank(last).is_some()) {
            with_state.insert(node);
        }
    }
    if nodes.is_empty() {
        return 0.0;
    }
    let mut spread: HashMap<&str, usize> = HashMap::new();
    let (mut children, mut leaves) = (0usize, 0usize);
    for (name, is_leaf) in nodes.values().flatten() {
        *spread.entry(name).or_default() += 1;
        children += 1;
        leaves += usize::from(*is_leaf);
    }
    let repeated = nodes.values().flatten().filter(|(name, _)| spread.get(name).is_some_and(|n| *n > 1)).count();
    let ratio = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    ratio(covered, paths.len())
        * (2.0 * ratio(with_state.len(), nodes.len()) + ratio(leaves, children) + 0.5 * ratio(repeated, children))
}

/// How surely a tag of this name tells its machine's state: 0 is surest; `None` when it does not.
pub(super) fn state_rank(name: &str) -> Option<usize> {
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    STATE_NAMES.iter().position(|known| *known == folded)
}

/// Names of state tags, letters and digits in lower case, the surest first.
const STATE_NAMES: [&str; 14] = [
    "statecurrent",
    "state",
    "machinestate",
    "packmlstate",
    "unitstate",
    "statename",
    "statecurrentname",
    "status",
    "machinestatus",
    "zustand",
    "betriebszustand",
    "etat",
    "running",
    "isrunning",
];
/// A guess reads at most this many paths: more add nothing.
const MOST_PATHS: usize = 4000;
const MOST_LEVELS: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn depth_of(paths: &[&str]) -> Option<usize> {
        guess(paths.iter().copied()).map(|template| template.depth())
    }

    #[test]
    fn a_state_tag_marks_the_machine() {
        let mut paths = Vec::new();
        for line in ["l1", "l2"] {
            for machine in ["filler", "capper"] {
                for tag in ["state", "temperature", "drive/speed", "drive/current", "counter/good"] {
                    paths.push(format!("acme/berlin/area/{line}/{machine}/{tag}"));
                }
            }
        }
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        assert_eq!(depth_of(&paths), Some(5));
    }

    #[test]
    fn without_states_values_and_repetition_decide() {
        let mut paths = Vec::new();
        for line in ["l1", "l2", "l3"] {
            for machine in ["press", "oven"] {
                for tag in ["temperature", "pressure"] {
                    paths.push(format!("plant/{line}/{machine}/{tag}"));
                }
            }
        }
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        assert_eq!(depth_of(&paths), Some(3));
    }

    #[test]
    fn shallow_and_odd_namespaces() {
        assert_eq!(depth_of(&["temperature"]), None);
        assert_eq!(depth_of(&[]), None);
        assert_eq!(depth_of(&["press/temperature"]), Some(1));
        assert!(depth_of(&["//", "a//b", "/"]).is_some());
        assert_eq!(Template::of_depth(6).level_at(0), None);
        assert_eq!(Template::of_depth(6).level_at(5), Some(Level::Machine));
        assert_eq!(Template::of_depth(3).level_at(0), Some(Level::Site));
    }
}
