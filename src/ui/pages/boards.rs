//! All boards: this device's and those that come with the plant.

use std::sync::Arc;

use leptos::prelude::*;

use crate::document::{Board, board_from_json};
use crate::ui::files::read_picked;
use crate::ui::parts::erased::{block, click, each, maybe, shown};

use crate::ui::parts::empty::Empty;
use crate::ui::parts::pin::fresh_id;
use crate::ui::place::Place;
use crate::ui::router::go;
use crate::ui::state::{Documents, use_documents};

/// All boards.
#[component]
pub fn BoardsPage() -> impl IntoView {
    let documents = use_documents();
    let boards = move || documents.all_boards();
    view! {
        <article class="page" data-testid="boards-page">
            <header class="page__head">
                <h1>"Boards"</h1>
                <span class="page__gap"></span>
                <Import />
                <button class="button" data-testid="new-board" on:click=click(move || make_board(documents))>
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

/// Makes an empty board and goes there.
pub fn make_board(documents: Documents) {
    let boards = untrack(move || documents.all_boards());
    let id = fresh_id(&boards.iter().map(|board| board.id.as_str()).collect::<Vec<_>>());
    let title = if boards.is_empty() { "My board".to_owned() } else { format!("Board {}", boards.len() + 1) };
    let _kept = documents.edit_board(&id, |board| board.title = title);
    go(&Place::Board(id));
}

fn card(board: Board) -> AnyView {
    let hash = Place::Board(board.id.clone()).to_hash();
    let is_shared = use_documents().shared.with(|shared| shared.iter().any(|theirs| theirs.id == board.id));
    let count = match board.tiles.len() {
        1 => "1 tile".to_owned(),
        count => format!("{count} tiles"),
    };
    view! {
        <li>
            <a class="card" href=hash>
                <strong>{board.title}</strong>
                <span>{if is_shared { format!("{count} · shared with every screen") } else { count }}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A board from a file that was picked; what is wrong in it is listed by path.
#[component]
fn Import() -> impl IntoView {
    let documents = use_documents();
    let wrong = RwSignal::new(Vec::new());
    let take: Arc<dyn Fn(String)> = Arc::new(move |text: String| {
        let taken: Vec<String> = untrack(move || documents.all_boards()).into_iter().map(|board| board.id).collect();
        match board_from_file(&text, &taken) {
            Ok(board) => {
                wrong.set(Vec::new());
                let id = board.id.clone();
                let _kept = documents.edit_board(&id, |own| *own = board);
                go(&Place::Board(id));
            }
            Err(problems) => wrong.set(problems),
        }
    });
    let list = move || {
        maybe(Some(wrong.get()).filter(|wrong| !wrong.is_empty()), |wrong| {
            let items = each(wrong.into_iter().take(MOST_TOLD), |problem| view! { <li>{problem}</li> }.into_any());
            view! {
                <div class="boards__wrong" role="alert" data-testid="board-problems">
                    <p>"Nothing was taken from the file:"</p>
                    <ul>{items}</ul>
                </div>
            }
            .into_any()
        })
    };
    view! {
        <label class="button boards__import">
            "Open a file"
            <input
                type="file"
                accept=".json,application/json"
                data-testid="import-board"
                on:change=move |event| read_picked(&event, take.clone())
            />
        </label>
        {block(list)}
    }
}

/// Takes a board from a file: under an id of its own where another board has its id. Else what is
/// wrong, each thing by its path.
fn board_from_file(text: &str, taken: &[String]) -> Result<Board, Vec<String>> {
    let (board, problems) = board_from_json(text);
    match board {
        Some(mut board) if problems.is_empty() => {
            if taken.contains(&board.id) {
                board.id = free_id(&board.id, taken);
            }
            Ok(board)
        }
        _ => Err(problems.iter().map(ToString::to_string).collect()),
    }
}

/// An id like this one that no board has.
pub fn free_id(own: &str, taken: &[String]) -> String {
    let stem = &own[..own.len().min(56)];
    (2..).map(|number| format!("{stem}-{number}")).find(|id| !taken.contains(id)).unwrap_or_default()
}

/// Problems listed at once.
const MOST_TOLD: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::board_to_json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_file_takes_no_other_boards_place() {
        let text = board_to_json(&Board::new("wall", "Wall"));
        assert_eq!(board_from_file(&text, &[]).map(|board| board.id), Ok("wall".to_owned()));
        let taken = ["wall".to_owned(), "wall-2".to_owned()];
        assert_eq!(board_from_file(&text, &taken).map(|board| board.id), Ok("wall-3".to_owned()));
        let wrong = board_from_file(r#"{"id":"b","tiles":[{"kind":"trend","path":5}]}"#, &[]).unwrap_err();
        assert!(wrong[0].contains("tiles[0].path"), "{wrong:?}");
        assert!(board_from_file("[", &[]).is_err());
    }
}
