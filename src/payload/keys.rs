//! Which keys mean value, time, quality, unit, name: the field's synonyms, compared without case.

use super::FoundValue;
use crate::vocab::Quality;

/// What a key of a value object stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The value itself.
    Value,
    /// When it was so.
    Time,
    /// How far to trust it.
    Quality,
    /// Its unit.
    Unit,
    /// What it is, in words.
    Description,
    /// What it is called.
    Name,
    /// Marks a value object and is a value beside it: it may tell one message from the next.
    Id,
    /// Marks a value object; its type, which the value shows by itself.
    Aside,
}

/// The role of a top-level key, if it has one. `state` is none, though some call their value so: under its own name it
/// is found as a machine's state wherever it stands.
pub(super) fn role_of(key: &str) -> Option<Role> {
    let mut folded = [0; LONGEST];
    let folded = folded.get_mut(..key.len())?;
    folded.copy_from_slice(key.as_bytes());
    folded.make_ascii_lowercase();
    Some(match &*folded {
        b"value" | b"v" | b"val" | b"measurement" | b"reading" => Role::Value,
        b"timestamp" | b"ts" | b"timestamp_ms" | b"time" | b"t" | b"_timestamp" => Role::Time,
        b"eventtime" | b"sourcetimestamp" | b"servertimestamp" | b"datetime" => Role::Time,
        b"quality" | b"q" | b"qc" | b"qualitycode" | b"status" | b"statuscode" => Role::Quality,
        b"unit" | b"units" | b"uom" | b"u" | b"engunit" => Role::Unit,
        b"description" | b"desc" => Role::Description,
        b"name" | b"n" | b"displayname" => Role::Name,
        b"id" => Role::Id,
        b"type" | b"datatype" => Role::Aside,
        _ => return None,
    })
}

/// Whether a key that has a role is a whole word; a single letter is a name of its own in many plants (`u`, `v`, `w`).
pub(super) const fn is_word(key: &str) -> bool {
    key.len() > 1
}

/// What a quality key says. `None`: this is no quality but a value of its own (`"status":"running"`).
///
/// Numbers mean opposite things to different makers (0 is bad in Sparkplug, good in OPC UA), so only those that mean
/// one thing are read: 192 and 64 (OPC DA), 500 (Sparkplug's stale), and OPC UA's `StatusCode` by its two severity
/// bits (Part 4, 7.39). Others are [`Quality::Unknown`].
pub(super) fn quality_of(key: &str, value: FoundValue<'_>) -> Option<Quality> {
    match value {
        FoundValue::Text(word) => quality_of_word(word.trim_ascii()),
        FoundValue::Bool(is_good) => Some(if is_good { Quality::Good } else { Quality::Bad }),
        FoundValue::Int(code) if key.eq_ignore_ascii_case("statuscode") => match u32::try_from(code).ok()? >> 30 {
            0 => Some(Quality::Good),
            1 => Some(Quality::Uncertain),
            _ => Some(Quality::Bad),
        },
        _ if key.eq_ignore_ascii_case("status") => None,
        FoundValue::Int(192) => Some(Quality::Good),
        FoundValue::Int(64) => Some(Quality::Uncertain),
        FoundValue::Int(500) => Some(Quality::Stale),
        FoundValue::Int(_) | FoundValue::UInt(_) | FoundValue::Float(_) => Some(Quality::Unknown),
        FoundValue::Null | FoundValue::Raw { .. } => None,
    }
}

/// `Good`, `BAD`, `Uncertain`, and OPC's longer words that begin so: `BadNoCommunication`, `GOOD_NON_SPECIFIC`.
fn quality_of_word(word: &str) -> Option<Quality> {
    // The next letter must not go on with the word: `Badge` is none.
    let begins = |known: &str| {
        let begins = word.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
        begins && !word[known.len()..].starts_with(|c: char| c.is_lowercase())
    };
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if begins("good") || is("ok") {
        Some(Quality::Good)
    } else if begins("bad") {
        Some(Quality::Bad)
    } else if begins("uncertain") {
        Some(Quality::Uncertain)
    } else if is("stale") {
        Some(Quality::Stale)
    } else {
        None
    }
}

/// No key with a role is longer.
const LONGEST: usize = "sourcetimestamp".len();
