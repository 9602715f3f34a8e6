//! What an edit does to a board. Each is a function from board to board, so that undoing is keeping the one before.

use super::layout::{self, COLUMNS, Rect, Screen, Slot};
use super::{Board, Tile};

/// Tiles a board may have.
pub const MOST_TILES: usize = 500;

/// Puts a tile where the first room is. Its id is given; `None` where the board is full.
pub fn added(board: &Board, mut tile: Tile) -> Option<(Board, u32)> {
    if board.tiles.len() >= MOST_TILES {
        return None;
    }
    let mut board = board.clone();
    tile.id = board.tiles.iter().map(|tile| tile.id).max().unwrap_or(0).checked_add(1)?;
    let size = if tile.rect.w > 0 { (tile.rect.w, tile.rect.h) } else { tile.kind.facts().size };
    tile.rect = layout::room_for(&own_slots(&board), COLUMNS, size);
    let id = tile.id;
    board.tiles.push(tile);
    Some((board, id))
}

/// Takes tiles off.
pub fn without(board: &Board, ids: &[u32]) -> Board {
    let mut board = board.clone();
    board.tiles.retain(|tile| !ids.contains(&tile.id));
    for (_, slots) in &mut board.adjusted {
        slots.retain(|slot| !ids.contains(&slot.id));
    }
    let slots = layout::settled(&own_slots(&board), COLUMNS, &[]);
    take(&mut board, &slots);
    board
}

/// Copies tiles below themselves; the copies' ids are given.
pub fn duplicated(board: &Board, ids: &[u32]) -> (Board, Vec<u32>) {
    let mut made = Vec::new();
    let mut board = board.clone();
    for id in ids {
        let Some(tile) = board.tile(*id).cloned() else { continue };
        if let Some((next, id)) = added(&board, tile) {
            board = next;
            made.push(id);
        }
    }
    (board, made)
}

/// Moves or resizes tiles on a screen: where it has a layout of its own or other columns, there alone.
pub fn moved(board: &Board, screen: Screen, asked: &[Slot]) -> Board {
    let mut board = board.clone();
    let slots = layout::placed(&board.slots_on(screen), screen.columns(), asked);
    let is_own = board.adjusted.iter().any(|(known, _)| *known == screen);
    if !is_own && screen.columns() == COLUMNS {
        take(&mut board, &slots);
    } else {
        board.adjusted.retain(|(known, _)| *known != screen);
        board.adjusted.push((screen, slots));
    }
    board
}

/// Where tiles would stand moved by columns and rows; all of them, or none where one would leave the grid.
pub fn shifted(slots: &[Slot], ids: &[u32], columns: u8, (dx, dy): (i32, i32)) -> Vec<Slot> {
    let chosen: Vec<Slot> = slots.iter().filter(|slot| ids.contains(&slot.id)).copied().collect();
    let left = chosen.iter().map(|slot| i32::from(slot.rect.x)).min().unwrap_or(0);
    let right = chosen.iter().map(|slot| i32::from(slot.rect.x + slot.rect.w)).max().unwrap_or(0);
    let top = chosen.iter().map(|slot| i32::from(slot.rect.y)).min().unwrap_or(0);
    let dx = dx.clamp(-left, (i32::from(columns) - right).max(-left));
    let dy = dy.clamp(-top, i32::from(u16::MAX / 2));
    let by = |slot: Slot| {
        let x = u8::try_from(i32::from(slot.rect.x) + dx).unwrap_or(0);
        let y = u16::try_from(i32::from(slot.rect.y) + dy).unwrap_or(0);
        Slot { rect: Rect { x, y, ..slot.rect }, ..slot }
    };
    chosen.into_iter().map(by).collect()
}

/// Where tiles would stand wider and higher by columns and rows, not below what their kind needs.
pub fn resized(
    slots: &[Slot],
    ids: &[u32],
    columns: u8,
    (dw, dh): (i32, i32),
    least: impl Fn(u32) -> (u8, u16),
) -> Vec<Slot> {
    let by = |slot: &Slot| {
        let (least_w, least_h) = least(slot.id);
        let room = i32::from(columns - slot.rect.x.min(columns - 1));
        let w = (i32::from(slot.rect.w) + dw).clamp(i32::from(least_w).min(room), room);
        let h = (i32::from(slot.rect.h) + dh).clamp(i32::from(least_h), i32::from(layout::MOST_HEIGHT));
        let rect = Rect { w: u8::try_from(w).unwrap_or(1), h: u16::try_from(h).unwrap_or(1), ..slot.rect };
        Slot { id: slot.id, rect }
    };
    slots.iter().filter(|slot| ids.contains(&slot.id)).map(by).collect()
}

/// Gives a tile other settings; its place and id stay.
pub fn with_tile(board: &Board, id: u32, change: impl FnOnce(&mut Tile)) -> Board {
    let mut board = board.clone();
    if let Some(tile) = board.tiles.iter_mut().find(|tile| tile.id == id) {
        let rect = tile.rect;
        change(tile);
        tile.id = id;
        tile.rect = rect;
    }
    board
}

/// Gives a screen back the layout that follows from the board.
pub fn unadjusted(board: &Board, screen: Screen) -> Board {
    let mut board = board.clone();
    board.adjusted.retain(|(known, _)| *known != screen);
    board
}

fn own_slots(board: &Board) -> Vec<Slot> {
    board.tiles.iter().map(|tile| Slot { id: tile.id, rect: tile.rect }).collect()
}

fn take(board: &mut Board, slots: &[Slot]) {
    for tile in &mut board.tiles {
        if let Some(slot) = slots.iter().find(|slot| slot.id == tile.id) {
            tile.rect = slot.rect;
        }
    }
}
