//! Clock times in the plant's zone, by the browser's Intl, each formatter made once.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::time::{Timestamp, format_rfc3339};

/// Formatters for one zone and locale. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Zone {
    clock: Option<Function>,
    time: Option<Function>,
    date_time: Option<Function>,
    date: Option<Function>,
    /// Decimal point of the locale.
    pub point: char,
}

impl Zone {
    /// Formatters for an IANA zone and a BCP 47 locale; the device's own where absent. The second value says what is
    /// wrong with either; then the device's own are used.
    pub fn new(time_zone: Option<&str>, locale: Option<&str>) -> (Self, Option<String>) {
        if let Some(zone) = Self::try_new(time_zone, locale) {
            return (zone, None);
        }
        let own = Self::try_new(None, None).unwrap_or(Self {
            clock: None,
            time: None,
            date_time: None,
            date: None,
            point: '.',
        });
        (own, Some("the browser does not know this time zone or locale; the device's own is used".into()))
    }

    fn try_new(time_zone: Option<&str>, locale: Option<&str>) -> Option<Self> {
        let make = |parts: &[(&str, &str)]| formatter("DateTimeFormat", time_zone, locale, parts);
        let numbers = formatter("NumberFormat", None, locale, &[("minimumFractionDigits", "1")])?;
        let point = numbers.call1(&JsValue::UNDEFINED, &JsValue::from_f64(1.5)).ok()?.as_string()?;
        Some(Self {
            clock: Some(make(&[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")])?),
            time: Some(make(&[
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
                ("hourCycle", "h23"),
            ])?),
            date_time: Some(make(&[
                ("day", "numeric"),
                ("month", "short"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
                ("hourCycle", "h23"),
            ])?),
            date: Some(make(&[("weekday", "short"), ("day", "numeric"), ("month", "long")])?),
            point: if point.contains(',') { ',' } else { '.' },
        })
    }

    /// Hours and minutes.
    pub fn clock(&self, at: Timestamp) -> String {
        write(self.clock.as_ref(), at)
    }

    /// Hours, minutes, seconds.
    pub fn time(&self, at: Timestamp) -> String {
        write(self.time.as_ref(), at)
    }

    /// Day of the week, day and month.
    pub fn date(&self, at: Timestamp) -> String {
        write(self.date.as_ref(), at)
    }

    /// Day, month and time.
    pub fn date_time(&self, at: Timestamp) -> String {
        write(self.date_time.as_ref(), at)
    }
}

fn write(formatter: Option<&Function>, at: Timestamp) -> String {
    let text = formatter.and_then(|f| f.call1(&JsValue::UNDEFINED, &JsValue::from_f64(at.0 as f64)).ok());
    text.and_then(|text| text.as_string()).unwrap_or_else(|| format_rfc3339(at))
}

/// The bound `format` function of an Intl formatter; `None` where the browser refuses the zone or locale.
fn formatter(kind: &str, time_zone: Option<&str>, locale: Option<&str>, parts: &[(&str, &str)]) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    for (key, value) in parts {
        Reflect::set(&options, &(*key).into(), &(*value).into()).ok()?;
    }
    if let Some(zone) = time_zone {
        Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
    }
    let arguments = Array::of2(&locale.map_or(JsValue::UNDEFINED, JsValue::from_str), &options);
    let formatter = Reflect::construct(&constructor, &arguments).ok()?;
    Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()
}
