//! Reads payloads: scalar text, JSON of many makers, line protocol, and what is neither. Never where a value goes.
//!
//! Total and bounded: any bytes give at least one [`Found`] (the empty payload gives a null), at most
//! [`MOST_VALUES`] + 1, from at most [`MOST_DEPTH`] levels. Detection is structural, by keys and JSON types, never by
//! topic. What is left out by a bound is said by a [`FoundValue::Raw`] for the whole payload, so nothing is dropped
//! unsaid. Buffers are kept: no allocation per message in the steady state, but for JSON texts with escapes (one, by
//! serde_json).
//!
//! Which [`Shape`] a topic's messages have is found out once and kept by the caller in [`Known`]; a message whose keys
//! and types are those of the last is read straight as that shape.
//!
//! Texts are shown as they are. A payload that begins like JSON and is none is a text of [`Shape::Raw`]: the shape
//! counts it as unread, the text says what came. JSON's usual slips are put right first (`NaN`, `1e999`, a lone
//! surrogate, a trailing NUL); the first two are nulls. A whole number beyond `u64` stays text when it stands alone and
//! becomes a real number inside JSON.

mod detect;
mod generic;
mod keys;
mod line_protocol;
mod makers;
mod metadata;
mod opc_ua;
mod repair;
mod samples;
mod scalar;
mod senml;
mod tape;
mod time;
mod told;

use crate::time::Timestamp;
use crate::vocab::{Quality, Shape};
use tape::{Item, Tape};
use told::{Told, With};

/// A value found in a payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'a> {
    /// JSON path or name below the topic, levels joined by `/`; empty for the topic's own value.
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
    /// This is no reading but says something of another tag: of which, and what the value is of it.
    pub describes: Option<Describes<'a>>,
}

/// What a metadata message says of a tag that comes by other messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Describes<'a> {
    /// Which tag.
    pub target: Target<'a>,
    /// What the value is of it.
    pub fact: Fact,
}

/// The tag that a metadata message speaks of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target<'a> {
    /// The tag of the topic beside it (`x.props` speaks of `x`).
    Sibling,
    /// The value with this name on this topic.
    Named {
        /// Topic.
        topic: &'a str,
        /// Path below it.
        name: &'a str,
    },
    /// The value with this name on the topic that says `data` where this one says `metadata`.
    OfData(&'a str),
}

/// What is said of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Its unit.
    Unit,
    /// Its description.
    Description,
    /// What it is called.
    Name,
    /// The low end of its range.
    Low,
    /// The high end of its range.
    High,
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

/// What is known of a topic's messages: kept by the caller, one per topic.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// As which shape they are to be read, whatever they look like.
    forced: Option<Shape>,
    /// Of the structure that `shape` was found for.
    signature: u64,
    shape: Shape,
}

impl Known {
    /// Of a topic whose messages are to be read as a shape, whatever they look like.
    pub fn forced(shape: Option<Shape>) -> Self {
        Self { forced: shape, ..Self::default() }
    }
}

/// Reads payloads one after another; keeps its buffers.
#[derive(Debug, Default)]
pub struct Reader {
    tape: Tape,
    /// The path being told.
    path: String,
    /// Text that was not quite JSON, put right.
    mended: String,
}

impl Reader {
    /// Reads one payload; `found` hears each value in the order of the payload (the topic's own first). A key that
    /// stands twice in an object is told twice, the last one last.
    pub fn read(
        &mut self,
        now: Timestamp,
        known: &mut Known,
        payload: &[u8],
        found: &mut dyn FnMut(Found<'_>),
    ) -> Shape {
        if payload.is_empty() {
            found(bare(FoundValue::Null));
            return Shape::Empty;
        }
        let text = std::str::from_utf8(trimmed(payload)).ok().filter(|_| known.forced != Some(Shape::Raw));
        let Some(text) = text else { return raw(payload, found) };
        self.path.clear();
        let is_json = text.starts_with(['{', '[', '"']) && known.forced != Some(Shape::Scalar);
        let Self { tape, path, mended } = self;
        let mut told = Told { now, found, path, left: MOST_VALUES, cut: false, any: false, own: false };
        if !is_json {
            if line_protocol::tell(text, &mut told) {
                told.rest(payload.len());
                return Shape::LineProtocol;
            }
            return match scalar::read(text) {
                Some(value) => {
                    (told.found)(bare(value));
                    Shape::Scalar
                }
                None => raw(payload, told.found),
            };
        }
        let text = if tape.fill(text) {
            text
        } else if repair::repair(text, mended) && tape.fill(mended) {
            mended
        } else {
            scalar::unread(text, payload.len(), told.found);
            return Shape::Raw;
        };
        let root = tape.root(text);
        told.cut = tape.cut;
        if root.is_scalar() {
            told.value(root.value(), With::default());
            return Shape::Scalar;
        }
        if known.signature != tape.signature {
            known.signature = tape.signature;
            known.shape = detect::shape_of(root);
        }
        let shape = tell(known.forced.unwrap_or(known.shape), root, &mut told, With::default());
        told.rest(payload.len());
        shape
    }
}

impl Told<'_> {
    /// Says that something was left out, or that nothing was found.
    fn rest(&mut self, size: usize) {
        if !self.cut && self.any {
            return;
        }
        self.path.clear();
        // The topic's own value, where it has one, is not overwritten.
        self.path.push_str(if self.own { REST } else { "" });
        (self.found)(Found { path: self.path, ..bare(FoundValue::Raw { size: size_of(size) }) });
    }
}

/// Tells an object or array as the shape that it has, or is said to have.
fn tell<'t>(shape: Shape, root: Item<'t>, told: &mut Told<'_>, with: With<'t>) -> Shape {
    makers::tell(shape, root, told, with);
    if !told.any {
        // Nothing of that shape is in it: shown as what it is.
        return generic::tell(root, told, with);
    }
    shape
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
    Found { path: "", value, time: None, unit: None, quality: None, description: None, describes: None }
}

fn size_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// At most this many values are taken from one payload whose maker is known.
pub const MOST_VALUES: usize = 5000;
/// At most this many scalars are taken from an object or array of no known shape.
pub const MOST_LEAVES: usize = 200;
/// Values deeper than this are left to the raw view.
pub const MOST_DEPTH: usize = 8;
/// Paths in bytes: deeper or longer keys are left to the raw view.
pub const MOST_PATH: usize = 512;
/// Longer texts are raw: a text that nobody reads on a tile.
pub const MOST_TEXT: usize = 4096;
/// Where a message with a value of its own says that a bound left something out.
const REST: &str = "…";
