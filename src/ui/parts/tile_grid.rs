//! A grid of tiles of one size, and the one thing that tells their type how large they are: `--tile-width` and
//! `--tile-height` on the grid, `data-narrow` and `data-low` where something has to go. Container queries would do it
//! without code, but cost as much as everything else on a wall of live tiles, since each tile's text is then styled
//! within its layout.

use super::erased::effect;
use leptos::{html, prelude::*};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver, ResizeObserverEntry};

/// A grid of tiles.
pub fn tile_grid(class: &'static str, tiles: AnyView) -> AnyView {
    let grid = NodeRef::<html::Div>::new();
    let scale = StoredValue::new_local(None::<Scale>);
    effect(move || {
        if let Some(grid) = grid.get() {
            scale.set_value(Scale::watch(&grid));
        }
    });
    on_cleanup(move || {
        scale.try_update_value(Option::take);
    });
    view! {
        <div class=class node_ref=grid>
            {tiles}
        </div>
    }
    .into_any()
}

/// Watches a grid and its first tile; all others are as large.
struct Scale {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut(js_sys::Array, ResizeObserver)>,
}

impl Scale {
    /// `None` where the browser lacks the observer: tiles then have the size of their type on a tablet.
    fn watch(grid: &HtmlElement) -> Option<Self> {
        let own = grid.clone();
        let callback = Closure::<dyn FnMut(js_sys::Array, ResizeObserver)>::new(
            move |entries: js_sys::Array, observer: ResizeObserver| {
                for entry in entries.iter().filter_map(|entry| entry.dyn_into::<ResizeObserverEntry>().ok()) {
                    let target = entry.target();
                    let (width, height) = (entry.content_rect().width(), entry.content_rect().height());
                    let is_tile = target != *AsRef::<Element>::as_ref(&own);
                    if is_tile && width >= 1.0 && height >= 1.0 {
                        tell(&own, width, height);
                    } else if let Ok(Some(first)) = own.query_selector(".tile") {
                        // Another tile may be the first one now; one that is observed already stays so.
                        observer.observe(&first);
                    }
                }
            },
        );
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(grid);
        if let Ok(Some(first)) = grid.query_selector(".tile") {
            observer.observe(&first);
        }
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for Scale {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn tell(grid: &HtmlElement, width: f64, height: f64) {
    let style = grid.style();
    let _ = style.set_property("--tile-width", &format!("{width}px"));
    let _ = style.set_property("--tile-height", &format!("{height}px"));
    let _ = grid.toggle_attribute_with_force("data-narrow", width < NARROW);
    let _ = grid.toggle_attribute_with_force("data-low", height < LOW);
}

/// Narrower than this, there is no room for a sparkline; in CSS pixels, without the padding.
const NARROW: f64 = 200.0;
/// Lower than this, there is no room for a line of supporting figures.
const LOW: f64 = 92.0;
