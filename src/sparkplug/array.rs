//! The 13 array types: packed little-endian, booleans as bits, strings ended by NUL (3.0 §6.4.16 as corrected on 3.x).

use super::data_type::DataType;
use super::metric::{MetricValue, text};

/// An array in place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array<'a> {
    of: DataType,
    bytes: &'a [u8],
    length: usize,
}

impl<'a> Array<'a> {
    /// `None`: the bytes are no such array (a length that is no multiple of the width, bits that are not there).
    pub fn read(of: DataType, bytes: &'a [u8]) -> Option<Self> {
        let (bytes, length) = match of {
            DataType::BooleanArray => {
                let (count, bits) = bytes.split_first_chunk::<4>()?;
                let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
                (bits, Some(count).filter(|count| *count <= bits.len().saturating_mul(8))?)
            }
            DataType::StringArray => {
                let ends = bytes.iter().filter(|byte| **byte == 0).count();
                // The last NUL is sometimes left out.
                (bytes, ends + usize::from(bytes.last().is_some_and(|last| *last != 0)))
            }
            _ => {
                let width = of.element_width()?;
                (bytes, bytes.len().is_multiple_of(width).then_some(bytes.len() / width)?)
            }
        };
        Some(Self { of, bytes, length })
    }

    /// How many elements.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The elements, in order.
    pub fn elements(self) -> impl Iterator<Item = MetricValue<'a>> {
        let mut rest = self.bytes;
        (0..self.length).map_while(move |nth| match self.of {
            DataType::BooleanArray => {
                self.bytes.get(nth / 8).map(|bits| MetricValue::Bool(bits & (0x80 >> (nth % 8)) != 0))
            }
            DataType::StringArray => {
                let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
                let element = &rest[..end];
                rest = rest.get(end + 1..).unwrap_or_default();
                Some(MetricValue::Text(text(element)))
            }
            of => {
                let (element, after) = rest.split_at_checked(of.element_width()?)?;
                rest = after;
                let mut wide = [0; 8];
                wide[..element.len()].copy_from_slice(element);
                Some(number(of, u64::from_le_bytes(wide)))
            }
        })
    }
}

fn number(of: DataType, bits: u64) -> MetricValue<'static> {
    match of {
        DataType::Int8Array => MetricValue::Int(i64::from(bits as i8)),
        DataType::Int16Array => MetricValue::Int(i64::from(bits as i16)),
        DataType::Int32Array => MetricValue::Int(i64::from(bits as i32)),
        DataType::Int64Array => MetricValue::Int(bits as i64),
        DataType::FloatArray => MetricValue::Float(f32::from_bits(bits as u32)),
        DataType::DoubleArray => MetricValue::Double(f64::from_bits(bits)),
        DataType::DateTimeArray => MetricValue::DateTime(bits as i64),
        _ => MetricValue::UInt(bits),
    }
}
