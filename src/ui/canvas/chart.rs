//! A chart from values at hand, on the page.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;

use super::backend::SurfaceBackend;
use super::locale::DeviceLocale;
use super::painter::{self, Picture, Version};
use crate::chart::{Chart, Density, Locale, Palette, draw_chart};
use crate::time::Timestamp;
use crate::ui::parts::erased::{attr, effect};

/// A chart as large as the style sheet says (`.chart`), painted when it is in view and changed. `label` says in words
/// what it shows: the picture is nothing to those who hear the page.
#[component]
pub fn ChartCanvas(
    /// The data; `None` paints nothing.
    #[prop(into)]
    chart: Signal<Option<Chart>>,
    /// For those who hear the page.
    #[prop(into)]
    label: Signal<String>,
    /// How the reader wants numbers and times; by default plain, in the device's zone.
    #[prop(optional)]
    locale: Option<Rc<dyn Locale>>,
) -> impl IntoView {
    let node = NodeRef::<Canvas>::new();
    let state = Rc::new(RefCell::new((0u64, None)));
    let id = painter::reserve();
    effect({
        let state = Rc::clone(&state);
        move || {
            let next = chart.get();
            let mut state = state.borrow_mut();
            *state = (state.0 + 1, next);
            painter::wake();
        }
    });
    let picture = ChartPicture { state, locale: locale.unwrap_or_else(|| Rc::new(DeviceLocale)) };
    node.on_load(move |canvas| painter::add_canvas(id, canvas, Box::new(picture)));
    on_cleanup(move || painter::remove(id));
    view! { <canvas node_ref=node class="chart" role="img" aria-label=attr(move || label.get())></canvas> }
}

struct ChartPicture {
    state: Rc<RefCell<(u64, Option<Chart>)>>,
    locale: Rc<dyn Locale>,
}

impl Picture for ChartPicture {
    fn version(&self, _now: Timestamp) -> Version {
        (self.state.borrow().0, 0, 0)
    }

    fn draw(&self, area: &DrawingArea<SurfaceBackend, Shift>, density: Density, palette: &Palette, _now: Timestamp) {
        if let Some(chart) = &self.state.borrow().1 {
            // Our backend cannot fail.
            let _ = draw_chart(area, density, palette, &*self.locale, chart);
        }
    }
}
