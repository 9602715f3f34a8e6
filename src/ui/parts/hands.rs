//! A trend under people's hands: wheel and pinch zoom at the pointer, dragging pans, dragging with Shift selects, a
//! double click goes back to now; keys do the same.
//!
//! Refuses: painting, and knowing what the trend shows.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::erased::{attr, block};
use crate::chart::{Plot, View};
use crate::time::{Millis, Timestamp};
use crate::ui::state::use_live;

/// What all trends of a page share: the stretch of time, and the instant under the pointer.
#[derive(Clone, Copy)]
pub struct Shared {
    /// What is seen.
    pub view: RwSignal<View>,
    /// The instant under the pointer.
    pub cross: RwSignal<Option<Timestamp>>,
}

/// The page's shared view; begun here where no one above did, with this span.
pub fn use_shared(span: Millis) -> Shared {
    // A block that is drawn again still finds the context of the time before, whose signals are gone.
    let known = use_context::<Shared>().filter(|known| !known.view.is_disposed() && !known.cross.is_disposed());
    known.unwrap_or_else(|| {
        let shared = Shared { view: RwSignal::new(View::live(span)), cross: RwSignal::new(None) };
        provide_context(shared);
        shared
    })
}

/// Fingers and pens that are down: pointer and x.
type Grips = StoredValue<Vec<(i32, f64)>>;

#[derive(Clone, Copy)]
struct Hands {
    shared: Shared,
    plot: StoredValue<Plot>,
    grips: Grips,
    /// What is being selected, in shares of the width.
    band: RwSignal<Option<(f64, f64)>>,
    /// Where a double click goes back to.
    home: Millis,
}

/// Wraps a trend's canvas. `plot` is where the painter says between which pixels it draws.
#[component]
pub fn TrendHands(
    /// The page's view.
    shared: Shared,
    /// Filled by the painter.
    plot: StoredValue<Plot>,
    /// The span that a double click goes back to.
    home: Millis,
    /// The canvas.
    children: Children,
) -> impl IntoView {
    let live = use_live();
    let hands = Hands { shared, plot, grips: StoredValue::new(Vec::new()), band: RwSignal::new(None), home };
    let now = move || live.second.get_untracked();
    let band = block(move || match hands.band.get() {
        None => ().into_any(),
        Some((a, b)) => {
            let plot = hands.plot.get_value();
            let x = |share: f64| plot.left + share * (plot.right - plot.left);
            let (left, width) = (x(a.min(b)), x(a.max(b)) - x(a.min(b)));
            view! {
                <div class="past__band" style:left=format!("{left:.1}px") style:width=format!("{width:.1}px")></div>
            }
            .into_any()
        }
    });
    view! {
        <div
            class="past__hands"
            tabindex="0"
            role="group"
            data-testid="trend"
            data-live=attr(move || hands.shared.view.get().to.is_none())
            aria-label="Trend: arrow keys move, plus and minus zoom, space pauses, Escape goes back to now"
            on:wheel=move |event: WheelEvent| hands.wheel(&event, now())
            on:pointerdown=move |event: PointerEvent| hands.down(&event)
            on:pointermove=move |event: PointerEvent| hands.moved(&event, now())
            on:pointerup=move |event: PointerEvent| hands.up(&event, now())
            on:pointercancel=move |event: PointerEvent| hands.up(&event, now())
            on:pointerleave=move |_: PointerEvent| hands.shared.cross.set(None)
            on:dblclick=move |_: MouseEvent| hands.shared.view.set(View::live(hands.home))
            on:keydown=move |event: KeyboardEvent| hands.key(&event, now())
        >
            {children()}
            {band}
        </div>
    }
}

impl Hands {
    /// Where an event is, as a share of the plot's width.
    fn share(self, event: &MouseEvent) -> f64 {
        let left = element(event).map_or(0.0, |element| element.get_bounding_client_rect().left());
        let plot = self.plot.get_value();
        (f64::from(event.client_x()) - left - plot.left) / (plot.right - plot.left).max(1.0)
    }

    fn at(self, share: f64, now: Timestamp) -> Timestamp {
        let window = self.shared.view.get_untracked().window(now);
        Timestamp(window.from.0.saturating_add((window.span().0 as f64 * share.clamp(0.0, 1.0)) as i64))
    }

    fn wheel(self, event: &WheelEvent, now: Timestamp) {
        event.prevent_default();
        // A wheel that tells lines instead of pixels has few of them.
        let unit = if event.delta_mode() == 0 { 1.0 } else { 30.0 };
        let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
        let share = self.share(event);
        self.shared.view.update(|view| {
            *view = if x.abs() > y.abs() {
                view.panned(x / 600.0, now)
            } else {
                view.zoomed((y * 0.002).exp().clamp(0.5, 2.0), share, now)
            };
        });
    }

    fn down(self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        if let Some(element) = element(event) {
            let _held = element.set_pointer_capture(event.pointer_id());
        }
        let share = self.share(event);
        self.grips.update_value(|grips| {
            grips.retain(|(id, _)| *id != event.pointer_id());
            if grips.len() < 2 {
                grips.push((event.pointer_id(), share));
            }
        });
        self.band.set(event.shift_key().then_some((share, share)));
    }

    fn moved(self, event: &PointerEvent, now: Timestamp) {
        let share = self.share(event);
        let is_within = (0.0..=1.0).contains(&share);
        self.shared.cross.set(is_within.then(|| self.at(share, now)));
        let before = self.grips.get_value();
        let Some(index) = before.iter().position(|(id, _)| *id == event.pointer_id()) else { return };
        if let Some((from, _)) = self.band.get_untracked() {
            return self.band.set(Some((from, share.clamp(0.0, 1.0))));
        }
        self.grips.update_value(|grips| {
            if let Some(grip) = grips.get_mut(index) {
                grip.1 = share;
            }
        });
        let moved = share - before[index].1;
        match before.iter().enumerate().find(|(other, _)| *other != index) {
            None if moved != 0.0 => self.shared.view.update(|view| *view = view.panned(-moved, now)),
            None => {}
            Some((_, (_, other))) => {
                // The distance of two fingers is the stretch of time between them.
                let (was, is) = ((before[index].1 - other).abs().max(0.02), (share - other).abs().max(0.02));
                self.shared.view.update(|view| *view = view.zoomed(was / is, *other, now));
            }
        }
    }

    fn up(self, event: &PointerEvent, now: Timestamp) {
        self.grips.update_value(|grips| grips.retain(|(id, _)| *id != event.pointer_id()));
        if let Some((from, to)) = self.band.get_untracked() {
            self.band.set(None);
            if (to - from).abs() > 0.01 {
                let view = View::between(self.at(from, now), self.at(to, now), now);
                self.shared.view.set(view);
            }
        }
    }

    fn key(self, event: &KeyboardEvent, now: Timestamp) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let view = self.shared.view.get_untracked();
        let next = match event.key().as_str() {
            "ArrowLeft" => view.panned(-0.25, now),
            "ArrowRight" => view.panned(0.25, now),
            "PageUp" => view.panned(-1.0, now),
            "PageDown" => view.panned(1.0, now),
            "+" | "=" => view.zoomed(0.5, 0.5, now),
            "-" => view.zoomed(2.0, 0.5, now),
            "End" => view.paused(false, now),
            " " => view.paused(view.to.is_none(), now),
            "Escape" => View::live(self.home),
            _ => return,
        };
        event.prevent_default();
        self.shared.view.set(next);
    }
}

fn element(event: &MouseEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}
