//! An edge node of these tests: writes payloads as the specification has them, and as the test wants them wrong.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by several test files, none of which uses all of it"
)]

use andon::sparkplug::{DataType, MetricWrite, Written, write_head, write_metric};

/// A payload under way.
#[derive(Clone, Debug, Default)]
pub struct Say(pub Vec<u8>);

pub const SENT: u64 = 1_790_000_000_000;

impl Say {
    pub fn seq(seq: u64) -> Self {
        Self::head(Some(SENT + seq), Some(seq))
    }

    pub fn head(timestamp: Option<u64>, seq: Option<u64>) -> Self {
        let mut bytes = Vec::new();
        write_head(&mut bytes, timestamp, seq);
        Self(bytes)
    }

    pub fn metric(mut self, metric: MetricWrite<'_>) -> Self {
        write_metric(&mut self.0, &metric);
        self
    }

    /// A birth's metric.
    pub fn born(self, name: &str, alias: Option<u64>, of: DataType, value: Written<'_>) -> Self {
        let datatype = Some(of);
        self.metric(MetricWrite { name: Some(name), alias, datatype, value, ..MetricWrite::default() })
    }

    pub fn bdseq(self, number: u64) -> Self {
        self.born("bdSeq", None, DataType::Int64, Written::Long(number))
    }

    pub fn named(self, name: &str, value: Written<'_>) -> Self {
        self.metric(MetricWrite { name: Some(name), value, ..MetricWrite::default() })
    }

    pub fn alias(self, alias: u64, value: Written<'_>) -> Self {
        self.metric(MetricWrite { alias: Some(alias), value, ..MetricWrite::default() })
    }
}

/// A death.
pub fn death(bdseq: u64) -> Vec<u8> {
    Say::head(Some(SENT), None).bdseq(bdseq).0
}
