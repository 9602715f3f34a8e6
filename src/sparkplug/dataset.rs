//! DataSets: columns, their types, rows of cells (3.0 §6.4.10).

use std::borrow::Cow;

use super::data_type::DataType;
use super::metric::{MetricValue, Raw, raw_of, text, value_of};
use super::wire::{Fields, each_varint};

/// A table in place. What counts are its columns and rows, not the number that it claims.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSet<'a> {
    bytes: &'a [u8],
    /// Columns: name and type. Shorter than claimed where names and types differ in number.
    pub columns: Vec<(Cow<'a, str>, DataType)>,
    /// It said otherwise: its own count, its names and its types do not agree.
    pub is_uneven: bool,
}

impl<'a> DataSet<'a> {
    /// Reads the head. Total.
    pub fn read(bytes: &'a [u8]) -> Self {
        let (mut names, mut types, mut claimed) = (Vec::new(), Vec::new(), None);
        for (number, content) in Fields::new(bytes) {
            match number {
                1 => claimed = content.varint(),
                2 if names.len() < MOST_COLUMNS => names.extend(content.bytes().map(text)),
                3 => each_varint(content, &mut |number| {
                    if types.len() < MOST_COLUMNS {
                        types.push(DataType::from_number(u32::try_from(number).unwrap_or(0)));
                    }
                }),
                _ => {}
            }
        }
        let is_uneven = names.len() != types.len() || claimed.is_some_and(|n| n != names.len() as u64);
        Self { bytes, columns: names.into_iter().zip(types).collect(), is_uneven }
    }

    /// The rows, in order; each with as many cells as there are columns, missing ones as null.
    pub fn rows(&self) -> impl Iterator<Item = Vec<MetricValue<'a>>> {
        let of_row = |(number, content): (u32, super::wire::Content<'a>)| (number == 4).then_some(content.bytes()?);
        Fields::new(self.bytes).filter_map(of_row).take(MOST_ROWS).map(|row| {
            let mut cells = Fields::new(row).filter(|(number, _)| *number == 1);
            let cell = |bytes| {
                let raw = Fields::new(bytes).filter_map(|(number, content)| raw_of(number.checked_sub(1)?, content));
                raw.last().unwrap_or(Raw::Absent)
            };
            let next = |(_, of): &(Cow<'a, str>, DataType)| {
                let bytes = cells.next().and_then(|(_, content)| content.bytes()).unwrap_or_default();
                value_of(cell(bytes), Some(*of))
            };
            self.columns.iter().map(next).collect()
        })
    }
}

const MOST_COLUMNS: usize = 256;
const MOST_ROWS: usize = 10_000;
