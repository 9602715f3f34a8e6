//! Bytes between page and worker: transferred, never copied. A text message is the boot shim's cry: the worker died.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// What came over a port.
#[derive(Debug)]
pub enum Parcel {
    /// A packed message.
    Bytes(Vec<u8>),
    /// The other half's last words.
    Cry(String),
}

/// Reads a message event's data; `None` for anything that is neither.
pub fn parcel(data: &JsValue) -> Option<Parcel> {
    if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
        return Some(Parcel::Bytes(Uint8Array::new(buffer).to_vec()));
    }
    data.as_string().map(Parcel::Cry)
}

/// Copies bytes out of wasm memory into a buffer of their own, with the list that transfers it.
pub fn transferable(bytes: &[u8]) -> (ArrayBuffer, Array) {
    let array = Uint8Array::new_with_length(bytes.len() as u32);
    array.copy_from(bytes);
    let buffer = array.buffer();
    let transfer = Array::of1(&buffer);
    (buffer, transfer)
}
