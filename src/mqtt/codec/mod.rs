//! The codec and its guard: bytes of a broker to packets that are certainly valid, and our packets to bytes.
//!
//! Answers for framing, reassembly and every rule of MQTT 3.1.1 and 5 about what one packet may look like, both ways.
//! This folder is the one place that names mqttbytes. That crate is small and fast, and unfit for foreign bytes alone:
//! it loses short DISCONNECTs, misreads subscription identifiers, checks no flags, no NUL, no property value, and
//! truncates lengths when it writes. So nothing reaches its `read` that `check` has not walked to the last byte, and
//! [`Encoder`] writes everything itself.
//!
//! Refuses: what a packet means for the session (order, acknowledgement, aliases), time, and sockets.

mod check;
mod connect;
mod cursor;
mod decode;
mod encode;
mod frame;
mod packet;
mod property;
mod put;
mod violation;

pub use connect::{Connect, ConnectWill};
pub use decode::Decoder;
pub use encode::{EncodeError, Encoder, Filter, Outgoing};
pub use frame::Progress;
pub use packet::{Ack, Auth, ConnAck, ConnAckLimits, Disconnect, Packet, Publish, PublishProperties, SubAck};
pub use violation::Violation;

/// A protocol version as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// MQTT 3.1.1, protocol level 4.
    V4,
    /// MQTT 5, protocol level 5.
    V5,
}

impl Protocol {
    /// The protocol level of CONNECT.
    pub const fn level(self) -> u8 {
        match self {
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }
}

#[cfg(test)]
mod tests;
