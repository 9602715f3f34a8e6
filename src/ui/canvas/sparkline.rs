//! A sparkline on the page.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::svg::Svg;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;

use super::backend::SurfaceBackend;
use super::handle::TrendHandle;
use super::painter::{self, Picture, Version};
use crate::chart::{Density, Palette, Sparkline, TrendBuffer, Window, draw_sparkline};
use crate::time::{Millis, Timestamp};
use crate::ui::parts::erased::{attr, effect};

/// A trend the size of a word. Its size is the style sheet's (`.sparkline`), it is painted when it is in view and
/// changed. `label` says in words what it shows.
#[component]
pub fn SparklineView(
    /// The past.
    trend: TrendHandle,
    /// How much of it.
    span: Millis,
    /// For those who hear the page: name, last value, range.
    #[prop(into)]
    label: Signal<String>,
    /// A limit line; left out when far from the data.
    #[prop(optional, into)]
    limit: Signal<Option<f64>>,
    /// Nobody vouches for the newest value.
    #[prop(optional, into)]
    stale: Signal<bool>,
    /// Silence up to this long is no gap.
    #[prop(default = Millis(60_000))]
    silence: Millis,
) -> impl IntoView {
    let node = NodeRef::<Svg>::new();
    let state = Rc::new(Cell::new(State::default()));
    let id = painter::reserve();
    effect({
        let state = Rc::clone(&state);
        move || {
            let revision = state.get().revision + 1;
            state.set(State { limit: limit.get(), is_stale: stale.get(), revision });
            painter::wake();
        }
    });
    let picture = SparklinePicture { trend, span, silence, state };
    node.on_load(move |svg| painter::add_svg(id, svg.into(), Box::new(picture)));
    on_cleanup(move || painter::remove(id));
    view! { <svg node_ref=node class="sparkline" role="img" aria-label=attr(move || label.get())></svg> }
}

#[derive(Clone, Copy, Default)]
struct State {
    limit: Option<f64>,
    is_stale: bool,
    revision: u64,
}

struct SparklinePicture {
    trend: TrendHandle,
    span: Millis,
    silence: Millis,
    state: Rc<Cell<State>>,
}

impl Picture for SparklinePicture {
    fn version(&self, now: Timestamp) -> Version {
        version(self.trend, self.span, now, self.state.get().revision)
    }

    fn draw(&self, area: &DrawingArea<SurfaceBackend, Shift>, density: Density, palette: &Palette, now: Timestamp) {
        let State { limit, is_stale, .. } = self.state.get();
        self.trend.with(|buffer| {
            let sparkline = Sparkline {
                columns: buffer.columns(),
                window: window_of(buffer, self.span, now),
                silence: self.silence,
                domain: None,
                limit,
                is_stale,
            };
            // Our backend cannot fail.
            let _ = draw_sparkline(area, density, palette, &sparkline);
        });
    }
}

/// The last `span` up to now, or up to the newest column as long as nobody said what time it is.
pub(super) fn window_of(buffer: &TrendBuffer, span: Millis, now: Timestamp) -> Window {
    let now = if now == Timestamp::default() { buffer.newest().map_or(now, |(end, _)| end) } else { now };
    Window::ending(now, span, buffer.step())
}

/// Changes when columns or settings change, and when time has moved by a bucket.
pub(super) fn version(trend: TrendHandle, span: Millis, now: Timestamp, settings: u64) -> Version {
    let (columns, to) = trend.with(|buffer| (buffer.revision(), window_of(buffer, span, now).to.0)).unwrap_or_default();
    (columns, to, settings)
}
