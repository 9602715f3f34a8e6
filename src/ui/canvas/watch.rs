//! What the browser tells of canvases: their size, whether they are in view, and that the theme or the display changed.

use wasm_bindgen::prelude::*;
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, MediaQueryList, MutationObserver, MutationObserverInit,
    ResizeObserver, ResizeObserverEntry,
};

use super::painter;

type OnEntries = Closure<dyn FnMut(js_sys::Array)>;
type OnEvent = Closure<dyn FnMut()>;

/// Observers for the life of the page, shared by all canvases.
#[derive(Debug)]
pub(super) struct Watchers {
    view: IntersectionObserver,
    size: ResizeObserver,
    /// Kept alive with their callbacks.
    _theme: Option<(MutationObserver, MediaQueryList)>,
    _callbacks: (OnEntries, OnEntries, OnEvent, OnEvent),
}

impl Watchers {
    /// `None` where the browser lacks the observers.
    pub(super) fn new() -> Option<Self> {
        let on_view = Closure::<dyn FnMut(_)>::new(|entries: js_sys::Array| {
            for entry in entries.iter().filter_map(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok()) {
                painter::shown(&entry.target(), entry.is_intersecting());
            }
        });
        let on_size = Closure::<dyn FnMut(_)>::new(|entries: js_sys::Array| {
            for entry in entries.iter().filter_map(|entry| entry.dyn_into::<ResizeObserverEntry>().ok()) {
                let content = entry.content_rect();
                painter::resized(&entry.target(), (content.width(), content.height()));
            }
        });
        let on_theme = Closure::<dyn FnMut()>::new(painter::theme_changed);
        // Zoom and a move to another display change the dots per pixel without changing any size in CSS pixels.
        let on_display = Closure::<dyn FnMut()>::new(painter::wake);
        let view = IntersectionObserver::new(on_view.as_ref().unchecked_ref()).ok()?;
        let size = ResizeObserver::new(on_size.as_ref().unchecked_ref()).ok()?;
        let window = web_sys::window()?;
        let _ = window.add_event_listener_with_callback("resize", on_display.as_ref().unchecked_ref());
        let theme = watch_theme(&window, on_theme.as_ref().unchecked_ref());
        Some(Self { view, size, _theme: theme, _callbacks: (on_view, on_size, on_theme, on_display) })
    }

    pub(super) fn observe(&self, canvas: &Element) {
        self.view.observe(canvas);
        self.size.observe(canvas);
    }

    pub(super) fn unobserve(&self, canvas: &Element) {
        self.view.unobserve(canvas);
        self.size.unobserve(canvas);
    }
}

/// Calls back when an attribute of `<html>` or the system's preference changes.
fn watch_theme(window: &web_sys::Window, callback: &js_sys::Function) -> Option<(MutationObserver, MediaQueryList)> {
    let root = window.document()?.document_element()?;
    let observer = MutationObserver::new(callback).ok()?;
    let attributes = MutationObserverInit::new();
    attributes.set_attributes(true);
    observer.observe_with_options(&root, &attributes).ok()?;
    let preference = window.match_media("(prefers-color-scheme: dark)").ok()??;
    preference.add_event_listener_with_callback("change", callback).ok()?;
    Some((observer, preference))
}
