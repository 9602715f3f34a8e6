//! A large trend on the page.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;

use super::backend::SurfaceBackend;
use super::handle::TrendHandle;
use super::locale::DeviceLocale;
use super::painter::{self, Picture, Version};
use super::sparkline::{version, window_of};
use crate::chart::{Density, Limit, LimitRank, Locale, Palette, Plot, Trend, View, draw_trend};
use crate::time::{Millis, Timestamp};
use crate::ui::parts::erased::{attr, effect};

/// A limit drawn into a trend.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendLimit {
    /// Where.
    pub value: f64,
    /// Its word, at the right edge.
    pub word: String,
    /// Its colour.
    pub rank: LimitRank,
}

/// One tag over time, with axes. Its size is the style sheet's (`.trend`), it is painted when it is in view and
/// changed. `label` says in words what it shows.
#[component]
pub fn TrendCanvas(
    /// The past.
    trend: TrendHandle,
    /// How much of it.
    #[prop(into)]
    span: Signal<Millis>,
    /// The right edge; `None` is now.
    #[prop(optional, into)]
    to: Signal<Option<Timestamp>>,
    /// The instant under the pointer.
    #[prop(optional, into)]
    cross: Signal<Option<Timestamp>>,
    /// Told between which pixels it was drawn.
    #[prop(optional)]
    plot: Option<StoredValue<Plot>>,
    /// For those who hear the page: name, last value, range, gaps.
    #[prop(into)]
    label: Signal<String>,
    /// The unit, at the axis' top.
    #[prop(optional, into)]
    unit: Signal<String>,
    /// Limits; one far from the data is left out.
    #[prop(optional, into)]
    limits: Signal<Vec<TrendLimit>>,
    /// The newest value as the page writes it, at the line's end.
    #[prop(optional, into)]
    value: Signal<Option<String>>,
    /// Nobody vouches for the newest value.
    #[prop(optional, into)]
    stale: Signal<bool>,
    /// The values to have in view at least; by default what the data needs.
    #[prop(optional, into)]
    domain: Signal<Option<(f64, f64)>>,
    /// Silence up to this long is no gap.
    #[prop(default = Millis(60_000))]
    silence: Millis,
    /// How the reader wants numbers and times; by default plain, in the device's zone.
    #[prop(optional)]
    locale: Option<Rc<dyn Locale>>,
) -> impl IntoView {
    let node = NodeRef::<Canvas>::new();
    let state = Rc::new(RefCell::new(State::default()));
    let id = painter::reserve();
    effect({
        let state = Rc::clone(&state);
        move || {
            let revision = state.borrow().revision + 1;
            let next = State {
                span: span.get(),
                to: to.get(),
                cross: cross.get(),
                unit: unit.get(),
                limits: limits.get(),
                value: value.get(),
                is_stale: stale.get(),
                domain: domain.get(),
                revision,
            };
            *state.borrow_mut() = next;
            painter::wake();
        }
    });
    let locale = locale.unwrap_or_else(|| Rc::new(DeviceLocale));
    let picture = TrendPicture { trend, silence, locale, state, plot };
    node.on_load(move |canvas| painter::add_canvas(id, canvas, Box::new(picture)));
    on_cleanup(move || painter::remove(id));
    view! { <canvas node_ref=node class="trend" role="img" aria-label=attr(move || label.get())></canvas> }
}

#[derive(Default)]
struct State {
    span: Millis,
    to: Option<Timestamp>,
    cross: Option<Timestamp>,
    unit: String,
    limits: Vec<TrendLimit>,
    value: Option<String>,
    is_stale: bool,
    domain: Option<(f64, f64)>,
    revision: u64,
}

struct TrendPicture {
    trend: TrendHandle,
    silence: Millis,
    locale: Rc<dyn Locale>,
    state: Rc<RefCell<State>>,
    plot: Option<StoredValue<Plot>>,
}

impl Picture for TrendPicture {
    fn version(&self, now: Timestamp) -> Version {
        let state = self.state.borrow();
        version(self.trend, state.span, state.to.unwrap_or(now), state.revision)
    }

    fn draw(&self, area: &DrawingArea<SurfaceBackend, Shift>, density: Density, palette: &Palette, now: Timestamp) {
        let state = self.state.borrow();
        let limits: Vec<_> = state
            .limits
            .iter()
            .map(|limit| Limit { value: limit.value, word: &limit.word, rank: limit.rank })
            .collect();
        self.trend.with(|buffer| {
            let trend = Trend {
                columns: buffer.columns(),
                window: match state.to {
                    Some(_) => View { span: state.span, to: state.to }.window(now),
                    None => window_of(buffer, state.span, now),
                },
                silence: self.silence,
                domain: state.domain,
                unit: &state.unit,
                limits: &limits,
                value: state.value.as_deref(),
                is_stale: state.is_stale && state.to.is_none(),
                cross: state.cross,
                locale: &*self.locale,
            };
            // Our backend cannot fail.
            if let Ok(plot) = draw_trend(area, density, palette, &trend) {
                // Its owner may be gone already.
                let _told = self.plot.map(|told| told.try_update_value(|told| *told = plot));
            }
        });
    }
}
