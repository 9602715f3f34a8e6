//! From leaves to values: is it one value with what belongs to it, or an object of many?

use super::json::Leaves;
use super::keys::{Role, is_plain_time_key, quality_of, role_of, time_of};
use super::{Found, FoundValue, MOST_TEXT, Shape, SourceTime, bare, size_of};
use crate::time::Timestamp;
use crate::vocab::Quality;

/// Tells what was found in a text whose leaves are read.
pub(super) fn tell(
    leaves: &Leaves,
    now: Timestamp,
    text: &str,
    size: usize,
    found: &mut dyn FnMut(Found<'_>),
) -> Shape {
    if leaves.is_scalar {
        let (_, _, value) = leaves.get(0, text);
        found(bare(bounded(value)));
        return Shape::Scalar;
    }
    let about = About::read(leaves, now, text);
    let shape = if about.is_value_object() {
        tell_value(leaves, &about, text, found);
        Shape::ValueObject
    } else {
        tell_object(leaves, now, text, found);
        Shape::Object
    };
    if leaves.cut || leaves.len() == 0 {
        found(bare(FoundValue::Raw { size: size_of(size) }));
    }
    shape
}

/// What the top-level keys say of a value. Each is the index of its leaf.
#[derive(Default)]
struct About {
    value: Option<usize>,
    time: Option<(usize, SourceTime)>,
    quality: Option<(usize, Quality)>,
    unit: Option<usize>,
    description: Option<usize>,
    aside: usize,
    /// Leaves without a role.
    others: usize,
}

impl About {
    fn read(leaves: &Leaves, now: Timestamp, text: &str) -> Self {
        let mut about = Self::default();
        for index in 0..leaves.len() {
            let (path, depth, value) = leaves.get(index, text);
            let role = if depth == 1 { role_of(path) } else { None };
            let is_text = matches!(value, FoundValue::Text(_));
            match role {
                Some(Role::Value) if about.value.is_none() => about.value = Some(index),
                Some(Role::Time) if about.time.is_none() => match time_of(value, now) {
                    Some(time) => about.time = Some((index, time)),
                    None => about.others += 1,
                },
                Some(Role::Quality) if about.quality.is_none() => match quality_of(value) {
                    Some(quality) => about.quality = Some((index, quality)),
                    None => about.others += 1,
                },
                Some(Role::Unit) if about.unit.is_none() && is_text => about.unit = Some(index),
                Some(Role::Description) if about.description.is_none() && is_text => about.description = Some(index),
                Some(Role::Aside) => about.aside += 1,
                _ => about.others += 1,
            }
        }
        about
    }

    /// One value and something that belongs to it, or a value alone. An object in which a `value` is one figure among
    /// many others is not meant.
    fn is_value_object(&self) -> bool {
        let known = usize::from(self.time.is_some())
            + usize::from(self.quality.is_some())
            + usize::from(self.unit.is_some())
            + usize::from(self.description.is_some())
            + self.aside;
        self.value.is_some() && (self.others == 0 || known > 0)
    }

    fn owns(&self, index: usize) -> bool {
        let is = |leaf: Option<usize>| leaf == Some(index);
        is(self.value)
            || is(self.unit)
            || is(self.description)
            || is(self.time.map(|(leaf, _)| leaf))
            || is(self.quality.map(|(leaf, _)| leaf))
    }
}

fn tell_value(leaves: &Leaves, about: &About, text: &str, found: &mut dyn FnMut(Found<'_>)) {
    let word = |leaf: Option<usize>| match leaves.get(leaf?, text).2 {
        FoundValue::Text(word) if !word.is_empty() => Some(word),
        _ => None,
    };
    let time = about.time.map(|(_, time)| time);
    if let Some(index) = about.value {
        let (_, _, value) = leaves.get(index, text);
        found(Found {
            path: "",
            value: bounded(value),
            time,
            unit: word(about.unit),
            quality: about.quality.map(|(_, quality)| quality),
            description: word(about.description),
        });
    }
    // What stands beside the value without belonging to it is shown as a tag of its own.
    for index in 0..leaves.len() {
        let (path, depth, value) = leaves.get(index, text);
        if about.owns(index) || (depth == 1 && role_of(path) == Some(Role::Aside)) {
            continue;
        }
        found(Found { path, time, ..bare(bounded(value)) });
    }
}

fn tell_object(leaves: &Leaves, now: Timestamp, text: &str, found: &mut dyn FnMut(Found<'_>)) {
    let time_leaf = (0..leaves.len()).find_map(|index| {
        let (path, depth, value) = leaves.get(index, text);
        let time = if depth == 1 && is_plain_time_key(path) { time_of(value, now) } else { None };
        time.map(|time| (index, time))
    });
    for index in 0..leaves.len() {
        if time_leaf.is_some_and(|(leaf, _)| leaf == index) {
            continue;
        }
        let (path, _, value) = leaves.get(index, text);
        found(Found { path, time: time_leaf.map(|(_, time)| time), ..bare(bounded(value)) });
    }
}

/// A text too long for a tile is raw.
fn bounded(value: FoundValue<'_>) -> FoundValue<'_> {
    match value {
        FoundValue::Text(text) if text.len() > MOST_TEXT => FoundValue::Raw { size: size_of(text.len()) },
        other => other,
    }
}
