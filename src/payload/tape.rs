//! JSON as a tape: one flat row of nodes in the order of the text, read in one pass into buffers that are kept.
//!
//! While reading, a signature of the structure is taken: keys and JSON types of the upper levels, of arrays the first
//! item. Messages of one signature have one shape, so what a topic's messages are is found out once and not for each.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::FoundValue;

/// The nodes of one JSON text.
#[derive(Debug, Default)]
pub(super) struct Tape {
    nodes: Vec<Node>,
    /// Texts and keys that had escapes, decoded.
    texts: String,
    /// Something was left out by a bound.
    pub(super) cut: bool,
    /// Of keys and types down to [`SIGNED_DEPTH`].
    pub(super) signature: u64,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    key: Span,
    value: Kept,
    /// Index behind its last descendant.
    end: u32,
}

/// A stretch of the text that was read or, with the top bit of `length`, of `texts`.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    length: u32,
}

#[derive(Clone, Copy, Debug)]
enum Kept {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(Span),
    Object,
    Array,
}

impl Tape {
    /// Reads a text; false when it is not JSON, or not within serde_json's own bound on depth.
    pub(super) fn fill(&mut self, text: &str) -> bool {
        self.nodes.clear();
        self.nodes.shrink_to(KEPT_NODES);
        self.texts.clear();
        // One long message must not hold its memory for ever.
        self.texts.shrink_to(KEPT_BYTES);
        self.cut = false;
        self.signature = 0;
        let mut json = serde_json::Deserializer::from_str(text);
        let seed = Seed { tape: self, base: text.as_ptr() as usize, depth: 0, signed: true, key: Span::default() };
        seed.deserialize(&mut json).is_ok() && json.end().is_ok() && !self.nodes.is_empty()
    }

    /// The outermost value; `text` is the text that was read.
    pub(super) const fn root<'t>(&'t self, text: &'t str) -> Item<'t> {
        Item { tape: self, text, at: 0 }
    }

    fn push(&mut self, depth: usize, signed: bool, key: Span, value: Kept) -> usize {
        if signed && depth <= SIGNED_DEPTH {
            let kind = match value {
                Kept::Null => 1,
                Kept::Bool(_) => 2,
                Kept::Int(_) | Kept::UInt(_) | Kept::Float(_) => 3,
                Kept::Text(_) => 4,
                Kept::Object => 5,
                Kept::Array => 6,
            };
            self.sign(kind << 4 | depth as u64);
        }
        let index = self.nodes.len();
        self.nodes.push(Node { key, value, end: index as u32 + 1 });
        index
    }

    fn sign(&mut self, word: u64) {
        self.signature = (self.signature.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn sign_key(&mut self, key: &str) {
        let (words, rest) = key.as_bytes().as_chunks::<8>();
        words.iter().for_each(|word| self.sign(u64::from_le_bytes(*word)));
        self.sign(rest.iter().fold(key.len() as u64, |word, &byte| word << 8 | u64::from(byte)));
    }

    const fn is_full(&self, depth: usize) -> bool {
        depth > DEEPEST || self.nodes.len() >= MOST_NODES
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        Span { start, length: text.len() as u32 | DECODED }
    }
}

/// One value of the tape.
#[derive(Clone, Copy)]
pub(super) struct Item<'t> {
    tape: &'t Tape,
    text: &'t str,
    at: usize,
}

impl<'t> Item<'t> {
    fn node(self) -> Node {
        self.tape.nodes.get(self.at).copied().unwrap_or(NOTHING)
    }

    fn slice(self, span: Span) -> &'t str {
        let from = if span.length & DECODED == 0 { self.text } else { self.tape.texts.as_str() };
        let start = span.start as usize;
        from.get(start..start + (span.length & !DECODED) as usize).unwrap_or("")
    }

    /// Its key; empty in an array.
    pub(super) fn key(self) -> &'t str {
        self.slice(self.node().key)
    }

    /// Its value; an object or array has none.
    pub(super) fn value(self) -> FoundValue<'t> {
        match self.node().value {
            Kept::Null | Kept::Object | Kept::Array => FoundValue::Null,
            Kept::Bool(on) => FoundValue::Bool(on),
            Kept::Int(int) => FoundValue::Int(int),
            Kept::UInt(uint) => FoundValue::UInt(uint),
            Kept::Float(float) => FoundValue::Float(float),
            Kept::Text(span) => FoundValue::Text(self.slice(span)),
        }
    }

    /// Its text, if it is one.
    pub(super) fn words(self) -> Option<&'t str> {
        match self.node().value {
            Kept::Text(span) => Some(self.slice(span)),
            _ => None,
        }
    }

    pub(super) fn is_object(self) -> bool {
        matches!(self.node().value, Kept::Object)
    }

    pub(super) fn is_array(self) -> bool {
        matches!(self.node().value, Kept::Array)
    }

    pub(super) fn is_scalar(self) -> bool {
        !self.is_object() && !self.is_array()
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self.node().value, Kept::Int(_) | Kept::UInt(_) | Kept::Float(_))
    }

    /// What is in it, one level down.
    pub(super) fn children(self) -> Children<'t> {
        Children { next: Item { at: self.at + 1, ..self }, end: self.node().end as usize }
    }

    /// The child with this key, the last of several.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        self.children().filter(|child| child.key() == key).last()
    }

    /// The first child.
    pub(super) fn first(self) -> Option<Self> {
        self.children().next()
    }
}

/// The children of an item, in order.
#[derive(Clone, Copy)]
pub(super) struct Children<'t> {
    next: Item<'t>,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Item<'t>;

    fn next(&mut self) -> Option<Item<'t>> {
        let item = self.next;
        if item.at >= self.end {
            return None;
        }
        self.next.at = (item.node().end as usize).max(item.at + 1);
        Some(item)
    }
}

/// A JSON value about to be read.
struct Seed<'l> {
    tape: &'l mut Tape,
    base: usize,
    depth: usize,
    /// Whether it counts for the signature.
    signed: bool,
    key: Span,
}

impl Seed<'_> {
    fn push<E>(self, value: Kept) -> Result<(), E> {
        self.tape.push(self.depth, self.signed, self.key, value);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(Kept::Null)
    }

    fn visit_bool<E>(self, on: bool) -> Result<(), E> {
        self.push(Kept::Bool(on))
    }

    fn visit_i64<E>(self, int: i64) -> Result<(), E> {
        self.push(Kept::Int(int))
    }

    fn visit_u64<E>(self, uint: u64) -> Result<(), E> {
        self.push(i64::try_from(uint).map_or(Kept::UInt(uint), Kept::Int))
    }

    fn visit_f64<E>(self, float: f64) -> Result<(), E> {
        self.push(if float.is_finite() { Kept::Float(float) } else { Kept::Null })
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        // The text is part of the payload: keep where it stands, not what it says.
        let value = Kept::Text(borrowed(self.base, text));
        self.push(value)
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        let value = Kept::Text(self.tape.keep(text));
        self.push(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { tape, base, depth, signed, key } = self;
        let index = tape.push(depth, signed, key, Kept::Object);
        let below = depth + 1;
        while let Some(key) = map.next_key_seed(Key { tape, base, signed: signed && below <= SIGNED_DEPTH })? {
            if tape.is_full(below) {
                tape.cut = true;
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Seed { tape, base, depth: below, signed, key })?;
            }
        }
        tape.nodes[index].end = tape.nodes.len() as u32;
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { tape, base, depth, signed, key } = self;
        let index = tape.push(depth, signed, key, Kept::Array);
        let below = depth + 1;
        let mut signed = signed;
        loop {
            if tape.is_full(below) {
                match seq.next_element::<IgnoredAny>()? {
                    Some(_) => tape.cut = true,
                    None => break,
                }
            } else {
                let seed = Seed { tape, base, depth: below, signed, key: Span::default() };
                if seq.next_element_seed(seed)?.is_none() {
                    break;
                }
            }
            signed = false;
        }
        tape.nodes[index].end = tape.nodes.len() as u32;
        Ok(())
    }
}

fn borrowed(base: usize, text: &str) -> Span {
    Span { start: (text.as_ptr() as usize).wrapping_sub(base) as u32, length: text.len() as u32 }
}

/// A key, kept as a span.
struct Key<'p> {
    tape: &'p mut Tape,
    base: usize,
    signed: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Span;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Span, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Span;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Span, E> {
        if self.signed {
            self.tape.sign_key(key);
        }
        Ok(borrowed(self.base, key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Span, E> {
        if self.signed {
            self.tape.sign_key(key);
        }
        Ok(self.tape.keep(key))
    }
}

/// The top bit of a length: the stretch lies in the decoded texts.
const DECODED: u32 = 1 << 31;
/// Levels that the signature covers: detection looks no deeper.
const SIGNED_DEPTH: usize = 4;
/// Values deeper than this are left to the raw view.
const DEEPEST: usize = 16;
/// At most this many values of one message are looked at.
const MOST_NODES: usize = 40_000;
/// Buffers grown beyond this by one message are given back.
const KEPT_NODES: usize = 2048;
const KEPT_BYTES: usize = 64 * 1024;
/// Behind the end of the tape.
const NOTHING: Node = Node { key: Span { start: 0, length: 0 }, value: Kept::Null, end: 0 };
