//! Files out of the page and into it: what a person saves, what a person picks.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, Event, HtmlAnchorElement, HtmlInputElement, Url};

use crate::wire::ListFormat;

/// Offers the list of tags as a file.
pub(super) fn offer_tags(format: ListFormat, text: &str) {
    match format {
        ListFormat::Csv => offer_table("tags.csv", text),
        ListFormat::Json => offer("tags.json", "application/json", text),
    }
}

/// Offers a table, with a byte order mark: spreadsheets take one without for the letters of their own country.
pub(super) fn offer_table(name: &str, text: &str) {
    offer(name, "text/csv", &format!("\u{feff}{text}"));
}

/// Offers a text as a file to save.
pub(super) fn offer(name: &str, kind: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}

/// Reads the file that was picked with an input, then calls `then` with its text. An unreadable one is left alone.
#[expect(clippy::disallowed_methods, reason = "one file that a person picked; it ends by itself")]
pub(super) fn read_picked(event: &Event, then: Arc<dyn Fn(String)>) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    let file = js_sys::Reflect::get(&input, &JsValue::from_str("files"))
        .and_then(|files| js_sys::Reflect::get_u32(&files, 0))
        .ok()
        .and_then(|file| file.dyn_into::<Blob>().ok());
    let Some(file) = file.filter(|file| file.size() <= MOST_BYTES) else { return };
    spawn_local(async move {
        if let Ok(text) = JsFuture::from(file.text()).await
            && let Some(text) = text.as_string()
        {
            then(text);
        }
        // The same file may be picked again.
        input.set_value("");
    });
}

/// Larger files are no list of tags.
const MOST_BYTES: f64 = 32.0 * 1024.0 * 1024.0;
