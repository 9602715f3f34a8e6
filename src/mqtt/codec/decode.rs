//! Received bytes to packets: frame, check, normalise, decode.

use bytes::{BufMut, Bytes, BytesMut};
use mqttbytes::{FixedHeader, v4, v5};

use super::Protocol;
use super::check::{Shape, check};
use super::cursor::{Cursor, varint_size};
use super::frame::{self, Header, MQTT_MAXIMUM, Progress};
use super::packet::{Ack, Auth, ConnAck, ConnAckLimits, Disconnect, Packet, Publish, PublishProperties, SubAck};
use super::property::{self, REASON_STRING};
use super::violation::Violation;

/// The receiving half of the codec for one connection.
#[derive(Debug)]
pub struct Decoder {
    protocol: Protocol,
    limit: u32,
    buffer: BytesMut,
    /// The first byte of the packet last looked at.
    first: u8,
}

impl Decoder {
    /// A decoder for a fresh connection that refuses packets above `limit` bytes, header included; 0 is no limit.
    pub fn new(protocol: Protocol, limit: u32) -> Self {
        let limit = if limit == 0 { MQTT_MAXIMUM } else { limit };
        Self { protocol, limit, buffer: BytesMut::new(), first: 0 }
    }

    /// Takes the bytes of one WebSocket message, which may end anywhere. [`Self::next_packet`] is then called until
    /// it says `None`.
    pub fn push(&mut self, bytes: Bytes) {
        frame::push(&mut self.buffer, bytes);
    }

    /// The next whole packet; `None` when more bytes are needed.
    ///
    /// # Errors
    /// What the broker did wrong. The connection is over then: the rest of the stream has no known borders, so it is
    /// dropped.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, Violation> {
        let packet = self.read();
        let is_over = packet.is_err() || (matches!(packet, Ok(None)) && self.buffer.is_empty());
        if is_over {
            self.buffer = BytesMut::new(); // an empty one would still hold the memory of what it held last
        }
        packet
    }

    /// How far the packet at hand has come, once its size is known; `None` between packets.
    pub fn progress(&self) -> Option<Progress> {
        let header = frame::header(&self.buffer, self.protocol, self.limit).ok()??;
        Some(Progress { received: self.buffer.len().min(header.total) as u32, total: header.total as u32 })
    }

    /// The name of the packet last looked at, for people: after a [`Violation`], of the one that broke a rule.
    pub const fn packet_name(&self) -> &'static str {
        NAMES[(self.first >> 4) as usize]
    }

    fn read(&mut self) -> Result<Option<Packet>, Violation> {
        self.first = self.buffer.first().copied().unwrap_or(self.first);
        let Some(header) = frame::header(&self.buffer, self.protocol, self.limit)? else { return Ok(None) };
        let Some(body) = self.buffer.get(header.size..header.total) else { return Ok(None) };
        match check(self.protocol, header, body)? {
            Shape::Plain => self.decode(header, Vec::new()).map(Some),
            shape => {
                let frame = self.buffer.split_to(header.total).freeze();
                self.odd(shape, header, frame).map(Some)
            }
        }
    }

    /// Whatever the codec cannot take as it is.
    fn odd(&mut self, shape: Shape, header: Header, frame: Bytes) -> Result<Packet, Violation> {
        let mut body = Cursor::new(frame.get(header.size..).unwrap_or_default());
        Ok(match shape {
            Shape::Plain => return Err(Violation::Undecodable),
            Shape::OldConnAck(code) => Packet::OldConnAck { code },
            Shape::OddConnAck(code) => Packet::ConnAck(ConnAck { code, ..ConnAck::default() }),
            Shape::OddSubAck => {
                let packet_id = body.packet_id()?;
                Packet::SubAck(SubAck { packet_id, codes: body.rest().to_vec(), reason_string: None })
            }
            Shape::Unreadable { qos, packet_id, topic_alias } => Packet::Unreadable { qos, packet_id, topic_alias },
            Shape::ShortDisconnect(code) => Packet::Disconnect(Disconnect { code, ..Disconnect::default() }),
            Shape::Auth => Packet::Auth(auth(&mut body, &frame)?),
            Shape::SubscriptionIds => {
                // topic and packet identifier as they are, the properties without the identifiers, the payload
                let whole = body.rest();
                body.binary()?;
                if header.first & 6 != 0 {
                    body.packet_id()?;
                }
                let head = whole.get(..whole.len() - body.rest().len()).unwrap_or_default();
                let (ids, others) = property::without_subscription_ids(&mut body)?;
                let mut rest = BytesMut::with_capacity(header.total);
                rest.put_u8(header.first);
                put_varint(&mut rest, head.len() + varint_size(others.len()) + others.len() + body.rest().len());
                rest.extend_from_slice(head);
                put_varint(&mut rest, others.len());
                rest.extend_from_slice(&others);
                rest.extend_from_slice(body.rest());
                let Some(header) = frame::header(&rest, self.protocol, MQTT_MAXIMUM)? else {
                    return Err(Violation::Undecodable);
                };
                std::mem::swap(&mut rest, &mut self.buffer);
                let packet = self.decode(header, ids);
                self.buffer = rest;
                return packet;
            }
        })
    }

    /// Runs the codec on the frame at the front of the buffer, which [`check`] has approved. Any error is the frame's,
    /// "insufficient bytes" included: the frame is whole, and has already been taken out of the buffer.
    ///
    /// Each packet goes to its own reader past the codec's dispatch, which would link the readers of all that only a
    /// server receives, and whose packet enum costs more to move than a PUBLISH to read.
    fn decode(&mut self, header: Header, subscription_ids: Vec<u32>) -> Result<Packet, Violation> {
        let fixed = FixedHeader::new(header.first, header.size - 1, header.total - header.size);
        let frame = self.buffer.split_to(header.total).freeze();
        let packet = match self.protocol {
            Protocol::V4 => from_v4(fixed, header.first >> 4, frame),
            Protocol::V5 => from_v5(fixed, header.first >> 4, frame, subscription_ids),
        };
        // What the codec may say is coarser than what `check` has said already.
        packet.map_err(|_| Violation::Undecodable)?.ok_or(Violation::Undecodable)
    }
}

/// `None` for packets that no server sends.
fn from_v4(fixed: FixedHeader, packet_type: u8, frame: Bytes) -> Result<Option<Packet>, mqttbytes::Error> {
    let ack = |packet_id| Ack { packet_id, code: 0, reason_string: None };
    Ok(Some(match packet_type {
        2 => {
            let p = v4::ConnAck::read(fixed, frame)?;
            Packet::ConnAck(ConnAck { session_present: p.session_present, code: p.code as u8, ..ConnAck::default() })
        }
        3 => {
            let p = v4::Publish::read(fixed, frame)?;
            Packet::Publish(Publish {
                topic: p.topic,
                payload: p.payload,
                qos: p.qos as u8,
                retain: p.retain,
                duplicate: p.dup,
                packet_id: p.pkid,
                properties: None,
            })
        }
        4 => Packet::PubAck(ack(v4::PubAck::read(fixed, frame)?.pkid)),
        5 => Packet::PubRec(ack(v4::PubRec::read(fixed, frame)?.pkid)),
        6 => Packet::PubRel(ack(v4::PubRel::read(fixed, frame)?.pkid)),
        7 => Packet::PubComp(ack(v4::PubComp::read(fixed, frame)?.pkid)),
        9 => {
            let p = v4::SubAck::read(fixed, frame)?;
            let code = |code: &v4::SubscribeReasonCode| match code {
                v4::SubscribeReasonCode::Success(qos) => *qos as u8,
                v4::SubscribeReasonCode::Failure => 0x80,
            };
            let codes = p.return_codes.iter().map(code).collect();
            Packet::SubAck(SubAck { packet_id: p.pkid, codes, reason_string: None })
        }
        11 => {
            let p = v4::UnsubAck::read(fixed, frame)?;
            Packet::UnsubAck(SubAck { packet_id: p.pkid, codes: Vec::new(), reason_string: None })
        }
        13 => Packet::PingResp,
        _ => return Ok(None),
    }))
}

/// `None` for packets that no server sends.
fn from_v5(
    fixed: FixedHeader,
    packet_type: u8,
    frame: Bytes,
    subscription_ids: Vec<u32>,
) -> Result<Option<Packet>, mqttbytes::Error> {
    Ok(Some(match packet_type {
        2 => Packet::ConnAck(connack(v5::ConnAck::read(fixed, frame)?)),
        3 => {
            let p = v5::Publish::read(fixed, frame)?;
            let properties = (p.properties.is_some() || !subscription_ids.is_empty())
                .then(|| Box::new(publish_properties(p.properties, subscription_ids)));
            Packet::Publish(Publish {
                topic: p.topic,
                payload: p.payload,
                qos: p.qos as u8,
                retain: p.retain,
                duplicate: p.dup,
                packet_id: p.pkid,
                properties,
            })
        }
        4 => {
            let p = v5::PubAck::read(fixed, frame)?;
            Packet::PubAck(ack(p.pkid, p.reason as u8, p.properties.and_then(|p| p.reason_string)))
        }
        5 => {
            let p = v5::PubRec::read(fixed, frame)?;
            Packet::PubRec(ack(p.pkid, p.reason as u8, p.properties.and_then(|p| p.reason_string)))
        }
        6 => {
            let p = v5::PubRel::read(fixed, frame)?;
            Packet::PubRel(ack(p.pkid, p.reason as u8, p.properties.and_then(|p| p.reason_string)))
        }
        7 => {
            let p = v5::PubComp::read(fixed, frame)?;
            Packet::PubComp(ack(p.pkid, p.reason as u8, p.properties.and_then(|p| p.reason_string)))
        }
        9 => {
            let p = v5::SubAck::read(fixed, frame)?;
            let codes = p.return_codes.iter().map(|code| *code as u8).collect();
            let reason_string = p.properties.and_then(|p| p.reason_string);
            Packet::SubAck(SubAck { packet_id: p.pkid, codes, reason_string })
        }
        11 => {
            let p = v5::UnsubAck::read(fixed, frame)?;
            let codes = p.reasons.iter().map(|code| *code as u8).collect();
            let reason_string = p.properties.and_then(|p| p.reason_string);
            Packet::UnsubAck(SubAck { packet_id: p.pkid, codes, reason_string })
        }
        13 => Packet::PingResp,
        14 => {
            let p = v5::Disconnect::read(fixed, frame)?;
            let (reason_string, server_reference) =
                p.properties.map_or((None, None), |p| (p.reason_string, p.server_reference));
            Packet::Disconnect(Disconnect { code: p.reason_code as u8, reason_string, server_reference })
        }
        _ => return Ok(None),
    }))
}

const fn ack(packet_id: u16, code: u8, reason_string: Option<String>) -> Ack {
    Ack { packet_id, code, reason_string }
}

fn connack(packet: v5::ConnAck) -> ConnAck {
    let base = ConnAck { session_present: packet.session_present, code: packet.code as u8, ..ConnAck::default() };
    let Some(p) = packet.properties else { return base };
    ConnAck {
        limits: ConnAckLimits {
            receive_maximum: p.receive_max,
            maximum_qos: p.max_qos,
            retain_available: p.retain_available.map(|flag| flag == 1),
            maximum_packet_bytes: p.max_packet_size,
            topic_alias_maximum: p.topic_alias_max,
            wildcards_available: p.wildcard_subscription_available.map(|flag| flag == 1),
            subscription_ids_available: p.subscription_identifiers_available.map(|flag| flag == 1),
            shared_available: p.shared_subscription_available.map(|flag| flag == 1),
        },
        assigned_client_id: p.assigned_client_identifier,
        server_keep_alive_secs: p.server_keep_alive,
        session_expiry_secs: p.session_expiry_interval,
        auth_method: p.authentication_method,
        auth_data: p.authentication_data,
        reason_string: p.reason_string,
        server_reference: p.server_reference,
        ..base
    }
}

fn publish_properties(properties: Option<v5::PublishProperties>, subscription_ids: Vec<u32>) -> PublishProperties {
    let Some(p) = properties else { return PublishProperties { subscription_ids, ..PublishProperties::default() } };
    PublishProperties {
        payload_is_utf8: p.payload_format_indicator == Some(1),
        expiry_secs: p.message_expiry_interval,
        topic_alias: p.topic_alias,
        response_topic: p.response_topic,
        correlation_data: p.correlation_data,
        subscription_ids,
        content_type: p.content_type,
        user_properties: p.user_properties,
    }
}

/// Reads an AUTH body that [`check`] has approved.
fn auth(body: &mut Cursor<'_>, frame: &Bytes) -> Result<Auth, Violation> {
    if body.is_empty() {
        return Ok(Auth::default());
    }
    let mut auth = Auth { code: body.u8()?, ..Auth::default() };
    body.varint()?;
    while !body.is_empty() {
        match body.u8()? {
            property::AUTH_METHOD => auth.method = Some(body.string()?.to_owned()),
            property::AUTH_DATA => auth.data = Some(frame.slice_ref(body.binary()?)),
            REASON_STRING => auth.reason_string = Some(body.string()?.to_owned()),
            _ => {
                body.string()?;
                body.string()?; // a user property: the only other one AUTH has
            }
        }
    }
    Ok(auth)
}

fn put_varint(buffer: &mut BytesMut, mut value: usize) {
    while value >= 128 {
        buffer.put_u8((value % 128) as u8 | 128);
        value /= 128;
    }
    buffer.put_u8(value as u8);
}

/// Packet types by number (2.1.2).
const NAMES: [&str; 16] = [
    "packet type 0",
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH",
];
