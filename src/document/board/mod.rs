//! Boards: tiles that people put on a wall, as they are stored and exchanged; where the tiles stand is in [`layout`],
//! what an edit does to a board in [`edit`].

pub mod edit;
mod history;
mod json;
pub mod layout;
pub mod stand_in;

use serde::{Deserialize, Serialize};

pub use history::History;
pub use json::{BOARD_VERSION, board_from_json, board_to_json, boards_from_json, boards_to_json};
pub use layout::{COLUMNS, Rect, Screen, Slot};

pub(super) use json::board_from_value;

/// A board.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// Stable id: letters, digits, `-` and `_`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tiles; reading order is that of their places.
    pub tiles: Vec<Tile>,
    /// Full path of the place the board is drawn for: a tile path that begins with `$` stands for it.
    pub drawn_for: Option<String>,
    /// Full paths of places the board is repeated for, below itself.
    pub repeated_for: Vec<String>,
    /// Where a screen has its own layout: each of its tiles' places there.
    pub adjusted: Vec<(Screen, Vec<Slot>)>,
    /// Which edit of it this is, counted from 1; 0 where nobody counted.
    pub version: u64,
    /// Who made that edit, as they call themselves.
    pub by: String,
    /// When, in milliseconds since the epoch; 0 where nobody said.
    pub changed: i64,
}

/// One tile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Which one of its board; 1 and up.
    pub id: u32,
    /// What it shows.
    pub kind: TileKind,
    /// Full path of the machine, line or tag; for an image its address. Empty where the kind shows no such thing.
    pub path: String,
    /// Where it stands on the 12 columns.
    pub rect: Rect,
    /// Its title where it is not the thing's own name.
    pub title: String,
    /// What a text tile says, in a subset of Markdown.
    pub text: String,
    /// Unit to show instead of the tag's own; a value that cannot be converted keeps its own.
    pub unit: String,
    /// Digits after the point instead of the tag's own.
    pub digits: Option<u8>,
    /// Low and high end of the scale instead of the tag's own.
    pub range: Option<(f64, f64)>,
    /// What a counter should reach, what a gauge should stand at.
    pub target: Option<f64>,
    /// How far back it looks, in minutes; 0: as the kind does by itself.
    pub minutes: u32,
}

/// What a tile shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TileKind {
    /// A machine: state, key figures, newest alert.
    Machine,
    /// A line: its machines' states, the worst of them.
    Line,
    /// One tag's value with a sparkline.
    #[default]
    Value,
    /// One tag's value as large as the tile.
    Number,
    /// A value on its range, with its target: a bullet.
    Gauge,
    /// A sparkline as large as the tile.
    Sparkline,
    /// A trend with axes.
    Trend,
    /// A machine's state, readable across the hall.
    State,
    /// Alerts of a place, or of the plant.
    Alerts,
    /// A counter against its target.
    Counter,
    /// OEE of a place in the shift under way, with what it is made of.
    Kpi,
    /// What a line or machine did in the shift: its states over time.
    Timeline,
    /// Why it stood in the shift: downtime by reason.
    Pareto,
    /// Words of people.
    Text,
    /// The time in the plant.
    Clock,
    /// A picture from beside the page.
    Image,
}

/// What a kind of tile wants to know and how large it begins.
#[derive(Clone, Copy, Debug)]
pub struct KindFacts {
    /// The word in JSON.
    pub word: &'static str,
    /// What its path names.
    pub subject: Subject,
    /// Columns and rows a new one takes.
    pub size: (u8, u16),
    /// Fewest columns and rows in which it can be read.
    pub least: (u8, u16),
}

/// What the path of a tile names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A machine or any other place.
    Machine,
    /// A line or any place above machines.
    Line,
    /// A tag.
    Tag,
    /// A place or nothing, which is the whole plant.
    Anywhere,
    /// A picture's address.
    Picture,
    /// Nothing.
    Nothing,
}

impl TileKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 16] = [
        Self::Machine,
        Self::Line,
        Self::State,
        Self::Value,
        Self::Number,
        Self::Gauge,
        Self::Counter,
        Self::Sparkline,
        Self::Trend,
        Self::Alerts,
        Self::Kpi,
        Self::Timeline,
        Self::Pareto,
        Self::Text,
        Self::Clock,
        Self::Image,
    ];

    /// What is fixed about a kind.
    pub const fn facts(self) -> KindFacts {
        let (word, subject, size, least) = match self {
            Self::Machine => ("machine", Subject::Machine, (3, 2), (2, 2)),
            Self::Line => ("line", Subject::Line, (6, 2), (3, 2)),
            Self::State => ("state", Subject::Machine, (3, 2), (2, 1)),
            Self::Value => ("value", Subject::Tag, (3, 2), (2, 1)),
            Self::Number => ("number", Subject::Tag, (3, 2), (2, 1)),
            Self::Gauge => ("gauge", Subject::Tag, (3, 2), (2, 1)),
            Self::Counter => ("counter", Subject::Tag, (3, 2), (2, 2)),
            Self::Sparkline => ("sparkline", Subject::Tag, (3, 2), (2, 1)),
            Self::Trend => ("trend", Subject::Tag, (6, 4), (3, 3)),
            Self::Alerts => ("alerts", Subject::Anywhere, (4, 4), (3, 2)),
            Self::Kpi => ("kpi", Subject::Anywhere, (4, 3), (3, 2)),
            Self::Timeline => ("timeline", Subject::Line, (6, 2), (3, 2)),
            Self::Pareto => ("pareto", Subject::Line, (6, 4), (3, 3)),
            Self::Text => ("text", Subject::Nothing, (3, 2), (1, 1)),
            Self::Clock => ("clock", Subject::Nothing, (2, 2), (2, 1)),
            Self::Image => ("image", Subject::Picture, (3, 3), (1, 1)),
        };
        KindFacts { word, subject, size, least }
    }

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        self.facts().word
    }

    /// Reads [`TileKind::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Tile {
    /// A tile of this kind for this path, not placed yet.
    pub fn new(kind: TileKind, path: &str) -> Self {
        Self { kind, path: path.to_owned(), ..Self::default() }
    }

    /// Whether both show the same, wherever they stand.
    pub fn shows_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.path == other.path
    }
}

impl Board {
    /// A board without tiles.
    pub fn new(id: &str, title: &str) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), ..Self::default() }
    }

    /// The tile with this id.
    pub fn tile(&self, id: u32) -> Option<&Tile> {
        self.tiles.iter().find(|tile| tile.id == id)
    }

    /// Where its tiles stand on a screen: as adjusted there, else as they follow from the board itself.
    pub fn slots_on(&self, screen: Screen) -> Vec<Slot> {
        let own: Vec<Slot> = self.tiles.iter().map(|tile| Slot { id: tile.id, rect: tile.rect }).collect();
        let least = |id: u32| self.tile(id).map_or((1, 1), |tile| tile.kind.facts().least);
        match self.adjusted.iter().find(|(known, _)| *known == screen) {
            Some((_, adjusted)) => layout::completed(adjusted, &own, screen, least),
            None => layout::derived(&own, screen, least),
        }
    }
}
