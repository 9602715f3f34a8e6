//! The namespace: every topic of the plant as a tree, searched and filtered by the worker. The page holds no more of it
//! than the rows in its window, whatever the number of topics.

mod row;
mod tools;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::{html, prelude::*};

use crate::ui::link::{Link, use_link};
use crate::ui::parts::erased::{attr, click, each, effect, shown, words};
use crate::ui::place::Place;
use crate::ui::state::{Live, use_live};
use crate::wire::{Browse, Command, Filter, Row};

/// What the page looks at. Copies share.
#[derive(Clone, Copy)]
struct Look {
    query: RwSignal<String>,
    filters: RwSignal<Vec<Filter>>,
    open: RwSignal<BTreeSet<String>>,
    /// Paths of the tags that are picked.
    picked: RwSignal<BTreeSet<String>>,
    /// First row asked for.
    first: RwSignal<u32>,
}

/// What stays when the page is left and come back to.
#[derive(Clone, Default)]
struct Kept {
    query: String,
    filters: Vec<Filter>,
    open: BTreeSet<String>,
    scroll: i32,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// A row of the window, at its place among all.
#[derive(Clone, PartialEq)]
struct Slot {
    at: u32,
    row: Row,
}

type SlotSignal = RwSignal<Option<Arc<Slot>>>;

/// The namespace; `path` is opened.
#[component]
pub fn NamespacePage(
    /// A path to open, empty for none.
    path: String,
) -> impl IntoView {
    let (live, link) = (use_live(), use_link());
    let mut kept = KEPT.with_borrow(Clone::clone);
    if !path.is_empty() {
        kept = Kept::default();
        kept.open.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        kept.open.insert(path);
    }
    let scroll = kept.scroll;
    let look = Look {
        query: RwSignal::new(kept.query),
        filters: RwSignal::new(kept.filters),
        open: RwSignal::new(kept.open),
        picked: RwSignal::new(BTreeSet::new()),
        first: RwSignal::new(first_row(scroll, row_height())),
    };
    ask_while_shown(look, live, link);
    let slots: Vec<SlotSignal> = (0..WINDOW).map(|_| RwSignal::new(None)).collect();
    let window = slots.clone();
    effect(move || fill(&window, &live.rows.get()));
    let total = move || live.rows.with(|rows| rows.total);
    let height = row_height();
    let scroller = NodeRef::<html::Div>::new();
    let on_scroll = move |_: leptos::ev::Event| {
        let Some(scroller) = scroller.get_untracked() else { return };
        let at = scroller.scroll_top();
        KEPT.with_borrow_mut(|kept| kept.scroll = at);
        let first = first_row(at, height);
        // Not for every row: the window is larger than the screen.
        if look.first.get_untracked().abs_diff(first) >= STRIDE || first == 0 {
            look.first.set(first);
        }
    };
    let mut is_placed = scroll == 0;
    effect(move || {
        if !is_placed
            && total() > 0
            && let Some(scroller) = scroller.get()
        {
            is_placed = true;
            scroller.set_scroll_top(scroll);
        }
    });
    let to_top = move || {
        KEPT.with_borrow_mut(|kept| kept.scroll = 0);
        look.first.set(0);
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(0);
        }
    };
    let rows = each(slots, |slot| row::slot_row(slot, look, height));
    let empty = move || {
        let is_all = look.query.with(|query| query.trim().is_empty()) && look.filters.with(Vec::is_empty);
        let said = if is_all {
            "Nothing was heard yet. Topics appear here as soon as the broker sends one."
        } else {
            "No tag fits."
        };
        view! { <p class="page__hint ns__empty">{said}</p> }.into_any()
    };
    view! {
        <article class="ns" data-testid="namespace-page">
            <header class="ns__head">
                <h1>"Namespace"</h1>
                <input
                    class="ns__search"
                    type="search"
                    placeholder="Search path, description, unit"
                    aria-label="Search path, description, unit"
                    data-testid="ns-search"
                    prop:value=look.query.get_untracked()
                    on:input=move |event| {
                        look.query.set(event_target_value(&event));
                        to_top();
                    }
                />
                <span class="ns__count" data-testid="ns-count">{words(move || count_words(total(), look))}</span>
            </header>
            <div class="ns__filters" role="group" aria-label="Only tags that are">
                {each(FILTERS, |(filter, name)| filter_chip(look, filter, name, to_top))}
                {tools::tools(look)}
            </div>
            <div class="ns__columns" aria-hidden="true">
                <span>"Topic"</span>
                <span>"Value"</span>
                <span class="ns__wide">"Description"</span>
                <span class="ns__figure">"Rate"</span>
                <span class="ns__figure">"Age"</span>
                <span class="ns__figure">"Size"</span>
            </div>
            <div class="ns__scroll" node_ref=scroller on:scroll=on_scroll tabindex="0" aria-label="Topics">
                {shown(move || total() == 0, empty)}
                <div class="ns__rows" style:height=words(move || format!("{}px", i64::from(total()) * i64::from(height)))>
                    {rows}
                </div>
            </div>
        </article>
    }
}

/// Asks for the window as long as the page is there.
fn ask_while_shown(look: Look, live: Live, link: Link) {
    effect(move || {
        // Another worker, or another configuration, was never asked.
        live.epoch.track();
        link.post(&Command::Examine);
    });
    effect(move || {
        live.epoch.track();
        live.lent.track();
        let browse = Browse {
            query: look.query.get(),
            filters: look.filters.get(),
            open: look.open.with(|open| open.iter().cloned().collect()),
            first: look.first.get(),
            count: WINDOW as u16,
        };
        KEPT.with_borrow_mut(|kept| {
            kept.query.clone_from(&browse.query);
            kept.filters.clone_from(&browse.filters);
            kept.open = browse.open.iter().cloned().collect();
        });
        link.post(&Command::Browse(Some(Box::new(browse))));
    });
    on_cleanup(move || link.post(&Command::Browse(None)));
}

/// Puts the rows into the slots: each row always into the same, so that scrolling moves what is there.
fn fill(slots: &[SlotSignal], rows: &crate::wire::Rows) {
    let mut is_filled = vec![false; slots.len()];
    for (index, row) in rows.rows.iter().enumerate() {
        let at = rows.first + index as u32;
        let place = at as usize % slots.len();
        is_filled[place] = true;
        let is_same =
            slots[place].with_untracked(|slot| slot.as_ref().is_some_and(|slot| slot.at == at && slot.row == *row));
        if !is_same {
            slots[place].set(Some(Arc::new(Slot { at, row: row.clone() })));
        }
    }
    for (slot, is_filled) in slots.iter().zip(is_filled) {
        if !is_filled && slot.with_untracked(Option::is_some) {
            slot.set(None);
        }
    }
}

fn filter_chip(look: Look, filter: Filter, name: &'static str, changed: impl Fn() + Copy + 'static) -> AnyView {
    let toggle = move || {
        look.filters.update(|filters| match filters.iter().position(|known| *known == filter) {
            Some(at) => {
                filters.remove(at);
            }
            None => filters.push(filter),
        });
        changed();
    };
    view! {
        <button
            class="chip"
            data-testid="ns-filter"
            aria-pressed=attr(move || look.filters.with(|filters| filters.contains(&filter)))
            on:click=click(toggle)
        >
            {name}
        </button>
    }
    .into_any()
}

fn count_words(total: u32, look: Look) -> String {
    let mut words = String::new();
    crate::ui::format::write_grouped(&mut words, u64::from(total));
    let is_found =
        look.query.with(|query| !query.trim().is_empty()) || look.filters.with(|filters| !filters.is_empty());
    words.push_str(match (is_found, total) {
        (true, 1) => " tag",
        (true, _) => " tags",
        (false, 1) => " row",
        (false, _) => " rows",
    });
    words
}

/// Where a tag or node is in the namespace.
pub fn namespace_hash(path: &str) -> String {
    Place::Namespace(path.to_owned()).to_hash()
}

/// The first row to ask for when the window is scrolled to a pixel.
fn first_row(scroll: i32, height: i32) -> u32 {
    u32::try_from(scroll / height.max(1)).unwrap_or(0).saturating_sub(MARGIN)
}

/// Rows are as high as what points at them needs.
fn row_height() -> i32 {
    let is_coarse = window().match_media("(pointer: coarse)").is_ok_and(|query| query.is_some_and(|q| q.matches()));
    if is_coarse { 44 } else { 32 }
}

const FILTERS: [(Filter, &str); 5] = [
    (Filter::Stale, "Stale"),
    (Filter::New, "New"),
    (Filter::ChangedType, "Changed type"),
    (Filter::NoUnit, "No unit"),
    (Filter::NoTime, "No time"),
];
/// Rows held: a large screen and what is just outside of it.
const WINDOW: usize = 112;
/// Rows held above the screen.
const MARGIN: u32 = 24;
/// Rows that are scrolled before the next are asked for.
const STRIDE: u32 = 8;
