//! A board: pinned machines and values as tiles; on request they can be moved, taken off and the board renamed.

use leptos::prelude::*;

use crate::document::{Board, Tile, TileKind};
use crate::ui::link::use_link;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::empty::Empty;
use crate::ui::parts::icon::{Icon, Sign};
use crate::ui::place::Place;
use crate::ui::router::go;
use crate::ui::state::{Documents, use_documents, use_live};
use crate::ui::tiles::{MachineTile, ValueTile};
use crate::wire::Command;

/// A board.
#[component]
pub fn BoardPage(
    /// Its id.
    id: String,
) -> impl IntoView {
    let documents = use_documents();
    let id = StoredValue::new(id);
    let board =
        Memo::new(move |_| documents.all_boards().into_iter().find(|board| id.with_value(|id| *id == board.id)));
    let is_there = Memo::new(move |_| board.with(Option::is_some));
    move || {
        if is_there.get() {
            return view! { <Tiles id board /> }.into_any();
        }
        view! {
            <Empty title="No such board" testid="no-board">
                <p>
                    "It may be kept by another browser, or for another broker or user. All boards of this one: "
                    <a href="#/boards">"Boards"</a>
                </p>
            </Empty>
        }
        .into_any()
    }
}

#[component]
fn Tiles(id: StoredValue<String>, board: Memo<Option<Board>>) -> impl IntoView {
    let (documents, link, asker) = (use_documents(), use_link(), use_asker());
    let is_edited = RwSignal::new(false);
    let tiles =
        Memo::new(move |_| board.with(|board| board.as_ref().map(|board| board.tiles.clone()).unwrap_or_default()));
    let title =
        Memo::new(move |_| board.with(|board| board.as_ref().map(|board| board.title.clone()).unwrap_or_default()));
    // Asking again is free, so each new set of tiles is asked for as a whole.
    Effect::new(move |_| {
        let values = |tile: &&Tile| tile.kind == TileKind::Value;
        let paths: Vec<String> =
            tiles.with(|tiles| tiles.iter().filter(values).map(|tile| tile.path.clone()).collect());
        if !paths.is_empty() {
            link.post(&Command::Find(paths));
        }
    });
    let delete = move |_| {
        asker.ask(Question {
            title: "Delete this board?".into(),
            text: format!("“{}” and its tiles are deleted from this device.", title.get_untracked()),
            yes: "Delete",
            testid: "confirm-delete",
            then: std::sync::Arc::new(move || {
                documents.delete_board(&id.get_value());
                go(&Place::Boards);
            }),
            otherwise: std::sync::Arc::new(|| {}),
        });
    };
    let rename = move |event| {
        let words = event_target_value(&event);
        let _kept = documents.edit_board(&id.get_value(), |board| board.title = words.chars().take(80).collect());
    };
    view! {
        <article class="page board" data-testid="board" data-board=id.get_value()>
            <header class="page__head">
                {move || {
                    if is_edited.get() {
                        view! {
                            <input
                                class="board__title"
                                aria-label="Title of the board"
                                maxlength="80"
                                prop:value=title.get_untracked()
                                on:change=rename
                            />
                            <button class="button button--quiet" on:click=delete>
                                "Delete"
                            </button>
                        }
                            .into_any()
                    } else {
                        view! { <h1>{title}</h1> }.into_any()
                    }
                }} <span class="page__gap"></span>
                <button
                    class="button button--quiet"
                    data-testid="edit-board"
                    aria-pressed=move || is_edited.get().to_string()
                    on:click=move |_| is_edited.update(|is_edited| *is_edited = !*is_edited)
                >
                    <Icon sign=Sign::Edit />
                    <span>{move || if is_edited.get() { "Done" } else { "Edit" }}</span>
                </button>
            </header>
            <Show when=move || tiles.with(Vec::is_empty)>
                <Empty title="Nothing pinned yet" testid="empty-board">
                    <p>"Open a machine or a value and choose “Pin”; it appears here."</p>
                    <p>
                        <a class="button" href="#/">
                            "To the plant"
                        </a>
                    </p>
                </Empty>
            </Show>
            <div class="board__tiles">
                <For each=move || tiles.get() key=|tile| (tile.kind as u8, tile.path.clone()) let(tile)>
                    <Slot id tile is_edited />
                </For>
            </div>
        </article>
    }
}

/// A tile, with its tools while the board is edited.
#[component]
fn Slot(id: StoredValue<String>, tile: Tile, is_edited: RwSignal<bool>) -> impl IntoView {
    let tools = tile.clone();
    let path = tile.path.clone();
    view! {
        <div class="board__slot" data-path=path>
            <BoardTile tile />
            <Show when=move || is_edited.get()>
                <TileTools id tile=tools.clone() />
            </Show>
        </div>
    }
}

#[component]
fn BoardTile(tile: Tile) -> impl IntoView {
    let live = use_live();
    let path = StoredValue::new(tile.path.clone());
    let awaited = move || {
        let path = path.get_value();
        view! {
            <div class="tile tile--awaited" data-testid="awaited">
                <span class="tile__name">{path}</span>
                <span class="tile__foot">"nothing heard of it yet"</span>
            </div>
        }
        .into_any()
    };
    match tile.kind {
        TileKind::Machine => {
            let machine = Memo::new(move |_| path.with_value(|path| live.place_at(path)));
            (move || machine.get().map_or_else(awaited, |machine| view! { <MachineTile machine /> }.into_any()))
                .into_any()
        }
        TileKind::Value => {
            let tag = Memo::new(move |_| path.with_value(|path| live.tag_at(path)));
            (move || tag.get().map_or_else(awaited, |tag| view! { <ValueTile tag /> }.into_any())).into_any()
        }
    }
}

/// Move a tile, or take it off.
#[component]
fn TileTools(id: StoredValue<String>, tile: Tile) -> impl IntoView {
    let documents = use_documents();
    let tile = StoredValue::new(tile);
    let shift = move |by: isize| shift(documents, &id.get_value(), &tile.get_value(), by);
    let take_off = move |_| {
        let _kept = documents
            .edit_board(&id.get_value(), |board| board.tiles.retain(|known| tile.with_value(|tile| tile != known)));
    };
    view! {
        <div class="board__tools">
            <button class="button button--icon" aria-label="Move towards the front" on:click=move |_| shift(-1)>
                <Icon sign=Sign::Earlier />
            </button>
            <button class="button button--icon" aria-label="Take off the board" on:click=take_off>
                <Icon sign=Sign::Remove />
            </button>
            <button class="button button--icon" aria-label="Move towards the end" on:click=move |_| shift(1)>
                <Icon sign=Sign::Later />
            </button>
        </div>
    }
}

fn shift(documents: Documents, id: &str, tile: &Tile, by: isize) {
    let _kept = documents.edit_board(id, |board| {
        if let Some(from) = board.tiles.iter().position(|known| known == tile)
            && let Some(to) = from.checked_add_signed(by).filter(|to| *to < board.tiles.len())
        {
            board.tiles.swap(from, to);
        }
    });
}
