//! JSON flattened to leaves, streaming: paths and values go into buffers that are kept between messages.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{FoundValue, MOST_DEPTH, MOST_LEAVES};

/// The leaves of one JSON text.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    list: Vec<Leaf>,
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

/// One leaf: offsets, so that no lifetime ties the buffers to a message.
#[derive(Clone, Copy, Debug)]
struct Leaf {
    path: (u32, u32),
    depth: u8,
    value: Kept,
}

#[derive(Clone, Copy, Debug)]
enum Kept {
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
        self.paths.clear();
        self.texts.clear();
        self.path.clear();
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

    /// A leaf's path, its depth (1 for a key of the top object), and its value. `text` is the text that was read.
    pub(super) fn get<'a>(&'a self, index: usize, text: &'a str) -> (&'a str, usize, FoundValue<'a>) {
        let Some(leaf) = self.list.get(index) else { return ("", 0, FoundValue::Null) };
        let slice = |from: &'a str, (start, end): (u32, u32)| from.get(start as usize..end as usize).unwrap_or("");
        let value = match leaf.value {
            Kept::Null => FoundValue::Null,
            Kept::Bool(on) => FoundValue::Bool(on),
            Kept::Int(int) => FoundValue::Int(int),
            Kept::UInt(uint) => FoundValue::UInt(uint),
            Kept::Float(float) => FoundValue::Float(float),
            Kept::Borrowed(start, end) => FoundValue::Text(slice(text, (start, end))),
            Kept::Owned(start, end) => FoundValue::Text(slice(&self.texts, (start, end))),
        };
        (slice(&self.paths, leaf.path), usize::from(leaf.depth), value)
    }

    fn push(&mut self, depth: usize, value: Kept) {
        if self.list.len() >= MOST_LEAVES {
            self.cut = true;
            return;
        }
        let start = self.paths.len() as u32;
        self.paths.push_str(&self.path);
        self.list.push(Leaf { path: (start, self.paths.len() as u32), depth: depth as u8, value });
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
        self.leaves.push(self.depth, Kept::Null);
        Ok(())
    }

    fn visit_bool<E>(self, on: bool) -> Result<(), E> {
        self.leaves.push(self.depth, Kept::Bool(on));
        Ok(())
    }

    fn visit_i64<E>(self, int: i64) -> Result<(), E> {
        self.leaves.push(self.depth, Kept::Int(int));
        Ok(())
    }

    fn visit_u64<E>(self, uint: u64) -> Result<(), E> {
        self.leaves.push(self.depth, i64::try_from(uint).map_or(Kept::UInt(uint), Kept::Int));
        Ok(())
    }

    fn visit_f64<E>(self, float: f64) -> Result<(), E> {
        self.leaves.push(self.depth, if float.is_finite() { Kept::Float(float) } else { Kept::Null });
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        // The text is part of the payload: keep where it stands, not what it says.
        let start = (text.as_ptr() as usize).wrapping_sub(self.base) as u32;
        self.leaves.push(self.depth, Kept::Borrowed(start, start + text.len() as u32));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        let start = self.leaves.texts.len() as u32;
        self.leaves.texts.push_str(text);
        self.leaves.push(self.depth, Kept::Owned(start, start + text.len() as u32));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { leaves, base, depth } = self;
        leaves.is_scalar = false;
        let length = leaves.path.len();
        while map.next_key_seed(Key { path: &mut leaves.path })?.is_some() {
            if depth + 1 > MOST_DEPTH || leaves.list.len() >= MOST_LEAVES {
                leaves.cut = true;
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Node { leaves, base, depth: depth + 1 })?;
            }
            leaves.path.truncate(length);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { leaves, base, depth } = self;
        leaves.is_scalar = false;
        let length = leaves.path.len();
        for index in 0usize.. {
            if depth + 1 > MOST_DEPTH || leaves.list.len() >= MOST_LEAVES {
                if seq.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
                leaves.cut = true;
                continue;
            }
            push_index(&mut leaves.path, index);
            let more = seq.next_element_seed(Node { leaves, base, depth: depth + 1 })?.is_some();
            leaves.path.truncate(length);
            if !more {
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

/// A key, appended to the path as it is read.
struct Key<'p> {
    path: &'p mut String,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<(), E> {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        // An empty key must not make the path of the object itself.
        self.path.push_str(if key.is_empty() { "\"\"" } else { key });
        Ok(())
    }
}
