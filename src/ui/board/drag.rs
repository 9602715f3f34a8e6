//! Dragging tiles with mouse, pen or finger: they follow the pointer, the others make room, and nothing is changed before
//! the pointer is let go. Escape, or another gesture of the browser's, puts everything back.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

use super::Desk;
use super::grid::GAP;
use crate::document::{Slot, board_edit, board_layout};

/// The gestures on a grid. Copies share.
#[derive(Clone, Copy)]
pub struct Drags {
    desk: Desk,
    grid: NodeRef<html::Div>,
    now: StoredValue<Option<Drag>, LocalStorage>,
}

struct Drag {
    pointer: i32,
    is_resize: bool,
    /// Whether the pointer went far enough to mean it.
    is_meant: bool,
    /// Which tile was taken hold of, and whether others stay chosen beside it.
    id: u32,
    is_adding: bool,
    start: (f64, f64),
    scrolled: f64,
    /// Columns and rows in pixels, with their gaps.
    cell: (f64, f64),
    from: Vec<Slot>,
    ids: Vec<u32>,
    elements: Vec<HtmlElement>,
    asked: Vec<Slot>,
}

impl Drags {
    /// None under way.
    pub fn new(desk: Desk, grid: NodeRef<html::Div>) -> Self {
        Self { desk, grid, now: StoredValue::new_local(None) }
    }

    /// A pointer goes down: on a tile it takes hold of it, beside all it lets go of them.
    pub fn down(self, event: &PointerEvent) {
        if event.button() != 0 || self.now.with_value(Option::is_some) {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let Some((id, slot)) = slot_of(&target) else {
            self.desk.chosen.set(Vec::new());
            self.desk.is_open.set(false);
            return;
        };
        let grip = target.get_attribute("data-grip");
        let is_adding = event.shift_key() || event.ctrl_key() || event.meta_key();
        let was_chosen = self.desk.chosen.with_untracked(|chosen| chosen.contains(&id));
        // A finger on a tile that is not chosen scrolls the page; on its grip it drags.
        if event.pointer_type() == "touch" && grip.is_none() && !was_chosen {
            return;
        }
        let Some(grid) = self.grid.get_untracked() else { return };
        let screen = self.desk.screen.get_untracked();
        let from = self.desk.slots_untracked();
        let ids = if was_chosen { self.desk.chosen.get_untracked() } else { vec![id] };
        let rect = from.iter().find(|slot| slot.id == id).map(|slot| slot.rect).unwrap_or_default();
        let bounds = grid.get_bounding_client_rect();
        let width = (bounds.width() + GAP) / f64::from(screen.columns());
        let height = (slot.get_bounding_client_rect().height() + GAP) / f64::from(rect.h.max(1));
        let drag = Drag {
            pointer: event.pointer_id(),
            is_resize: grip.as_deref() == Some("size"),
            is_meant: false,
            id,
            is_adding,
            start: (f64::from(event.client_x()), f64::from(event.client_y())),
            scrolled: scroll_of(&grid),
            cell: (width.max(1.0), height.max(1.0)),
            from,
            elements: elements_of(&grid, &ids),
            ids,
            asked: Vec::new(),
        };
        self.now.set_value(Some(drag));
    }

    /// The pointer moves.
    pub fn moved(self, event: &PointerEvent) {
        let Some(grid) = self.grid.get_untracked() else { return };
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let desk = self.desk;
        let preview = self.now.try_update_value(|now| {
            let drag = now.as_mut().filter(|drag| drag.pointer == event.pointer_id())?;
            let (dx, dy) = (x - drag.start.0, y - drag.start.1 + scroll_of(&grid) - drag.scrolled);
            if !drag.is_meant {
                let needed = if event.pointer_type() == "touch" { 8.0 } else { 4.0 };
                if dx.hypot(dy) < needed {
                    return None;
                }
                drag.is_meant = true;
                let _ = grid.set_pointer_capture(event.pointer_id());
                if desk.chosen.get_untracked() != drag.ids {
                    desk.chosen.set(drag.ids.clone());
                }
                let _ = grid.set_attribute("data-dragging", if drag.is_resize { "size" } else { "move" });
            }
            drag.ask(desk, dx, dy)
        });
        scroll_near_edge(&grid, y, self.now.with_value(|now| now.as_ref().is_some_and(|drag| drag.is_meant)));
        if let Some(Some(slots)) = preview {
            desk.preview.set(Some(slots));
        }
    }

    /// The pointer is let go: what was shown is so from now on; where it hardly moved, the tile is chosen.
    pub fn up(self, event: &PointerEvent) {
        let Some(drag) = self.end() else {
            return self.tapped(event);
        };
        if drag.is_meant {
            let screen = self.desk.screen.get_untracked();
            let asked = drag.asked;
            self.desk.change(|board| board_edit::moved(board, screen, &asked));
            self.desk.said.set(if drag.is_resize { "Resized" } else { "Moved" }.into());
        } else {
            choose(self.desk, drag.id, drag.is_adding);
        }
    }

    /// A finger tapped a tile that is not chosen.
    fn tapped(self, event: &PointerEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some((id, _)) = target.as_ref().and_then(slot_of)
            && event.pointer_type() == "touch"
            && self.desk.is_edited.get_untracked()
        {
            choose(self.desk, id, false);
        }
    }

    /// Puts everything back.
    pub fn cancel(self) {
        let _back = self.end();
    }

    /// Whether something is dragged.
    pub fn is_dragging(self) -> bool {
        self.now.with_value(|now| now.as_ref().is_some_and(|drag| drag.is_meant))
    }

    fn end(self) -> Option<Drag> {
        let drag = self.now.try_update_value(Option::take).flatten()?;
        for element in &drag.elements {
            let _ = element.style().remove_property("--dx");
            let _ = element.style().remove_property("--dy");
        }
        if let Some(grid) = self.grid.get_untracked() {
            let _ = grid.remove_attribute("data-dragging");
            let _ = grid.release_pointer_capture(drag.pointer);
        }
        self.desk.preview.set(None);
        Some(drag)
    }
}

impl Drag {
    /// Where all tiles would stand now; `None` while that is as before.
    fn ask(&mut self, desk: Desk, dx: f64, dy: f64) -> Option<Vec<Slot>> {
        let columns = desk.screen.get_untracked().columns();
        let by = ((dx / self.cell.0).round() as i32, (dy / self.cell.1).round() as i32);
        let asked = if self.is_resize {
            let least = |id: u32| {
                desk.board.with_untracked(|board| {
                    board.as_ref().and_then(|board| board.tile(id)).map_or((1, 1), |tile| tile.kind.facts().least)
                })
            };
            board_edit::resized(&self.from, &self.ids, columns, by, least)
        } else {
            for element in &self.elements {
                let _ = element.style().set_property("--dx", &format!("{dx:.1}px"));
                let _ = element.style().set_property("--dy", &format!("{dy:.1}px"));
            }
            board_edit::shifted(&self.from, &self.ids, columns, by)
        };
        if asked == self.asked {
            return None;
        }
        let slots = board_layout::placed(&self.from, columns, &asked);
        self.asked = asked;
        Some(slots)
    }
}

/// Chooses a tile: alone, or beside what is chosen; again, it is let go.
pub fn choose(desk: Desk, id: u32, is_adding: bool) {
    desk.chosen.update(|chosen| {
        let was_chosen = chosen.contains(&id);
        if !is_adding {
            *chosen = vec![id];
        } else if was_chosen {
            chosen.retain(|known| *known != id);
        } else {
            chosen.push(id);
        }
    });
}

/// The tile that an element of the grid belongs to.
pub fn slot_of(target: &Element) -> Option<(u32, Element)> {
    let slot = target.closest("[data-tile]").ok().flatten()?;
    let id = slot.get_attribute("data-tile")?.parse().ok()?;
    Some((id, slot))
}

fn elements_of(grid: &HtmlElement, ids: &[u32]) -> Vec<HtmlElement> {
    let found = ids.iter().filter_map(|id| grid.query_selector(&format!("[data-tile=\"{id}\"]")).ok().flatten());
    found.filter_map(|element| element.dyn_into().ok()).collect()
}

fn scroller_of(grid: &HtmlElement) -> Option<Element> {
    grid.closest(".main").ok().flatten()
}

fn scroll_of(grid: &HtmlElement) -> f64 {
    scroller_of(grid).map_or(0.0, |main| f64::from(main.scroll_top()))
}

/// Scrolls the page while something is dragged near its upper or lower edge.
fn scroll_near_edge(grid: &HtmlElement, y: f64, is_dragging: bool) {
    let Some(main) = scroller_of(grid).filter(|_| is_dragging) else { return };
    let bounds = main.get_bounding_client_rect();
    if y < bounds.top() + EDGE {
        main.set_scroll_top(main.scroll_top() - STEP);
    } else if y > bounds.bottom() - EDGE {
        main.set_scroll_top(main.scroll_top() + STEP);
    }
}

/// Pixels from the edge, and pixels for each move of the pointer there.
const EDGE: f64 = 56.0;
const STEP: i32 = 14;
