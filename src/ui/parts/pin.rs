//! Pinning a machine or a tag to a board.

use leptos::prelude::*;

use super::erased::{attr, block, click, each, shown, words};

use super::icon::{Icon, Sign};
use super::toast::use_toasts;
use crate::document::{Subject, Tile, TileKind, board_edit};
use crate::ui::state::use_documents;

/// A button that pins to the first board, and a menu of the others.
#[component]
pub fn PinMenu(
    /// What the tile would show.
    kind: TileKind,
    /// Full path of the machine or tag.
    path: String,
) -> impl IntoView {
    let documents = use_documents();
    let toasts = use_toasts();
    let path = StoredValue::new(path);
    let toggle = move |id: String, title: String| {
        let tile = path.with_value(|path| Tile::new(kind, path));
        let mut is_pinned = false;
        let is_kept = documents.edit_board(&id, |board| {
            if board.title.is_empty() {
                board.title.clone_from(&title);
            }
            let pinned: Vec<u32> =
                board.tiles.iter().filter(|known| known.shows_same(&tile)).map(|known| known.id).collect();
            if !pinned.is_empty() {
                *board = board_edit::without(board, &pinned);
            } else if let Some((more, _)) = board_edit::added(board, tile) {
                *board = more;
                is_pinned = true;
            }
        });
        let what = if is_pinned { "Pinned to" } else { "Taken off" };
        let lost = if is_kept { "" } else { ". This browser keeps nothing, so it is gone after a reload" };
        toasts.say(&format!("{what} {title}{lost}"));
    };
    let entries = move || {
        let tile = path.with_value(|path| Tile::new(kind, path));
        let boards = documents.all_boards();
        let fresh = fresh_id(&boards.iter().map(|board| board.id.as_str()).collect::<Vec<_>>());
        let mut entries: Vec<(String, String, bool)> = boards
            .into_iter()
            .map(|board| {
                let is_pinned = board.tiles.iter().any(|known| known.shows_same(&tile));
                (board.id, board.title, is_pinned)
            })
            .collect();
        let title = if entries.is_empty() { "My board".to_owned() } else { format!("Board {}", entries.len() + 1) };
        entries.push((fresh, title, false));
        entries
    };
    let first = move || entries().into_iter().next();
    let pin_first = move || {
        if let Some((id, title, _)) = first() {
            toggle(id, title);
        }
    };
    let is_pinned = move || first().is_some_and(|(_, _, is_pinned)| is_pinned);
    let testid = if kind.facts().subject == Subject::Tag { "pin-tag" } else { "pin-machine" };
    let menu = move || {
        let entries = entries();
        let last = entries.len() - 1;
        each(entries.into_iter().enumerate(), |(index, (id, title, is_pinned))| {
            let shown = if index == last { format!("New: {title}") } else { title.clone() };
            view! {
                <button
                    class="pin__board"
                    data-testid="pin-board"
                    aria-pressed=if is_pinned { "true" } else { "false" }
                    on:click=click(move || toggle(id.clone(), title.clone()))
                >
                    {shown}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="pin">
            <button
                class="button"
                data-testid=testid
                aria-pressed=attr(is_pinned)
                title=attr(move || first().map_or_else(String::new, |(_, title, _)| format!("Pin to {title}")))
                on:click=click(pin_first)
            >
                <Icon sign=Sign::Pin />
                <span>{words(move || if is_pinned() { "Pinned".into() } else { "Pin".into() })}</span>
            </button>
            {shown(
                move || entries().len() > 1,
                move || {
                    view! {
                        <details class="pin__more">
                            <summary class="button button--icon" aria-label="Pin to another board">
                                <Icon sign=Sign::Down />
                            </summary>
                            <div class="pin__menu">{block(menu)}</div>
                        </details>
                    }
                        .into_any()
                },
            )}
        </div>
    }
}

/// An id that no board has.
pub fn fresh_id(taken: &[&str]) -> String {
    (1..).map(|number| format!("board-{number}")).find(|id| !taken.contains(&id.as_str())).unwrap_or_default()
}
