//! Our packets to bytes: everything is validated before a byte is written, because the codec behind truncates
//! lengths, checks no string and leaves half packets behind.

use std::fmt;

use bytes::{Bytes, BytesMut};
use mqttbytes::{QoS, v4, v5};

use super::Protocol;
use super::cursor::varint_size;
use super::frame::MQTT_MAXIMUM;
use crate::topic;

/// The sending half of the codec for one connection. Each method appends one whole packet to `out`, or nothing.
#[derive(Debug)]
pub struct Encoder {
    pub(super) protocol: Protocol,
    limit: u32,
    /// Emptied before each packet: the codec patches by absolute index and leaves half packets behind on errors.
    scratch: BytesMut,
}

/// Why a packet was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// A string or binary field above 65 535 bytes.
    TooLong,
    /// A string with U+0000.
    Nul,
    /// An empty topic, or one with a wildcard.
    Topic,
    /// A filter that §4.7 forbids.
    Filter,
    /// A QoS above 2.
    Qos,
    /// Packet identifier 0, or no filter at all.
    Empty,
    /// A password without a user name, which 3.1.1 cannot say (3.1.2-22).
    PasswordAlone,
    /// A packet above what the broker takes, or above what MQTT can express.
    PacketTooLarge {
        /// Size of the whole packet.
        bytes: u32,
        /// The broker's limit.
        limit: u32,
    },
}

impl Encoder {
    /// An encoder for a fresh connection, before the broker has named limits.
    pub fn new(protocol: Protocol) -> Self {
        Self { protocol, limit: u32::MAX, scratch: BytesMut::new() }
    }

    /// From now on refuses packets above the broker's Maximum Packet Size.
    pub const fn limit(&mut self, maximum_packet_bytes: Option<u32>) {
        self.limit = match maximum_packet_bytes {
            Some(bytes) => bytes,
            None => u32::MAX,
        };
    }

    /// SUBSCRIBE (3.8) to filters with the highest QoS wanted for each.
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn subscribe(&mut self, out: &mut Vec<u8>, packet_id: u16, filters: &[(&str, u8)]) -> Result<(), EncodeError> {
        if packet_id == 0 || filters.is_empty() {
            return Err(EncodeError::Empty);
        }
        for (filter, qos) in filters {
            check_filter(filter)?;
            qos_of(*qos)?;
        }
        self.fits(2 + self.no_properties() + filters.iter().map(|(filter, _)| 3 + filter.len()).sum::<usize>())?;
        self.scratch.clear();
        let written = match self.protocol {
            Protocol::V4 => {
                let list = filters.iter().filter_map(|(filter, qos)| {
                    Some(v4::SubscribeFilter::new((*filter).to_owned(), qos_of(*qos).ok()?))
                });
                let mut packet = v4::Subscribe::new_many(list);
                packet.pkid = packet_id;
                packet.write(&mut self.scratch)
            }
            Protocol::V5 => {
                let list = filters.iter().filter_map(|(filter, qos)| {
                    Some(v5::SubscribeFilter::new((*filter).to_owned(), qos_of(*qos).ok()?))
                });
                let mut packet = v5::Subscribe::new_many(list);
                packet.pkid = packet_id;
                packet.write(&mut self.scratch)
            }
        };
        self.finish(out, written)
    }

    /// UNSUBSCRIBE (3.10).
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn unsubscribe(&mut self, out: &mut Vec<u8>, packet_id: u16, filters: &[&str]) -> Result<(), EncodeError> {
        if packet_id == 0 || filters.is_empty() {
            return Err(EncodeError::Empty);
        }
        for filter in filters {
            check_filter(filter)?;
        }
        self.fits(2 + self.no_properties() + filters.iter().map(|filter| 2 + filter.len()).sum::<usize>())?;
        self.scratch.clear();
        let filters = filters.iter().map(|filter| (*filter).to_owned()).collect();
        let written = match self.protocol {
            Protocol::V4 => v4::Unsubscribe { pkid: packet_id, topics: filters }.write(&mut self.scratch),
            Protocol::V5 => v5::Unsubscribe { pkid: packet_id, filters, properties: None }.write(&mut self.scratch),
        };
        self.finish(out, written)
    }

    /// Whether [`Self::publish`] would write this.
    ///
    /// # Errors
    /// What it would say.
    pub fn check_publish(&self, topic: &str, payload_bytes: usize, qos: u8) -> Result<(), EncodeError> {
        check_topic(topic)?;
        qos_of(qos)?;
        let packet_id = if qos == 0 { 0 } else { 2 };
        self.fits(2 + topic.len() + packet_id + self.no_properties() + payload_bytes)
    }

    /// PUBLISH (3.3); `packet_id` is 0 for QoS 0 and only then.
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn publish(
        &mut self,
        out: &mut Vec<u8>,
        topic: &str,
        payload: &[u8],
        (qos, retain, duplicate): (u8, bool, bool),
        packet_id: u16,
    ) -> Result<(), EncodeError> {
        self.check_publish(topic, payload.len(), qos)?;
        let level = qos_of(qos)?;
        if (qos == 0) != (packet_id == 0) {
            return Err(EncodeError::Empty);
        }
        self.scratch.clear();
        let (topic, payload) = (topic.to_owned(), Bytes::copy_from_slice(payload));
        let dup = duplicate && qos > 0;
        let written = match self.protocol {
            Protocol::V4 => {
                v4::Publish { dup, qos: level, retain, topic, pkid: packet_id, payload }.write(&mut self.scratch)
            }
            Protocol::V5 => v5::Publish { dup, qos: level, retain, topic, pkid: packet_id, properties: None, payload }
                .write(&mut self.scratch),
        };
        self.finish(out, written)
    }

    /// PUBACK: the QoS 1 message was taken.
    pub fn puback(&mut self, out: &mut Vec<u8>, packet_id: u16) {
        short(out, 0x40, packet_id);
    }

    /// PUBREC: the QoS 2 message was taken.
    pub fn pubrec(&mut self, out: &mut Vec<u8>, packet_id: u16) {
        short(out, 0x50, packet_id);
    }

    /// PUBREL: our QoS 2 message may be let go. `known` is false when we hold no such message (0x92 in MQTT 5).
    pub fn pubrel(&mut self, out: &mut Vec<u8>, packet_id: u16, known: bool) {
        self.answer(out, 0x62, packet_id, known);
    }

    /// PUBCOMP: the QoS 2 message was let go. `known` as for [`Self::pubrel`].
    pub fn pubcomp(&mut self, out: &mut Vec<u8>, packet_id: u16, known: bool) {
        self.answer(out, 0x70, packet_id, known);
    }

    /// PINGREQ.
    pub fn pingreq(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[0xc0, 0]);
    }

    /// DISCONNECT; `code` is said in MQTT 5 only. Written here: the codec drops the code from an empty property list.
    pub fn disconnect(&mut self, out: &mut Vec<u8>, code: u8) {
        match (self.protocol, code) {
            (Protocol::V4, _) | (Protocol::V5, 0) => out.extend_from_slice(&[0xe0, 0]),
            (Protocol::V5, code) => out.extend_from_slice(&[0xe0, 1, code]),
        }
    }

    fn answer(&self, out: &mut Vec<u8>, first: u8, packet_id: u16, known: bool) {
        if known || self.protocol == Protocol::V4 {
            short(out, first, packet_id);
        } else {
            let [high, low] = packet_id.to_be_bytes();
            out.extend_from_slice(&[first, 3, high, low, 0x92]);
        }
    }

    /// Whether the broker takes a packet with a body of this size.
    fn fits(&self, body: usize) -> Result<(), EncodeError> {
        let limit = self.limit.min(MQTT_MAXIMUM);
        let bytes = u32::try_from(1 + varint_size(body) + body).unwrap_or(u32::MAX);
        if bytes > limit { Err(EncodeError::PacketTooLarge { bytes, limit }) } else { Ok(()) }
    }

    /// The byte of the empty property list, which MQTT 5 demands.
    const fn no_properties(&self) -> usize {
        match self.protocol {
            Protocol::V4 => 0,
            Protocol::V5 => 1,
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>, written: Result<usize, mqttbytes::Error>) -> Result<(), EncodeError> {
        if written.is_err() {
            return Err(EncodeError::Empty); // every cause it knows was excluded above
        }
        out.extend_from_slice(&self.scratch);
        if self.scratch.capacity() > SCRATCH_KEPT {
            self.scratch = BytesMut::new();
        }
        Ok(())
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("a text above 65535 bytes"),
            Self::Nul => f.write_str("a text with a NUL character"),
            Self::Topic => f.write_str("not a topic name"),
            Self::Filter => f.write_str("not a topic filter"),
            Self::Qos => f.write_str("a QoS above 2"),
            Self::Empty => f.write_str("a packet without its identifier or filters"),
            Self::PasswordAlone => f.write_str("a password without a user name"),
            Self::PacketTooLarge { bytes, limit } => {
                write!(f, "a packet of {bytes} bytes, above the broker's limit of {limit}")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

fn short(out: &mut Vec<u8>, first: u8, packet_id: u16) {
    let [high, low] = packet_id.to_be_bytes();
    out.extend_from_slice(&[first, 2, high, low]);
}

pub(super) fn check_topic(topic: &str) -> Result<(), EncodeError> {
    match topic {
        t if t.len() > 65_535 => Err(EncodeError::TooLong),
        t if t.contains('\0') => Err(EncodeError::Nul),
        t if topic::is_valid_topic(t) => Ok(()),
        _ => Err(EncodeError::Topic),
    }
}

fn check_filter(filter: &str) -> Result<(), EncodeError> {
    match filter {
        f if f.len() > 65_535 => Err(EncodeError::TooLong),
        f if f.contains('\0') => Err(EncodeError::Nul),
        f if topic::is_valid_filter(f) => Ok(()),
        _ => Err(EncodeError::Filter),
    }
}

pub(super) fn qos_of(qos: u8) -> Result<QoS, EncodeError> {
    mqttbytes::qos(qos).map_err(|_| EncodeError::Qos)
}

/// Room that the encoder keeps between packets, in bytes.
const SCRATCH_KEPT: usize = 64 * 1024;
