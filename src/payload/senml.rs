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
    let number = |item: Item<'_>| match item.value() {
        FoundValue::Int(int) => int as f64,
        FoundValue::UInt(uint) => uint as f64,
        FoundValue::Float(float) => float,
        _ => 0.0,
    };
    for record in pack.children() {
        let (mut own_name, mut own_time, mut own_unit, mut own, mut quality) = ("", 0.0, None, None, None);
        for part in record.children() {
            match part.key() {
                "bn" => name = part.words().unwrap_or(""),
                "bt" => time = number(part),
                "bu" => unit = part.words(),
                "bv" => value = number(part),
                "n" => own_name = part.words().unwrap_or(""),
                "t" => own_time = number(part),
                "u" => own_unit = part.words(),
                "v" | "vs" | "vb" | "vd" => own = Some(part),
                "s" => own = own.or(Some(part)),
                "q" => quality = quality_of("q", part.value()),
                _ => {}
            }
        }
        let shown = match own.map(|own| (own.key(), own.value())) {
            Some(("v", FoundValue::Int(own))) if value != 0.0 => FoundValue::Float(own as f64 + value),
            Some(("v", FoundValue::Float(own))) => FoundValue::Float(own + value),
            Some((_, own)) => own,
            // A record of base fields only tells nothing; one with a name tells the base value.
            None if value != 0.0 && !own_name.is_empty() => FoundValue::Float(value),
            None => continue,
        };
        let time = time_at(time + own_time, told);
        let with = With { time, unit: own_unit.or(unit), quality, description: None };
        let tell = |told: &mut Told<'_>| told.value(shown, with);
        match (name.trim_start_matches('/'), own_name.trim_end_matches('/')) {
            ("", "") => tell(told),
            ("", own) => told.at(own, tell),
            (base, "") => told.at(base.trim_end_matches('/'), tell),
            (base, own) => told.at(&[base, own].concat(), tell),
        }
    }
}

fn time_at(time: f64, told: &Told<'_>) -> Option<SourceTime> {
    if time.abs() >= RELATIVE {
        return time_of(FoundValue::Float(time), told.now);
    }
    let timestamp = Timestamp(told.now.0.saturating_add((time * 1000.0) as i64));
    Some(SourceTime { timestamp, zoned: true })
}

/// Smaller times are relative to now (RFC 8428 §4.5.3).
const RELATIVE: f64 = 268_435_456.0;
