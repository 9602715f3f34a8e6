//! What the palette finds: pages, places, tags, boards and things to do, by the words typed; without words, what was
//! looked at last.

use leptos::prelude::Get;

use super::rank::{fit, words_of};
use crate::ui::format::name_words;
use crate::ui::place::{Place, board_parts};
use crate::ui::recent::seen;
use crate::ui::state::{Documents, Live};
use crate::vocab::Level;

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Light or dark.
    TurnColours,
    /// A new board.
    NewBoard,
    /// The place on screen without chrome.
    WallScreen,
    /// The whole screen.
    FullScreen,
}

/// Where a choice leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// To a place.
    Go(Place),
    /// To something done.
    Do(Act),
}

/// One thing found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What kind of thing it is, in a word.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is; empty where the name says all.
    pub path: String,
    /// Where it leads.
    pub target: Target,
}

/// What fits, best first. Tracks places, tags and boards.
pub fn found(live: Live, documents: Documents, query: &str) -> Vec<Found> {
    let words = words_of(query);
    let fixed = PAGES
        .iter()
        .map(|(name, hash)| Found {
            kind: "Page",
            name: (*name).into(),
            path: String::new(),
            target: Target::Go(Place::from_hash(hash)),
        })
        .chain(ACTS.iter().map(|(name, act)| Found {
            kind: "Do",
            name: (*name).into(),
            path: String::new(),
            target: Target::Do(*act),
        }));
    if words.is_empty() {
        let recent = seen(documents).into_iter().map(|place| named(documents, place));
        return recent.chain(fixed).take(MOST).collect();
    }
    let boards = documents.all_boards().into_iter().map(|board| Found {
        kind: "Board",
        name: board.title,
        path: String::new(),
        target: Target::Go(Place::Board(board.id)),
    });
    let places = live.places().into_iter().filter_map(|place| {
        let path = place.path.to_string();
        let (kind, target) = match place.level? {
            Level::Machine => ("Machine", Place::Machine(path.clone())),
            Level::Line => ("Line", Place::Line(path.clone())),
            _ => ("Place", Place::Namespace(path.clone())),
        };
        Some(Found { kind, name: name_words(&place.name), path, target: Target::Go(target) })
    });
    let rows = live.rows.get();
    let tags = rows.rows.iter().filter(|row| row.tag.is_some()).map(|row| {
        let path = row.path.to_string();
        Found { kind: "Tag", name: last_words(&path), target: Target::Go(Place::Tag(path.clone())), path }
    });
    let all = fixed.chain(boards).chain(places).chain(tags);
    let mut fitting: Vec<(u32, usize, Found)> = all
        .filter_map(|found| {
            let fit = fit(&words, &found.name, &found.path)?;
            Some((fit, found.path.len(), found))
        })
        .collect();
    fitting.sort_by(|a, b| (a.0, a.1, &a.2.path).cmp(&(b.0, b.1, &b.2.path)));
    fitting.into_iter().take(MOST).map(|(_, _, found)| found).collect()
}

fn named(documents: Documents, place: Place) -> Found {
    let (kind, name, path) = match &place {
        Place::Line(path) => ("Line", last_words(path), path.clone()),
        Place::Machine(path) => ("Machine", last_words(path), path.clone()),
        Place::Tag(path) => ("Tag", last_words(path), path.clone()),
        Place::Board(at) => {
            let (id, path) = board_parts(at);
            let title = documents.all_boards().into_iter().find(|board| board.id == id).map(|board| board.title);
            ("Board", title.unwrap_or_else(|| id.to_owned()), path.unwrap_or_default().to_owned())
        }
        other => ("Place", other.to_hash(), String::new()),
    };
    Found { kind, name, path, target: Target::Go(place) }
}

fn last_words(path: &str) -> String {
    name_words(path.rsplit('/').next().unwrap_or(path))
}

const PAGES: [(&str, &str); 7] = [
    ("Plant", "#/"),
    ("Boards", "#/boards"),
    ("Alerts", "#/alerts"),
    ("KPIs", "#/kpi"),
    ("Namespace", "#/namespace"),
    ("Settings", "#/settings"),
    ("Health", "#/diagnostics"),
];
const ACTS: [(&str, Act); 4] = [
    ("Change between light and dark", Act::TurnColours),
    ("New board", Act::NewBoard),
    ("Full screen", Act::FullScreen),
    ("Show this as a wall screen", Act::WallScreen),
];
/// As many as are looked through at a glance.
const MOST: usize = 12;
