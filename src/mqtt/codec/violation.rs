//! What a broker can do wrong in a packet, as a closed list, and the reason code we leave with.

use std::fmt;

/// The broker broke the protocol; the connection cannot go on (MQTT 5 §4.13). Each variant names what the broker did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// It announced a packet above the size we accept (3.1.2.11.4).
    PacketTooLarge {
        /// Size of the whole packet.
        bytes: u32,
        /// The limit we set.
        limit: u32,
    },
    /// It wrote a length in more than four bytes, or (MQTT 5) in more bytes than needed (1.5.5).
    Length,
    /// It sent a packet type that only clients send, that the version does not have, or that is reserved (2.1.2).
    PacketType(u8),
    /// It set fixed-header flags that the type does not have, DUP on QoS 0, or QoS 3 (2.1.3, 3.3.1).
    Flags(u8),
    /// It ended a packet in the middle of a field.
    Truncated,
    /// It left bytes behind the last field.
    Trailing,
    /// It sent a string that is not UTF-8 (1.5.4).
    NotUtf8,
    /// It sent a string with U+0000 (1.5.4-2).
    Nul,
    /// It published to a topic with a wildcard (3.3.2-2), or answered with one (3.3.2-14).
    Wildcard,
    /// It published to an empty topic without an alias (4.7.3-1, 3.3.2.1).
    EmptyTopic,
    /// It used packet identifier 0 (2.2.1).
    PacketIdZero,
    /// It set reserved bits of CONNACK, or said "session present" while refusing (3.2.2.1).
    ConnAckFlags(u8),
    /// It sent a reason code that this packet does not have.
    ReasonCode(u8),
    /// It sent a property that does not exist or does not belong into this packet (2.2.2.2).
    PropertyMisplaced(u8),
    /// It sent a property twice that may stand once (2.2.2.2).
    PropertyRepeated(u8),
    /// It gave a property a value out of its range.
    PropertyValue(u8),
    /// It let a property run over the end of its block, or the block over the end of the packet.
    PropertyLength,
    /// It sent authentication data without a method, or AUTH without one (3.15.2.2.2).
    AuthMethodMissing,
    /// It sent something that passed the guard and that the codec behind it refused all the same.
    Undecodable,
}

impl Violation {
    /// The MQTT 5 reason code for our DISCONNECT (§3.14.2.1): malformed packet, protocol error or packet too large.
    pub const fn reason_code(self) -> u8 {
        match self {
            Self::PacketTooLarge { .. } => 0x95,
            Self::PacketType(_)
            | Self::EmptyTopic
            | Self::PacketIdZero
            | Self::ReasonCode(_)
            | Self::PropertyRepeated(_)
            | Self::PropertyValue(_)
            | Self::AuthMethodMissing => 0x82,
            Self::Length
            | Self::Flags(_)
            | Self::Truncated
            | Self::Trailing
            | Self::NotUtf8
            | Self::Nul
            | Self::Wildcard
            | Self::ConnAckFlags(_)
            | Self::PropertyMisplaced(_)
            | Self::PropertyLength
            | Self::Undecodable => 0x81,
        }
    }

    /// The rule that was broken: a normative statement of MQTT 5 where one says it, else its section.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::PacketTooLarge { .. } => "MQTT-3.1.2-24",
            Self::Length => "MQTT-1.5.5-1",
            Self::PacketType(_) => "MQTT 5 §2.1.2",
            Self::Flags(_) => "MQTT-2.1.3-1",
            Self::Truncated | Self::Trailing | Self::Undecodable => "MQTT 5 §4.13",
            Self::NotUtf8 => "MQTT-1.5.4-1",
            Self::Nul => "MQTT-1.5.4-2",
            Self::Wildcard => "MQTT-3.3.2-2",
            Self::EmptyTopic => "MQTT-4.7.3-1",
            Self::PacketIdZero => "MQTT-2.2.1-3",
            Self::ConnAckFlags(_) => "MQTT-3.2.2-1",
            Self::ReasonCode(_) => "MQTT 5 §2.4",
            Self::PropertyMisplaced(_) | Self::PropertyRepeated(_) | Self::PropertyLength => "MQTT 5 §2.2.2",
            Self::PropertyValue(_) => "MQTT 5 §2.2.2.2",
            Self::AuthMethodMissing => "MQTT 5 §3.15.2.2.2",
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PacketTooLarge { bytes, limit } => {
                write!(f, "a packet of {bytes} bytes, above the limit of {limit}")
            }
            Self::Length => f.write_str("a malformed packet length"),
            Self::PacketType(kind) => write!(f, "a packet of type {kind}, which a broker may not send"),
            Self::Flags(byte) => write!(f, "a fixed header with invalid flags (0x{byte:02x})"),
            Self::Truncated => f.write_str("a packet that ends in the middle of a field"),
            Self::Trailing => f.write_str("a packet with bytes behind its last field"),
            Self::NotUtf8 => f.write_str("a string that is not UTF-8"),
            Self::Nul => f.write_str("a string with a NUL character"),
            Self::Wildcard => f.write_str("a topic name with a wildcard"),
            Self::EmptyTopic => f.write_str("an empty topic name"),
            Self::PacketIdZero => f.write_str("packet identifier 0"),
            Self::ConnAckFlags(byte) => write!(f, "a CONNACK with invalid flags (0x{byte:02x})"),
            Self::ReasonCode(code) => write!(f, "reason code {code} (0x{code:02x}) where it is not allowed"),
            Self::PropertyMisplaced(id) => write!(f, "property {id} where it is not allowed"),
            Self::PropertyRepeated(id) => write!(f, "property {id} twice in one packet"),
            Self::PropertyValue(id) => write!(f, "property {id} with a value out of range"),
            Self::PropertyLength => f.write_str("properties longer or shorter than their declared length"),
            Self::AuthMethodMissing => f.write_str("authentication data without a method"),
            Self::Undecodable => f.write_str("a packet that cannot be decoded"),
        }
    }
}

impl std::error::Error for Violation {}
