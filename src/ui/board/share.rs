//! A board and the broker: shared with every screen, changed since, or changed by two at a time. Who made an edit is as
//! they call themselves; nobody has checked it.

use std::sync::Arc;

use leptos::prelude::*;

use super::Desk;
use crate::document::Board;
use crate::time::Timestamp;
use crate::ui::link::use_link;
use crate::ui::pages::free_id;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::erased::{block, click, maybe};
use crate::ui::parts::toast::use_toasts;
use crate::ui::place::Place;
use crate::ui::router::go;
use crate::ui::state::sharing::{Stamp, Standing};
use crate::ui::state::use_documents;
use crate::wire::Command;

/// How the board stands between this device and the broker, and what can be done about it. Nothing where nothing is
/// shared.
#[component]
pub fn Sharing(
    /// The board.
    desk: Desk,
) -> impl IntoView {
    let (documents, link, toasts, asker) = (use_documents(), use_link(), use_toasts(), use_asker());
    let share = move || {
        if documents.person.with_untracked(|person| person.trim().is_empty()) {
            return toasts.say("Give your name first, beside the button: who changed a board is said with it.");
        }
        match documents.to_share(&desk.id()) {
            Some(command) => link.post(&command),
            None => toasts.say("This board is larger than a broker should keep: 256 KB."),
        }
    };
    let take_back = move || {
        let id = desk.id();
        asker.ask(Question {
            title: "Take this board back?".into(),
            text: "It is taken from every screen, and stays on this one.".into(),
            yes: "Take back",
            then: Arc::new(move || {
                // It stays here: this device's copy is the one there is.
                let _kept = documents.edit_board(&id, |board| board.version += 1);
                link.post(&Command::ShareBoard { id: id.clone(), text: String::new() });
            }),
            otherwise: Arc::new(|| {}),
        });
    };
    let copy = move || {
        let Some(board) = desk.board.get_untracked() else { return };
        let taken: Vec<String> = untrack(move || documents.all_boards()).into_iter().map(|board| board.id).collect();
        let id = free_id(&board.id, &taken);
        let title = format!("{} (mine)", board.title);
        let _kept = documents.edit_board(&id, |own| *own = Board { id: own.id.clone(), title, ..board.clone() });
        documents.delete_board(&desk.id());
        go(&Place::Board(id));
    };
    let may = Memo::new(move |_| {
        documents.is_settled.track();
        documents.shares()
    });
    let standing = Memo::new(move |_| documents.standing(&desk.id()));
    let name = move || {
        view! {
            <input
                class="share__name"
                aria-label="Your name"
                placeholder="Your name"
                maxlength="60"
                data-testid="share-name"
                prop:value=documents.person.get_untracked()
                on:change=move |event| documents.set_person(event_target_value(&event).trim())
            />
        }
        .into_any()
    };
    let button = move |words: &'static str| {
        view! {
            <button class="button button--main" data-testid="share-board" on:click=click(share)>
                {words}
            </button>
        }
        .into_any()
    };
    block(move || {
        let Some(may_write) = may.get() else { return ().into_any() };
        let is_edited = desk.is_edited.get();
        match standing.get() {
            Standing::Own if may_write && is_edited => {
                view! { <div class="share">{name()}{button("Share with every screen")}</div> }.into_any()
            }
            Standing::Own => ().into_any(),
            Standing::Shared(stamp) => {
                let back = (may_write && is_edited).then_some(());
                view! {
                    <div class="share" data-testid="share-state" data-standing="shared">
                        <span class="share__said" title="Names are as people give them; nobody has checked them">
                            {format!("Shared · {}", stamp_words(&stamp, documents))}
                        </span>
                        {maybe(
                            back,
                            |()| {
                                view! {
                                    <button
                                        class="button button--quiet"
                                        data-testid="unshare-board"
                                        on:click=click(take_back)
                                    >
                                        "Take back"
                                    </button>
                                }
                                    .into_any()
                            },
                        )}
                    </div>
                }
                .into_any()
            }
            Standing::Changed => {
                let act =
                    if may_write { view! { {name()}{button("Share the changes")} }.into_any() } else { ().into_any() };
                let drop = move || documents.delete_board(&desk.id());
                view! {
                    <div class="share" data-testid="share-state" data-standing="changed">
                        <span class="share__said">"Changed on this screen alone"</span>
                        {act}
                        <button class="button button--quiet" data-testid="share-drop" on:click=click(drop)>
                            "Drop the changes"
                        </button>
                    </div>
                }
                .into_any()
            }
            Standing::Conflict(stamp) => {
                let mine = if may_write { button("Keep mine") } else { ().into_any() };
                let theirs = move || documents.delete_board(&desk.id());
                view! {
                    <div class="share share--conflict" role="alert" data-testid="share-state" data-standing="conflict">
                        <span class="share__said">
                            {format!("Changed here and elsewhere · there: {}", stamp_words(&stamp, documents))}
                        </span>
                        <button class="button" data-testid="share-theirs" on:click=click(theirs)>
                            "Take theirs"
                        </button>
                        {mine}
                        <button class="button" data-testid="share-copy" on:click=click(copy)>
                            "Mine as a copy"
                        </button>
                    </div>
                }
                .into_any()
            }
        }
    })
}

/// Which edit, by whom, when.
fn stamp_words(stamp: &Stamp, documents: crate::ui::state::Documents) -> String {
    let (version, by, changed) = stamp.parts();
    let by = if by.is_empty() { "somebody" } else { by };
    let at = Timestamp(changed);
    let when = documents.zone.with_value(|zone| format!("{} {}", zone.date(at), zone.clock(at)));
    format!("edit {version} by {by} (not verified), {when}")
}
