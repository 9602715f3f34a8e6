//! One metric: its fields in place, and its value by the datatype that the birth or the metric itself gives.

use std::borrow::Cow;

use super::array::Array;
use super::data_type::DataType;
use super::dataset::DataSet;
use super::template::Template;
use super::wire::{Content, Fields};

/// A metric as it came (3.0 §6.4.6).
#[derive(Clone, Copy, Debug, Default)]
pub struct Metric<'a> {
    /// UTF-8, as far as the publisher keeps to it; see `text`.
    pub name: Option<&'a [u8]>,
    /// Stands for the name once a birth has told which.
    pub alias: Option<u64>,
    /// Capture time, milliseconds since the Unix epoch.
    pub timestamp: Option<u64>,
    /// Datatype number.
    pub datatype: Option<u32>,
    /// Of the past: not the current value.
    pub is_historical: bool,
    /// Not to be stored.
    pub is_transient: bool,
    /// Explicitly without a value.
    pub is_null: bool,
    /// A `MetaData` message.
    pub metadata: Option<&'a [u8]>,
    /// A `PropertySet` message.
    pub properties: Option<&'a [u8]>,
    /// The value as it came.
    pub raw: Raw<'a>,
    /// Its bytes ended within a field.
    pub is_cut: bool,
}

/// A value as it came, by the field that held it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Raw<'a> {
    /// No field.
    #[default]
    Absent,
    /// `int_value` or `long_value`.
    Integer(u64),
    /// `float_value`.
    Float(f32),
    /// `double_value`.
    Double(f64),
    /// `boolean_value`.
    Bool(bool),
    /// `string_value`.
    Text(&'a [u8]),
    /// `bytes_value`.
    Bytes(&'a [u8]),
    /// `dataset_value`.
    DataSet(&'a [u8]),
    /// `template_value`.
    Template(&'a [u8]),
    /// `extension_value`.
    Extension(&'a [u8]),
    /// `propertyset_value` or `propertysets_value` of a property.
    Properties(&'a [u8]),
}

/// A value read.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricValue<'a> {
    /// Explicitly none, or none given.
    Null,
    /// Int8 to Int64.
    Int(i64),
    /// UInt8 to UInt64.
    UInt(u64),
    /// Float.
    Float(f32),
    /// Double.
    Double(f64),
    /// Boolean.
    Bool(bool),
    /// String, Text, UUID.
    Text(Cow<'a, str>),
    /// Milliseconds since the Unix epoch.
    DateTime(i64),
    /// Bytes, File.
    Bytes(&'a [u8]),
    /// One of the 13 arrays.
    Array(Array<'a>),
    /// DataSet.
    DataSet(DataSet<'a>),
    /// Template.
    Template(Template<'a>),
    /// Present, and of no kind that fits its datatype: its size in bytes.
    Unreadable(usize),
}

impl<'a> Metric<'a> {
    /// Reads the fields. Total: what cannot be read is left out and [`Metric::is_cut`] says so.
    #[inline]
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut metric = Self::default();
        let mut fields = Fields::new(bytes);
        for (number, content) in fields.by_ref() {
            match (number, content) {
                (1, Content::Bytes(name)) => metric.name = Some(name),
                (2, Content::Varint(alias)) => metric.alias = Some(alias),
                (3, Content::Varint(at)) => metric.timestamp = Some(at),
                // Beyond u32 is no datatype; kept as one that nobody knows.
                (4, Content::Varint(datatype)) => metric.datatype = Some(u32::try_from(datatype).unwrap_or(u32::MAX)),
                (5, Content::Varint(on)) => metric.is_historical = on != 0,
                (6, Content::Varint(on)) => metric.is_transient = on != 0,
                (7, Content::Varint(on)) => metric.is_null = on != 0,
                (8, Content::Bytes(metadata)) => metric.metadata = Some(metadata),
                (9, Content::Bytes(properties)) => metric.properties = Some(properties),
                (10..=19, content) => metric.raw = raw_of(number - 10, content).unwrap_or(metric.raw),
                _ => {}
            }
        }
        metric.is_cut = fields.is_cut();
        metric
    }

    /// The name, lossily where it is no UTF-8.
    pub fn name(&self) -> Option<Cow<'a, str>> {
        self.name.filter(|name| !name.is_empty()).map(text)
    }

    /// The value by its own datatype, else by `born`, the birth's.
    #[inline]
    pub fn value(&self, born: Option<DataType>) -> MetricValue<'a> {
        if self.is_null {
            return MetricValue::Null;
        }
        value_of(self.raw, self.datatype.map(DataType::from_number).filter(|own| *own != DataType::Unknown).or(born))
    }
}

/// The value in a oneof of scalars whose fields begin at 0 with `int_value`: metrics (10), properties, parameters (3)
/// and cells (1) share that order up to `string_value`.
pub(super) const fn raw_of(nth: u32, content: Content<'_>) -> Option<Raw<'_>> {
    Some(match (nth, content) {
        (0 | 1, Content::Varint(number)) => Raw::Integer(number),
        (2, Content::Fixed32(bits)) => Raw::Float(f32::from_bits(bits)),
        (3, Content::Fixed64(bits)) => Raw::Double(f64::from_bits(bits)),
        (4, Content::Varint(on)) => Raw::Bool(on != 0),
        (5, Content::Bytes(text)) => Raw::Text(text),
        (6, Content::Bytes(bytes)) => Raw::Bytes(bytes),
        (7, Content::Bytes(bytes)) => Raw::DataSet(bytes),
        (8, Content::Bytes(bytes)) => Raw::Template(bytes),
        (9, Content::Bytes(bytes)) => Raw::Extension(bytes),
        _ => return None,
    })
}

/// Reads a value as a datatype; by its field alone where the type is unknown. Lenient as the field is: integers come
/// sign-extended or cut, unsigned 32-bit ones in either integer field, reals in each other's.
pub(super) fn value_of(raw: Raw<'_>, datatype: Option<DataType>) -> MetricValue<'_> {
    use DataType as T;
    let datatype = datatype.unwrap_or(T::Unknown);
    match (raw, datatype) {
        (Raw::Absent, _) => MetricValue::Null,
        (Raw::Integer(n), T::Int8) => MetricValue::Int(i64::from(n as i8)),
        (Raw::Integer(n), T::Int16) => MetricValue::Int(i64::from(n as i16)),
        (Raw::Integer(n), T::Int32) => MetricValue::Int(i64::from(n as i32)),
        (Raw::Integer(n), T::Int64) => MetricValue::Int(n as i64),
        (Raw::Integer(n), T::UInt8) => MetricValue::UInt(u64::from(n as u8)),
        (Raw::Integer(n), T::UInt16) => MetricValue::UInt(u64::from(n as u16)),
        (Raw::Integer(n), T::UInt32) => MetricValue::UInt(u64::from(n as u32)),
        (Raw::Integer(n), T::DateTime) => MetricValue::DateTime(n as i64),
        (Raw::Integer(n), T::Boolean) => MetricValue::Bool(n != 0),
        (Raw::Integer(n), T::Float | T::Double) => MetricValue::Double(n as f64),
        (Raw::Integer(n), _) => MetricValue::UInt(n),
        (Raw::Float(real), T::Double) => MetricValue::Double(f64::from(real)),
        (Raw::Float(real), _) => MetricValue::Float(real),
        (Raw::Double(real), T::Float) => MetricValue::Float(real as f32),
        (Raw::Double(real), _) => MetricValue::Double(real),
        (Raw::Bool(on), _) => MetricValue::Bool(on),
        (Raw::Text(bytes), _) | (Raw::Bytes(bytes), T::String | T::Text | T::Uuid) => MetricValue::Text(text(bytes)),
        (Raw::Bytes(bytes), of) if of.is_array() => {
            Array::read(of, bytes).map_or(MetricValue::Bytes(bytes), MetricValue::Array)
        }
        (Raw::Bytes(bytes), _) => MetricValue::Bytes(bytes),
        (Raw::DataSet(bytes), _) => MetricValue::DataSet(DataSet::read(bytes)),
        (Raw::Template(bytes), _) => MetricValue::Template(Template::read(bytes)),
        (Raw::Extension(bytes) | Raw::Properties(bytes), _) => MetricValue::Unreadable(bytes.len()),
    }
}

/// UTF-8, what is none of it replaced. A single bad string is no reason to lose a payload.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
