//! A new version beside the page: noticed by the page's own file, said to people, taken by a wall screen when nobody
//! misses it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::config_file::fetch_text;
use super::state::use_live;
use crate::time::Millis;
use crate::ui::parts::erased::effect;
use crate::web::clock;

#[expect(clippy::disallowed_methods, reason = "one request each time; it ends by itself")]
/// Whether another version than the one that runs lies beside the page; asked now and then.
pub(super) fn watch_for_renewal(is_kiosk: bool) -> RwSignal<bool> {
    let live = use_live();
    let is_new = RwSignal::new(false);
    let own = document()
        .query_selector("script[data-wasm]")
        .ok()
        .flatten()
        .and_then(|script| script.get_attribute("data-wasm"));
    if let Some(own) = own {
        let ask = move || {
            let own = own.clone();
            spawn_local(async move {
                // A page that cannot be had now is no version: reloading would lose the one that works.
                if let Ok(Some(page)) = fetch_text("index.html").await {
                    let _ = is_new.try_set(is_other(&page, &own));
                }
            });
        };
        set_interval(ask, EVERY);
    }
    if is_kiosk {
        let touched = StoredValue::new(clock::now());
        for name in ["pointerdown", "keydown"] {
            let listener = window_event_listener_untyped(name, move |_| touched.set_value(clock::now()));
            on_cleanup(move || listener.remove());
        }
        effect(move || {
            let is_quiet = live.second.get() - touched.get_value() > QUIET
                && !live.alerts.all().iter().any(|alert| alert.state.is_annunciated());
            if is_quiet && is_new.get() {
                let _ = location().reload();
            }
        });
    }
    is_new
}

/// Whether a page's text names another program than this. What names none is no page of ours.
fn is_other(page: &str, own: &str) -> bool {
    page.contains("data-wasm") && !page.contains(own)
}

const EVERY: Duration = Duration::from_secs(600);
const QUIET: Millis = Millis(120_000);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn another_program_is_another_version() {
        let page = r#"<script data-js="app-1.js" data-wasm="./app-1_bg.wasm">"#;
        assert!(!is_other(page, "./app-1_bg.wasm"));
        assert!(is_other(page, "./app-0_bg.wasm"));
        assert!(!is_other("<h1>Sign in to the guest network</h1>", "./app-0_bg.wasm"));
    }
}
