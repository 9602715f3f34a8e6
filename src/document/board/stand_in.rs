//! A board drawn for one machine, shown for another: tile paths that begin with `$` stand for the place it is shown for.

use super::Board;

/// Places a board may be repeated for.
pub const MOST_REPEATS: usize = 50;

/// Where a tile's path leads on a board shown for `place`: `$` and `$/temperature` begin at it.
pub fn path_at(path: &str, place: Option<&str>) -> String {
    match (path.strip_prefix('$'), place) {
        (Some(""), Some(place)) => place.to_owned(),
        (Some(rest), Some(place)) if rest.starts_with('/') => format!("{place}{rest}"),
        _ => path.to_owned(),
    }
}

/// How a path of a board drawn for `place` is written: at and below the place it begins with `$`.
pub fn path_for(path: &str, place: Option<&str>) -> String {
    let rest = place.and_then(|place| path.strip_prefix(place));
    match rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => format!("${rest}"),
        None => path.to_owned(),
    }
}

/// Draws a board for a place: its tiles' paths at and below it begin with `$` from now on.
pub fn drawn_for(board: &Board, place: &str) -> Board {
    let mut board = board.clone();
    for tile in &mut board.tiles {
        tile.path = path_for(&tile.path, Some(place));
    }
    board.drawn_for = Some(place.to_owned());
    board
}

/// Gives a board back paths that stand for themselves.
pub fn fixed(board: &Board) -> Board {
    let mut board = board.clone();
    let place = board.drawn_for.take();
    board.repeated_for.clear();
    for tile in &mut board.tiles {
        tile.path = path_at(&tile.path, place.as_deref());
    }
    board
}

/// The place that most tiles of a board belong to, among these, if one has more than half of those with a path.
pub fn likely_place<'p>(board: &Board, places: impl Iterator<Item = &'p str>) -> Option<&'p str> {
    let paths: Vec<&str> = board.tiles.iter().map(|tile| tile.path.as_str()).filter(|path| !path.is_empty()).collect();
    let count = |place: &str| {
        let below =
            |path: &&&str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        paths.iter().filter(below).count()
    };
    places
        .map(|place| (count(place), place))
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count * 2 > paths.len())
        .map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::super::{Tile, TileKind};
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn drawn_for_one_shown_for_another() {
        let mut board = Board::new("b", "B");
        for path in ["a/m1", "a/m1/drive/speed", "a/m10/speed", ""] {
            board.tiles.push(Tile::new(TileKind::Value, path));
        }
        assert_eq!(likely_place(&board, ["a/m10", "a/m1"].into_iter()), Some("a/m1"));
        let drawn = drawn_for(&board, "a/m1");
        let paths: Vec<&str> = drawn.tiles.iter().map(|tile| tile.path.as_str()).collect();
        assert_eq!(paths, ["$", "$/drive/speed", "a/m10/speed", ""]);
        assert_eq!(path_at(paths[1], Some("a/m2")), "a/m2/drive/speed");
        assert_eq!(path_at("$SYS/uptime", Some("a/m2")), "$SYS/uptime");
        assert_eq!(fixed(&drawn).tiles, board.tiles);
    }
}
