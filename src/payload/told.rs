//! Telling values one by one: the path being told, and the bounds on how much one message may tell.

use super::tape::Item;
use super::{Describes, Found, FoundValue, MOST_DEPTH, MOST_LEAVES, MOST_PATH, MOST_TEXT, SourceTime, size_of};
use crate::time::Timestamp;
use crate::vocab::Quality;

/// What is told of a message, under way.
pub(super) struct Told<'a> {
    /// When the message came.
    pub(super) now: Timestamp,
    pub(super) found: &'a mut dyn FnMut(Found<'_>),
    /// Where the telling stands.
    pub(super) path: &'a mut String,
    /// Values that may still be told.
    pub(super) left: usize,
    /// Something was left out by a bound, or could not be read.
    pub(super) cut: bool,
    /// Something was told.
    pub(super) any: bool,
    /// The topic's own value was told.
    pub(super) own: bool,
}

/// What belongs to a value, or to all of a message where its values say nothing themselves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct With<'t> {
    pub(super) time: Option<SourceTime>,
    pub(super) quality: Option<Quality>,
    pub(super) unit: Option<&'t str>,
    pub(super) description: Option<&'t str>,
}

impl Told<'_> {
    /// Tells a value where the path stands.
    pub(super) fn value(&mut self, value: FoundValue<'_>, with: With<'_>) {
        if self.left == 0 {
            self.cut = true;
            return;
        }
        self.left -= 1;
        self.any = true;
        self.own |= self.path.is_empty();
        (self.found)(Found {
            path: self.path,
            value: bounded(value),
            time: with.time,
            unit: short(with.unit, MOST_UNIT),
            quality: with.quality,
            description: short(with.description, MOST_TEXT),
            describes: None,
        });
    }

    /// Tells what a message says of another tag.
    pub(super) fn describe(&mut self, describes: Describes<'_>, value: FoundValue<'_>) {
        if self.left > 0 {
            self.left -= 1;
            self.any = true;
            let describes = Some(describes);
            (self.found)(Found { path: self.path, describes, ..super::bare(bounded(value)) });
        }
    }

    /// Does something one level further down; where the path would grow too long, nothing, and that is said.
    pub(super) fn at(&mut self, key: &str, tell: impl FnOnce(&mut Self)) {
        if self.path.len() + key.len() + 1 > MOST_PATH {
            self.cut = true;
            return;
        }
        let length = self.path.len();
        if !self.path.is_empty() {
            self.path.push('/');
        }
        // An empty key must not make the path of the object itself.
        self.path.push_str(if key.is_empty() { "\"\"" } else { key });
        tell(self);
        self.path.truncate(length);
    }

    /// Tells a value, or all scalars of an object or array by their paths.
    pub(super) fn item(&mut self, item: Item<'_>, with: With<'_>) {
        let left = self.left;
        self.left = left.min(MOST_LEAVES);
        let share = self.left;
        self.leaves(item, with, 0);
        self.left = left - (share - self.left);
    }

    /// As [`Self::item`], `depth` levels below where the flattening began.
    pub(super) fn leaves(&mut self, item: Item<'_>, with: With<'_>, depth: usize) {
        if item.is_scalar() || (depth > 0 && item.first().is_none()) {
            return self.value(item.value(), with);
        }
        if depth >= MOST_DEPTH {
            self.cut = true;
            return;
        }
        if item.is_object() {
            for child in item.children() {
                self.at(child.key(), |told| told.leaves(child, with, depth + 1));
            }
        } else if is_vector(item) {
            self.value(FoundValue::Text(&vector(item)), with);
        } else {
            for (index, child) in item.children().enumerate() {
                if self.left == 0 {
                    self.cut = true;
                    return;
                }
                let mut digits = [0; 20];
                self.at(written(index, &mut digits), |told| told.leaves(child, with, depth + 1));
            }
        }
    }
}

/// Whether an array is one long row of numbers: a spectrum or a waveform, not so many tags.
fn is_vector(array: Item<'_>) -> bool {
    array.children().nth(MOST_INDEXED).is_some() && array.children().all(Item::is_number)
}

/// A row of numbers in one text, as JSON writes it; long ones end in an ellipsis.
fn vector(array: Item<'_>) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("[");
    for number in array.children() {
        if text.len() > MOST_VECTOR {
            text.push('…');
            break;
        }
        if text.len() > 1 {
            text.push(',');
        }
        let _ = match number.value() {
            FoundValue::Int(int) => write!(text, "{int}"),
            FoundValue::UInt(uint) => write!(text, "{uint}"),
            FoundValue::Float(float) => write!(text, "{float}"),
            _ => Ok(()),
        }; // writing to a String cannot fail
    }
    text.push(']');
    text
}

/// An index in digits.
fn written(mut index: usize, digits: &mut [u8; 20]) -> &str {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (index % 10) as u8;
        index /= 10;
        if index == 0 || at == 0 {
            break;
        }
    }
    std::str::from_utf8(&digits[at..]).unwrap_or("")
}

fn short(words: Option<&str>, most: usize) -> Option<&str> {
    words.filter(|words| !words.is_empty() && words.len() <= most)
}

/// A text too long for a tile is raw.
pub(super) fn bounded(value: FoundValue<'_>) -> FoundValue<'_> {
    match value {
        FoundValue::Text(text) if text.len() > MOST_TEXT => FoundValue::Raw { size: size_of(text.len()) },
        other => other,
    }
}

/// Longer rows of numbers are one value.
const MOST_INDEXED: usize = 16;
const MOST_VECTOR: usize = 1024;
/// A longer unit is none.
const MOST_UNIT: usize = 64;
