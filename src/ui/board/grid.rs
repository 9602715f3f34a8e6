//! The grid of a board: each tile where the layout says. Nothing is measured per tile: columns are shares of the width,
//! rows one height, and a tile's type follows from both by the style sheet.

use leptos::{html, prelude::*};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver};

use super::{Desk, drag, keys};
use crate::document::{Rect, Screen, Tile};
use crate::ui::parts::erased::{Listed, attr, effect, list, shown, words};
use crate::ui::tiles::board_tile;

/// The board's tiles; `place`: the one they stand for here.
#[component]
pub fn Grid(
    /// The board.
    desk: Desk,
    /// The place its stand-ins lead to; `None`: the one the board is shown for.
    place: Option<String>,
    /// Whether the page has no chrome.
    is_kiosk: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let size = RwSignal::new(Cell::default());
    let observer = StoredValue::new_local(None::<Watcher>);
    let is_first = place.is_none();
    effect(move || {
        if let Some(grid) = node.get() {
            observer.set_value(Watcher::new(&grid, move |grid| measure(desk, size, grid, is_kiosk)));
        }
    });
    on_cleanup(move || {
        observer.try_update_value(Option::take);
    });
    // Another number of rows, or another screen: the rows are as high as they can be.
    effect(move || {
        let _changed = (desk.screen.get(), rows_of(desk));
        if let Some(grid) = node.get_untracked() {
            measure(desk, size, &grid, is_kiosk);
        }
    });
    effect(move || {
        let rows = rows_of(desk);
        if let Some(grid) = node.get() {
            let _ = (*grid).style().set_property("--rows", &rows.to_string());
        }
    });
    let place = StoredValue::new(place);
    let shown_for = Memo::new(move |_| place.get_value().or_else(|| desk.shown_for()));
    let slots = move || {
        let mut laid = desk.laid();
        crate::document::board_layout::reading_order(&mut laid);
        let ids: Vec<u32> = laid.iter().map(|slot| slot.id).collect();
        let place = shown_for.get();
        let listed = |id: u32| {
            let mut tile = desk.shown_tile(id, place.as_deref())?;
            tile.rect = Rect::default();
            // Another thing to show is another tile; another place for it is not.
            Some(Listed::new(format!("{tile:?}"), move || {
                view! { <GridSlot desk tile=tile.clone() size /> }.into_any()
            }))
        };
        ids.into_iter().filter_map(listed).collect()
    };
    let drag = drag::Drags::new(desk, node);
    let is_edited = move || desk.is_edited.get() && is_first;
    view! {
        <div
            class="grid"
            node_ref=node
            role="group"
            aria-label="Tiles"
            data-testid="grid"
            data-screen=attr(move || desk.screen.get().word())
            data-edited=attr(move || is_edited().then_some(""))
            on:pointerdown=move |event| if is_edited() { drag.down(&event) }
            on:pointermove=move |event| drag.moved(&event)
            on:pointerup=move |event| drag.up(&event)
            on:pointercancel=move |_| drag.cancel()
            on:keydown=move |event| if is_edited() { keys::pressed(desk, drag, &event) }
        >
            {list(slots)}
            {shown(is_edited, move || ghosts(desk))}
        </div>
    }
}

/// Where what is dragged would land.
fn ghosts(desk: Desk) -> AnyView {
    let slots = move || {
        let chosen = desk.chosen.get();
        let preview = desk.preview.get().unwrap_or_default();
        let landing = preview.into_iter().filter(|slot| chosen.contains(&slot.id));
        let listed = |slot: crate::document::Slot| {
            Listed::new(format!("{slot:?}"), move || {
                let node = NodeRef::<html::Div>::new();
                effect(move || {
                    if let Some(ghost) = node.get() {
                        stand(&ghost, slot.rect);
                    }
                });
                view! { <div class="grid__ghost" node_ref=node></div> }.into_any()
            })
        };
        landing.map(listed).collect()
    };
    list(slots)
}

fn rows_of(desk: Desk) -> u16 {
    desk.slots().iter().map(|slot| slot.rect.y + slot.rect.h).max().unwrap_or(1)
}

/// A column's width and a row's height, in CSS pixels, without the gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cell {
    width: f64,
    height: f64,
}

fn measure(desk: Desk, size: RwSignal<Cell>, grid: &HtmlElement, is_kiosk: bool) {
    let width = f64::from(grid.offset_width());
    if width < 1.0 {
        return;
    }
    let view = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(width);
    let own = Screen::of_width(view, is_kiosk);
    if desk.own_screen.get_untracked() != own {
        desk.own_screen.set(own);
        if !desk.is_edited.get_untracked() {
            desk.screen.set(own);
        }
    }
    let screen = desk.screen.get_untracked();
    let columns = f64::from(screen.columns());
    let gap = GAP;
    let rows = f64::from(rows_of_untracked(desk)).max(1.0);
    // On a wall nobody scrolls: the rows share the height there is, as long as they can be read.
    let room = || {
        let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
        (height - WALL_MARGIN + gap) / rows - gap
    };
    let height = if own == Screen::Wall { room().clamp(LEAST_ROW, MOST_ROW) } else { ROW };
    let cell = Cell { width: (width + gap) / columns - gap, height };
    let style = grid.style();
    let _ = style.set_property("--columns", &columns.to_string());
    let _ = style.set_property("--cell", &format!("{:.2}px", cell.width));
    let _ = style.set_property("--row", &format!("{:.2}px", cell.height));
    if size.get_untracked() != cell {
        size.set(cell);
    }
}

fn rows_of_untracked(desk: Desk) -> u16 {
    let slots = untrack(move || desk.slots());
    slots.iter().map(|slot| slot.rect.y + slot.rect.h).max().unwrap_or(1)
}

/// Says where an element of the grid stands.
pub(super) fn stand(element: &HtmlElement, rect: Rect) {
    let style = element.style();
    for (name, number) in [("--x", u16::from(rect.x)), ("--y", rect.y), ("--w", u16::from(rect.w)), ("--h", rect.h)] {
        let _ = style.set_property(name, &number.to_string());
    }
}

/// A tile in its place; while the board is edited it is covered by what takes hold of it.
#[component]
fn GridSlot(desk: Desk, tile: Tile, size: RwSignal<Cell>) -> impl IntoView {
    let id = tile.id;
    let node = NodeRef::<html::Div>::new();
    // What is dragged stays where it was, and moves with the pointer from there.
    let rect = Memo::new(move |_| desk.rect(id));
    effect(move || {
        let rect = rect.get();
        if let Some(slot) = node.get() {
            stand(&slot, rect);
        }
    });
    let tight = Memo::new(move |_| {
        let (rect, cell) = (rect.get(), size.get());
        let width = f64::from(rect.w) * (cell.width + GAP) - GAP - PADDING_X;
        let height = f64::from(rect.h) * (cell.height + GAP) - GAP - PADDING_Y;
        (width < NARROW, height < LOW)
    });
    let kind = tile.kind.word();
    let name = name_of(&tile);
    let is_chosen = move || desk.chosen.with(|chosen| chosen.contains(&id));
    let label = move || {
        let rect = rect.get();
        format!("{name}, {kind}, column {}, row {}, {} by {}", rect.x + 1, rect.y + 1, rect.w, rect.h)
    };
    let path = tile.path.clone();
    let label = StoredValue::new_local(label);
    view! {
        <div
            class="grid__slot"
            node_ref=node
            data-tile=id.to_string()
            data-kind=kind
            data-path=path
            data-narrow=attr(move || tight.get().0.then_some(""))
            data-low=attr(move || tight.get().1.then_some(""))
            data-chosen=attr(move || (desk.is_edited.get() && is_chosen()).then_some(""))
        >
            {board_tile(tile)}
            {shown(
                move || desk.is_edited.get(),
                move || {
                    view! {
                        <button
                            class="grid__cover"
                            data-testid="cover"
                            aria-pressed=attr(is_chosen)
                            aria-label=words(move || label.with_value(|label| label()))
                            aria-describedby="board-keys"
                        ></button>
                        <span class="grid__grip" data-grip="move" aria-hidden="true"></span>
                        <span class="grid__grip grid__grip--size" data-grip="size" aria-hidden="true"></span>
                    }
                        .into_any()
                },
            )}
        </div>
    }
}

/// What a tile is called where nothing of it is shown.
fn name_of(tile: &Tile) -> String {
    let last = || tile.path.rsplit('/').next().unwrap_or_default();
    let named = if tile.title.is_empty() { crate::ui::format::name_words(last()) } else { tile.title.clone() };
    if named.is_empty() { "Tile".into() } else { named }
}

/// Watches the grid's size.
struct Watcher {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Watcher {
    fn new(grid: &HtmlElement, act: impl Fn(&HtmlElement) + 'static) -> Option<Self> {
        act(grid);
        let own = grid.clone();
        let callback = Closure::<dyn FnMut()>::new(move || act(&own));
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(grid);
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Between tiles, in CSS pixels, as `--gap` in the style sheet.
pub(super) const GAP: f64 = 12.0;
/// Padding and border of a tile.
const PADDING_X: f64 = 34.0;
const PADDING_Y: f64 = 26.0;
/// A row, where the page scrolls.
const ROW: f64 = 64.0;
const LEAST_ROW: f64 = 48.0;
const MOST_ROW: f64 = 160.0;
/// What a wall screen shows above and below the board.
const WALL_MARGIN: f64 = 34.0;
/// Narrower than this, there is no room for a sparkline.
const NARROW: f64 = 200.0;
/// Lower than this, there is no room for a line of supporting figures.
const LOW: f64 = 92.0;
