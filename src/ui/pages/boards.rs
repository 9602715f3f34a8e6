//! All boards: this device's and those that come with the plant.

use leptos::prelude::*;

use crate::document::Board;
use crate::ui::parts::erased::{block, click, each, shown};

use crate::ui::parts::empty::Empty;
use crate::ui::parts::pin::fresh_id;
use crate::ui::place::Place;
use crate::ui::router::go;
use crate::ui::state::use_documents;

/// All boards.
#[component]
pub fn BoardsPage() -> impl IntoView {
    let documents = use_documents();
    let boards = move || documents.all_boards();
    let make = move || {
        let boards = documents.all_boards();
        let id = fresh_id(&boards.iter().map(|board| board.id.as_str()).collect::<Vec<_>>());
        let title = if boards.is_empty() { "My board".to_owned() } else { format!("Board {}", boards.len() + 1) };
        let _kept = documents.edit_board(&id, |board| board.title = title);
        go(&Place::Board(id));
    };
    view! {
        <article class="page" data-testid="boards-page">
            <header class="page__head">
                <h1>"Boards"</h1>
                <span class="page__gap"></span>
                <button class="button" data-testid="new-board" on:click=click(make)>
                    "New board"
                </button>
            </header>
            {shown(
                move || boards().is_empty(),
                || {
                    view! {
                        <Empty title="No board yet" testid="no-boards">
                            <p>
                                "A board holds the machines and values that you want to see together. Open a machine and choose “Pin”, or start with an empty one."
                            </p>
                        </Empty>
                    }
                        .into_any()
                },
            )}
            <ul class="cards">{block(move || each(boards(), card))}</ul>
        </article>
    }
}

fn card(board: Board) -> AnyView {
    let hash = Place::Board(board.id).to_hash();
    let count = match board.tiles.len() {
        1 => "1 tile".to_owned(),
        count => format!("{count} tiles"),
    };
    view! {
        <li>
            <a class="card" href=hash>
                <strong>{board.title}</strong>
                <span>{count}</span>
            </a>
        </li>
    }
    .into_any()
}
