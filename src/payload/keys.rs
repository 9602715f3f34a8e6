//! Which keys mean value, time, quality, unit, name: synonyms of the field, compared without case.

use crate::time::{Timestamp, from_number, parse_rfc3339};
use crate::vocab::Quality;

use super::{FoundValue, SourceTime};

/// What a key of a value object stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Value,
    Time,
    Quality,
    Unit,
    Description,
    /// Belongs to the value and is not shown as one of its own: names, types.
    Aside,
}

/// The role of a top-level key, if it has one.
pub(super) fn role_of(key: &str) -> Option<Role> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(key));
    // Most keys are told apart by their length and first letter before any list is read.
    if key.len() > 16 {
        return None;
    }
    match key.as_bytes().first()?.to_ascii_lowercase() {
        b'v' if is_one_of(&["value", "v", "val"]) => Some(Role::Value),
        b'm' if is_one_of(&["measurement"]) => Some(Role::Value),
        b'r' if is_one_of(&["reading"]) => Some(Role::Value),
        b't' if is_one_of(&["timestamp", "timestamp_ms", "ts", "time", "t"]) => Some(Role::Time),
        b't' if is_one_of(&["type"]) => Some(Role::Aside),
        b'd' if is_one_of(&["datetime"]) => Some(Role::Time),
        b'd' if is_one_of(&["description", "desc"]) => Some(Role::Description),
        b'd' if is_one_of(&["datatype", "displayname"]) => Some(Role::Aside),
        b's' if is_one_of(&["sourcetimestamp", "servertimestamp"]) => Some(Role::Time),
        b's' if is_one_of(&["status", "statuscode"]) => Some(Role::Quality),
        b'e' if is_one_of(&["eventtime"]) => Some(Role::Time),
        b'e' if is_one_of(&["engunit"]) => Some(Role::Unit),
        b'_' if is_one_of(&["_timestamp"]) => Some(Role::Time),
        b'q' if is_one_of(&["quality", "q", "qualitycode"]) => Some(Role::Quality),
        b'u' if is_one_of(&["unit", "units", "uom", "u"]) => Some(Role::Unit),
        b'n' if is_one_of(&["name", "n"]) => Some(Role::Aside),
        b'i' if is_one_of(&["id"]) => Some(Role::Aside),
        _ => None,
    }
}

/// Whether a key is a time even in an object that is no value object; single letters are not.
pub(super) fn is_plain_time_key(key: &str) -> bool {
    key.len() > 1 && role_of(key) == Some(Role::Time)
}

/// A time by number or text.
pub(super) fn time_of(value: FoundValue<'_>, now: Timestamp) -> Option<SourceTime> {
    let number = match value {
        FoundValue::Int(int) => int as f64,
        FoundValue::Float(float) => float,
        FoundValue::UInt(uint) => uint as f64,
        FoundValue::Text(text) => {
            let parsed = parse_rfc3339(text)?;
            return Some(SourceTime { timestamp: parsed.timestamp, zoned: parsed.zoned });
        }
        _ => return None,
    };
    Some(SourceTime { timestamp: from_number(number, now)?, zoned: true })
}

/// A quality by word, switch or OPC number. Other numbers mean opposite things to different makers: unknown.
pub(super) fn quality_of(value: FoundValue<'_>) -> Option<Quality> {
    match value {
        FoundValue::Bool(good) => Some(if good { Quality::Good } else { Quality::Bad }),
        FoundValue::Int(192) => Some(Quality::Good),
        FoundValue::Int(64) => Some(Quality::Uncertain),
        FoundValue::Int(_) | FoundValue::UInt(_) | FoundValue::Float(_) => Some(Quality::Unknown),
        FoundValue::Text(text) => {
            let starts = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
            if starts("good") || text.eq_ignore_ascii_case("ok") {
                Some(Quality::Good)
            } else if starts("bad") {
                Some(Quality::Bad)
            } else if starts("uncertain") {
                Some(Quality::Uncertain)
            } else if text.eq_ignore_ascii_case("stale") {
                Some(Quality::Stale)
            } else {
                None
            }
        }
        FoundValue::Null | FoundValue::Raw { .. } => None,
    }
}
