//! Which known shape a JSON text has: by keys and JSON types, never by topic and never by what a value says.
//!
//! Looks no deeper than the tape's signature covers, and at no item of an array but the first, so that equal signatures
//! have equal shapes. The order is that of the tests below: what is marked by a key of its own comes first, what is told
//! by common words last; [`Shape::Object`] takes anything.

use super::keys::{Part, part_of};
use super::opc_ua::MEMBERS;
use super::tape::Item;
use crate::vocab::Shape;

/// The shape of an object or array.
pub(super) fn shape_of(root: Item<'_>) -> Shape {
    if root.is_array() {
        return root.first().filter(|first| first.is_object()).map_or(Shape::Object, shape_of_list);
    }
    marked(root).or_else(|| listed(root)).or_else(|| per_child(root)).unwrap_or_else(|| worded(root))
}

/// An array of objects, by its first.
fn shape_of_list(first: Item<'_>) -> Shape {
    let names = |known: &[&str]| first.children().all(|child| known.contains(&child.key()));
    if has(first, &["DataSetWriterId", "Payload"]) {
        Shape::OpcUaPubSub
    } else if has(first, &["NodeId", "Value"]) {
        Shape::OpcPublisher
    } else if names(&SENML) && first.children().any(|child| matches!(child.key(), "bn" | "n")) {
        Shape::SenMl
    } else if has(first, &["ts"]) && is_object(first, "values") {
        Shape::ThingsBoard
    } else if is_sample(first) {
        Shape::TagArray
    } else {
        Shape::Object
    }
}

/// Shapes that a key of their own marks.
fn marked(root: Item<'_>) -> Option<Shape> {
    let is_text = |key: &str| root.get(key).is_some_and(|item| item.words().is_some());
    Some(if is_array(root, "Messages") || (has(root, &["DataSetWriterId"]) && is_object(root, "Payload")) {
        Shape::OpcUaPubSub
    } else if has(root, &["DataSetWriterId"]) && is_object(root, "MetaData") {
        Shape::OpcUaMetadata
    } else if is_text("NodeId") && has(root, &["Value"]) {
        Shape::OpcPublisher
    } else if is_text("specversion") && is_text("source") && is_text("type") {
        Shape::CloudEvents
    } else if is_object(root, "payload") && is_object(root, "topic") && has_item(root, "payload", "metrics") {
        Shape::SparkplugJson
    } else if is_array(root, "metrics") && has_first(root, "metrics", &["fields", "name"]) {
        Shape::Telegraf
    } else if is_array(root, "metrics") && has_first(root, "metrics", &["name"]) {
        Shape::SparkplugJson
    } else if is_object(root, "fields") && is_text("name") {
        Shape::Telegraf
    } else if is_array(root, "propertyValues") || has_first(root, "entries", &["propertyValues"]) {
        Shape::SiteWise
    } else if has_item(root, "state", "reported") || has_item(root, "state", "desired") {
        Shape::Shadow
    } else if is_text("modelType") && is_text("idShort") {
        Shape::Aas
    } else if has(root, &["payload"])
        && (has(root, &["_msgid"]) || root.children().all(|c| NODE_RED.contains(&c.key())))
    {
        Shape::NodeRed
    } else if is_text("$namespace") {
        Shape::Profile
    } else {
        return None;
    })
}

/// Shapes that hold a list, or one item of such a list.
fn listed(root: Item<'_>) -> Option<Shape> {
    if has(root, &["seq"]) {
        if is_array(root, "connections") {
            return Some(Shape::SiemensNames);
        }
        let is_single = has(root, &["val", "ts"]) || has(root, &["val", "qc"]);
        if is_array(root, "vals") || is_array(root, "records") || is_single {
            return Some(Shape::Siemens);
        }
    }
    if is_array(root, "DataItems") && has_first(root, "DataItems", &["Variable", "Value"]) {
        return Some(Shape::SiemensCc7);
    }
    if is_object(root, "values") && has(root, &["ts"]) {
        return Some(Shape::ThingsBoard);
    }
    let first = root.get("values").filter(|list| list.is_array())?.first().filter(|first| first.is_object())?;
    if has(first, &["tag"]) && first.children().any(|child| AZURE_VALUES.contains(&child.key())) {
        Some(Shape::AzureProcessor)
    } else {
        is_sample(first).then_some(Shape::Kepware)
    }
}

/// Shapes whose children are all of one kind.
fn per_child(root: Item<'_>) -> Option<Shape> {
    let objects = || root.children().filter(|child| child.is_object());
    objects().next()?;
    let are_all = root.children().all(Item::is_object);
    let is_data_value = |item: Item<'_>| {
        has(item, &["Value"])
            && item.children().all(|part| MEMBERS.contains(&part.key()))
            && ["SourceTimestamp", "ServerTimestamp", "StatusCode"].iter().any(|key| has(item, &[key]))
    };
    if are_all && objects().all(is_data_value) {
        return Some(Shape::AzureIotOperations);
    }
    if are_all && objects().all(|item| has(item, &["type", "value"]) && item.children().count() == 2) {
        return Some(Shape::Properties);
    }
    let is_stamped = root.get("Timestamp").is_some_and(Item::is_scalar);
    if is_stamped && objects().all(|item| has(item, &["Value", "QualityCode"])) {
        return Some(Shape::SiemensCc7);
    }
    root.get("Time").is_some_and(|time| time.words().is_some()).then_some(Shape::Tasmota)
}

/// One value or one object of many, by the words its maker uses; the rest is told when the parts are read.
fn worded(root: Item<'_>) -> Shape {
    let keys = root.children().count();
    if has(root, &["Value", "Timestamp"]) && root.get("Value").is_some_and(|value| value.words().is_some()) {
        let others = keys - 2 - usize::from(is_array(root, "Batch"));
        if others == 0 {
            return Shape::FactoryPlus;
        }
    }
    if root.get("timestamp_ms").is_some_and(Item::is_number) {
        let is_value = root.get("value").is_some_and(Item::is_scalar);
        return if is_value { Shape::Umh } else { Shape::UmhTags };
    }
    if has(root, &["value", "timestamp", "quality", "dataType"]) && root.get("value").is_some_and(Item::is_scalar) {
        return if has(root, &["name"]) { Shape::Ignition } else { Shape::Proxus };
    }
    Shape::Object
}

/// An object with a name and a scalar value.
fn is_sample(item: Item<'_>) -> bool {
    let part = |wanted| item.children().find(|child| part_of(child.key()) == Some(wanted));
    part(Part::Name).is_some_and(|name| name.words().is_some() || name.is_number())
        && part(Part::Value).is_some_and(Item::is_scalar)
}

fn has(item: Item<'_>, keys: &[&str]) -> bool {
    keys.iter().all(|key| item.children().any(|child| child.key() == *key))
}

fn is_object(item: Item<'_>, key: &str) -> bool {
    item.get(key).is_some_and(Item::is_object)
}

fn is_array(item: Item<'_>, key: &str) -> bool {
    item.get(key).is_some_and(Item::is_array)
}

fn has_item(item: Item<'_>, key: &str, inner: &str) -> bool {
    item.get(key).is_some_and(|item| item.is_object() && has(item, &[inner]))
}

fn has_first(item: Item<'_>, key: &str, inner: &[&str]) -> bool {
    let list = item.get(key).filter(|list| list.is_array());
    list.and_then(Item::first).is_some_and(|first| first.is_object() && has(first, inner))
}

/// All labels of a SenML record (RFC 8428 §4.3).
const SENML: [&str; 14] = ["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t"];
const AZURE_VALUES: [&str; 5] = ["numVal", "boolVal", "strVal", "numberVal", "stringVal"];
/// What a Node-RED message holds beside its payload when MQTT nodes made it.
const NODE_RED: [&str; 8] = ["payload", "topic", "qos", "retain", "_msgid", "_event", "req", "properties"];
