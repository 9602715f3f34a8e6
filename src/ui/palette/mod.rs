//! The palette: Control K, a few words, Enter, and one is there. Pages, places, tags, boards and things to do.

pub mod found;
pub mod rank;

use leptos::{html, prelude::*};
use web_sys::KeyboardEvent;

use self::found::{Act, Found, Target, found};
use crate::ui::link::use_link;
use crate::ui::pages::make_board;
use crate::ui::parts::bar::turn_colours;
use crate::ui::parts::erased::{Listed, attr, click, effect, list, shown};
use crate::ui::parts::icon::{Icon, Sign};
use crate::ui::place::Place;
use crate::ui::recent::note;
use crate::ui::router::{go, use_here};
use crate::ui::state::{Documents, use_documents, use_live};
use crate::wire::{Browse, Command};

/// Whether it is open. Copies share.
#[derive(Clone, Copy)]
pub struct PaletteOpen(pub RwSignal<bool>);

/// The button in the bar that opens it.
#[component]
pub fn PaletteButton() -> impl IntoView {
    let is_open = use_context::<PaletteOpen>();
    view! {
        <button
            class="bar__find"
            data-testid="palette-button"
            aria-label="Find"
            aria-keyshortcuts="Control+K"
            aria-haspopup="dialog"
            on:click=click(move || {
                if let Some(open) = is_open {
                    open.0.set(true);
                }
            })
        >
            <Icon sign=Sign::Search />
            <span>"Find"</span>
            <kbd>"Ctrl K"</kbd>
        </button>
    }
}

/// The palette; notes besides what is looked at.
#[component]
pub fn Palette(
    /// Whether it is open.
    open: PaletteOpen,
) -> impl IntoView {
    let (live, documents, here) = (use_live(), use_documents(), use_here().0);
    let open = open.0;
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    effect(move || {
        let place = here.get();
        if documents.is_settled.get() {
            note(documents, &place);
        }
    });
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || keys.remove());
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let is_open = open.get();
        let Some(dialog) = dialog.get() else { return };
        if is_open && !dialog.open() {
            query.set(String::new());
            at.set(0);
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    ask_while_open(open, query);
    let all = Memo::new(move |_| if open.get() { found(live, documents, &query.get()) } else { Vec::new() });
    let choose = move |index: usize| {
        if let Some(found) = all.with_untracked(|all| all.get(index).cloned()) {
            open.set(false);
            follow(found.target, documents);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let count = all.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => choose(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let rows = move || {
        let listed = |(index, found): (usize, Found)| {
            Listed::new(format!("{index} {found:?}"), move || row(index, &found, at, choose))
        };
        all.get().into_iter().enumerate().map(listed).collect()
    };
    let is_none = move || all.with(Vec::is_empty);
    view! {
        <dialog
            class="palette"
            node_ref=dialog
            data-testid="palette"
            aria-label="Find"
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // On the ground beside it.
                if event.target() == event.current_target() {
                    open.set(false);
                }
            }
        >
            <input
                class="palette__query"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                placeholder="Machine, tag, board, or what to do"
                aria-label="What to find"
                aria-expanded="true"
                aria-controls="palette-found"
                aria-activedescendant=attr(move || {
                    if is_none() { String::new() } else { format!("palette-{}", at.get()) }
                })
                data-testid="palette-query"
                prop:value=move || query.get()
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=pressed
            />
            <ul class="palette__found" id="palette-found" role="listbox" aria-label="Found">
                {list(rows)}
            </ul>
            {shown(
                is_none,
                || view! { <p class="page__hint palette__none" role="status">"Nothing fits these words."</p> }.into_any(),
            )}
        </dialog>
    }
}

fn row(index: usize, found: &Found, at: RwSignal<usize>, choose: impl Fn(usize) + Copy + 'static) -> AnyView {
    let node = NodeRef::<html::Li>::new();
    effect(move || {
        if at.get() == index
            && let Some(row) = node.get()
        {
            row.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <li
            class="palette__row"
            node_ref=node
            id=format!("palette-{index}")
            role="option"
            data-testid="palette-row"
            aria-selected=attr(move || at.get() == index)
            on:pointermove=move |_| {
                if at.get_untracked() != index {
                    at.set(index);
                }
            }
            on:click=click(move || choose(index))
        >
            <strong>{found.name.clone()}</strong>
            <span class="palette__path">{found.path.clone()}</span>
            <span class="palette__kind">{found.kind}</span>
        </li>
    }
    .into_any()
}

/// The worker searches the tags. The namespace's page has lent its rows and asks for them again.
fn ask_while_open(open: RwSignal<bool>, query: RwSignal<String>) {
    let (live, link, here) = (use_live(), use_link(), use_here().0);
    let mut was_asked = false;
    effect(move || {
        let words = if open.get() { query.get() } else { String::new() };
        if !words.trim().is_empty() {
            was_asked = true;
            let browse = Browse { query: words, count: MOST_TAGS, ..Browse::default() };
            link.post(&Command::Browse(Some(Box::new(browse))));
        } else if was_asked {
            was_asked = false;
            if here.with_untracked(|here| matches!(here, Place::Namespace(_))) {
                live.lent.update(|count| *count += 1);
            } else {
                link.post(&Command::Browse(None));
            }
        }
    });
}

fn follow(target: Target, documents: Documents) {
    match target {
        Target::Go(place) => go(&place),
        Target::Do(Act::TurnColours) => turn_colours(documents),
        Target::Do(Act::NewBoard) => make_board(documents),
        Target::Do(Act::FullScreen) => {
            if let Some(root) = document().document_element() {
                let _ = root.request_fullscreen();
            }
        }
        Target::Do(Act::WallScreen) => {
            let _ = location().set_search("kiosk");
        }
    }
}

const MOST_TAGS: u16 = 24;
