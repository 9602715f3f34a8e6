//! Properties of a metric: unit, description, limits, quality (3.0 §6.4.8–9).

use std::borrow::Cow;

use super::data_type::DataType;
use super::metric::{MetricValue, Raw, raw_of, text, value_of};
use super::wire::{Content, Fields};
use crate::vocab::Quality;

/// What a property set says that a screen can use. Keys are the field's custom (Ignition's names first).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties<'a> {
    /// Unit.
    pub unit: Option<Cow<'a, str>>,
    /// Description.
    pub description: Option<Cow<'a, str>>,
    /// Low end of the range.
    pub low: Option<f64>,
    /// High end of the range.
    pub high: Option<f64>,
    /// Quality; the specification's 0, 192 and 500, and OPC's classes.
    pub quality: Option<Quality>,
    /// Keys and values differ in number.
    pub is_uneven: bool,
}

impl<'a> Properties<'a> {
    /// Reads a property set. Total; keys without values and values without keys are left out.
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut said = Self::default();
        let mut walk = |key: Cow<'a, str>, value: MetricValue<'a>| {
            let folded: String =
                key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(32).collect();
            match folded.as_str() {
                "engunit" | "engineeringunits" | "engineeringunit" | "unit" | "units" | "uom" => {
                    said.unit = words(value).or_else(|| said.unit.take());
                }
                "documentation" | "description" | "desc" | "tooltip" => {
                    said.description = words(value).or_else(|| said.description.take());
                }
                "englow" | "min" | "minimum" | "low" => said.low = number(&value).or(said.low),
                "enghigh" | "max" | "maximum" | "high" => said.high = number(&value).or(said.high),
                "quality" => said.quality = number(&value).map(quality_of).or(said.quality),
                _ => {}
            }
        };
        let is_uneven = each(bytes, &mut walk);
        said.is_uneven = is_uneven;
        said
    }
}

/// Walks key and value side by side; true when they differ in number.
pub fn each<'a>(bytes: &'a [u8], take: &mut dyn FnMut(Cow<'a, str>, MetricValue<'a>)) -> bool {
    let of = |wanted: u32| {
        let content = move |(number, content): (u32, Content<'a>)| (number == wanted).then_some(content.bytes()?);
        Fields::new(bytes).filter_map(content).take(MOST_PROPERTIES)
    };
    let (mut keys, mut values) = (of(1), of(2));
    loop {
        match (keys.next(), values.next()) {
            (Some(key), Some(value)) => take(text(key), property_value(value)),
            (None, None) => return false,
            _ => return true,
        }
    }
}

fn property_value(bytes: &[u8]) -> MetricValue<'_> {
    let (mut datatype, mut raw, mut is_null) = (None, Raw::Absent, false);
    for (number, content) in Fields::new(bytes) {
        match (number, content) {
            (1, Content::Varint(number)) => datatype = u32::try_from(number).ok().map(DataType::from_number),
            (2, Content::Varint(on)) => is_null = on != 0,
            (3..=8, content) => raw = raw_of(number - 3, content).unwrap_or(raw),
            (9 | 10, Content::Bytes(bytes)) => raw = Raw::Properties(bytes),
            _ => {}
        }
    }
    if is_null { MetricValue::Null } else { value_of(raw, datatype) }
}

fn words<'a>(value: MetricValue<'a>) -> Option<Cow<'a, str>> {
    match value {
        MetricValue::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

fn number(value: &MetricValue<'_>) -> Option<f64> {
    match value {
        MetricValue::Int(int) => Some(*int as f64),
        MetricValue::UInt(uint) => Some(*uint as f64),
        MetricValue::Float(real) => Some(f64::from(*real)),
        MetricValue::Double(real) => Some(*real),
        MetricValue::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// 0 bad, 192 good, 500 stale; others by OPC's two top bits of the low byte, and Ignition's 500s as stale or bad.
fn quality_of(code: f64) -> Quality {
    match code as i64 {
        500 => Quality::Stale,
        192..=255 => Quality::Good,
        64..=127 => Quality::Uncertain,
        _ => Quality::Bad,
    }
}

const MOST_PROPERTIES: usize = 256;
