//! From leaves to values: is it one value with what belongs to it, or an object of many?
//!
//! Structural only, by keys and JSON types. A shape more is a further test in [`tell`], before the fallback to
//! [`Shape::Object`], which takes anything.

use super::json::{Leaf, Leaves};
use super::keys::{Role, is_word, quality_of};
use super::time::time_of;
use super::{Found, FoundValue, MOST_TEXT, Shape, SourceTime, bare, size_of};
use crate::time::Timestamp;
use crate::vocab::Quality;

/// Tells what was found in `text`, whose leaves are read; `size` is that of the payload.
pub(super) fn tell(
    leaves: &Leaves,
    now: Timestamp,
    text: &str,
    size: usize,
    found: &mut dyn FnMut(Found<'_>),
) -> Shape {
    let whole = bare(FoundValue::Raw { size: size_of(size) });
    if leaves.is_scalar {
        found(leaves.get(0, text).map_or(whole, |leaf| bare(bounded(leaf.value))));
        return Shape::Scalar;
    }
    let about = About::read(leaves, now, text);
    if about.is_value_object() {
        about.tell_value(leaves, text, found);
        if leaves.cut {
            found(Found { path: REST, ..whole });
        }
        return Shape::ValueObject;
    }
    about.tell_object(leaves, text, found);
    if leaves.cut || leaves.len() == 0 {
        found(whole);
    }
    Shape::Object
}

/// What the top-level keys say of a value. Of two equal keys the last counts, of two synonyms the first.
#[derive(Default)]
struct About<'t> {
    value: Option<Part<'t, FoundValue<'t>>>,
    time: Option<Part<'t, SourceTime>>,
    quality: Option<Part<'t, Quality>>,
    unit: Option<Part<'t, &'t str>>,
    description: Option<Part<'t, &'t str>>,
    name: Option<Part<'t, &'t str>>,
    /// Keys that mark a value object without being part of it.
    marks: usize,
    /// Leaves without a role.
    others: usize,
}

/// A key in its role.
#[derive(Clone, Copy)]
struct Part<'t, T> {
    key: &'t str,
    is: T,
}

impl<'t> About<'t> {
    fn read(leaves: &'t Leaves, now: Timestamp, text: &'t str) -> Self {
        let mut about = Self::default();
        for leaf in leaves.iter(text) {
            let key = leaf.path;
            let words = match leaf.value {
                FoundValue::Text(words) => Some(words),
                _ => None,
            };
            let is_taken = match leaf.role {
                Some(Role::Value) => take(&mut about.value, key, Some(leaf.value)),
                Some(Role::Time) => take(&mut about.time, key, time_of(leaf.value, now)),
                Some(Role::Quality) => take(&mut about.quality, key, quality_of(key, leaf.value)),
                Some(Role::Unit) => take(&mut about.unit, key, words),
                Some(Role::Description) => take(&mut about.description, key, words),
                Some(Role::Name) => take(&mut about.name, key, words),
                Some(Role::Id | Role::Aside) => {
                    about.marks += 1;
                    true
                }
                None => false,
            };
            about.others += usize::from(!is_taken);
        }
        about
    }

    /// One value and something that belongs to it, or a value alone. An object in which a `value` is one figure among
    /// many others is not meant.
    fn is_value_object(&self) -> bool {
        let Some(value) = &self.value else { return false };
        let is_marked = self.marks > 0
            || self.time.is_some()
            || self.quality.is_some()
            || self.unit.is_some()
            || self.description.is_some()
            || self.name.is_some();
        self.others == 0 || (is_marked && is_word(value.key))
    }

    fn tell_value(&self, leaves: &Leaves, text: &str, found: &mut dyn FnMut(Found<'_>)) {
        let Some(value) = &self.value else { return };
        let words = |part: &Option<Part<'t, &'t str>>| part.map(|part| part.is).filter(|words| !words.is_empty());
        let time = self.time.map(|part| part.is);
        found(Found {
            path: "",
            value: bounded(value.is),
            time,
            unit: words(&self.unit).filter(|unit| unit.len() <= MOST_UNIT),
            quality: self.quality.map(|part| part.is),
            description: words(&self.description)
                .or_else(|| words(&self.name))
                .filter(|words| words.len() <= MOST_TEXT),
        });
        // What stands beside the value without belonging to it is a value of its own.
        for leaf in leaves.iter(text) {
            if !self.tells(&leaf) {
                found(Found { path: leaf.path, time, ..bare(bounded(leaf.value)) });
            }
        }
    }

    /// Every leaf but the time, which belongs to all; a time alone is what the message says.
    fn tell_object(&self, leaves: &Leaves, text: &str, found: &mut dyn FnMut(Found<'_>)) {
        let time = self.time.filter(|part| is_word(part.key));
        let is_time = |leaf: &Leaf<'_>| leaf.role == Some(Role::Time) && time.is_some_and(|part| part.key == leaf.path);
        let is_time_alone = leaves.iter(text).all(|leaf| is_time(&leaf));
        for leaf in leaves.iter(text).filter(|leaf| is_time_alone || !is_time(leaf)) {
            found(Found { path: leaf.path, time: time.map(|part| part.is), ..bare(bounded(leaf.value)) });
        }
    }

    /// Whether a leaf is part of the value, or a mark that says nothing more.
    fn tells(&self, leaf: &Leaf<'_>) -> bool {
        let key = match leaf.role {
            None | Some(Role::Id) => None,
            Some(Role::Aside) => return true,
            Some(Role::Value) => self.value.map(|part| part.key),
            Some(Role::Time) => self.time.map(|part| part.key),
            Some(Role::Quality) => self.quality.map(|part| part.key),
            Some(Role::Unit) => self.unit.map(|part| part.key),
            Some(Role::Description) => self.description.map(|part| part.key),
            Some(Role::Name) => self.name.map(|part| part.key),
        };
        key == Some(leaf.path)
    }
}

/// Puts a key into a role that is free, or that the same key had. False when it is not to be had or says nothing.
fn take<'t, T>(part: &mut Option<Part<'t, T>>, key: &'t str, is: Option<T>) -> bool {
    let is_free = part.as_ref().is_none_or(|before| before.key == key);
    match is {
        Some(is) if is_free => {
            *part = Some(Part { key, is });
            true
        }
        _ => false,
    }
}

/// A text too long for a tile is raw.
fn bounded(value: FoundValue<'_>) -> FoundValue<'_> {
    match value {
        FoundValue::Text(text) if text.len() > MOST_TEXT => FoundValue::Raw { size: size_of(text.len()) },
        other => other,
    }
}

/// Where a value object says that a bound left something out: its own path is taken by the value.
const REST: &str = "…";
/// A longer unit is none.
const MOST_UNIT: usize = 64;
