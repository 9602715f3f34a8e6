//! The only place that reads a clock.

use wasm_bindgen::JsCast;

use crate::time::Timestamp;

/// Now, in whole milliseconds since the epoch, as the device's clock has it.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// A monotonic reading in milliseconds with sub-millisecond digits, for measuring spans; 0 where there is none.
pub fn monotonic_millis() -> f64 {
    let global = js_sys::global();
    if let Some(scope) = global.dyn_ref::<web_sys::WorkerGlobalScope>() {
        return scope.performance().map_or(0.0, |performance| performance.now());
    }
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
