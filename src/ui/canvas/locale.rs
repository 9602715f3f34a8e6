//! Axis labels in this device's time zone, where the page names no other.

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::chart::{Grain, Locale, PlainLocale};
use crate::time::{Millis, Timestamp};

/// Plain writing, and the offsets of the device's own zone.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeviceLocale;

impl Locale for DeviceLocale {
    fn offset(&self, at: Timestamp) -> Millis {
        // JavaScript counts minutes westwards; beyond its calendar it gives NaN, which becomes 0.
        let west = Date::new(&JsValue::from_f64(at.0 as f64)).get_timezone_offset();
        Millis(-(west as i64) * 60_000)
    }

    fn number(&self, value: f64, decimals: usize) -> String {
        PlainLocale::default().number(value, decimals)
    }

    fn time(&self, wall: Timestamp, grain: Grain) -> String {
        PlainLocale::default().time(wall, grain)
    }
}
