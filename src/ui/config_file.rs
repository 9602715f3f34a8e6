//! Fetches what lies beside the page: `config.json`, which is optional, so that a missing file is no problem and an
//! unreadable one is; and the page itself, to see whether it is still the same.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Request, RequestInit, Response};

/// Fetches, then calls `then` once: `Ok(None)` when there is no file, `Err` with what went wrong in words.
#[expect(clippy::disallowed_methods, reason = "one request; it ends by itself")]
pub(super) fn fetch_config(then: impl FnOnce(Result<Option<String>, String>) + 'static) {
    spawn_local(async move {
        let answer = fetch("config.json", false).await;
        then(answer);
    });
}

/// The text of a file of ours, as it is now; `None` when there is none.
///
/// # Errors
/// What went wrong, in words.
pub(super) async fn fetch_text(file: &str) -> Result<Option<String>, String> {
    fetch(file, true).await
}

async fn fetch(file: &str, is_page: bool) -> Result<Option<String>, String> {
    let words = |error: JsValue| match error.dyn_ref::<js_sys::Error>() {
        Some(error) => format!("{file} could not be fetched: {}", String::from(error.message())),
        None => format!("{file} could not be fetched"),
    };
    let window = web_sys::window().ok_or("no window")?;
    let base = window.document().and_then(|document| document.base_uri().ok().flatten()).unwrap_or_default();
    let url = web_sys::Url::new_with_base(file, &base).map_err(words)?;
    // A page opened from a disk has nothing beside it that it may read.
    if !url.protocol().starts_with("http") {
        return Ok(None);
    }
    let options = RequestInit::new();
    options.set_cache(web_sys::RequestCache::NoCache);
    let request = Request::new_with_str_and_init(&url.href(), &options).map_err(words)?;
    let response = JsFuture::from(window.fetch_with_request(&request)).await.map_err(words)?;
    let response: Response = response.dyn_into().map_err(words)?;
    if matches!(response.status(), 404 | 410) {
        return Ok(None);
    }
    if !response.ok() {
        return Err(format!("{file} could not be fetched: the server answered {}", response.status()));
    }
    // Servers made for single pages answer everything with the page itself.
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if kind.starts_with("text/html") && !is_page {
        return Ok(None);
    }
    let text = JsFuture::from(response.text().map_err(words)?).await.map_err(words)?;
    Ok(text.as_string())
}
