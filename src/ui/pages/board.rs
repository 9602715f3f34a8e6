//! A board: tiles where people put them; on request they are moved, resized, set, copied and taken off.

use leptos::prelude::*;

use crate::document::{Board, Subject, board_to_json, stand_in};
use crate::ui::board::{Desk, Grid, SettingsPanel, Sharing, Standing, StandingTools, Tools, pressed_anywhere, short};
use crate::ui::files::offer;
use crate::ui::link::use_link;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::empty::Empty;
use crate::ui::parts::erased::{Listed, attr, click, effect, either, list, shown, words};
use crate::ui::parts::icon::{Icon, Sign};
use crate::ui::place::{Place, Query, board_parts};
use crate::ui::router::go;
use crate::ui::state::{use_documents, use_live};
use crate::wire::Command;

/// A board.
#[component]
pub fn BoardPage(
    /// Its id, and the place it is shown for: `id` or `id/path`.
    id: String,
) -> impl IntoView {
    let (id, place) = board_parts(&id);
    let desk = Desk::new(id.to_owned(), place.map(str::to_owned));
    either(
        move || desk.board.with(Option::is_some),
        move || view! { <Shown desk /> }.into_any(),
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

#[component]
fn Shown(desk: Desk) -> impl IntoView {
    let is_kiosk = Query::from_search(&location().search().unwrap_or_default()).kiosk;
    find_tags(desk);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if desk.is_edited.try_get_untracked() == Some(true) {
            pressed_anywhere(desk, &event);
        }
    });
    on_cleanup(move || keys.remove());
    let title = move || desk.board.with(|board| board.as_ref().map(|board| board.title.clone()).unwrap_or_default());
    let is_empty = move || desk.board.with(|board| board.as_ref().is_none_or(|board| board.tiles.is_empty()));
    let rename = move |event| {
        let words: String = event_target_value(&event).trim().chars().take(80).collect();
        if !words.is_empty() {
            desk.change(|board| Board { title: words, ..board.clone() });
        }
    };
    let edited = move || {
        view! {
            <input
                class="board__title"
                aria-label="Title of the board"
                maxlength="80"
                prop:value=untrack(title)
                on:change=rename
            />
        }
        .into_any()
    };
    let repeats = move || {
        let places =
            desk.board.with(|board| board.as_ref().map(|board| board.repeated_for.clone()).unwrap_or_default());
        let listed = |place: String| {
            Listed::new(place.clone(), move || {
                let place = place.clone();
                view! {
                    <section class="board__repeat">
                        <h2>{short(&place)}</h2>
                        <Grid desk place=Some(place) is_kiosk />
                    </section>
                }
                .into_any()
            })
        };
        places.into_iter().map(listed).collect()
    };
    view! {
        <article class="page board" data-testid="board" data-board=desk.id()>
            {shown(move || !is_kiosk, move || view! {
                <header class="page__head">
                    {either(
                        move || desk.is_edited.get(),
                        edited,
                        move || view! { <h1>{words(title)}</h1> }.into_any(),
                    )}
                    <Standing desk />
                    <Sharing desk />
                    <span class="page__gap"></span>
                    {shown(move || desk.is_edited.get(), move || view! { <Keeping desk /> }.into_any())}
                    <button
                        class="button button--quiet"
                        data-testid="edit-board"
                        aria-pressed=attr(move || desk.is_edited.get())
                        on:click=click(move || desk.turn())
                    >
                        <Icon sign=Sign::Edit />
                        <span>{words(move || if desk.is_edited.get() { "Done".into() } else { "Edit".into() })}</span>
                    </button>
                </header>
            }.into_any())}
            {shown(move || desk.is_edited.get(), move || view! { <Tools desk /> }.into_any())}
            {shown(
                is_empty,
                || {
                    view! {
                        <Empty title="Nothing on it yet" testid="empty-board">
                            <p>"Choose “Edit” and “Add”, or open a machine or a value and choose “Pin”."</p>
                            <p>
                                <a class="button" href="#/">
                                    "To the plant"
                                </a>
                            </p>
                        </Empty>
                    }
                        .into_any()
                },
            )}
            <div class="board__desk">
                <div class="board__grids" data-screen=attr(move || desk.screen.get().word())>
                    <Grid desk place=None is_kiosk />
                    {list(repeats)}
                </div>
                <SettingsPanel desk />
            </div>
            <p class="unseen" role="status">
                {words(move || desk.said.get())}
            </p>
            <p class="unseen" id="board-keys">
                "Arrows move, Shift and arrows resize, Enter opens the settings, Delete takes off, Control D copies, Control Z takes back."
            </p>
        </article>
    }
}

/// Asks for the tags of all tiles, for every place they stand for; asking again is free.
fn find_tags(desk: Desk) {
    let (live, link) = (use_live(), use_link());
    effect(move || {
        live.epoch.track();
        let own = desk.shown_for();
        let paths = desk.board.with(|board| {
            let Some(board) = board else { return Vec::new() };
            let places =
                || std::iter::once(own.as_deref()).chain(board.repeated_for.iter().map(|place| Some(place.as_str())));
            let tags = board.tiles.iter().filter(|tile| tile.kind.facts().subject == Subject::Tag);
            tags.flat_map(|tile| places().map(|place| stand_in::path_at(&tile.path, place))).collect::<Vec<_>>()
        });
        if !paths.is_empty() {
            link.post(&Command::Find(paths));
        }
    });
}

/// What is done with the board as a whole: for which machines it stands, saved as a file, deleted.
#[component]
fn Keeping(desk: Desk) -> impl IntoView {
    let (documents, asker) = (use_documents(), use_asker());
    let save = move || {
        if let Some(board) = desk.board.get_untracked() {
            offer(&format!("{}.board.json", board.id), "application/json", &board_to_json(&board));
        }
    };
    // One that every screen has is taken back first.
    let is_own = move || {
        let id = desk.id();
        documents.shared.with(|shared| shared.iter().all(|theirs| theirs.id != id))
    };
    let delete = move || {
        let title =
            desk.board.with_untracked(|board| board.as_ref().map(|board| board.title.clone()).unwrap_or_default());
        asker.ask(Question {
            title: "Delete this board?".into(),
            text: format!("“{title}” and its tiles are deleted from this device."),
            yes: "Delete",
            then: std::sync::Arc::new(move || {
                documents.delete_board(&desk.id());
                go(&Place::Boards);
            }),
            otherwise: std::sync::Arc::new(|| {}),
        });
    };
    view! {
        <StandingTools desk />
        <button class="button button--quiet" data-testid="export-board" on:click=click(save)>
            "Save as file"
        </button>
        {shown(
            is_own,
            move || {

                view! {
                    <button class="button button--quiet" data-testid="delete-board" on:click=click(delete)>
                        "Delete"
                    </button>
                }
                    .into_any()
            },
        )}
    }
}
