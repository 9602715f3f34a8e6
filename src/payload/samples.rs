//! Lists of named values, each with its own time and quality: what Kepware, Siemens, Azure and others send.

use super::FoundValue;
use super::generic::typed;
use super::keys::{Part, Scale, part_of, quality_by};
use super::tape::Item;
use super::time::time_of;
use super::told::{Told, With};

/// How one maker writes the items of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// What numbers say of quality.
    pub(super) scale: Scale,
    /// Numbers come as text.
    pub(super) is_text: bool,
    /// Nobody knows which keys there are: those that play no part are values of their own.
    pub(super) is_open: bool,
}

/// Quality by common words, numbers as numbers.
pub(super) const PLAIN: Style = Style { scale: Scale::Unknown, is_text: false, is_open: true };

/// Tells one item under its name; an item without one is told where the path stands.
pub(super) fn tell<'t>(item: Item<'t>, style: Style, told: &mut Told<'_>, outer: With<'t>) {
    let sample = Sample::read(item, style, told, outer);
    let Some(value) = sample.value else {
        told.cut = true;
        return;
    };
    let tell = |told: &mut Told<'_>| {
        match value.is_scalar() {
            true if style.is_text => told.value(typed(value.value()), sample.with),
            true => told.value(value.value(), sample.with),
            false => told.item(value, sample.with),
        }
        for other in item.children().filter(|other| style.is_open && part_of(other.key()).is_none()) {
            told.at(other.key(), |told| told.item(other, With { time: sample.with.time, ..With::default() }));
        }
    };
    under(sample.name, told, tell);
}

/// Tells under a name, which may be a text or a number; without one where the path stands.
pub(super) fn under(name: Option<Item<'_>>, told: &mut Told<'_>, tell: impl FnOnce(&mut Told<'_>)) {
    match name.map(Item::value) {
        Some(FoundValue::Text(name)) if !name.is_empty() => told.at(name.trim_start_matches('/'), tell),
        Some(FoundValue::Int(number)) => told.at(&number.to_string(), tell),
        _ => tell(told),
    }
}

/// One item of a list, by its keys.
struct Sample<'t> {
    name: Option<Item<'t>>,
    value: Option<Item<'t>>,
    with: With<'t>,
}

impl<'t> Sample<'t> {
    fn read(item: Item<'t>, style: Style, told: &Told<'_>, outer: With<'t>) -> Self {
        let mut sample = Self { name: None, value: None, with: With::default() };
        for part in item.children() {
            match part_of(part.key()) {
                Some(Part::Name) => sample.name = sample.name.or(Some(part)),
                Some(Part::Value) => sample.value = sample.value.or(Some(part)),
                Some(Part::Time) => sample.with.time = sample.with.time.or_else(|| time_of(part.value(), told.now)),
                Some(Part::Quality) => {
                    sample.with.quality = sample.with.quality.or_else(|| quality_by(style.scale, part));
                }
                Some(Part::Unit) => sample.with.unit = sample.with.unit.or_else(|| part.words()),
                Some(Part::Description) => sample.with.description = sample.with.description.or_else(|| part.words()),
                _ => {}
            }
        }
        sample.with.time = sample.with.time.or(outer.time);
        sample.with.quality = sample.with.quality.or(outer.quality);
        sample
    }
}
