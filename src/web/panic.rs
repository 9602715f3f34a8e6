//! What is left to say when a half dies: the panic's message goes to the console, under the name of the half.

/// Sets the hook. With `panic = "abort"` the wasm traps afterwards; the page finds that out and restarts a worker.
pub fn set_hook(half: &'static str) {
    std::panic::set_hook(Box::new(move |info| {
        web_sys::console::error_1(&format!("andon {half}: {info}").into());
    }));
}
