//! Our packets to bytes, written by hand: the codec behind truncates lengths, checks no string, leaves half packets
//! behind on errors, and knows neither AUTH nor a binary password.

use std::fmt;

use super::Protocol;
use super::cursor::varint_size;
use super::frame::MQTT_MAXIMUM;
use super::packet::PublishProperties;
use super::put::{self, Properties};
use crate::topic;

/// The sending half of the codec for one connection. Each method appends one whole packet to `out`, or nothing.
#[derive(Debug)]
pub struct Encoder {
    pub(super) protocol: Protocol,
    limit: u32,
    /// The body under way; kept for its room.
    pub(super) body: Vec<u8>,
}

/// A PUBLISH to be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outgoing<'a> {
    /// The topic name; may be empty where `alias` says it all.
    pub topic: &'a str,
    /// Any bytes.
    pub payload: &'a [u8],
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
    /// Sent before on another connection.
    pub duplicate: bool,
    /// 0 for QoS 0 and only then.
    pub packet_id: u16,
    /// A topic alias; 0 is none. MQTT 5 only.
    pub alias: u16,
    /// What MQTT 5 says besides; 3.1.1 leaves it out.
    pub properties: Option<&'a PublishProperties>,
}

/// A filter of SUBSCRIBE with its options (3.8.3.1); 3.1.1 says the QoS alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// A topic filter.
    pub filter: &'a str,
    /// The highest QoS wanted, 0..=2.
    pub qos: u8,
    /// Leave out what this client publishes itself. Never with a shared filter (MQTT-3.8.3-4).
    pub no_local: bool,
    /// Hand on the publisher's RETAIN flag.
    pub retain_as_published: bool,
    /// 0: send what is retained, 1: only when the subscription is new, 2: never.
    pub retain_handling: u8,
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
    /// A filter that §4.7 forbids, or one whose options contradict it.
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
        Self { protocol, limit: u32::MAX, body: Vec::new() }
    }

    /// From now on refuses packets above the broker's Maximum Packet Size.
    pub const fn limit(&mut self, maximum_packet_bytes: Option<u32>) {
        self.limit = match maximum_packet_bytes {
            Some(bytes) => bytes,
            None => u32::MAX,
        };
    }

    /// SUBSCRIBE (3.8). `subscription_id` 0 is none; MQTT 5 only.
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn subscribe(
        &mut self,
        out: &mut Vec<u8>,
        packet_id: u16,
        subscription_id: u32,
        filters: &[Filter<'_>],
    ) -> Result<(), EncodeError> {
        if packet_id == 0 || filters.is_empty() {
            return Err(EncodeError::Empty);
        }
        let is_v5 = self.protocol == Protocol::V5;
        self.begin(packet_id);
        if is_v5 {
            let mut properties = Properties::default();
            if subscription_id > 0 {
                properties.0.push(0x0b);
                put::varint(&mut properties.0, subscription_id as usize);
            }
            properties.put(&mut self.body);
        }
        for filter in filters {
            check_filter(filter.filter)?;
            if filter.qos > 2 {
                return Err(EncodeError::Qos);
            }
            let is_contradiction = filter.no_local && filter.filter.starts_with("$share/");
            if filter.retain_handling > 2 || is_contradiction {
                return Err(EncodeError::Filter);
            }
            put::string(&mut self.body, filter.filter)?;
            let options = u8::from(filter.no_local) << 2
                | u8::from(filter.retain_as_published) << 3
                | filter.retain_handling << 4;
            self.body.push(filter.qos | if is_v5 { options } else { 0 });
        }
        self.finish(out, 0x82, &[])
    }

    /// UNSUBSCRIBE (3.10).
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn unsubscribe(&mut self, out: &mut Vec<u8>, packet_id: u16, filters: &[&str]) -> Result<(), EncodeError> {
        if packet_id == 0 || filters.is_empty() {
            return Err(EncodeError::Empty);
        }
        self.begin(packet_id);
        if self.protocol == Protocol::V5 {
            self.body.push(0);
        }
        for filter in filters {
            check_filter(filter)?;
            put::string(&mut self.body, filter)?;
        }
        self.finish(out, 0xa2, &[])
    }

    /// Whether [`Self::publish`] would write this, whatever the identifier.
    ///
    /// # Errors
    /// What it would say.
    pub fn check_publish(&mut self, message: &Outgoing<'_>) -> Result<(), EncodeError> {
        let packet_id = u16::from(message.qos > 0);
        self.publish_body(&Outgoing { packet_id, ..*message })?;
        self.fits(self.body.len() + message.payload.len())
    }

    /// PUBLISH (3.3).
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn publish(&mut self, out: &mut Vec<u8>, message: &Outgoing<'_>) -> Result<(), EncodeError> {
        self.publish_body(message)?;
        let duplicate = message.duplicate && message.qos > 0;
        let first = 0x30 | u8::from(duplicate) << 3 | message.qos << 1 | u8::from(message.retain);
        self.finish(out, first, message.payload)
    }

    /// Everything of a PUBLISH between fixed header and payload.
    fn publish_body(&mut self, message: &Outgoing<'_>) -> Result<(), EncodeError> {
        let is_v5 = self.protocol == Protocol::V5;
        if !(message.topic.is_empty() && is_v5 && message.alias > 0) {
            check_topic(message.topic)?;
        }
        if message.qos > 2 {
            return Err(EncodeError::Qos);
        }
        if (message.qos == 0) != (message.packet_id == 0) {
            return Err(EncodeError::Empty);
        }
        self.body.clear();
        put::string(&mut self.body, message.topic)?;
        if message.qos > 0 {
            self.body.extend_from_slice(&message.packet_id.to_be_bytes());
        }
        if is_v5 {
            let mut properties = Properties::default();
            if message.alias > 0 {
                properties.two(0x23, message.alias);
            }
            if let Some(more) = message.properties {
                properties.message(more)?;
            }
            properties.put(&mut self.body);
        }
        Ok(())
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

    /// DISCONNECT; `code` is said in MQTT 5 only. `ends_session` takes the session expiry of CONNECT back, so that the
    /// broker forgets the session at once; only where CONNECT had named one (MQTT-3.14.2-2 forbids the opposite).
    pub fn disconnect(&mut self, out: &mut Vec<u8>, code: u8, ends_session: bool) {
        match (self.protocol, code, ends_session) {
            (Protocol::V4, ..) | (Protocol::V5, 0, false) => out.extend_from_slice(&[0xe0, 0]),
            (Protocol::V5, code, false) => out.extend_from_slice(&[0xe0, 1, code]),
            (Protocol::V5, code, true) => out.extend_from_slice(&[0xe0, 7, code, 5, 0x11, 0, 0, 0, 0]),
        }
    }

    /// AUTH (3.15): 0x18 goes on with an exchange, 0x19 begins one anew. MQTT 5 only: in 3.1.1 nothing is written.
    ///
    /// # Errors
    /// [`EncodeError`]; nothing was written then.
    pub fn auth(&mut self, out: &mut Vec<u8>, code: u8, method: &str, data: Option<&[u8]>) -> Result<(), EncodeError> {
        if self.protocol == Protocol::V4 {
            return Ok(());
        }
        let mut properties = Properties::default();
        properties.text(0x15, method)?;
        if let Some(data) = data {
            properties.bytes(0x16, data)?;
        }
        self.body.clear();
        self.body.push(code);
        properties.put(&mut self.body);
        self.finish(out, 0xf0, &[])
    }

    fn answer(&self, out: &mut Vec<u8>, first: u8, packet_id: u16, known: bool) {
        if known || self.protocol == Protocol::V4 {
            short(out, first, packet_id);
        } else {
            let [high, low] = packet_id.to_be_bytes();
            out.extend_from_slice(&[first, 3, high, low, 0x92]);
        }
    }

    /// Begins a body with a packet identifier.
    fn begin(&mut self, packet_id: u16) {
        self.body.clear();
        self.body.extend_from_slice(&packet_id.to_be_bytes());
    }

    /// Whether the broker takes a packet with a body of this size.
    fn fits(&self, body: usize) -> Result<(), EncodeError> {
        let limit = self.limit.min(MQTT_MAXIMUM);
        let bytes = u32::try_from(1 + varint_size(body) + body).unwrap_or(u32::MAX);
        if bytes > limit { Err(EncodeError::PacketTooLarge { bytes, limit }) } else { Ok(()) }
    }

    /// Appends the packet whose body stands in `body`, ending with `tail`.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>, first: u8, tail: &[u8]) -> Result<(), EncodeError> {
        let length = self.body.len() + tail.len();
        self.fits(length)?;
        out.reserve(5 + length);
        out.push(first);
        put::varint(out, length);
        out.extend_from_slice(&self.body);
        out.extend_from_slice(tail);
        self.body.shrink_to(BODY_KEPT);
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

/// Room that the encoder keeps between packets, in bytes.
const BODY_KEPT: usize = 4 * 1024;
