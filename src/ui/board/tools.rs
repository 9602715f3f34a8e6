//! What can be done with a board while it is edited: add, take back, copy, take off, and for which screen it is laid out.

use leptos::{html, prelude::*};

use super::Desk;
use super::settings::kind_words;
use crate::document::{Screen, Tile, TileKind, board_edit};
use crate::ui::parts::erased::{attr, block, click, each, maybe, shown, words};
use crate::ui::parts::icon::{Icon, Sign};

/// The tools, below the board's title.
#[component]
pub fn Tools(
    /// The board.
    desk: Desk,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let kinds = each(TileKind::ALL, move |kind| {
        let add = move || {
            desk.add(Tile::new(kind, ""));
            if let Some(menu) = menu.get_untracked() {
                menu.set_open(false);
            }
        };
        view! {
            <button class="pin__board" data-testid=format!("add-{}", kind.word()) on:click=click(add)>
                {kind_words(kind)}
            </button>
        }
        .into_any()
    });
    let none_chosen = move || desk.chosen.with(Vec::is_empty);
    let several = move || desk.chosen.with(Vec::len);
    let is_one = move || desk.chosen.with(Vec::len) == 1;
    view! {
        <div class="tools" role="toolbar" aria-label="Edit the board" data-testid="board-tools">
            <details class="pin__more tools__add" node_ref=menu>
                <summary class="button button--main" data-testid="add-tile">
                    "Add"
                </summary>
                <div class="pin__menu">{kinds}</div>
            </details>
            {tool("Undo", "undo", Sign::Undo, move || !desk.can_step().0, move || desk.undo())}
            {tool("Redo", "redo", Sign::Redo, move || !desk.can_step().1, move || desk.redo())}
            {tool("Settings", "tile-open", Sign::Settings, move || !is_one(), move || desk.is_open.set(true))}
            {tool("Duplicate", "duplicate", Sign::Copy, none_chosen, move || desk.duplicate())}
            {tool("Take off", "take-off", Sign::Remove, none_chosen, move || desk.remove())}
            {shown(
                move || several() > 1,
                move || {
                    let count = words(move || format!("{} chosen", several()));
                    view! { <span class="tools__count">{count}</span> }.into_any()
                },
            )}
            <span class="page__gap"></span>
            <Screens desk />
        </div>
    }
}

fn tool(
    name: &'static str,
    testid: &'static str,
    sign: Sign,
    is_off: impl Fn() -> bool + Send + 'static,
    act: impl Fn() + 'static,
) -> AnyView {
    let is_off: Box<dyn Fn() -> bool + Send> = Box::new(is_off);
    view! {
        <button
            class="button button--icon"
            data-testid=testid
            aria-label=name
            title=name
            disabled=attr(move || is_off().then_some(""))
            on:click=click(act)
        >
            <Icon sign />
        </button>
    }
    .into_any()
}

/// The screen that is laid out, and the way back to the layout that follows from the board.
#[component]
fn Screens(desk: Desk) -> impl IntoView {
    let chips = each(Screen::ALL, move |screen| {
        let choose = move || {
            desk.chosen.set(Vec::new());
            desk.screen.set(screen);
        };
        view! {
            <button
                class="chip"
                data-testid=format!("screen-{}", screen.word())
                aria-pressed=attr(move || desk.screen.get() == screen)
                on:click=click(choose)
            >
                {screen_words(screen)}
            </button>
        }
        .into_any()
    });
    let adjusted = move || {
        let screen = desk.screen.get();
        desk.board.with(|board| {
            let own = board.as_ref().is_some_and(|board| board.adjusted.iter().any(|(known, _)| *known == screen));
            own.then_some(screen)
        })
    };
    let back = move || {
        maybe(adjusted(), |screen| {
            let back = move || desk.change(|board| board_edit::unadjusted(board, screen));
            view! {
                <button class="button button--quiet" data-testid="unadjust" on:click=click(back)>
                    "As it follows"
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="tools__screens" role="group" aria-label="Laid out for">
            {chips}
            {block(back)}
        </div>
    }
}

const fn screen_words(screen: Screen) -> &'static str {
    match screen {
        Screen::Wall => "Wall",
        Screen::Desktop => "Desktop",
        Screen::Tablet => "Tablet",
        Screen::Phone => "Phone",
    }
}
