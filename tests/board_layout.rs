//! Layout of boards, whatever is done to them: nothing overlaps, nothing leaves the columns, settling twice is settling
//! once, ids stay, and what stands above stays above.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

use std::collections::BTreeSet;

use andon::document::board_edit::{self as edit};
use andon::document::board_layout::{self as layout, COLUMNS, Rect, Screen, Slot};
use andon::document::{Board, Tile, TileKind};
use proptest::prelude::*;

fn rect() -> impl Strategy<Value = Rect> {
    (0..20_u8, 0..60_u16, 1..20_u8, 1..60_u16).prop_map(|(x, y, w, h)| Rect { x, y, w, h })
}

fn slots() -> impl Strategy<Value = Vec<Slot>> {
    prop::collection::vec(rect(), 0..40).prop_map(|rects| {
        rects.into_iter().enumerate().map(|(index, rect)| Slot { id: index as u32 + 1, rect }).collect()
    })
}

fn kinds() -> impl Strategy<Value = Vec<TileKind>> {
    prop::collection::vec(prop::sample::select(TileKind::ALL.to_vec()), 0..30)
}

fn board(kinds: &[TileKind]) -> Board {
    let mut board = Board::new("b", "B");
    for kind in kinds {
        board = edit::added(&board, Tile::new(*kind, "a/b")).unwrap().0;
    }
    board
}

fn check(slots: &[Slot], columns: u8) -> Result<(), TestCaseError> {
    for (index, slot) in slots.iter().enumerate() {
        prop_assert!(slot.rect.w >= 1 && slot.rect.h >= 1 && slot.rect.x + slot.rect.w <= columns, "{slot:?}");
        for other in &slots[index + 1..] {
            prop_assert!(!slot.rect.overlaps(other.rect), "{slot:?} lies on {other:?}");
        }
    }
    prop_assert_eq!(layout::settled(slots, columns, &[]), slots, "settling what is settled");
    Ok(())
}

fn ids(slots: &[Slot]) -> BTreeSet<u32> {
    slots.iter().map(|slot| slot.id).collect()
}

proptest! {
    #[test]
    fn settling_is_sound(slots in slots(), moved in prop::collection::vec(1..40_u32, 0..4), columns in 1..=COLUMNS) {
        let settled = layout::settled(&slots, columns, &moved);
        check(&settled, columns)?;
        prop_assert_eq!(ids(&settled), ids(&slots));
    }

    #[test]
    fn placing_is_sound_and_what_is_not_in_the_way_stays(slots in slots(), which in 0..40_usize, to in rect()) {
        let slots = layout::settled(&slots, COLUMNS, &[]);
        let Some(slot) = slots.get(which) else { return Ok(()) };
        let asked = Slot { id: slot.id, rect: to };
        let placed = layout::placed(&slots, COLUMNS, &[asked]);
        check(&placed, COLUMNS)?;
        prop_assert_eq!(ids(&placed), ids(&slots));
        let now = placed.iter().find(|slot| slot.id == asked.id).unwrap().rect;
        prop_assert_eq!((now.x, now.w, now.h), { let w = to.within(COLUMNS); (w.x, w.w, w.h) });
        let touched = slot.rect.x.min(now.x)..(slot.rect.x + slot.rect.w).max(now.x + now.w);
        if slots.iter().all(|other| other.id == slot.id || other.rect.x >= touched.end || other.rect.x + other.rect.w <= touched.start) {
            for other in slots.iter().filter(|other| other.id != slot.id) {
                prop_assert!(placed.contains(other), "{:?} was not in the way", other);
            }
        }
    }

    #[test]
    fn a_new_tile_moves_nobody(kinds in kinds(), kind in prop::sample::select(TileKind::ALL.to_vec())) {
        let board = board(&kinds);
        let (more, id) = edit::added(&board, Tile::new(kind, "a/b")).unwrap();
        prop_assert_eq!(&more.tiles[..board.tiles.len()], &board.tiles[..]);
        prop_assert!(board.tile(id).is_none() && more.tile(id).is_some());
        check(&more.slots_on(Screen::Desktop), COLUMNS)?;
    }

    #[test]
    fn every_screen_has_a_sound_layout_in_reading_order(kinds in kinds(), moves in prop::collection::vec((1..30_u32, rect()), 0..6)) {
        let mut board = board(&kinds);
        for (id, rect) in moves {
            if board.tile(id).is_some() {
                board = edit::moved(&board, Screen::Desktop, &[Slot { id, rect }]);
            }
        }
        let mut drawn = board.slots_on(Screen::Desktop);
        layout::reading_order(&mut drawn);
        for screen in Screen::ALL {
            let mut slots = board.slots_on(screen);
            check(&slots, screen.columns())?;
            layout::reading_order(&mut slots);
            let order = |slots: &[Slot]| slots.iter().map(|slot| slot.id).collect::<Vec<_>>();
            prop_assert_eq!(order(&slots), order(&drawn));
        }
    }

    #[test]
    fn adjusting_one_screen_leaves_the_others(kinds in kinds(), id in 1..30_u32, to in rect()) {
        let board = board(&kinds);
        prop_assume!(board.tile(id).is_some());
        let adjusted = edit::moved(&board, Screen::Phone, &[Slot { id, rect: to }]);
        prop_assert_eq!(adjusted.slots_on(Screen::Desktop), board.slots_on(Screen::Desktop));
        prop_assert_eq!(adjusted.slots_on(Screen::Tablet), board.slots_on(Screen::Tablet));
        let (more, new) = edit::added(&adjusted, Tile::new(TileKind::Trend, "a/b")).unwrap();
        let slots = more.slots_on(Screen::Phone);
        check(&slots, 4)?;
        prop_assert!(ids(&slots).contains(&new));
        let fewer = edit::without(&more, &[id]);
        prop_assert!(!ids(&fewer.slots_on(Screen::Phone)).contains(&id));
        check(&fewer.slots_on(Screen::Phone), 4)?;
        prop_assert_eq!(edit::unadjusted(&adjusted, Screen::Phone), board);
    }

    #[test]
    fn several_move_and_grow_as_one(kinds in kinds(), chosen in prop::collection::vec(1..30_u32, 1..5), dx in -20..20_i32, dy in -20..20_i32) {
        let board = board(&kinds);
        let slots = board.slots_on(Screen::Desktop);
        let shifted = edit::shifted(&slots, &chosen, COLUMNS, (dx, dy));
        let first = |slots: &[Slot], id: u32| slots.iter().find(|slot| slot.id == id).map(|slot| slot.rect);
        let offsets: BTreeSet<(i32, i32)> = shifted
            .iter()
            .filter_map(|slot| first(&slots, slot.id).map(|was| (i32::from(slot.rect.x) - i32::from(was.x), i32::from(slot.rect.y) - i32::from(was.y))))
            .collect();
        prop_assert!(offsets.len() <= 1, "{:?}", offsets);
        check(&edit::moved(&board, Screen::Desktop, &shifted).slots_on(Screen::Desktop), COLUMNS)?;
        let least = |id: u32| board.tile(id).map_or((1, 1), |tile| tile.kind.facts().least);
        let grown = edit::resized(&slots, &chosen, COLUMNS, (dx, dy), least);
        for slot in &grown {
            prop_assert!(slot.rect.h >= least(slot.id).1);
        }
        check(&edit::moved(&board, Screen::Desktop, &grown).slots_on(Screen::Desktop), COLUMNS)?;
    }
}

#[test]
fn a_tile_dragged_past_another_changes_places_with_it_and_back() {
    let board = board(&[TileKind::Trend, TileKind::Trend, TileKind::Trend]);
    // Two beside one another, the third below the first.
    let down = edit::moved(&board, Screen::Desktop, &[Slot { id: 1, rect: Rect { x: 0, y: 5, w: 6, h: 4 } }]);
    let at = |board: &Board, id: u32| board.tile(id).map(|tile| (tile.rect.x, tile.rect.y));
    assert_eq!([at(&down, 1), at(&down, 2), at(&down, 3)], [Some((0, 4)), Some((6, 0)), Some((0, 0))]);
    let up = edit::moved(&down, Screen::Desktop, &[Slot { id: 1, rect: Rect { x: 0, y: 0, w: 6, h: 4 } }]);
    assert_eq!(up.slots_on(Screen::Desktop), board.slots_on(Screen::Desktop));
    let (copied, made) = edit::duplicated(&board, &[1, 2]);
    assert_eq!((copied.tiles.len(), made), (5, vec![4, 5]));
}
