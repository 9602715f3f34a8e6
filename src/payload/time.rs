//! Source times as messages give them: numbers by their magnitude, texts by RFC 3339.

use super::{FoundValue, SourceTime};
use crate::time::{Timestamp, from_number, parse_rfc3339};

/// A time by number, by text, or by a number written as text. `None`: it is no time.
pub(super) fn time_of(value: FoundValue<'_>, now: Timestamp) -> Option<SourceTime> {
    match value {
        FoundValue::Int(int) => numbered(int as f64, now),
        FoundValue::UInt(uint) => numbered(uint as f64, now),
        FoundValue::Float(float) => numbered(float, now),
        FoundValue::Text(text) => written(text.trim_ascii(), now),
        FoundValue::Null | FoundValue::Bool(_) | FoundValue::Raw { .. } => None,
    }
}

fn numbered(number: f64, now: Timestamp) -> Option<SourceTime> {
    Some(SourceTime { timestamp: from_number(number, now)?, zoned: true })
}

fn written(text: &str, now: Timestamp) -> Option<SourceTime> {
    if let Some(parsed) = parse_rfc3339(text) {
        return Some(SourceTime { timestamp: parsed.timestamp, zoned: parsed.zoned });
    }
    let is_number = text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    numbered(text.parse().ok().filter(|_| is_number)?, now)
}
