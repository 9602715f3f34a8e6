//! The namespace as the page looks at it: a window of rows, what is wrong with it, how its levels are read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::vocab::{BrokerId, Level, Reading, TagId};

/// What the namespace page shows: a window on the tree or, with words or a filter, on the tags found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browse {
    /// Words to look for in path, description and unit.
    pub query: String,
    /// Only tags of which all these are true.
    pub filters: Vec<Filter>,
    /// Nodes of the tree that are open, by path.
    pub open: Vec<String>,
    /// First row wanted.
    pub first: u32,
    /// How many rows, at most 400.
    pub count: u16,
}

/// What a tag may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Filter {
    /// Nobody vouches for its value.
    Stale,
    /// First heard of within the last ten minutes, and not with the rest when the page began.
    New,
    /// It held values of more than one kind.
    ChangedType,
    /// A number without a unit.
    NoUnit,
    /// Its messages carry no time.
    NoTime,
}

/// The rows in the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// How many rows there are in all.
    pub total: u32,
    /// Index of the first row told.
    pub first: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A node of the tree, or a tag that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Full path.
    pub path: Arc<str>,
    /// What is shown of it: the last level in the tree, all of it among tags found.
    pub name: Arc<str>,
    /// Levels above it in the tree.
    pub depth: u16,
    /// Tags below it.
    pub below: u32,
    /// Whether its node is open.
    pub is_open: bool,
    /// The tag of this very path.
    pub tag: Option<RowTag>,
    /// Messages a second here and below.
    pub rate: f32,
    /// Newest receive time here and below.
    pub heard: Option<Timestamp>,
    /// Size of the last messages here and below, in bytes.
    pub bytes: u64,
}

/// A tag in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowTag {
    /// Its id.
    pub id: TagId,
    /// What it holds.
    pub reading: Reading,
    /// Unit.
    pub unit: Option<Arc<str>>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Whose broker.
    pub broker: BrokerId,
    /// Where it comes from: topic, or `topic#json.path`.
    pub source: Arc<str>,
}

/// What is wrong with the namespace, kind by kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Tags looked at.
    pub tags: u32,
    /// What was found; kinds of which there is nothing are left out.
    pub list: Vec<Finding>,
}

/// One kind of trouble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub kind: Trouble,
    /// How many tags have it.
    pub count: u32,
    /// Some of them, at most 200.
    pub examples: Vec<Example>,
}

/// A tag that has a trouble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Its path.
    pub path: Arc<str>,
    /// What is wrong, in words or figures.
    pub note: String,
}

/// What can be wrong with a tag, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trouble {
    /// A machine's state that nobody can read.
    UnknownState,
    /// A payload that no reader took.
    Unread,
    /// The same path twice, or paths that differ in upper and lower case only.
    Twice,
    /// Values of more than one kind.
    ChangesType,
    /// Messages of more than one shape.
    ChangesShape,
    /// It fits no machine.
    Unassigned,
    /// Empty levels, or blanks at their ends.
    OddName,
    /// The source's clock and ours differ by more than five seconds.
    Skew,
    /// Values that came later than a newer one.
    Late,
    /// A time without a zone.
    NoZone,
    /// No time.
    NoTime,
    /// A number without a unit.
    NoUnit,
    /// Many messages, hardly a change.
    Chatter,
    /// Retained, and older than a day.
    OldRetained,
}

/// How the levels of topics are read, and what they would be with a template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// How each root is read; with a template, all are read the same and nothing is told here.
    pub roots: Vec<Root>,
    /// The tree as it would be, down to the machines, at most 400 nodes.
    pub tree: Vec<Node>,
    /// How many nodes there are in all.
    pub nodes: u32,
    /// How many lines and machines.
    pub lines: u32,
    /// See `lines`.
    pub machines: u32,
    /// Tags that fit nowhere.
    pub unassigned: u32,
    /// Machine states that nobody can read, by state tag.
    pub states: Vec<UnknownState>,
}

/// A root of the namespace and the template guessed for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// Whose broker.
    pub broker: BrokerId,
    /// First topic level.
    pub name: Arc<str>,
    /// As the configuration would write it.
    pub template: String,
    /// Why, in words.
    pub why: String,
    /// How many tags.
    pub tags: u32,
}

/// A node of the tree as it would be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Levels above it.
    pub depth: u16,
    /// Its level's name.
    pub name: Arc<str>,
    /// What it is.
    pub level: Option<Level>,
    /// Tags here and below.
    pub tags: u32,
}

/// A state value that nobody can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownState {
    /// The state tag's path.
    pub path: Arc<str>,
    /// The value, as a rule would name it.
    pub raw: String,
}

/// As what the list of tags is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListFormat {
    /// Comma-separated values with a head line (RFC 4180).
    Csv,
    /// A JSON array of objects.
    Json,
}
