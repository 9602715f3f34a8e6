//! The one animation frame: paints each canvas that is in view and whose picture changed.
//!
//! Refuses: knowing what a picture shows, and a frame when nothing changed.

use std::cell::RefCell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement};

use super::backend::{Surface, SurfaceBackend, UNITS};
use super::palette::read_palette;
use super::paths::Paths;
use super::text::TextCache;
use super::watch::Watchers;
use crate::chart::{Density, Palette};
use crate::time::Timestamp;

/// What a picture was made from: revision of its columns, right edge in time, revision of its settings.
pub(super) type Version = (u64, i64, u64);

/// What a canvas shows.
pub(super) trait Picture {
    /// Changes when the picture does; `now` moves its right edge.
    fn version(&self, now: Timestamp) -> Version;

    /// Paints onto a cleared canvas.
    fn draw(&self, area: &DrawingArea<SurfaceBackend, Shift>, density: Density, palette: &Palette, now: Timestamp);
}

/// A canvas or SVG element on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CanvasId(u32);

struct Entry {
    id: CanvasId,
    element: Element,
    surface: Surface,
    picture: Box<dyn Picture>,
    /// CSS pixels; zero until the page has been laid out.
    size: (f64, f64),
    is_in_view: bool,
    /// What was painted last: version and dots per pixel (by bits).
    painted: Option<(Version, u64)>,
}

#[derive(Default)]
struct Painter {
    entries: Vec<Entry>,
    next_id: u32,
    now: Timestamp,
    palette: Option<Palette>,
    cache: Rc<RefCell<TextCache>>,
    watchers: Option<Watchers>,
    frame: Option<Closure<dyn FnMut()>>,
    is_frame_asked: bool,
}

thread_local! {
    /// One per page: a page has one animation frame. Never borrowed while a picture's owner runs.
    static PAINTER: RefCell<Painter> = RefCell::default();
}

/// Tells what time it is by the worker's clock (`wire::Frame::now`): trends move on also when no value came.
pub fn advance(now: Timestamp) {
    with(|painter| {
        painter.now = now;
        painter.ask();
    });
}

/// Reads the colours anew. Changes of the system's preference and of attributes of `<html>` are seen without it.
pub fn theme_changed() {
    with(|painter| {
        painter.palette = None;
        painter.entries.iter_mut().for_each(|entry| entry.painted = None);
        painter.ask();
    });
}

/// A picture may have changed: looks at the next frame.
pub(super) fn wake() {
    with(Painter::ask);
}

/// A number for a canvas to come.
pub(super) fn reserve() -> CanvasId {
    let mut id = CanvasId(0);
    with(|painter| {
        painter.next_id += 1;
        id = CanvasId(painter.next_id);
    });
    id
}

/// Begins to paint a canvas. Without a 2D context (the browser is out of them) it stays blank; its label still speaks.
pub(super) fn add_canvas(id: CanvasId, canvas: HtmlCanvasElement, picture: Box<dyn Picture>) {
    let context = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into().ok());
    let Some(context) = context else { return };
    add(id, canvas.into(), Surface::Canvas(context), picture);
}

/// Begins to paint an SVG element.
pub(super) fn add_svg(id: CanvasId, svg: Element, picture: Box<dyn Picture>) {
    let surface = Surface::Svg(Paths::new(svg.clone()));
    add(id, svg, surface, picture);
}

fn add(id: CanvasId, element: Element, surface: Surface, picture: Box<dyn Picture>) {
    with(|painter| {
        if painter.watchers.is_none() {
            painter.watchers = Watchers::new();
        }
        if let Some(watchers) = &painter.watchers {
            watchers.observe(&element);
        }
        painter.entries.push(Entry {
            id,
            element,
            surface,
            picture,
            size: (0.0, 0.0),
            is_in_view: false,
            painted: None,
        });
    });
}

/// Ends it.
pub(super) fn remove(id: CanvasId) {
    with(|painter| {
        if let Some(index) = painter.entries.iter().position(|entry| entry.id == id) {
            let entry = painter.entries.swap_remove(index);
            if let Some(watchers) = &painter.watchers {
                watchers.unobserve(&entry.element);
            }
            if let Surface::Svg(paths) = &entry.surface {
                paths.clear();
            }
        }
    });
}

/// A canvas has come into view or left it.
pub(super) fn shown(target: &JsValue, is_in_view: bool) {
    with(|painter| {
        if let Some(entry) = painter.entry(target) {
            entry.is_in_view = is_in_view;
        }
        painter.ask();
    });
}

/// A canvas has got another size, in CSS pixels.
pub(super) fn resized(target: &JsValue, size: (f64, f64)) {
    with(|painter| {
        if let Some(entry) = painter.entry(target).filter(|entry| entry.size != size) {
            entry.size = size;
            entry.painted = None;
        }
        painter.ask();
    });
}

fn with(act: impl FnOnce(&mut Painter)) {
    // A call from within a picture finds it borrowed and is lost: pictures only read.
    PAINTER.with(|painter| {
        if let Ok(mut painter) = painter.try_borrow_mut() {
            act(&mut painter);
        }
    });
}

impl Painter {
    fn entry(&mut self, target: &JsValue) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| AsRef::<JsValue>::as_ref(&entry.element) == target)
    }

    fn ask(&mut self) {
        if self.is_frame_asked || self.entries.is_empty() {
            return;
        }
        let frame = self.frame.get_or_insert_with(|| Closure::new(|| with(Self::paint)));
        let asked = web_sys::window().map(|window| window.request_animation_frame(frame.as_ref().unchecked_ref()));
        self.is_frame_asked = matches!(asked, Some(Ok(_)));
    }

    fn paint(&mut self) {
        self.is_frame_asked = false;
        let Some(window) = web_sys::window() else { return };
        let dots_per_pixel = window.device_pixel_ratio().clamp(0.5, 8.0);
        let mut painted_now = 0;
        let mut is_more = false;
        for entry in &mut self.entries {
            if !entry.is_in_view || entry.size.0 < 1.0 || entry.size.1 < 1.0 {
                continue;
            }
            let painted = Some((entry.picture.version(self.now), dots_per_pixel.to_bits()));
            if entry.painted == painted {
                continue;
            }
            // A wall of tiles whose pictures all changed is painted over several frames.
            if painted_now == MOST_A_FRAME {
                is_more = true;
                break;
            }
            painted_now += 1;
            entry.painted = painted;
            if self.palette.is_none() {
                self.palette = window.document().and_then(|document| document.body()).map(|body| {
                    let palette = read_palette(&window, &body);
                    self.cache.borrow_mut().reset(&palette.font);
                    palette
                });
            }
            let Some(palette) = &self.palette else { return };
            entry.paint(&self.cache, palette, dots_per_pixel, self.now);
        }
        if is_more {
            self.ask();
        }
    }
}

impl Entry {
    fn paint(&self, cache: &Rc<RefCell<TextCache>>, palette: &Palette, dots_per_pixel: f64, now: Timestamp) {
        /// Beyond this many dots a side, browsers refuse a canvas.
        const MOST: f64 = 16_384.0;
        let dots = |pixels: f64| (pixels * dots_per_pixel).round().clamp(1.0, MOST) as u32;
        let (width, height) = (dots(self.size.0), dots(self.size.1));
        if let (Surface::Canvas(context), Some(canvas)) = (&self.surface, self.element.dyn_ref::<HtmlCanvasElement>()) {
            if (canvas.width(), canvas.height()) == (width, height) {
                context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
            } else {
                canvas.set_width(width);
                canvas.set_height(height);
            }
        }
        let area = SurfaceBackend::new(self.surface.clone(), (width, height), Rc::clone(cache)).into_drawing_area();
        let density = Density { units_per_pixel: dots_per_pixel * f64::from(UNITS), units_per_dot: UNITS };
        self.picture.draw(&area, density, palette, now);
        // Our backend cannot fail; presenting strokes what is still open.
        let _ = area.present();
    }
}

/// Pictures painted in one frame at most.
const MOST_A_FRAME: usize = 12;
