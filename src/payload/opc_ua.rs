//! OPC UA's JSON: PubSub messages (Part 14 §7.2.5), data values (Part 6 §5.4.2.18), OPC Publisher's samples.

use super::FoundValue;
use super::keys::{Scale, quality_by};
use super::samples::under;
use super::tape::Item;
use super::time::time_of;
use super::told::{Told, With};
use crate::vocab::Quality;

/// Tells network messages, one data set message, or an array of such.
pub(super) fn tell_pub_sub(root: Item<'_>, told: &mut Told<'_>) {
    if root.is_array() {
        root.children().for_each(|message| tell_message(message, told));
    } else if let Some(messages) = root.get("Messages") {
        messages.children().for_each(|message| tell_message(message, told));
    } else {
        tell_message(root, told);
    }
}

/// Tells the fields of one data set message, under its writer's name: field names repeat from writer to writer.
fn tell_message(message: Item<'_>, told: &mut Told<'_>) {
    let Some(fields) = message.get("Payload").filter(|fields| fields.is_object()) else {
        told.cut = true;
        return;
    };
    let with = With {
        time: message.get("Timestamp").and_then(|time| time_of(time.value(), told.now)),
        quality: message.get("Status").and_then(|status| quality_by(Scale::OpcUa, status)),
        ..With::default()
    };
    let writer = message.get("DataSetWriterName").or_else(|| message.get("DataSetWriterId"));
    under(writer, told, |told| {
        for field in fields.children() {
            told.at(field.key(), |told| tell_value(field, told, with));
        }
    });
}

/// Tells a DataValue, a Variant, or a bare value. A value that is missing is none; its status says why.
pub(super) fn tell_value<'t>(item: Item<'t>, told: &mut Told<'_>, outer: With<'t>) {
    let is_data_value = item.is_object() && item.children().all(|part| MEMBERS.contains(&part.key()));
    if !is_data_value {
        return tell_variant(item, told, outer);
    }
    let time = |key: &str| item.get(key).and_then(|time| time_of(time.value(), told.now));
    let status = item.get("StatusCode").or_else(|| item.get("Status"));
    let with = With {
        time: time("SourceTimestamp").or_else(|| time("ServerTimestamp")).or(outer.time),
        quality: status.and_then(|status| quality_by(Scale::OpcUa, status)).or(outer.quality),
        ..outer
    };
    match item.get("Value") {
        Some(value) => tell_variant(value, told, with),
        None => {
            let quality = with.quality.filter(|quality| *quality != Quality::Good).or(Some(Quality::Bad));
            told.value(FoundValue::Null, With { quality, ..with });
        }
    }
}

/// A Variant in the reversible encoding is `{"Type":10,"Body":23.5}`.
fn tell_variant<'t>(item: Item<'t>, told: &mut Told<'_>, with: With<'t>) {
    let body = item.get("Body").filter(|_| item.get("Type").is_some() && item.children().count() <= 3);
    told.item(body.unwrap_or(item), with);
}

/// Tells OPC Publisher's samples, one or a list: by display name, else by node id.
pub(super) fn tell_samples(root: Item<'_>, told: &mut Told<'_>) {
    if root.is_array() {
        root.children().for_each(|sample| tell_sample(sample, told));
    } else {
        tell_sample(root, told);
    }
}

fn tell_sample(sample: Item<'_>, told: &mut Told<'_>) {
    let Some(value) = sample.get("Value") else {
        told.cut = true;
        return;
    };
    let time = ["SourceTimestamp", "Timestamp"].iter().find_map(|key| sample.get(key));
    let with = With {
        time: time.and_then(|time| time_of(time.value(), told.now)),
        quality: sample.get("StatusCode").and_then(|status| quality_by(Scale::OpcUa, status)),
        unit: sample.get("EngineeringUnits").and_then(Item::words),
        ..With::default()
    };
    let named = |key: &str| sample.get(key).filter(|name| name.words().is_some_and(|name| !name.is_empty()));
    under(named("DisplayName").or_else(|| named("NodeId")), told, |told| tell_value(value, told, with));
}

/// Members of a DataValue.
pub(super) const MEMBERS: [&str; 7] =
    ["Value", "StatusCode", "Status", "SourceTimestamp", "SourcePicoseconds", "ServerTimestamp", "ServerPicoseconds"];
