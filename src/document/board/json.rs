//! Boards as JSON: read key by key, so that a wrong one costs itself; version 1 had no places, its tiles get some.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::edit::MOST_TILES;
use super::layout::{self, COLUMNS, MOST_HEIGHT, Rect, Screen, Slot};
use super::stand_in::MOST_REPEATS;
use super::{Board, Subject, Tile, TileKind};
use crate::document::reader::{Problem, Reader, kind};

/// The version written; older ones are read.
pub const BOARD_VERSION: u64 = 2;

/// Reads stored boards: `{"version":2,"boards":[…]}`. What cannot be read is in the list.
pub fn boards_from_json(text: &str) -> (Vec<Board>, Vec<Problem>) {
    let mut problems = Vec::new();
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            problems.push(Problem { path: String::new(), message: format!("not JSON: {error}") });
            return (Vec::new(), problems);
        }
    };
    let mut boards: Vec<Board> = Vec::new();
    if let Some(mut top) = Reader::object(String::new(), &value, &mut problems) {
        let is_known = top.raw("version").is_none() || top.integer("version", 1, BOARD_VERSION as i64).is_some();
        let items = top.items("boards");
        for (path, item) in items.into_iter().filter(|_| is_known) {
            let Some(board) = board_from_value(path.clone(), item, top.problems) else { continue };
            if boards.iter().any(|known| known.id == board.id) {
                top.problems.push(Problem { path, message: format!("the board {:?} stands there twice", board.id) });
            } else if boards.len() == MOST_BOARDS {
                top.problem("boards", format!("expected at most {MOST_BOARDS} boards; the rest is left out"));
                break;
            } else {
                boards.push(board);
            }
        }
        top.finish(&[]);
    }
    (boards, problems)
}

/// Writes boards as [`boards_from_json`] reads them.
pub fn boards_to_json(boards: &[Board]) -> String {
    let boards: Vec<Value> = boards.iter().map(board_to_value).collect();
    json!({"version": BOARD_VERSION, "boards": boards}).to_string()
}

/// Reads one board that came from elsewhere: a file, or a screen that shares it. `None` where it is none at all.
pub fn board_from_json(text: &str) -> (Option<Board>, Vec<Problem>) {
    if text.len() > MOST_BYTES {
        let message = format!("expected at most {MOST_BYTES} bytes, found {}", text.len());
        return (None, vec![Problem { path: String::new(), message }]);
    }
    let mut problems = Vec::new();
    match serde_json::from_str(text) {
        Ok(value) => (board_from_value(String::new(), &value, &mut problems), problems),
        Err(error) => (None, vec![Problem { path: String::new(), message: format!("not JSON: {error}") }]),
    }
}

/// Writes one board for people to keep: as [`board_from_json`] reads it.
pub fn board_to_json(board: &Board) -> String {
    serde_json::to_string_pretty(&board_to_value(board)).unwrap_or_default()
}

fn board_to_value(board: &Board) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(board.id));
    out.insert("title".into(), json!(board.title));
    let tiles: Vec<Value> = board.tiles.iter().map(tile_to_value).collect();
    out.insert("tiles".into(), json!(tiles));
    let said = |out: &mut Map<String, Value>, key: &str, value: Value, is_said: bool| {
        if is_said {
            out.insert(key.into(), value);
        }
    };
    said(&mut out, "drawn_for", json!(board.drawn_for), board.drawn_for.is_some());
    said(&mut out, "repeated_for", json!(board.repeated_for), !board.repeated_for.is_empty());
    for (screen, slots) in &board.adjusted {
        let slots: Vec<Value> = slots.iter().map(|slot| json!({"id": slot.id, "at": at(slot.rect)})).collect();
        let layouts = out.entry("layouts").or_insert_with(|| json!({}));
        if let Some(layouts) = layouts.as_object_mut() {
            layouts.insert(screen.word().into(), json!(slots));
        }
    }
    said(&mut out, "revision", json!(board.version), board.version > 0);
    said(&mut out, "by", json!(board.by), !board.by.is_empty());
    said(&mut out, "changed", json!(board.changed), board.changed > 0);
    Value::Object(out)
}

fn at(rect: Rect) -> Value {
    json!([rect.x, rect.y, rect.w, rect.h])
}

fn tile_to_value(tile: &Tile) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(tile.id));
    out.insert("kind".into(), json!(tile.kind.word()));
    out.insert("at".into(), at(tile.rect));
    for (key, text) in [("path", &tile.path), ("title", &tile.title), ("text", &tile.text), ("unit", &tile.unit)] {
        if !text.is_empty() {
            out.insert(key.into(), json!(text));
        }
    }
    if let Some(digits) = tile.digits {
        out.insert("digits".into(), json!(digits));
    }
    if let Some((low, high)) = tile.range {
        out.insert("range".into(), json!([low, high]));
    }
    if let Some(target) = tile.target {
        out.insert("target".into(), json!(target));
    }
    if tile.minutes > 0 {
        out.insert("minutes".into(), json!(tile.minutes));
    }
    Value::Object(out)
}

pub(in crate::document) fn board_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Board> {
    let mut object = Reader::object(path, value, problems)?;
    let id = object.text("id").unwrap_or_default();
    let good_id =
        !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !good_id {
        object.problem("id", "expected 1 to 64 letters, digits, - or _");
    }
    let title = object.text("title").map_or_else(|| id.clone(), |title| short(title, MOST_TITLE));
    let mut board = Board { id, title, ..Board::default() };
    let mut slots = Vec::new();
    for (path, item) in object.items("tiles") {
        if board.tiles.len() == MOST_TILES {
            object.problem("tiles", format!("expected at most {MOST_TILES} tiles; the rest is left out"));
            break;
        }
        board.tiles.extend(tile_from_value(path, item, object.problems));
    }
    give_ids(&mut board.tiles);
    slots.extend(board.tiles.iter().map(|tile| Slot { id: tile.id, rect: tile.rect }));
    let size = |id: u32| board.tile(id).map_or((1, 1), |tile| tile.kind.facts().size);
    let places = layout::all_placed(&slots, COLUMNS, size);
    for slot in places {
        if let Some(tile) = board.tiles.iter_mut().find(|tile| tile.id == slot.id) {
            tile.rect = slot.rect;
        }
    }
    board.drawn_for = object.text("drawn_for").filter(|path| !path.is_empty());
    board.repeated_for = object.texts("repeated_for").unwrap_or_default();
    if board.repeated_for.len() > MOST_REPEATS {
        object.problem("repeated_for", format!("expected at most {MOST_REPEATS} places; the rest is left out"));
        board.repeated_for.truncate(MOST_REPEATS);
    }
    layouts_from(&mut object, &mut board);
    board.version = object.integer("revision", 0, i64::MAX).unwrap_or(0).unsigned_abs();
    board.by = short(object.text("by").unwrap_or_default(), MOST_TITLE);
    board.changed = object.integer("changed", 0, i64::MAX).unwrap_or(0);
    object.finish(&[]);
    good_id.then_some(board)
}

/// Ids of tiles that have none, or one that another has.
fn give_ids(tiles: &mut [Tile]) {
    let mut taken = HashSet::new();
    let mut next = tiles.iter().map(|tile| tile.id).max().unwrap_or(0).min(u32::MAX - MOST_TILES as u32 - 1);
    for tile in tiles {
        if tile.id == 0 || !taken.insert(tile.id) {
            next += 1;
            tile.id = next;
            taken.insert(next);
        }
    }
}

fn layouts_from(object: &mut Reader<'_>, board: &mut Board) {
    let Some(value) = object.raw("layouts") else { return };
    let path = object.at("layouts");
    let Some(mut layouts) = Reader::object(path, value, object.problems) else { return };
    for screen in Screen::ALL {
        let items = layouts.items(screen.word());
        let mut slots = Vec::new();
        for (path, item) in items.into_iter().take(MOST_TILES) {
            let Some(mut slot) = Reader::object(path, item, layouts.problems) else { continue };
            let id = slot.integer("id", 1, i64::from(u32::MAX)).and_then(|id| u32::try_from(id).ok());
            if let (Some(id), Some(rect)) = (id, rect_from(&mut slot)) {
                slots.push(Slot { id, rect });
            }
            slot.finish(&[]);
        }
        if !slots.is_empty() {
            board.adjusted.push((screen, slots));
        }
    }
    layouts.finish(&[]);
}

fn tile_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Tile> {
    let mut object = Reader::object(path, value, problems)?;
    let tile_kind = object.raw("kind").and_then(Value::as_str).and_then(TileKind::from_word);
    if tile_kind.is_none() {
        let found = object.raw("kind").map_or_else(|| "nothing".into(), kind);
        let known: Vec<&str> = TileKind::ALL.into_iter().map(TileKind::word).collect();
        object.problem("kind", format!("expected one of {}; found {found}", known.join(", ")));
    }
    let mut tile = Tile { kind: tile_kind.unwrap_or_default(), ..Tile::default() };
    tile.id = object.integer("id", 0, i64::from(u32::MAX)).and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
    tile.path = object.text("path").unwrap_or_default();
    let subject = tile.kind.facts().subject;
    let is_wanting = tile.path.is_empty() && matches!(subject, Subject::Machine | Subject::Line | Subject::Tag);
    if is_wanting && tile_kind.is_some() {
        object.problem("path", "expected the full path of a machine, line or tag");
    }
    if subject == Subject::Picture && !tile.path.is_empty() && !is_picture(&tile.path) {
        object.problem("path", "expected a picture beside the page, such as pictures/hall.png, or a data: address");
        tile.path.clear();
    }
    if let Some(rect) = rect_from(&mut object) {
        tile.rect = rect.within(COLUMNS);
    }
    tile.title = short(object.text("title").unwrap_or_default(), MOST_TITLE);
    tile.text = short(object.text("text").unwrap_or_default(), MOST_TEXT);
    tile.unit = short(object.text("unit").unwrap_or_default(), 16);
    tile.digits = object.integer("digits", 0, 9).and_then(|digits| u8::try_from(digits).ok());
    tile.range = range_from(&mut object);
    tile.target = number_from(&mut object, "target");
    tile.minutes = object.integer("minutes", 0, 1440).and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(0);
    object.finish(&[]);
    (tile_kind.is_some() && !is_wanting).then_some(tile)
}

/// Whether an address names a picture beside the page or one that is written out: no other host ever hears of a board.
pub(super) fn is_picture(address: &str) -> bool {
    let is_written_out = ["png", "jpeg", "gif", "webp", "svg+xml"]
        .iter()
        .any(|kind| address.strip_prefix("data:image/").is_some_and(|rest| rest.starts_with(kind)));
    let is_beside = !address.contains([':', '\\', '?', '#']) && !address.starts_with('/') && !address.contains("..");
    is_written_out || is_beside
}

fn rect_from(object: &mut Reader<'_>) -> Option<Rect> {
    let value = object.raw("at")?;
    let numbers: Option<Vec<u64>> = value.as_array().and_then(|items| items.iter().map(Value::as_u64).collect());
    if let Some([x, y, w, h]) = numbers.as_deref()
        && *w > 0
        && *h > 0
    {
        let few = |number: u64, most: u16| u16::try_from(number).unwrap_or(most).min(most);
        let (x, w) = (few(*x, COLUMNS.into()) as u8, few(*w, COLUMNS.into()) as u8);
        return Some(Rect { x, y: few(*y, u16::MAX / 2), w, h: few(*h, MOST_HEIGHT) });
    }
    object.problem("at", format!("expected [column, row, columns, rows], found {}", kind(value)));
    None
}

fn range_from(object: &mut Reader<'_>) -> Option<(f64, f64)> {
    let value = object.raw("range")?;
    let ends = match value.as_array().map(Vec::as_slice) {
        Some([low, high]) => low.as_f64().zip(high.as_f64()).filter(|(low, high)| low < high),
        _ => None,
    };
    if ends.is_none() {
        object.problem("range", format!("expected [low, high] with low below high, found {}", kind(value)));
    }
    ends
}

fn number_from(object: &mut Reader<'_>, key: &'static str) -> Option<f64> {
    let value = object.raw(key)?;
    let number = value.as_f64().filter(|number| number.is_finite());
    if number.is_none() {
        object.problem(key, format!("expected a number, found {}", kind(value)));
    }
    number
}

fn short(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
    }
    text
}

const MOST_BOARDS: usize = 200;
const MOST_TITLE: usize = 80;
const MOST_TEXT: usize = 4000;
const MOST_BYTES: usize = 512 * 1024;
