//! A time zone's offsets as a table, asked of the browser's Intl: the worker lays out shifts with it.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::time::{Millis, Timestamp, ZoneTable};

/// The offsets of an IANA zone (the device's own when absent, or when the browser does not know it) from a year before
/// `now` to two years after.
pub fn zone_table(zone: Option<&str>, now: Timestamp) -> ZoneTable {
    let formatter = formatter(zone).or_else(|| formatter(None));
    let Some(formatter) = formatter else { return ZoneTable::fixed(0) };
    let offset = |at: Timestamp| offset_at(&formatter, at).unwrap_or(0);
    let first = Timestamp((now - Millis(YEAR)).0.div_euclid(60_000) * 60_000);
    let mut steps = vec![(Timestamp(i64::MIN), offset(first))];
    let mut before = (first, offset(first));
    for month in 1..=36 {
        let at = first + Millis(month * MONTH);
        let minutes = offset(at);
        if minutes != before.1 {
            // To the minute: no zone changes in the middle of one.
            let (mut low, mut high) = (before.0, at);
            while (high - low).0 > 60_000 {
                let middle = Timestamp(low.0 + (high - low).0 / 120_000 * 60_000);
                if offset(middle) == before.1 { low = middle } else { high = middle }
            }
            steps.push((high, minutes));
        }
        before = (at, minutes);
    }
    ZoneTable::new(steps)
}

fn formatter(zone: Option<&str>) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"timeZoneName".into(), &"longOffset".into()).ok()?;
    if let Some(zone) = zone {
        Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
    }
    let made = Reflect::construct(&constructor, &Array::of2(&"en-US".into(), &options)).ok()?;
    Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()
}

/// Minutes east of UTC: the text ends with `GMT`, `GMT+02:00` or the like.
fn offset_at(formatter: &Function, at: Timestamp) -> Option<i32> {
    let text = formatter.call1(&JsValue::UNDEFINED, &JsValue::from_f64(at.0 as f64)).ok()?.as_string()?;
    minutes_of(text.rsplit_once("GMT")?.1)
}

fn minutes_of(text: &str) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    Some(sign * (hours.parse::<i32>().ok()? * 60 + minutes.get(..2).unwrap_or(minutes).parse::<i32>().ok()?))
}

const YEAR: i64 = 366 * 86_400_000;
const MONTH: i64 = 30 * 86_400_000 + 12 * 3_600_000;
