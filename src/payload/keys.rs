//! Which keys mean value, time, quality, unit, name: the field's synonyms, compared without case; and what a quality
//! says, which each maker numbers in his own way.

use super::FoundValue;
use super::tape::Item;
use crate::vocab::Quality;

/// What a key of a value object stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
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

/// The part that a key plays where an object is one value: as [`part_of`], but a name there is a description, an `id`
/// is a value beside it, and words that are often values of their own (`tag`, `metric`, `variable`) play none.
pub(super) fn role_of(key: &str) -> Option<Part> {
    match part_of(key)? {
        Part::Name if !["name", "n", "displayname"].iter().any(|name| key.eq_ignore_ascii_case(name)) => {
            key.eq_ignore_ascii_case("id").then_some(Part::Id)
        }
        part => Some(part),
    }
}

/// The part that a key plays in one item of a list of values. `state` plays none, though some call their value so:
/// under its own name it is found as a machine's state wherever it stands.
pub(super) fn part_of(key: &str) -> Option<Part> {
    let mut folded = [0; LONGEST];
    let folded = folded.get_mut(..key.len())?;
    folded.copy_from_slice(key.as_bytes());
    folded.make_ascii_lowercase();
    Some(match &*folded {
        b"value" | b"v" | b"val" | b"measurement" | b"reading" => Part::Value,
        b"numval" | b"boolval" | b"strval" | b"numberval" | b"stringval" => Part::Value,
        b"doublevalue" | b"integervalue" | b"booleanvalue" | b"stringvalue" => Part::Value,
        b"timestamp" | b"ts" | b"timestamp_ms" | b"time" | b"t" | b"_timestamp" => Part::Time,
        b"eventtime" | b"sourcetimestamp" | b"servertimestamp" | b"datetime" => Part::Time,
        b"quality" | b"q" | b"qc" | b"qualitycode" | b"status" | b"statuscode" => Part::Quality,
        b"unit" | b"units" | b"uom" | b"u" | b"engunit" => Part::Unit,
        b"description" | b"desc" => Part::Description,
        b"name" | b"n" | b"displayname" | b"id" | b"tag" | b"tagname" | b"variable" | b"metric" | b"idshort" => {
            Part::Name
        }
        b"type" | b"datatype" => Part::Aside,
        _ => return None,
    })
}

/// Whether a key that has a part is a whole word; a single letter is a name of its own in many plants (`u`, `v`, `w`).
pub(super) const fn is_word(key: &str) -> bool {
    key.len() > 1
}

/// By which numbers a maker tells quality: the same number means opposite things in two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Nobody knows: only what means one thing everywhere is read.
    Unknown,
    /// Siemens Industrial Edge: OPC DA's upper two bits, 3 is good.
    Siemens,
    /// OPC UA StatusCode: 0 is good.
    OpcUa,
    /// Sparkplug: 192 is good, 0 is bad.
    Sparkplug,
}

/// What a quality says by its maker's scale. `None`: this is no quality but a value of its own.
pub(super) fn quality_by(scale: Scale, item: Item<'_>) -> Option<Quality> {
    match (scale, item.value()) {
        (Scale::OpcUa, _) if item.is_object() => {
            // {"Code":2150694912,"Symbol":"BadNoCommunication"}; an empty one is good (Part 6 §5.4.2.12).
            let code = item.children().find(|child| child.key().eq_ignore_ascii_case("code"));
            code.map_or(Some(Quality::Good), |code| quality_of("statuscode", code.value()))
        }
        (Scale::OpcUa, value @ FoundValue::Int(_)) => quality_of("statuscode", value),
        (Scale::OpcUa, FoundValue::Null) => Some(Quality::Good),
        (Scale::Siemens, FoundValue::Int(code)) => Some(match code {
            0 => Quality::Bad,
            1 => Quality::Uncertain,
            3 => Quality::Good,
            _ => Quality::Unknown,
        }),
        (Scale::Sparkplug, FoundValue::Int(0)) => Some(Quality::Bad),
        (_, value) => quality_of(item.key(), value),
    }
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

/// No key with a part is longer.
const LONGEST: usize = "sourcetimestamp".len();
