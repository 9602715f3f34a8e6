//! What is left to say when a half dies: the panic's message goes to the console, under the name of the half; a worker's
//! also to the page, as its last words.

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// Sets the hook. With `panic = "abort"` the wasm traps afterwards; the page finds that out and restarts a worker.
pub fn set_hook(half: &'static str) {
    std::panic::set_hook(Box::new(move |info| {
        let words = format!("andon {half}: {info}");
        if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
            let _posted = scope.post_message(&words.as_str().into());
        }
        web_sys::console::error_1(&words.into());
    }));
}
