//! A board: pinned machines and values as tiles; on request they can be moved, taken off and the board renamed.

use leptos::prelude::*;

use crate::ui::parts::erased::{Listed, attr, block, click, effect, either, list, shown, words};
use crate::vocab::{PlaceId, TagId};

use crate::document::{Board, Tile, TileKind};
use crate::ui::link::use_link;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::empty::Empty;
use crate::ui::parts::icon::{Icon, Sign};
use crate::ui::parts::tile_grid::tile_grid;
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
    either(
        move || board_of(documents, id).is_some(),
        move || view! { <Tiles id /> }.into_any(),
        || {
            view! {
                <Empty title="No such board" testid="no-board">
                    <p>
                        "It may be kept by another browser, or for another broker or user. All boards of this one: "
                        <a href="#/boards">"Boards"</a>
                    </p>
                </Empty>
            }
            .into_any()
        },
    )
}

/// The board, tracked.
fn board_of(documents: Documents, id: StoredValue<String>) -> Option<Board> {
    documents.all_boards().into_iter().find(|board| id.with_value(|id| *id == board.id))
}

#[component]
fn Tiles(id: StoredValue<String>) -> impl IntoView {
    let (documents, link, asker) = (use_documents(), use_link(), use_asker());
    let is_edited = RwSignal::new(false);
    let tiles = move || board_of(documents, id).map(|board| board.tiles).unwrap_or_default();
    let title = move || board_of(documents, id).map(|board| board.title).unwrap_or_default();
    // Asking again is free, so each new set of tiles is asked for as a whole.
    effect(move || {
        let values = tiles().into_iter().filter(|tile| tile.kind == TileKind::Value);
        let paths: Vec<String> = values.map(|tile| tile.path).collect();
        if !paths.is_empty() {
            link.post(&Command::Find(paths));
        }
    });
    let delete = move || {
        asker.ask(Question {
            title: "Delete this board?".into(),
            text: format!("“{}” and its tiles are deleted from this device.", untrack(title)),
            yes: "Delete",
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
    let heading = move || view! { <h1>{words(title)}</h1> }.into_any();
    let edited = move || {
        view! {
            <input
                class="board__title"
                aria-label="Title of the board"
                maxlength="80"
                prop:value=untrack(title)
                on:change=rename
            />
            <button class="button button--quiet" on:click=click(delete)>
                "Delete"
            </button>
        }
        .into_any()
    };
    let slots = move || {
        let listed = |tile: Tile| {
            let key = format!("{:?} {}", tile.kind, tile.path);
            Listed::new(key, move || view! { <Slot id tile=tile.clone() is_edited /> }.into_any())
        };
        tiles().into_iter().map(listed).collect()
    };
    view! {
        <article class="page board" data-testid="board" data-board=id.get_value()>
            <header class="page__head">
                {either(move || is_edited.get(), edited, heading)} <span class="page__gap"></span>
                <button
                    class="button button--quiet"
                    data-testid="edit-board"
                    aria-pressed=attr(move || is_edited.get())
                    on:click=click(move || is_edited.update(|is_edited| *is_edited = !*is_edited))
                >
                    <Icon sign=Sign::Edit />
                    <span>{words(move || if is_edited.get() { "Done".into() } else { "Edit".into() })}</span>
                </button>
            </header>
            {shown(
                move || tiles().is_empty(),
                || {
                    view! {
                        <Empty title="Nothing pinned yet" testid="empty-board">
                            <p>"Open a machine or a value and choose “Pin”; it appears here."</p>
                            <p>
                                <a class="button" href="#/">
                                    "To the plant"
                                </a>
                            </p>
                        </Empty>
                    }
                        .into_any()
                },
            )} {tile_grid("board__tiles", list(slots))}
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
            {shown(move || is_edited.get(), move || view! { <TileTools id tile=tools.clone() /> }.into_any())}
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
                <div class="tile__name">{path}</div>
                <div class="tile__foot">"nothing heard of it yet"</div>
            </div>
        }
        .into_any()
    };
    let kind = tile.kind;
    let found = Memo::new(move |_| {
        path.with_value(|path| match kind {
            TileKind::Machine => live.place_at(path).map(|place| place.0),
            TileKind::Value => live.tag_at(path).map(|tag| tag.0),
        })
    });
    block(move || match (found.get(), kind) {
        (None, _) => awaited(),
        (Some(id), TileKind::Machine) => view! { <MachineTile machine=PlaceId(id) /> }.into_any(),
        (Some(id), TileKind::Value) => view! { <ValueTile tag=TagId(id) /> }.into_any(),
    })
}

/// Move a tile, or take it off.
#[component]
fn TileTools(id: StoredValue<String>, tile: Tile) -> impl IntoView {
    let documents = use_documents();
    let tile = StoredValue::new(tile);
    let shift = move |by: isize| shift(documents, &id.get_value(), &tile.get_value(), by);
    let take_off = move || {
        let _kept = documents
            .edit_board(&id.get_value(), |board| board.tiles.retain(|known| tile.with_value(|tile| tile != known)));
    };
    view! {
        <div class="board__tools">
            <button class="button button--icon" aria-label="Move towards the front" on:click=click(move || shift(-1))>
                <Icon sign=Sign::Earlier />
            </button>
            <button class="button button--icon" aria-label="Take off the board" on:click=click(take_off)>
                <Icon sign=Sign::Remove />
            </button>
            <button class="button button--icon" aria-label="Move towards the end" on:click=click(move || shift(1))>
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
