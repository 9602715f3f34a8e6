//! Reads payloads: scalar text, JSON, and what is neither. Never where a value goes.
//!
//! Total and bounded: any bytes give at least one [`Found`] (the empty payload gives a null), at most
//! [`MOST_LEAVES`] + 1, from at most [`MOST_DEPTH`] levels. Detection is structural, by keys and JSON types, never by
//! topic. What is left out by a bound is said by a [`FoundValue::Raw`] for the whole payload, so nothing is dropped
//! unsaid. Buffers are kept: no allocation per message in the steady state, but for JSON texts with escapes (one, by
//! serde_json).
//!
//! Texts are shown as they are. A payload that begins like JSON and is none is a text of [`Shape::Raw`]: the shape
//! counts it as unread, the text says what came. JSON's usual slips are put right first (`NaN`, `1e999`, a lone
//! surrogate, a trailing NUL); the first two are nulls. A whole number beyond `u64` stays text when it stands alone and
//! becomes a real number inside JSON.

mod detect;
mod json;
mod keys;
mod repair;
mod scalar;
mod time;

use crate::time::Timestamp;
use crate::vocab::Quality;

/// A value found in a payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'a> {
    /// JSON path below the topic, keys joined by `/`; empty for the topic's own value.
    pub path: &'a str,
    /// The value.
    pub value: FoundValue<'a>,
    /// When the source says it was so.
    pub time: Option<SourceTime>,
    /// Unit.
    pub unit: Option<&'a str>,
    /// Quality; [`Quality::Unknown`] when one is given that nobody can read.
    pub quality: Option<Quality>,
    /// Description; where there is none, the name that the message gives.
    pub description: Option<&'a str>,
}

/// A value as found; text is borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FoundValue<'a> {
    /// JSON `null`, or an empty payload.
    Null,
    /// A switch.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// A finite real number.
    Float(f64),
    /// Words.
    Text(&'a str),
    /// Unread bytes.
    Raw {
        /// How many.
        size: u32,
    },
}

/// A source time, and whether it named its zone (one without is read as UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceTime {
    /// The instant.
    pub timestamp: Timestamp,
    /// Whether the zone was given; numbers count as given.
    pub zoned: bool,
}

/// What kind of payload it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No bytes: MQTT's way to clear a retained message.
    Empty,
    /// One value alone, as text or JSON.
    Scalar,
    /// A JSON object of a value and what belongs to it.
    ValueObject,
    /// Any other JSON object or array: its scalars by path.
    Object,
    /// Neither text nor JSON, or broken JSON.
    Raw,
}

impl Shape {
    /// In words, for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Scalar => "scalar",
            Self::ValueObject => "value object",
            Self::Object => "object",
            Self::Raw => "raw",
        }
    }
}

/// Reads payloads one after another; keeps its buffers.
#[derive(Debug, Default)]
pub struct Reader {
    leaves: json::Leaves,
    /// Text that was not quite JSON, put right.
    mended: String,
}

impl Reader {
    /// Reads one payload; `found` hears each value in the order of the payload (the topic's own first). A key that
    /// stands twice in an object is told twice, the last one last.
    pub fn read(&mut self, now: Timestamp, payload: &[u8], found: &mut dyn FnMut(Found<'_>)) -> Shape {
        if payload.is_empty() {
            found(bare(FoundValue::Null));
            return Shape::Empty;
        }
        let Ok(text) = std::str::from_utf8(trimmed(payload)) else { return raw(payload, found) };
        if !text.starts_with(['{', '[', '"']) {
            return match scalar::read(text) {
                Some(value) => {
                    found(bare(value));
                    Shape::Scalar
                }
                None => raw(payload, found),
            };
        }
        if self.leaves.fill(text) {
            return detect::tell(&self.leaves, now, text, payload.len(), found);
        }
        if repair::repair(text, &mut self.mended) && self.leaves.fill(&self.mended) {
            return detect::tell(&self.leaves, now, &self.mended, payload.len(), found);
        }
        scalar::unread(text, payload.len(), found);
        Shape::Raw
    }
}

/// A payload without what surrounds it in the field: a byte order mark, white space, the NUL that ends a C string.
fn trimmed(payload: &[u8]) -> &[u8] {
    let mut bytes = payload.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(payload).trim_ascii();
    while let Some(shorter) = bytes.strip_suffix(b"\0") {
        bytes = shorter.trim_ascii_end();
    }
    bytes
}

fn raw(payload: &[u8], found: &mut dyn FnMut(Found<'_>)) -> Shape {
    found(bare(FoundValue::Raw { size: size_of(payload.len()) }));
    Shape::Raw
}

/// A value with nothing known of it.
const fn bare(value: FoundValue<'_>) -> Found<'_> {
    Found { path: "", value, time: None, unit: None, quality: None, description: None }
}

fn size_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// At most this many values are taken from one payload.
pub const MOST_LEAVES: usize = 200;
/// Values deeper than this are left to the raw view.
pub const MOST_DEPTH: usize = 8;
/// Paths in bytes: deeper or longer keys are left to the raw view.
pub const MOST_PATH: usize = 512;
/// Longer texts are raw: a text that nobody reads on a tile.
pub const MOST_TEXT: usize = 4096;
