//! An object read by its keys alone: one value with what belongs to it, or many by path.

use super::keys::{Part, is_word, quality_of, role_of};
use super::tape::Item;
use super::time::time_of;
use super::told::{Told, With};
use super::{FoundValue, SourceTime};
use crate::time::Timestamp;
use crate::vocab::{Quality, Shape};

/// Tells the values of an object or array; what they are where they say nothing is in `with`.
pub(super) fn tell(root: Item<'_>, told: &mut Told<'_>, with: With<'_>) -> Shape {
    if !root.is_object() {
        told.item(root, with);
        return Shape::Object;
    }
    let about = About::read(root, told.now);
    if about.is_value_object() {
        about.tell_value(root, told, with);
        Shape::ValueObject
    } else {
        about.tell_object(root, told, with);
        Shape::Object
    }
}

/// What the top-level keys say of a value. Of two equal keys the last counts, of two synonyms the first.
#[derive(Default)]
struct About<'t> {
    value: Option<Taken<'t, Item<'t>>>,
    time: Option<Taken<'t, SourceTime>>,
    quality: Option<Taken<'t, Quality>>,
    unit: Option<Taken<'t, &'t str>>,
    description: Option<Taken<'t, &'t str>>,
    name: Option<Taken<'t, &'t str>>,
    /// Keys that mark a value object without being part of it.
    marks: usize,
    /// Keys that play no part.
    others: usize,
    /// By place among the keys, those that are part of a value; and of these the times.
    parts: u64,
    times: u64,
}

/// A key in its role.
#[derive(Clone, Copy)]
struct Taken<'t, T> {
    key: &'t str,
    is: T,
}

impl<'t> About<'t> {
    fn read(root: Item<'t>, now: Timestamp) -> Self {
        let mut about = Self::default();
        for (place, item) in root.children().enumerate() {
            let key = item.key();
            let bit = 1u64.checked_shl(place as u32).unwrap_or(0);
            let role = if item.is_scalar() { role_of(key) } else { None };
            let is_taken = match role {
                Some(Part::Value) => take(&mut about.value, key, Some(item)),
                Some(Part::Time) => take(&mut about.time, key, time_of(item.value(), now)),
                Some(Part::Quality) => take(&mut about.quality, key, quality_of(key, item.value())),
                Some(Part::Unit) => take(&mut about.unit, key, item.words()),
                Some(Part::Description) => take(&mut about.description, key, item.words()),
                Some(Part::Name) => take(&mut about.name, key, item.words()),
                Some(Part::Id | Part::Aside) => {
                    about.marks += 1;
                    true
                }
                None => false,
            };
            about.others += usize::from(!is_taken);
            about.parts |= if is_taken && role != Some(Part::Id) { bit } else { 0 };
            about.times |= if is_taken && role == Some(Part::Time) { bit } else { 0 };
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

    /// What belongs to the value.
    fn with(&self, outer: With<'t>) -> With<'t> {
        let words = |part: &Option<Taken<'t, &'t str>>| part.map(|part| part.is).filter(|words| !words.is_empty());
        With {
            time: self.time.map(|part| part.is).or(outer.time),
            quality: self.quality.map(|part| part.is).or(outer.quality),
            unit: words(&self.unit).or(outer.unit),
            description: words(&self.description).or_else(|| words(&self.name)).or(outer.description),
        }
    }

    fn tell_value(&self, root: Item<'t>, told: &mut Told<'_>, outer: With<'t>) {
        let Some(value) = &self.value else { return };
        let with = self.with(outer);
        told.value(value.is.value(), with);
        // What stands beside the value without belonging to it is a value of its own.
        for item in besides(root, self.parts) {
            told.at(item.key(), |told| told.leaves(item, With { time: with.time, ..With::default() }, 1));
        }
    }

    /// Every leaf but the time, which belongs to all; a time alone is what the message says.
    fn tell_object(&self, root: Item<'t>, told: &mut Told<'_>, outer: With<'t>) {
        let time = self.time.filter(|part| is_word(part.key));
        let times = if time.is_some() { self.times } else { 0 };
        let times = if besides(root, times).next().is_some() { times } else { 0 };
        let with = With { time: time.map(|part| part.is).or(outer.time), ..outer };
        told.left = told.left.min(super::MOST_LEAVES);
        for item in besides(root, times) {
            told.at(item.key(), |told| told.leaves(item, with, 1));
        }
    }
}

/// The children whose place is not in a set.
fn besides(root: Item<'_>, places: u64) -> impl Iterator<Item = Item<'_>> {
    let is_in = move |place: usize| 1u64.checked_shl(place as u32).is_some_and(|bit| places & bit != 0);
    root.children().enumerate().filter(move |(place, _)| !is_in(*place)).map(|(_, item)| item)
}

/// Puts a key into a role that is free, or that the same key had. False when it is not to be had or says nothing.
fn take<'t, T>(part: &mut Option<Taken<'t, T>>, key: &'t str, is: Option<T>) -> bool {
    let is_free = part.as_ref().is_none_or(|before| before.key == key);
    match is {
        Some(is) if is_free => {
            *part = Some(Taken { key, is });
            true
        }
        _ => false,
    }
}

/// A value that a maker writes as text, as what it is: a number, a switch, else the text.
pub(super) fn typed(value: FoundValue<'_>) -> FoundValue<'_> {
    match value {
        FoundValue::Text(text) => super::scalar::read(text.trim_ascii()).unwrap_or(value),
        other => other,
    }
}
