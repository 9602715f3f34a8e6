//! Shapes of single makers and clouds: from their keys to values.

use super::generic::{self, typed};
use super::keys::Scale;
use super::samples::{self, PLAIN, Style};
use super::tape::Item;
use super::time::time_of;
use super::told::{Told, With};
use super::{FoundValue, SourceTime, line_protocol, metadata, opc_ua, senml};
use crate::time::Timestamp;
use crate::vocab::Shape;

/// Tells a message of a known shape. Tells nothing where the shape is only said to be so, or is that of any object.
pub(super) fn tell<'t>(shape: Shape, root: Item<'t>, told: &mut Told<'_>, outer: With<'t>) {
    let stamped = |key: &str, told: &Told<'_>| root.get(key).and_then(|time| time_of(time.value(), told.now));
    let each = |list: Option<Item<'t>>, style: Style, told: &mut Told<'_>, with: With<'t>| {
        list.into_iter().flat_map(Item::children).for_each(|item| samples::tell(item, style, told, with));
    };
    match shape {
        Shape::Umh | Shape::UmhTags | Shape::Ignition | Shape::Proxus | Shape::Tasmota | Shape::Profile => {
            generic::tell(root, told, outer);
        }
        Shape::Properties => metadata::tell_properties(root, told),
        Shape::SiemensNames => metadata::tell_siemens(root, told),
        Shape::OpcUaMetadata => metadata::tell_opc_ua(root, told),
        Shape::FactoryPlus => {
            each(root.get("Batch"), TEXT, told, outer);
            samples::tell(root, TEXT, told, outer);
        }
        Shape::AzureIotOperations => {
            for item in root.children() {
                told.at(item.key(), |told| opc_ua::tell_value(item, told, outer));
            }
        }
        Shape::OpcUaPubSub => opc_ua::tell_pub_sub(root, told),
        Shape::OpcPublisher => opc_ua::tell_samples(root, told),
        Shape::Siemens => tell_siemens(root, told),
        Shape::SiemensCc7 => {
            let with = With { time: stamped("Timestamp", told).or(outer.time), ..outer };
            each(root.get("DataItems"), TEXT, told, with);
            for item in root.children().filter(|item| item.is_object()) {
                told.at(item.key(), |told| samples::tell(item, TEXT, told, with));
            }
        }
        Shape::Kepware => {
            let with = With { time: stamped("timestamp", told).or(outer.time), ..outer };
            each(root.get("values"), PLAIN, told, with);
        }
        Shape::AzureProcessor => each(root.get("values"), PLAIN, told, outer),
        Shape::TagArray => each(Some(root).filter(|root| root.is_array()), PLAIN, told, outer),
        Shape::Telegraf => match root.get("metrics") {
            Some(metrics) => metrics.children().for_each(|metric| tell_telegraf(metric, told)),
            None => tell_telegraf(root, told),
        },
        Shape::SiteWise => match root.get("entries") {
            Some(entries) => entries.children().for_each(|entry| tell_site_wise(entry, told)),
            None => tell_site_wise(root, told),
        },
        Shape::Shadow => tell_shadow(root, told, With { time: stamped("timestamp", told), ..outer }),
        Shape::ThingsBoard if root.is_array() => root.children().for_each(|item| tell_things_board(item, told)),
        Shape::ThingsBoard => tell_things_board(root, told),
        Shape::SenMl => senml::tell(root, told),
        Shape::CloudEvents => unwrap(root.get("data"), told, With { time: stamped("time", told), ..outer }),
        Shape::NodeRed => unwrap(root.get("payload"), told, outer),
        Shape::SparkplugJson => tell_sparkplug(root, told),
        Shape::Aas => tell_aas(root, told, outer),
        Shape::LineProtocol
        | Shape::Empty
        | Shape::Scalar
        | Shape::ValueObject
        | Shape::Object
        | Shape::SparkplugB
        | Shape::Raw => {}
    }
}

/// What stands in an envelope: one value, or a message of its own.
fn unwrap<'t>(inner: Option<Item<'t>>, told: &mut Told<'_>, with: With<'t>) {
    let Some(inner) = inner else { return };
    if inner.is_scalar() {
        if let Some(text) = inner.words()
            && line_protocol::tell(text, told)
        {
            return;
        }
        return told.value(inner.value(), with);
    }
    let shape = match super::detect::shape_of(inner) {
        // An envelope in an envelope is shown as what it is.
        Shape::CloudEvents | Shape::NodeRed => Shape::Object,
        shape => shape,
    };
    super::tell(shape, inner, told, with);
}

/// Bulk, time series, and the older single value.
fn tell_siemens(root: Item<'_>, told: &mut Told<'_>) {
    const STYLE: Style = Style { scale: Scale::Siemens, is_text: false, is_open: false };
    let rows = |row: Item<'_>, told: &mut Told<'_>| {
        let with = With { time: row.get("ts").and_then(|time| time_of(time.value(), told.now)), ..With::default() };
        row.get("vals").into_iter().flat_map(Item::children).for_each(|item| samples::tell(item, STYLE, told, with));
    };
    if let Some(records) = root.get("records") {
        records.children().for_each(|record| rows(record, told));
    } else if root.get("vals").is_some() {
        rows(root, told);
    } else {
        samples::tell(root, STYLE, told, With::default());
    }
}

/// `name,tag=value/field`: the series key of the line protocol, so that hosts on one topic stay apart.
fn tell_telegraf(metric: Item<'_>, told: &mut Told<'_>) {
    let (Some(name), Some(fields)) = (metric.get("name").and_then(Item::words), metric.get("fields")) else {
        told.cut = true;
        return;
    };
    let mut series = name.to_owned();
    for tag in metric.get("tags").into_iter().flat_map(Item::children) {
        if series.len() < super::MOST_PATH {
            series.extend([",", tag.key(), "=", tag.words().unwrap_or("")]);
        }
    }
    let time = metric.get("timestamp").and_then(|time| time_of(time.value(), told.now));
    told.at(&series, |told| {
        for field in fields.children() {
            told.at(field.key(), |told| told.item(field, With { time, ..With::default() }));
        }
    });
}

fn tell_site_wise(entry: Item<'_>, told: &mut Told<'_>) {
    let ids = ["assetId", "propertyId"].map(|key| entry.get(key).and_then(Item::words));
    let name = match (entry.get("propertyAlias").and_then(Item::words), ids) {
        (Some(alias), _) => alias.trim_start_matches('/').to_owned(),
        (None, [Some(asset), Some(property)]) => format!("{asset}/{property}"),
        _ => entry.get("entryId").and_then(Item::words).unwrap_or("value").to_owned(),
    };
    told.at(&name, |told| {
        for sample in entry.get("propertyValues").into_iter().flat_map(Item::children) {
            let time = sample.get("timestamp").and_then(|time| {
                let part = |key: &str| match time.get(key)?.value() {
                    FoundValue::Int(int) => Some(int),
                    _ => None,
                };
                let millis = part("offsetInNanos").unwrap_or(0) / 1_000_000;
                let timestamp = Timestamp(part("timeInSeconds")?.checked_mul(1000)?.checked_add(millis)?);
                Some(SourceTime { timestamp, zoned: true })
            });
            let quality = sample.get("quality").and_then(|item| super::keys::quality_of("quality", item.value()));
            match sample.get("value").and_then(Item::first) {
                Some(value) if value.is_scalar() => {
                    told.value(value.value(), With { time, quality, ..With::default() });
                }
                _ => told.cut = true,
            }
        }
    });
}

/// What the device reports is what is; what is desired stands under its own name.
fn tell_shadow<'t>(root: Item<'t>, told: &mut Told<'_>, with: With<'t>) {
    let Some(state) = root.get("state") else { return };
    for part in state.children() {
        match part.key() {
            "reported" if part.is_object() => {
                part.children().for_each(|item| told.at(item.key(), |told| told.item(item, with)));
            }
            key => told.at(key, |told| told.item(part, with)),
        }
    }
}

fn tell_things_board(item: Item<'_>, told: &mut Told<'_>) {
    let time = item.get("ts").and_then(|time| time_of(time.value(), told.now));
    for value in item.get("values").into_iter().flat_map(Item::children) {
        told.at(value.key(), |told| told.item(value, With { time, ..With::default() }));
    }
}

/// Metrics under group, node and device where the message names them: their metrics often have the same names.
fn tell_sparkplug(root: Item<'_>, told: &mut Told<'_>) {
    const STYLE: Style = Style { scale: Scale::Sparkplug, is_text: false, is_open: false };
    let part = |key: &str| root.get("topic").and_then(|topic| topic.get(key)).and_then(Item::words);
    let source: Vec<&str> = ["groupId", "edgeNodeId", "deviceId"].iter().filter_map(|key| part(key)).collect();
    let body = root.get("payload").unwrap_or(root);
    let time = body.get("timestamp").and_then(|time| time_of(time.value(), told.now));
    let tell = |told: &mut Told<'_>| {
        for metric in body.get("metrics").into_iter().flat_map(Item::children) {
            let property = |name: &str| {
                let property = metric.get("properties")?.get(name)?;
                property.get("value").or(Some(property)).filter(|item| item.is_scalar())
            };
            let quality = property("Quality").or_else(|| property("quality"));
            let with = With {
                time,
                quality: quality.and_then(|item| super::keys::quality_by(STYLE.scale, item)),
                ..With::default()
            };
            if metric.get("value").is_some() {
                samples::tell(metric, STYLE, told, with);
            } else {
                samples::under(metric.get("name"), told, |told| told.value(FoundValue::Null, with));
            }
        }
    };
    if source.is_empty() { tell(told) } else { told.at(&source.join("/"), tell) }
}

/// A submodel element: typed by `valueType` (`xs:double`), or a list of further elements.
fn tell_aas<'t>(element: Item<'t>, told: &mut Told<'_>, outer: With<'t>) {
    let Some(value) = element.get("value") else { return };
    if value.is_array() && value.first().is_some_and(|first| first.is_object() && first.get("idShort").is_some()) {
        for inner in value.children() {
            told.at(inner.get("idShort").and_then(Item::words).unwrap_or(""), |told| tell_aas(inner, told, outer));
        }
        return;
    }
    let is_text = element.get("valueType").and_then(Item::words).is_none_or(|kind| kind.contains("string"));
    let with = With { description: element.get("idShort").and_then(Item::words), ..outer };
    match value.is_scalar() {
        true if !is_text => told.value(typed(value.value()), with),
        true => told.value(value.value(), with),
        false => told.item(value, with),
    }
}

/// Values come as text.
const TEXT: Style = Style { scale: Scale::Unknown, is_text: true, is_open: false };
