//! Messages that say what other messages' values are: units, names, ranges. Told as [`Describes`], and as values of
//! their own too where nothing is described.

use super::tape::Item;
use super::told::{Told, With};
use super::{Describes, Fact, Target};

/// Cirrus Link UNS properties: `{"engUnit":{"type":"String","value":"rpm"},…}` on `<tag>.props`.
pub(super) fn tell_properties(root: Item<'_>, told: &mut Told<'_>) {
    for property in root.children() {
        let Some(value) = property.get("value") else { continue };
        told.at(property.key(), |told| {
            if let Some(fact) = fact_of(property.key()) {
                told.describe(Describes { target: Target::Sibling, fact }, value.value());
            }
            told.item(value, With::default());
        });
    }
}

/// Siemens Industrial Edge: connections hold data points, these hold definitions of ids by name and unit, and say on
/// which topic their values come.
pub(super) fn tell_siemens(root: Item<'_>, told: &mut Told<'_>) {
    for connection in list(root, "connections") {
        for point in list(connection, "dataPoints") {
            let topic = point.get("topic").and_then(Item::words).unwrap_or("");
            for definition in list(point, "dataPointDefinitions") {
                let words = |key: &str| definition.get(key).filter(|item| item.words().is_some());
                let (Some(id), Some(name)) = (words("id").and_then(Item::words), words("name")) else { continue };
                let target = Target::Named { topic, name: id };
                told.at(id, |told| {
                    told.describe(Describes { target, fact: Fact::Name }, name.value());
                    if let Some(unit) = words("unit") {
                        told.describe(Describes { target, fact: Fact::Unit }, unit.value());
                    }
                    told.item(name, With::default());
                });
            }
        }
    }
}

fn list<'t>(item: Item<'t>, key: &str) -> impl Iterator<Item = Item<'t>> {
    item.get(key).into_iter().flat_map(Item::children)
}

/// OPC UA PubSub meta data: the fields of a data set with their descriptions and engineering units.
pub(super) fn tell_opc_ua(root: Item<'_>, told: &mut Told<'_>) {
    let writer = root.get("DataSetWriterName").or_else(|| root.get("DataSetWriterId"));
    let writer = writer.and_then(Item::words).unwrap_or("");
    let fields = root.get("MetaData").and_then(|data| data.get("Fields"));
    for field in fields.into_iter().flat_map(Item::children) {
        let Some(name) = field.get("Name").and_then(Item::words) else { continue };
        let path = if writer.is_empty() { name.to_owned() } else { format!("{writer}/{name}") };
        let target = Target::OfData(&path);
        told.at(name, |told| {
            if let Some(text) = field.get("Description").and_then(localized) {
                told.describe(Describes { target, fact: Fact::Description }, text.value());
                told.item(text, With::default());
            }
            for property in field.get("Properties").into_iter().flat_map(Item::children) {
                let key = property.get("Key").or_else(|| property.get("Name"));
                let key = key.and_then(|key| key.words().or_else(|| key.get("Name")?.words())).unwrap_or("");
                let value = property.get("Value").map(|value| value.get("Body").unwrap_or(value));
                let Some(value) = value.and_then(|value| localized(value).or(Some(value))) else { continue };
                if let Some(fact) = fact_of(key) {
                    told.describe(Describes { target, fact }, value.value());
                }
            }
        });
    }
}

/// The text of a LocalizedText, or of the display name in an EUInformation.
fn localized(item: Item<'_>) -> Option<Item<'_>> {
    if item.words().is_some() {
        return Some(item);
    }
    item.get("Text").or_else(|| item.get("DisplayName").and_then(localized)).filter(|text| text.words().is_some())
}

/// What a property says of its tag.
fn fact_of(key: &str) -> Option<Fact> {
    Some(match key.to_ascii_lowercase().as_str() {
        "engunit" | "unit" | "units" | "uom" | "engineeringunit" | "engineeringunits" => Fact::Unit,
        "description" | "documentation" | "desc" | "tooltip" => Fact::Description,
        "name" | "displayname" => Fact::Name,
        "englow" | "low" | "min" | "minimum" => Fact::Low,
        "enghigh" | "high" | "max" | "maximum" => Fact::High,
        _ => return None,
    })
}
