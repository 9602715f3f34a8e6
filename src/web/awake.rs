//! Keeps the screen from going dark, where the browser can: the Wake Lock interface, by name, since its bindings are not
//! stable. The browser takes the lock back whenever the page is hidden, so it is asked for anew when it is seen again.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why the screen may go dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The page came over http from another machine: browsers withhold the ability.
    Insecure,
    /// This browser has no such ability.
    Unknown,
    /// It was refused: by a setting, or because the battery is low.
    Refused,
}

/// A lock in force.
#[derive(Debug)]
pub struct Lock(JsValue);

impl Lock {
    /// Whether the browser took it back.
    pub fn is_released(&self) -> bool {
        Reflect::get(&self.0, &"released".into()).is_ok_and(|released| released.is_truthy())
    }
}

/// Asks for a lock.
///
/// # Errors
/// Why there is none.
pub async fn keep_awake() -> Result<Lock, NotKept> {
    let window = web_sys::window().ok_or(NotKept::Unknown)?;
    let locks = Reflect::get(&window.navigator(), &"wakeLock".into()).unwrap_or(JsValue::UNDEFINED);
    if locks.is_undefined() {
        return Err(if window.is_secure_context() { NotKept::Unknown } else { NotKept::Insecure });
    }
    let request: Function =
        Reflect::get(&locks, &"request".into()).and_then(JsCast::dyn_into).map_err(|_| NotKept::Unknown)?;
    let asked: Promise =
        request.call1(&locks, &"screen".into()).and_then(JsCast::dyn_into).map_err(|_| NotKept::Refused)?;
    JsFuture::from(asked).await.map(Lock).map_err(|_| NotKept::Refused)
}
