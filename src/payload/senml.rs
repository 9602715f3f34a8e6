//! SenML (RFC 8428): records that inherit from the base fields before them.

use super::FoundValue;
use super::SourceTime;
use super::keys::quality_of;
use super::tape::Item;
use super::time::time_of;
use super::told::{Told, With};
use crate::time::Timestamp;

/// Tells a pack. Base values are added to numbers, base names go before names, times below 2^28 are relative to now.
pub(super) fn tell(pack: Item<'_>, told: &mut Told<'_>) {
    let (mut name, mut time, mut unit, mut value) = ("", 0.0, None, 0.0);
    for record in pack.children() {
        let number = |key: &str| match record.get(key)?.value() {
            FoundValue::Int(int) => Some(int as f64),
            FoundValue::UInt(uint) => Some(uint as f64),
            FoundValue::Float(float) => Some(float),
            _ => None,
        };
        let words = |key: &str| record.get(key).and_then(Item::words);
        name = words("bn").unwrap_or(name);
        time = number("bt").unwrap_or(time);
        unit = words("bu").or(unit);
        value = number("bv").unwrap_or(value);
        let own = ["v", "vs", "vb", "vd", "s"].iter().find_map(|key| record.get(key));
        let Some(own) = own.map(|own| (own.key(), own.value())) else {
            // A record of base fields only tells nothing; one with a base value tells that.
            if record.get("n").is_some() && value != 0.0 {
                let full = format!("{name}{}", words("n").unwrap_or(""));
                tell_at(&full, told, FoundValue::Float(value), record, time + number("t").unwrap_or(0.0), unit);
            }
            continue;
        };
        let shown = match own {
            ("v", own) if value == 0.0 => own,
            ("v", FoundValue::Int(own)) => FoundValue::Float(own as f64 + value),
            ("v", FoundValue::Float(own)) => FoundValue::Float(own + value),
            (_, own) => own,
        };
        let full = format!("{name}{}", words("n").unwrap_or(""));
        tell_at(&full, told, shown, record, time + number("t").unwrap_or(0.0), words("u").or(unit));
    }
}

fn tell_at(name: &str, told: &mut Told<'_>, value: FoundValue<'_>, record: Item<'_>, time: f64, unit: Option<&str>) {
    let time = if time.abs() < RELATIVE {
        let at = Timestamp(told.now.0.saturating_add((time * 1000.0) as i64));
        Some(SourceTime { timestamp: at, zoned: true })
    } else {
        time_of(FoundValue::Float(time), told.now)
    };
    let quality = record.get("q").and_then(|item| quality_of("q", item.value()));
    let with = With { time, unit, quality, description: None };
    let name = name.trim_matches('/');
    if name.is_empty() { told.value(value, with) } else { told.at(name, |told| told.value(value, with)) }
}

/// Smaller times are relative to now (RFC 8428 §4.5.3).
const RELATIVE: f64 = 268_435_456.0;
