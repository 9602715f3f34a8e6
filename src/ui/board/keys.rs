//! Editing a board by keyboard: arrows move the chosen tiles, with Shift they resize.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::Desk;
use super::drag::{Drags, choose, slot_of};

/// A key on the grid.
pub fn pressed(desk: Desk, drags: Drags, event: &KeyboardEvent) {
    let key = event.key();
    let with_control = event.ctrl_key() || event.meta_key();
    let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some((id, _)) = focused.as_ref().and_then(slot_of) else { return };
    let is_chosen = desk.chosen.with_untracked(|chosen| chosen.contains(&id));
    let arrow = match key.as_str() {
        "ArrowLeft" => Some((-1, 0)),
        "ArrowRight" => Some((1, 0)),
        "ArrowUp" => Some((0, -1)),
        "ArrowDown" => Some((0, 1)),
        _ => None,
    };
    let needs_choice =
        arrow.is_some() || matches!(key.as_str(), "Delete" | "Backspace" | "Enter") || (with_control && key == "d");
    if needs_choice && !is_chosen {
        choose(desk, id, false);
    }
    match (arrow, key.as_str()) {
        (Some(by), _) if event.shift_key() => desk.grow(by),
        (Some(by), _) => desk.shift(by),
        (None, "Escape") if drags.is_dragging() => drags.cancel(),
        (None, "Escape") => desk.chosen.set(Vec::new()),
        (None, "Enter") => desk.is_open.set(true),
        (None, " ") => choose(desk, id, true),
        (None, "Delete" | "Backspace") => desk.remove(),
        (None, "d") if with_control => desk.duplicate(),
        (None, "a") if with_control => {
            let all = desk.board.with_untracked(|board| {
                board.as_ref().map(|board| board.tiles.iter().map(|tile| tile.id).collect()).unwrap_or_default()
            });
            desk.chosen.set(all);
        }
        _ => return,
    }
    event.prevent_default();
}

/// A key anywhere on the page while a board is edited: steps back and forth.
pub fn pressed_anywhere(desk: Desk, event: &KeyboardEvent) {
    let is_typing = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    let with_control = event.ctrl_key() || event.meta_key();
    if is_typing {
        return;
    }
    match (with_control, event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        (true, "z", false) => desk.undo(),
        (true, "z", true) | (true, "y", _) => desk.redo(),
        _ => return,
    }
    event.prevent_default();
}
