//! Boards as documents: what is written is read again, what is wrong is named by its path, old boards still open.

use andon::document::{Board, Rect, Screen, Slot, Tile, TileKind, board_from_json, boards_from_json, boards_to_json};

fn sample() -> Board {
    let rect = |x, y, w, h| Rect { x, y, w, h };
    Board {
        id: "b1".into(),
        title: "Line 1 \"wall\"".into(),
        tiles: vec![
            Tile { id: 3, rect: rect(0, 0, 3, 2), ..Tile::new(TileKind::Machine, "$") },
            Tile {
                id: 7,
                rect: rect(3, 0, 6, 4),
                title: "Speed".into(),
                unit: "°F".into(),
                digits: Some(1),
                range: Some((-1.5, 80.0)),
                target: Some(70.0),
                minutes: 60,
                ..Tile::new(TileKind::Trend, "$/drive/speed")
            },
            Tile { id: 8, rect: rect(9, 0, 3, 2), text: "# Hello\n*there*".into(), ..Tile::new(TileKind::Text, "") },
        ],
        drawn_for: Some("acme/line 1/filler".into()),
        repeated_for: vec!["acme/line 1/capper".into()],
        adjusted: vec![(Screen::Phone, vec![Slot { id: 7, rect: rect(0, 0, 4, 3) }])],
        version: 12,
        by: "Anna".into(),
        changed: 1_790_000_000_000,
    }
}

#[test]
fn boards_round_trip() {
    let boards = vec![sample()];
    assert_eq!(boards_from_json(&boards_to_json(&boards)), (boards, vec![]));
}

#[test]
fn boards_of_the_first_version_get_places_in_their_order() {
    let (boards, problems) = boards_from_json(
        r#"{"version":1,"boards":[{"id":"old","title":"Old","tiles":[{"kind":"machine","path":"a/b"},{"kind":"value","path":"a/b/t"},
        {"kind":"machine","path":"a/c"},{"kind":"machine","path":"a/d"},{"kind":"value","path":"a/d/t"}]}]}"#,
    );
    assert_eq!(problems, []);
    let places: Vec<(u32, u8, u16)> = boards[0].tiles.iter().map(|tile| (tile.id, tile.rect.x, tile.rect.y)).collect();
    assert_eq!(places, [(1, 0, 0), (2, 3, 0), (3, 6, 0), (4, 9, 0), (5, 0, 2)]);
}

#[test]
fn broken_parts_cost_themselves() {
    let (boards, problems) = boards_from_json(
        r#"{"version":2,"boards":[{"id":"x y"},{"id":"ok","layouts":{"watch":[],"phone":[{"id":0,"at":[0,0,1,1]}]},"colour":1,"tiles":[
        {"kind":"pie","path":"a"},{"kind":"value","path":"b","at":[0,0,0,1]},3,{"kind":"value","path":""},
        {"kind":"image","path":"https://elsewhere.example/x.png"},{"kind":"gauge","path":"b","range":[3,1],"target":"x","digits":77}]},{"id":"ok"}]}"#,
    );
    assert_eq!(boards.len(), 1);
    assert_eq!(boards[0].tiles.len(), 3);
    assert_eq!(boards[0].tiles[1].path, "", "no other host hears of a board");
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    for path in [
        "boards[0].id",
        "boards[1].tiles[0].kind",
        "boards[1].tiles[1].at",
        "boards[1].tiles[2]",
        "boards[1].tiles[3].path",
        "boards[1].tiles[4].path",
        "boards[1].tiles[5].range",
        "boards[1].tiles[5].target",
        "boards[1].tiles[5].digits",
        "boards[1].layouts.watch",
        "boards[1].layouts.phone[0].id",
        "boards[1].colour",
        "boards[2]",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    assert!(boards_from_json("[").1[0].message.starts_with("not JSON"));
    assert_eq!(boards_from_json(r#"{"version":9,"boards":[]}"#).1[0].path, "version");
}

#[test]
fn a_board_from_elsewhere_carries_nothing_but_a_board() {
    let text =
        r#"{"id":"evil","title":"x","brokers":[{"url":"wss://elsewhere"}],"publish":{"enabled":true},"tiles":[]}"#;
    let (board, problems) = board_from_json(text);
    assert_eq!(board, Some(Board { title: "x".into(), ..Board::new("evil", "x") }));
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["brokers", "publish"]);
    assert!(board_from_json(&" ".repeat(600_000)).0.is_none());
    let long = format!(r#"{{"id":"l","title":"{0}","tiles":[{{"kind":"text","text":"{0}"}}]}}"#, "ä".repeat(9000));
    let board = board_from_json(&long).0.expect("a long title is no reason to lose a board");
    assert_eq!(board.title.chars().count(), 80);
    assert_eq!(board.tiles[0].text.chars().count(), 4000);
}

#[test]
fn foreign_ids_never_clash() {
    let text =
        r#"{"id":"b","tiles":[{"id":4294967295,"kind":"clock"},{"id":4294967295,"kind":"clock"},{"kind":"clock"}]}"#;
    let board = board_from_json(text).0.expect("it is a board");
    let mut ids: Vec<u32> = board.tiles.iter().map(|tile| tile.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}
