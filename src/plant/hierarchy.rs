//! Which topic level means what: by a configured template, or guessed per root from the topics themselves.
//!
//! The guess looks for the level at which nodes look like machines: they have a state among their tags, most of their
//! children are values, and siblings have children of the same names. It is a pure function of the paths seen.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::vocab::Level;

/// Topic levels from the left; `None` skips one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    levels: Vec<Option<Level>>,
    /// The location ends before the first level that begins with `_` (United Manufacturing Hub's contracts).
    ends_at_contract: bool,
}

impl Template {
    /// A configured template.
    pub fn new(levels: Vec<Option<Level>>) -> Self {
        Self { levels, ends_at_contract: true }
    }

    /// The usual naming of `depth` levels that end in a machine: the fewer there are, the higher ones go first. The
    /// first `skip` levels name the scheme and no place.
    pub fn of_depth(skip: usize, depth: usize) -> Self {
        use Level::{Area, Enterprise, Line, Machine, Site};
        let own = depth.saturating_sub(skip);
        let named: &[Level] = match own {
            0 => &[],
            1 => &[Machine],
            2 => &[Line, Machine],
            3 => &[Site, Line, Machine],
            4 => &[Enterprise, Site, Line, Machine],
            _ => &[Enterprise, Site, Area, Line, Machine],
        };
        let mut levels = vec![None; depth.saturating_sub(named.len())];
        levels.extend(named.iter().copied().map(Some));
        Self { levels, ends_at_contract: false }
    }

    /// How many levels lead to a machine.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// How many levels of a path are its place. 0: it fits nowhere.
    pub fn depth_of(&self, path: &str) -> usize {
        let mut depth = 0;
        let mut levels = path.split('/').peekable();
        while let Some(level) = levels.next() {
            let is_contract = self.ends_at_contract && depth > 0 && level.starts_with('_');
            if depth == self.levels.len() || levels.peek().is_none() || is_contract {
                break;
            }
            depth += 1;
        }
        depth
    }

    /// The meaning of the n-th level, counting from 0.
    pub fn level_at(&self, index: usize) -> Option<Level> {
        self.levels.get(index).copied().flatten()
    }

    /// As the configuration writes it.
    pub fn words(&self) -> String {
        let word = |level: &Option<Level>| level.map_or("+", Level::word);
        self.levels.iter().map(word).collect::<Vec<_>>().join("/")
    }
}

/// A template as guessed, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Guessed {
    pub(super) template: Template,
    /// In words, for people.
    pub(super) why: String,
}

/// Guesses the template for the paths of one root. `None` where nothing has a level above its value.
pub(super) fn guess<'a>(paths: impl Iterator<Item = &'a str>) -> Option<Guessed> {
    let paths: Vec<Vec<&str>> = paths.take(MOST_PATHS).map(|path| path.split('/').collect()).collect();
    let skip = scheme_levels(&paths);
    if paths.first().is_some_and(|path| path[0] == "umh") && skip == 2 {
        return Some(guess_umh(&paths));
    }
    let deepest = paths.iter().map(Vec::len).max()?.min(MOST_LEVELS);
    let mut best: Option<(Look, usize)> = None;
    for depth in skip + 1..deepest {
        let look = Look::at(&paths, depth);
        if best.as_ref().is_none_or(|(most, _)| look.score() > most.score() + 1e-9) {
            best = Some((look, depth));
        }
    }
    let (look, depth) = best?;
    let mut why = String::new();
    if skip > 0 {
        why = format!(
            "The first {} name the scheme. ",
            if skip == 1 { "level".into() } else { format!("{skip} levels") }
        );
    }
    why.push_str(&look.words(depth));
    Some(Guessed { template: Template::of_depth(skip, depth), why })
}

/// `umh/v1/<location>/_<contract>/…`: the location ends where the contract begins, so nothing need be weighed.
fn guess_umh(paths: &[Vec<&str>]) -> Guessed {
    let place = |path: &Vec<&str>| path.iter().position(|level| level.starts_with('_'));
    let deepest = paths.iter().filter_map(place).max().unwrap_or(2).clamp(2, MOST_LEVELS);
    let template = Template { ends_at_contract: true, ..Template::of_depth(2, deepest) };
    let why = "United Manufacturing Hub: the location ends at the level that begins with an underscore; the deepest location is a machine.";
    Guessed { template, why: why.into() }
}

/// How many levels at the front name a scheme and not a place.
fn scheme_levels(paths: &[Vec<&str>]) -> usize {
    let Some(first) = paths.first() else { return 0 };
    let is_version = |level: &str| {
        let digits = level.strip_prefix(['v', 'V']).unwrap_or("x");
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let skip = match first.as_slice() {
        ["umh", version, ..] if is_version(version) => 2,
        ["ie", _, _, _, version, _, "dp", _, ..] if is_version(version) => 8,
        ["opcua", "json", _, ..] => 3,
        ["azure-iot-operations", "data", ..] => 2,
        ["unsAv1.0" | "uns" | "UNS" | "", ..] => 1,
        [version, ..] if is_version(version) => 1,
        _ => 0,
    };
    let is_shared = |path: &Vec<&str>| path.len() > skip + 1 && path[..skip.min(2)] == first[..skip.min(2)];
    // One stray topic does not make the scheme another.
    if paths.iter().filter(|path| is_shared(path)).count() * 10 >= paths.len() * 9 { skip } else { 0 }
}

/// How the nodes at one depth look.
struct Look {
    nodes: usize,
    with_state: usize,
    children: usize,
    leaves: usize,
    repeated: usize,
    /// Share of the paths that reach so deep.
    covered: f64,
}

impl Look {
    /// How much they look like machines.
    fn score(&self) -> f64 {
        let ratio = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        self.covered
            * (2.0 * ratio(self.with_state, self.nodes)
                + ratio(self.leaves, self.children)
                + 0.5 * ratio(self.repeated, self.children))
    }

    fn words(&self, depth: usize) -> String {
        let percent = |part: usize, whole: usize| 100 * part / whole.max(1);
        format!(
            "Level {depth} holds the machines: {} of {} nodes there have a state, {} % of what is below them are values, {} % of the names below repeat from node to node.",
            self.with_state,
            self.nodes,
            percent(self.leaves, self.children),
            percent(self.repeated, self.children),
        )
    }

    fn at(paths: &[Vec<&str>], depth: usize) -> Self {
        let mut nodes: BTreeMap<&[&str], BTreeSet<(&str, bool)>> = BTreeMap::new();
        let mut with_state: BTreeSet<&[&str]> = BTreeSet::new();
        let mut covered = 0usize;
        for path in paths.iter().filter(|path| path.len() > depth) {
            covered += 1;
            let node = &path[..depth];
            nodes.entry(node).or_default().insert((path[depth], path.len() == depth + 1));
            if path.len() <= depth + 2 && path.last().is_some_and(|last| state_rank(last).is_some()) {
                with_state.insert(node);
            }
        }
        let mut spread: HashMap<&str, usize> = HashMap::new();
        let (mut children, mut leaves) = (0usize, 0usize);
        for (name, is_leaf) in nodes.values().flatten() {
            *spread.entry(name).or_default() += 1;
            children += 1;
            leaves += usize::from(*is_leaf);
        }
        let repeated = nodes.values().flatten().filter(|(name, _)| spread.get(name).is_some_and(|n| *n > 1)).count();
        let covered = covered as f64 / paths.len().max(1) as f64;
        Self { nodes: nodes.len(), with_state: with_state.len(), children, leaves, repeated, covered }
    }
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
        guess(paths.iter().copied()).map(|guessed| guessed.template.depth())
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
        assert_eq!(Template::of_depth(0, 6).level_at(0), None);
        assert_eq!(Template::of_depth(0, 6).level_at(5), Some(Level::Machine));
        assert_eq!(Template::of_depth(0, 3).level_at(0), Some(Level::Site));
    }

    #[test]
    fn schemes_are_skipped_and_contracts_end_a_place() {
        let words = |paths: &[&str]| guess(paths.iter().copied()).map(|guessed| guessed.template.words());
        let umh = ["umh/v1/acme/plant/area/line/filler/_historian/drive/speed", "umh/v1/acme/plant/_analytics/oee"];
        assert_eq!(words(&umh).as_deref(), Some("+/+/enterprise/site/area/line/machine"));
        let template = guess(umh.iter().copied()).unwrap().template;
        assert_eq!(umh.map(|path| template.depth_of(path)), [7, 4]);
        let proxus = ["v1/acme/berlin/l1/m1/state", "v1/acme/berlin/l1/m2/state", "v1/acme/berlin/l2/m1/state"];
        assert_eq!(words(&proxus).as_deref(), Some("+/enterprise/site/line/machine"));
        assert_eq!(words(&["/acme/l1/m1/state", "/acme/l1/m2/state"]).as_deref(), Some("+/site/line/machine"));
        // A version with nothing below it is a place like any other.
        assert_eq!(words(&["v1/state", "v1/x"]).as_deref(), Some("machine"));
    }
}
