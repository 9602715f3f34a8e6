//! A wall screen by itself: it goes through its playlist and to the machine in trouble, stays awake, hides the cursor,
//! shifts by pixels so that nothing burns in.

mod rotation;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::time::{Millis, Timestamp};
use crate::ui::parts::erased::effect;
use crate::ui::parts::toast::use_toasts;
use crate::ui::router::{go, use_here};
use crate::ui::state::{Live, use_documents, use_live};
use crate::vocab::{AlertState, Priority};
use crate::web::awake::{Lock, NotKept, keep_awake};
use crate::web::clock;

pub use rotation::Rotation;

/// Sets all of it going; ends with the page's frame.
pub fn run_kiosk() {
    turn_pages();
    stay_awake();
    hide_cursor_and_shift();
}

/// Goes from place to place, as the playlist and the alerts want it.
fn turn_pages() {
    let (live, documents, here) = (use_live(), use_documents(), use_here().0);
    let rotation = StoredValue::new(Rotation::default());
    on_touch(move || rotation.update_value(|rotation| rotation.touch(clock::now())));
    effect(move || {
        let now = live.second.get();
        if !documents.is_settled.get() {
            return;
        }
        let critical = critical_machine(live);
        let next = documents.file.with_untracked(|file| {
            let here = here.get_untracked();
            rotation.try_update_value(|rotation| rotation.step(now, &file.kiosk, &here, critical.as_deref()))
        });
        if let Some(place) = next.flatten() {
            go(&place);
        }
    });
}

/// The machine, or else the subject, of the first critical alert that nobody acknowledged.
fn critical_machine(live: Live) -> Option<String> {
    let all = live.alerts.all();
    let alert = all.iter().find(|alert| {
        alert.priority == Priority::Critical && alert.state == AlertState::Unacknowledged && !alert.is_unknown
    })?;
    let machine = alert.machine.and_then(|id| live.place(id)).map(|place| place.path);
    Some(machine.unwrap_or_else(|| alert.path.clone()).to_string())
}

#[expect(clippy::disallowed_methods, reason = "the browser answers once; nothing waits for it")]
/// Holds a lock as long as the page is seen; where there is none, says why, once.
fn stay_awake() {
    let toasts = use_toasts();
    let lock = StoredValue::new_local(None::<Lock>);
    let is_said = StoredValue::new(false);
    let take = move || {
        let is_held = lock.with_value(|lock| lock.as_ref().is_some_and(|lock| !lock.is_released()));
        if is_held || document().visibility_state() != web_sys::VisibilityState::Visible {
            return;
        }
        spawn_local(async move {
            match keep_awake().await {
                Ok(taken) => {
                    let _ = lock.try_update_value(|lock| *lock = Some(taken));
                }
                Err(why) => {
                    if is_said.try_get_value() == Some(false) {
                        is_said.set_value(true);
                        toasts.say(why_not(why));
                    }
                }
            }
        });
    };
    take();
    let listener = window_event_listener_untyped("visibilitychange", move |_| take());
    on_cleanup(move || listener.remove());
}

const fn why_not(why: NotKept) -> &'static str {
    match why {
        NotKept::Insecure => {
            "This screen may go dark: the page came over http, and browsers keep screens awake over https alone. Serve it over https, or switch the screen’s own power saving off."
        }
        NotKept::Unknown => "This screen may go dark: the browser cannot keep it awake. Switch its power saving off.",
        NotKept::Refused => {
            "This screen may go dark: the browser refused to keep it awake. Switch its power saving off."
        }
    }
}

/// The cursor goes a while after it last moved; the page moves by a pixel every other minute.
fn hide_cursor_and_shift() {
    let live = use_live();
    let moved = StoredValue::new(clock::now());
    on_touch(move || {
        moved.set_value(clock::now());
        set_still(false);
    });
    let mut shift = (0, 0);
    effect(move || {
        let now = live.second.get();
        if now - moved.get_value() > CURSOR {
            set_still(true);
        }
        let next = shift_at(now);
        if next != shift {
            shift = next;
            if let Some(app) = app() {
                let _ = app.style().set_property("--shift-x", &format!("{}px", shift.0));
                let _ = app.style().set_property("--shift-y", &format!("{}px", shift.1));
            }
        }
    });
}

/// A slow walk around a square of two pixels to each side.
const fn shift_at(now: Timestamp) -> (i32, i32) {
    const WALK: [(i32, i32); 8] = [(0, 0), (2, 0), (2, 2), (0, 2), (-2, 2), (-2, 0), (-2, -2), (0, -2)];
    WALK[now.0.div_euclid(SHIFT.0).rem_euclid(WALK.len() as i64) as usize]
}

fn set_still(is_still: bool) {
    if let Some(app) = app() {
        let _ = if is_still { app.set_attribute("data-still", "") } else { app.remove_attribute("data-still") };
    }
}

fn app() -> Option<HtmlElement> {
    document().query_selector(".app").ok().flatten()?.dyn_into().ok()
}

/// Does something when a hand is at the screen: a pointer moves or presses, a key is pressed.
fn on_touch(act: impl Fn() + Copy + 'static) {
    for name in ["pointerdown", "pointermove", "keydown"] {
        let listener = window_event_listener_untyped(name, move |_| act());
        on_cleanup(move || listener.remove());
    }
}

const CURSOR: Millis = Millis(3_000);
const SHIFT: Millis = Millis(120_000);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_walk_comes_back_and_never_jumps_far() {
        let steps: Vec<(i32, i32)> = (0..17).map(|step| shift_at(Timestamp(step * SHIFT.0))).collect();
        assert_eq!(steps[0], steps[8]);
        assert_eq!(steps[8], steps[16]);
        assert!(steps.windows(2).all(|pair| {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            (dx.abs(), dy.abs()) == (2, 0) || (dx.abs(), dy.abs()) == (0, 2)
        }));
    }
}
