//! Templates: definitions and instances, members and parameters (3.0 §6.4.12–14).

use std::borrow::Cow;

use super::data_type::DataType;
use super::metric::{Metric, MetricValue, Raw, raw_of, text, value_of};
use super::wire::{Content, Fields};

/// A template in place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Template<'a> {
    bytes: &'a [u8],
    /// Version, free text.
    pub version: Option<&'a [u8]>,
    /// The name of the metric that holds the definition; only instances have one.
    pub reference: Option<&'a [u8]>,
    is_definition: Option<bool>,
}

impl<'a> Template<'a> {
    /// Reads the head. Total.
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut template = Self { bytes, version: None, reference: None, is_definition: None };
        for (number, content) in Fields::new(bytes) {
            match (number, content) {
                (1, Content::Bytes(version)) => template.version = Some(version),
                (4, Content::Bytes(reference)) => template.reference = Some(reference),
                (5, Content::Varint(on)) => template.is_definition = Some(on != 0),
                _ => {}
            }
        }
        template
    }

    /// Whether it is a definition. Where it does not say: one that names no definition is one.
    pub fn is_definition(&self) -> bool {
        self.is_definition.unwrap_or_else(|| self.reference.is_none())
    }

    /// Its members, in order.
    pub fn members(&self) -> impl Iterator<Item = Metric<'a>> + use<'a> {
        Fields::new(self.bytes)
            .filter(|(n, _)| *n == 2)
            .filter_map(|(_, c)| c.bytes())
            .take(MOST_MEMBERS)
            .map(Metric::read)
    }

    /// Its parameters, in order: name and value.
    pub fn parameters(&self) -> impl Iterator<Item = (Cow<'a, str>, MetricValue<'a>)> + use<'a> {
        let of = Fields::new(self.bytes).filter(|(n, _)| *n == 3).filter_map(|(_, c)| c.bytes());
        of.take(MOST_MEMBERS).map(|bytes| {
            let (mut name, mut datatype, mut raw) = (&[][..], None, Raw::Absent);
            for (number, content) in Fields::new(bytes) {
                match (number, content) {
                    (1, Content::Bytes(bytes)) => name = bytes,
                    (2, Content::Varint(number)) => datatype = u32::try_from(number).ok().map(DataType::from_number),
                    (3..=8, content) => raw = raw_of(number - 3, content).unwrap_or(raw),
                    _ => {}
                }
            }
            (text(name), value_of(raw, datatype))
        })
    }
}

const MOST_MEMBERS: usize = 10_000;
