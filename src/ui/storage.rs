//! What this device keeps: localStorage and, on request, sessionStorage. Storage may be missing, full or forbidden;
//! then nothing is kept and the page goes on. Everything of ours begins with `PREFIX`.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Storage;

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Until it is forgotten.
    Device,
    /// Until the tab is closed.
    Tab,
}

/// Asks the browser not to let go of what is kept here when its disk fills up. Over http from another machine there is
/// nobody to ask: diagnostics say so.
#[expect(clippy::disallowed_methods, reason = "one question of the page's; it ends by itself")]
pub fn ask_to_persist() {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into());
    let Ok(storage) = get(&leptos::prelude::window().navigator(), "storage") else { return };
    let Ok(persist) = get(&storage, "persist").and_then(JsCast::dyn_into::<Function>) else { return };
    if let Ok(answer) = persist.call0(&storage).and_then(JsCast::dyn_into::<Promise>) {
        spawn_local(async move {
            // The answer changes nothing here: a refusal is no fault.
            let _granted = JsFuture::from(answer).await;
        });
    }
}

/// Reads a text.
pub fn load(keep: Keep, key: &str) -> Option<String> {
    area(keep)?.get_item(&full(key)).ok().flatten()
}

/// Writes a text; false when the device would not keep it.
pub fn save(keep: Keep, key: &str, text: &str) -> bool {
    area(keep).is_some_and(|area| area.set_item(&full(key), text).is_ok())
}

/// Forgets a text.
pub fn forget(keep: Keep, key: &str) {
    if let Some(area) = area(keep) {
        let _ = area.remove_item(&full(key));
    }
}

/// Forgets all texts of ours that are of one broker (`kind.url|user`); all of them without a URL.
pub fn forget_all(url: &str) {
    let part = if url.is_empty() { String::new() } else { format!(".{url}|") };
    for area in [area(Keep::Device), area(Keep::Tab)].into_iter().flatten() {
        let count = area.length().unwrap_or(0);
        let keys: Vec<String> = (0..count).filter_map(|index| area.key(index).ok().flatten()).collect();
        for key in keys.iter().filter(|key| key.starts_with(PREFIX) && key.contains(&part)) {
            let _ = area.remove_item(key);
        }
    }
}

fn area(keep: Keep) -> Option<Storage> {
    let window = web_sys::window()?;
    match keep {
        Keep::Device => window.local_storage(),
        Keep::Tab => window.session_storage(),
    }
    .ok()
    .flatten()
}

fn full(key: &str) -> String {
    format!("{PREFIX}{key}")
}

const PREFIX: &str = "andon.";
