//! Boards: tiles that people pinned, as they are stored and exchanged.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reader::{Problem, Reader, kind};

/// The version written; older ones are read.
pub const BOARD_VERSION: u64 = 1;

/// A board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Stable id: letters, digits, `-` and `_`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tiles in reading order.
    pub tiles: Vec<Tile>,
}

/// One tile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// What it shows.
    pub kind: TileKind,
    /// Full path of the machine or tag.
    pub path: String,
}

/// What a tile shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TileKind {
    /// A machine's tile.
    Machine,
    /// One tag's value.
    Value,
}

impl TileKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Value => "value",
        }
    }
}

/// Reads stored boards: `{"version":1,"boards":[…]}`. What cannot be read is in the list.
pub fn boards_from_json(text: &str) -> (Vec<Board>, Vec<Problem>) {
    let mut problems = Vec::new();
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            problems.push(Problem { path: String::new(), message: format!("not JSON: {error}") });
            return (Vec::new(), problems);
        }
    };
    let mut boards = Vec::new();
    if let Some(mut top) = Reader::object(String::new(), &value, &mut problems) {
        if let Some(version) =
            top.integer("version", 1, BOARD_VERSION as i64).or_else(|| top.raw("version").is_none().then_some(1))
        {
            debug_assert!(version == 1);
            for (path, item) in top.items("boards") {
                boards.extend(board_from_value(path, item, top.problems));
            }
        }
        top.finish(&[]);
    }
    (boards, problems)
}

/// Writes boards as [`boards_from_json`] reads them.
pub fn boards_to_json(boards: &[Board]) -> String {
    let boards: Vec<Value> = boards
        .iter()
        .map(|board| {
            let tiles: Vec<Value> =
                board.tiles.iter().map(|tile| json!({"kind": tile.kind.word(), "path": tile.path})).collect();
            json!({"id": board.id, "title": board.title, "tiles": tiles})
        })
        .collect();
    json!({"version": BOARD_VERSION, "boards": boards}).to_string()
}

pub(super) fn board_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Board> {
    let mut object = Reader::object(path, value, problems)?;
    let id = object.text("id").unwrap_or_default();
    let good_id =
        !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !good_id {
        object.problem("id", "expected 1 to 64 letters, digits, - or _");
    }
    let title = object.text("title").unwrap_or_else(|| id.clone());
    let mut tiles = Vec::new();
    for (path, item) in object.items("tiles") {
        if tiles.len() == MOST_TILES {
            object.problem("tiles", format!("expected at most {MOST_TILES} tiles; the rest is left out"));
            break;
        }
        tiles.extend(tile_from_value(path, item, object.problems));
    }
    object.finish(&[]);
    good_id.then_some(Board { id, title, tiles })
}

fn tile_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Tile> {
    let mut object = Reader::object(path, value, problems)?;
    let tile_kind = match object.raw("kind") {
        Some(Value::String(word)) if word == TileKind::Machine.word() => Some(TileKind::Machine),
        Some(Value::String(word)) if word == TileKind::Value.word() => Some(TileKind::Value),
        other => {
            let found = other.map_or_else(|| "nothing".into(), kind);
            object.problem("kind", format!("expected \"machine\" or \"value\", found {found}"));
            None
        }
    };
    let path = object.text("path").filter(|path| !path.is_empty());
    if path.is_none() {
        object.problem("path", "expected the full path of a machine or tag");
    }
    object.finish(&[]);
    Some(Tile { kind: tile_kind?, path: path? })
}

const MOST_TILES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn boards_round_trip() {
        let boards = vec![Board {
            id: "b1".into(),
            title: "Line 1 \"wall\"".into(),
            tiles: vec![
                Tile { kind: TileKind::Machine, path: "a/b".into() },
                Tile { kind: TileKind::Value, path: "a/b/t".into() },
            ],
        }];
        assert_eq!(boards_from_json(&boards_to_json(&boards)), (boards, vec![]));
    }

    #[test]
    fn broken_parts_cost_themselves() {
        let (boards, problems) = boards_from_json(
            r#"{"version":1,"boards":[{"id":"x y"},{"id":"ok","tiles":[{"kind":"pie","path":"a"},{"kind":"value","path":"b"},3]}]}"#,
        );
        assert_eq!(boards.len(), 1);
        assert_eq!(boards[0].tiles.len(), 1);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(boards_from_json("[").1[0].message.starts_with("not JSON"));
        assert!(boards_from_json(r#"{"version":9,"boards":[]}"#).1[0].path == "version");
    }
}
