//! A whole payload: its header at once, its metrics one by one, in place. A bad metric costs that metric only.

use std::borrow::Cow;

use super::inflate::inflate;
use super::metric::Metric;
use super::wire::Fields;

/// A payload (3.0 §6.4.5); metrics are read when walked.
#[derive(Clone, Debug, Default)]
pub struct Payload<'a> {
    /// When it was sent, milliseconds since the Unix epoch.
    pub timestamp: Option<u64>,
    /// Its place in the edge node's count; `None` differs from 0.
    pub seq: Option<u64>,
    /// What `body` is.
    pub uuid: Option<&'a [u8]>,
    /// Free bytes.
    pub body: Option<&'a [u8]>,
    /// The bytes ended within a field: what came before is used.
    pub is_cut: bool,
    bytes: &'a [u8],
}

impl<'a> Payload<'a> {
    /// Reads the header. Total: any bytes are some payload.
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut payload = Self { bytes, ..Self::default() };
        let mut fields = Fields::new(bytes);
        for (number, content) in fields.by_ref() {
            match number {
                1 => payload.timestamp = content.varint().or(payload.timestamp),
                3 => payload.seq = content.varint().or(payload.seq),
                4 => payload.uuid = content.bytes().or(payload.uuid),
                5 => payload.body = content.bytes().or(payload.body),
                _ => {}
            }
        }
        payload.is_cut = fields.is_cut();
        payload
    }

    /// Its metrics, in order.
    pub fn metrics(&self) -> impl Iterator<Item = Metric<'a>> + use<'a> {
        let of_metric = |(number, content): (u32, super::wire::Content<'a>)| (number == 2).then_some(content.bytes()?);
        Fields::new(self.bytes).filter_map(of_metric).take(MOST_METRICS).map(Metric::read)
    }

    /// Whether the body is a compressed payload: its `seq` and metrics lie inside.
    pub fn is_compressed(&self) -> bool {
        self.uuid == Some(COMPRESSED.as_bytes())
    }
}

/// The payload's bytes with compression undone (as published by Eclipse Tahu and Cirrus Link; the specification is
/// silent). `None`: compressed, and cannot be undone within the bound.
pub fn unpacked(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let outer = Payload::read(bytes);
    if !outer.is_compressed() {
        return Some(Cow::Borrowed(bytes));
    }
    inflate(outer.body?, MOST_INFLATED).map(Cow::Owned)
}

/// `uuid` of a compressed payload.
pub const COMPRESSED: &str = "SPBV1.0_COMPRESSED";
/// Metrics read of one payload.
pub const MOST_METRICS: usize = 100_000;
/// Bytes of an inflated payload.
pub const MOST_INFLATED: usize = 8 * 1024 * 1024;
