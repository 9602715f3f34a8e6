//! Writes payloads: what a command needs, and the simulated plant's births and data.

use super::data_type::DataType;

/// A value to write, by the field that the specification wants for its datatype.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Written<'a> {
    /// `is_null`.
    Null,
    /// `int_value`: types up to 32 bits; negative ones in two's complement.
    Int(u32),
    /// `long_value`: 64-bit integers and DateTime.
    Long(u64),
    /// `float_value`.
    Float(f32),
    /// `double_value`.
    Double(f64),
    /// `boolean_value`.
    Bool(bool),
    /// `string_value`.
    Text(&'a str),
    /// `bytes_value`.
    Bytes(&'a [u8]),
    /// `dataset_value`, written.
    DataSet(&'a [u8]),
    /// `template_value`, written.
    Template(&'a [u8]),
}

/// A metric to write. What is `None` is not written.
#[derive(Clone, Copy, Debug)]
pub struct MetricWrite<'a> {
    /// Name.
    pub name: Option<&'a str>,
    /// Alias.
    pub alias: Option<u64>,
    /// Milliseconds since the Unix epoch.
    pub timestamp: Option<u64>,
    /// Datatype.
    pub datatype: Option<DataType>,
    /// Of the past.
    pub is_historical: bool,
    /// A property set, written.
    pub properties: &'a [u8],
    /// Value.
    pub value: Written<'a>,
}

impl Default for MetricWrite<'_> {
    fn default() -> Self {
        let (name, alias, timestamp, datatype) = (None, None, None, None);
        Self { name, alias, timestamp, datatype, is_historical: false, properties: &[], value: Written::Null }
    }
}

/// A payload's head: its time and its place in the count.
pub fn write_head(out: &mut Vec<u8>, timestamp: Option<u64>, seq: Option<u64>) {
    for (field, number) in [(1, timestamp), (3, seq)] {
        if let Some(number) = number {
            write_number(out, field, number);
        }
    }
}

/// A metric of a payload or a template: field 2 of both.
pub fn write_metric(out: &mut Vec<u8>, metric: &MetricWrite<'_>) {
    let mut body = Vec::with_capacity(48);
    if let Some(name) = metric.name {
        write_bytes(&mut body, 1, name.as_bytes());
    }
    let numbers = [(2, metric.alias), (3, metric.timestamp), (4, metric.datatype.map(|of| of as u64))];
    for (field, number) in numbers {
        if let Some(number) = number {
            write_number(&mut body, field, number);
        }
    }
    if metric.is_historical {
        write_number(&mut body, 5, 1);
    }
    if !metric.properties.is_empty() {
        write_bytes(&mut body, 9, metric.properties);
    }
    match metric.value {
        Written::Null => write_number(&mut body, 7, 1),
        Written::Int(number) => write_number(&mut body, 10, u64::from(number)),
        Written::Long(number) => write_number(&mut body, 11, number),
        Written::Float(real) => {
            varint(&mut body, 12 << 3 | 5);
            body.extend(real.to_le_bytes());
        }
        Written::Double(real) => {
            varint(&mut body, 13 << 3 | 1);
            body.extend(real.to_le_bytes());
        }
        Written::Bool(on) => write_number(&mut body, 14, u64::from(on)),
        Written::Text(text) => write_bytes(&mut body, 15, text.as_bytes()),
        Written::Bytes(bytes) => write_bytes(&mut body, 16, bytes),
        Written::DataSet(bytes) => write_bytes(&mut body, 17, bytes),
        Written::Template(bytes) => write_bytes(&mut body, 18, bytes),
    }
    write_bytes(out, 2, &body);
}

/// Properties of text or number: keys first, then values, as the schema has them.
pub fn write_properties(out: &mut Vec<u8>, properties: &[(&str, Written<'_>)]) {
    for (key, _) in properties {
        write_bytes(out, 1, key.as_bytes());
    }
    for (_, value) in properties {
        let mut body = Vec::new();
        match *value {
            Written::Text(text) => {
                write_number(&mut body, 1, DataType::String as u64);
                write_bytes(&mut body, 8, text.as_bytes());
            }
            Written::Int(number) => {
                write_number(&mut body, 1, DataType::Int32 as u64);
                write_number(&mut body, 3, u64::from(number));
            }
            Written::Double(real) => {
                write_number(&mut body, 1, DataType::Double as u64);
                varint(&mut body, 6 << 3 | 1);
                body.extend(real.to_le_bytes());
            }
            _ => write_number(&mut body, 2, 1),
        }
        write_bytes(out, 2, &body);
    }
}

/// A varint field.
pub fn write_number(out: &mut Vec<u8>, field: u32, number: u64) {
    varint(out, u64::from(field) << 3);
    varint(out, number);
}

/// A field of bytes.
pub fn write_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    varint(out, u64::from(field) << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
