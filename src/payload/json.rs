//! JSON flattened to leaves, streaming: paths and values go into buffers that are kept between messages.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::keys::{Role, role_of};
use super::{FoundValue, MOST_DEPTH, MOST_LEAVES, MOST_PATH};

/// The leaves of one JSON text. An empty object or array below the top is a leaf without a value.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    list: Vec<Kept>,
    /// Paths of all leaves, one after the other.
    paths: String,
    /// Texts that had escapes, decoded.
    texts: String,
    /// The path being read.
    path: String,
    /// Something was left out by a bound.
    pub(super) cut: bool,
    /// The text is one value alone, not an object or array.
    pub(super) is_scalar: bool,
}

/// One leaf.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'a> {
    /// Keys and indices from the top, joined by `/`.
    pub(super) path: &'a str,
    /// What the key stands for, if it is one of the top object's.
    pub(super) role: Option<Role>,
    /// What it holds.
    pub(super) value: FoundValue<'a>,
}

/// A leaf as kept: offsets, so that no lifetime ties the buffers to a message.
#[derive(Clone, Copy, Debug)]
struct Kept {
    path: (u32, u32),
    role: Option<Role>,
    value: KeptValue,
}

#[derive(Clone, Copy, Debug)]
enum KeptValue {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    /// Where it stands in the payload.
    Borrowed(u32, u32),
    /// Where it stands in `texts`.
    Owned(u32, u32),
}

impl Leaves {
    /// Reads a text; false when it is not JSON, or not within serde_json's own bound on depth.
    pub(super) fn fill(&mut self, text: &str) -> bool {
        self.list.clear();
        self.path.clear();
        for buffer in [&mut self.paths, &mut self.texts] {
            buffer.clear();
            // One long message must not hold its memory for ever.
            buffer.shrink_to(KEPT_BYTES);
        }
        self.cut = false;
        self.is_scalar = true;
        let mut json = serde_json::Deserializer::from_str(text);
        let node = Node { leaves: self, base: text.as_ptr() as usize, depth: 0 };
        node.deserialize(&mut json).is_ok() && json.end().is_ok()
    }

    /// How many leaves there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// A leaf by its index; `text` is the text that was read.
    pub(super) fn get<'a>(&'a self, index: usize, text: &'a str) -> Option<Leaf<'a>> {
        self.list.get(index).map(|kept| self.leaf(kept, text))
    }

    /// All leaves in the order of the text, which is the text that was read.
    pub(super) fn iter<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Leaf<'a>> {
        self.list.iter().map(move |kept| self.leaf(kept, text))
    }

    fn leaf<'a>(&'a self, kept: &Kept, text: &'a str) -> Leaf<'a> {
        let slice = |from: &'a str, (start, end): (u32, u32)| from.get(start as usize..end as usize).unwrap_or("");
        let value = match kept.value {
            KeptValue::Null => FoundValue::Null,
            KeptValue::Bool(on) => FoundValue::Bool(on),
            KeptValue::Int(int) => FoundValue::Int(int),
            KeptValue::UInt(uint) => FoundValue::UInt(uint),
            KeptValue::Float(float) => FoundValue::Float(float),
            KeptValue::Borrowed(start, end) => FoundValue::Text(slice(text, (start, end))),
            KeptValue::Owned(start, end) => FoundValue::Text(slice(&self.texts, (start, end))),
        };
        Leaf { path: slice(&self.paths, kept.path), role: kept.role, value }
    }

    fn push(&mut self, depth: usize, value: KeptValue) {
        if self.list.len() >= MOST_LEAVES {
            self.cut = true;
            return;
        }
        let start = self.paths.len() as u32;
        self.paths.push_str(&self.path);
        let role = if depth == 1 { role_of(&self.path) } else { None };
        self.list.push(Kept { path: (start, self.paths.len() as u32), role, value });
    }
}

impl Leaves {
    /// Whether nothing more is taken at this depth.
    fn is_full(&self, depth: usize) -> bool {
        depth > MOST_DEPTH || self.list.len() >= MOST_LEAVES || self.path.len() + LONGEST_INDEX > MOST_PATH
    }

    fn note_empty(&mut self, is_empty: bool, depth: usize) {
        if is_empty && depth > 0 {
            self.push(depth, KeptValue::Null);
        }
    }
}

/// A JSON value at a depth.
struct Node<'l> {
    leaves: &'l mut Leaves,
    base: usize,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.leaves.push(self.depth, KeptValue::Null);
        Ok(())
    }

    fn visit_bool<E>(self, on: bool) -> Result<(), E> {
        self.leaves.push(self.depth, KeptValue::Bool(on));
        Ok(())
    }

    fn visit_i64<E>(self, int: i64) -> Result<(), E> {
        self.leaves.push(self.depth, KeptValue::Int(int));
        Ok(())
    }

    fn visit_u64<E>(self, uint: u64) -> Result<(), E> {
        self.leaves.push(self.depth, i64::try_from(uint).map_or(KeptValue::UInt(uint), KeptValue::Int));
        Ok(())
    }

    fn visit_f64<E>(self, float: f64) -> Result<(), E> {
        self.leaves.push(self.depth, if float.is_finite() { KeptValue::Float(float) } else { KeptValue::Null });
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        // The text is part of the payload: keep where it stands, not what it says.
        let start = (text.as_ptr() as usize).wrapping_sub(self.base) as u32;
        self.leaves.push(self.depth, KeptValue::Borrowed(start, start + text.len() as u32));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        let start = self.leaves.texts.len() as u32;
        self.leaves.texts.push_str(text);
        self.leaves.push(self.depth, KeptValue::Owned(start, start + text.len() as u32));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { leaves, base, depth } = self;
        leaves.is_scalar = false;
        let length = leaves.path.len();
        let mut is_empty = true;
        while let Some(fits) = map.next_key_seed(Key { path: &mut leaves.path })? {
            is_empty = false;
            if !fits || leaves.is_full(depth + 1) {
                leaves.cut = true;
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Node { leaves, base, depth: depth + 1 })?;
            }
            leaves.path.truncate(length);
        }
        leaves.note_empty(is_empty, depth);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { leaves, base, depth } = self;
        leaves.is_scalar = false;
        let length = leaves.path.len();
        for index in 0usize.. {
            let is_more = if leaves.is_full(depth + 1) {
                let is_more = seq.next_element::<IgnoredAny>()?.is_some();
                leaves.cut |= is_more;
                is_more
            } else {
                push_index(&mut leaves.path, index);
                let is_more = seq.next_element_seed(Node { leaves, base, depth: depth + 1 })?.is_some();
                leaves.path.truncate(length);
                is_more
            };
            if !is_more {
                leaves.note_empty(index == 0, depth);
                break;
            }
        }
        Ok(())
    }
}

fn push_index(path: &mut String, index: usize) {
    use std::fmt::Write as _;
    if !path.is_empty() {
        path.push('/');
    }
    let _ = write!(path, "{index}"); // writing to a String cannot fail
}

/// A key, appended to the path as it is read. False where the path would grow too long.
struct Key<'p> {
    path: &'p mut String,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        if self.path.len() + key.len() > MOST_PATH {
            return Ok(false);
        }
        if !self.path.is_empty() {
            self.path.push('/');
        }
        // An empty key must not make the path of the object itself.
        self.path.push_str(if key.is_empty() { "\"\"" } else { key });
        Ok(true)
    }
}

/// `/` and the digits of an index.
const LONGEST_INDEX: usize = 21;
/// Buffers grown beyond this by one message are given back.
const KEPT_BYTES: usize = 64 * 1024;
