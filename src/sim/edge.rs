//! A line that speaks Sparkplug B: the line's gateway is the edge node, its machines are the devices. Births, data by
//! alias, deaths; one of the nodes is flaky, as somewhere in every plant one is.
//!
//! What a Sparkplug-aware broker would keep (`$sparkplug/certificates/…`, 3.0 §10.2) is published beside each birth, so
//! that a page which opens between two births knows names and units.

use super::plant::Publication;
use crate::sparkplug::{DataType, MetricWrite, Written, write_head, write_metric, write_properties};
use crate::time::{Millis, Timestamp};

/// The gateway of a line.
#[derive(Debug)]
pub(super) struct Gateway {
    group: String,
    node: String,
    seq: u64,
    bdseq: u64,
    /// Metrics that have an alias, by device and name; their place is the alias.
    aliases: Vec<(usize, &'static str)>,
    since: Option<Timestamp>,
    is_flaky: bool,
    /// When it fails next, or is back.
    next: Option<Timestamp>,
    metrics: Vec<u8>,
    is_birth: bool,
}

/// What the gateway does in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Everything is to be said anew.
    Birth,
    /// As usual.
    Data,
    /// Nothing.
    Down,
}

impl Gateway {
    /// Of the line at `<enterprise>/<site>/<area>/<line>`.
    pub(super) fn new(line: &str, is_flaky: bool) -> Self {
        let (above, node) = line.rsplit_once('/').unwrap_or(("plant", line));
        Self {
            group: above.replace('/', ":"),
            node: node.to_owned(),
            seq: 0,
            bdseq: 0,
            aliases: Vec::new(),
            since: None,
            is_flaky,
            next: None,
            metrics: Vec::new(),
            is_birth: false,
        }
    }

    /// Begins a step: born, alive, or down.
    pub(super) fn begin(&mut self, now: Timestamp, publish: &mut dyn FnMut(Publication<'_>)) -> Turn {
        let next = *self.next.get_or_insert(now + FIRST_FAILURE);
        if self.is_flaky && next <= now {
            if self.since.take().is_some() {
                self.next = Some(now + DOWN);
                self.die(now, publish);
            } else {
                self.next = Some(now + BETWEEN_FAILURES);
            }
        }
        self.is_birth = self.since.is_none();
        match self.since {
            _ if self.is_flaky && self.is_birth && self.next.is_some_and(|next| next - now <= DOWN) => Turn::Down,
            None => {
                self.since = Some(now);
                self.birth(now, publish);
                Turn::Birth
            }
            Some(_) => {
                // A message that was lost on its way.
                if self.is_flaky && self.seq.is_multiple_of(LOST_EVERY) {
                    self.seq += 1;
                }
                Turn::Data
            }
        }
    }

    /// One value of a device for the payload under way.
    pub(super) fn push(
        &mut self,
        device: usize,
        at: Timestamp,
        name: &'static str,
        of: DataType,
        value: Written<'_>,
        more: (&str, bool),
    ) {
        let known = self.aliases.iter().position(|known| *known == (device, name));
        let alias = known.unwrap_or_else(|| {
            self.aliases.push((device, name));
            self.aliases.len() - 1
        });
        let (unit, is_doubted) = more;
        let mut properties = Vec::new();
        if is_doubted {
            write_properties(&mut properties, &[("Quality", Written::Int(64))]);
        } else if self.is_birth && !unit.is_empty() {
            write_properties(&mut properties, &[("engUnit", Written::Text(unit))]);
        }
        let metric = MetricWrite {
            name: self.is_birth.then_some(name),
            alias: Some(alias as u64 + 100),
            timestamp: Some(at.0.unsigned_abs()),
            datatype: self.is_birth.then_some(of),
            is_historical: false,
            properties: &properties,
            value,
        };
        write_metric(&mut self.metrics, &metric);
    }

    /// Sends what was pushed of a device: its birth, or data.
    pub(super) fn flush(&mut self, now: Timestamp, device: &str, publish: &mut dyn FnMut(Publication<'_>)) {
        if self.metrics.is_empty() && !self.is_birth {
            return;
        }
        let verb = if self.is_birth { "DBIRTH" } else { "DDATA" };
        let metrics = std::mem::take(&mut self.metrics);
        self.send(now, verb, Some(device), &metrics, publish);
        self.metrics = metrics;
        self.metrics.clear();
    }

    fn birth(&mut self, now: Timestamp, publish: &mut dyn FnMut(Publication<'_>)) {
        self.seq = 255;
        self.aliases.clear();
        let mut metrics = Vec::new();
        for (name, of, value) in [
            ("bdSeq", DataType::Int64, Written::Long(self.bdseq)),
            ("Node Control/Rebirth", DataType::Boolean, Written::Bool(false)),
            ("Properties/Firmware", DataType::String, Written::Text("2.4.1")),
            ("Properties/Hardware", DataType::String, Written::Text("line gateway")),
        ] {
            let timestamp = Some(now.0.unsigned_abs());
            let (name, datatype) = (Some(name), Some(of));
            write_metric(&mut metrics, &MetricWrite { name, timestamp, datatype, value, ..MetricWrite::default() });
        }
        self.send(now, "NBIRTH", None, &metrics, publish);
    }

    /// As the broker sends it on the gateway's behalf.
    fn die(&mut self, now: Timestamp, publish: &mut dyn FnMut(Publication<'_>)) {
        let mut payload = Vec::new();
        write_head(&mut payload, Some(now.0.unsigned_abs()), None);
        let (name, datatype, value) = (Some("bdSeq"), Some(DataType::Int64), Written::Long(self.bdseq));
        write_metric(&mut payload, &MetricWrite { name, datatype, value, ..MetricWrite::default() });
        let topic = format!("spBv1.0/{}/NDEATH/{}", self.group, self.node);
        publish(Publication { topic: &topic, payload: &payload, retain: false, qos: 1 });
        self.bdseq = (self.bdseq + 1) % 256;
    }

    fn send(
        &mut self,
        now: Timestamp,
        verb: &str,
        device: Option<&str>,
        metrics: &[u8],
        publish: &mut dyn FnMut(Publication<'_>),
    ) {
        self.seq = (self.seq + 1) % 256;
        let mut payload = Vec::with_capacity(metrics.len() + 16);
        write_head(&mut payload, Some(now.0.unsigned_abs()), Some(self.seq));
        payload.extend_from_slice(metrics);
        let mut topic = format!("spBv1.0/{}/{verb}/{}", self.group, self.node);
        if let Some(device) = device {
            topic.push('/');
            topic.push_str(device);
        }
        publish(Publication { topic: &topic, payload: &payload, retain: false, qos: 0 });
        if verb.ends_with("BIRTH") {
            let kept = format!("$sparkplug/certificates/{topic}");
            publish(Publication { topic: &kept, payload: &payload, retain: true, qos: 0 });
        }
    }
}

const FIRST_FAILURE: Millis = Millis::from_secs(180);
const BETWEEN_FAILURES: Millis = Millis::from_secs(300);
const DOWN: Millis = Millis::from_secs(20);
/// The flaky gateway loses a message of every 256.
const LOST_EVERY: u64 = 200;
