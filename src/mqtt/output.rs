//! What a session says: effects it wants, events worth knowing, messages it received.

use std::fmt;

use bytes::Bytes;

use super::codec::{ConnAckLimits, PublishProperties};
use crate::time::Timestamp;

/// What [`poll`](super::Session::poll) wants done. Drained until [`Output::Wake`].
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Open a WebSocket with subprotocol `mqtt`. Answered by `handle_opened`, `handle_closed` or `handle_refused`.
    Open,
    /// Send these bytes as one binary message: all packets of one turn.
    Send(Vec<u8>),
    /// Close the socket and forget it: nothing more about it is handed in, its close event included.
    Close,
    /// Something to know.
    Event(Event),
    /// Nothing more; call `handle_timeout` at this time. `None`: only the world can wake the session.
    Wake(Option<Timestamp>),
}

/// Never shows what is sent: CONNECT holds the password.
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("Open"),
            Self::Send(bytes) => write!(f, "Send({} bytes)", bytes.len()),
            Self::Close => f.write_str("Close"),
            Self::Event(event) => f.debug_tuple("Event").field(event).finish(),
            Self::Wake(at) => f.debug_tuple("Wake").field(at).finish(),
        }
    }
}

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `state()` has changed.
    State,
    /// The broker took a subscription.
    Granted {
        /// As in the options.
        filter: String,
        /// The QoS it grants.
        qos: u8,
    },
    /// The broker refused a subscription, or it could not be asked.
    RefusedFilter {
        /// As in the options.
        filter: String,
        /// SUBACK code; 0x8f when the filter is not valid and was not sent.
        code: u8,
        /// In words.
        words: String,
    },
    /// The broker names another server (MQTT 5 server reference). Nothing was done about it.
    Redirected {
        /// In the broker's words: usually `host:port`.
        reference: String,
        /// It has moved for good; otherwise for now.
        is_permanent: bool,
    },
    /// Enhanced authentication wants a step of us: [`authenticate`](super::Session::authenticate).
    Challenge {
        /// What the broker sent for it.
        data: Option<Bytes>,
    },
    /// A re-authentication succeeded.
    Authenticated,
    /// A publication's fate is known. Comes once for each token.
    Settled {
        /// From `publish`.
        token: Token,
        /// What became of it.
        fate: Fate,
    },
}

/// A publication under way. Never given out twice by one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// What became of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// QoS 0: handed to the socket. Nobody will answer; brokers drop what they deny in silence.
    Sent,
    /// QoS 1 and 2: the broker has it. A 3.1.1 broker says so even when it denies the topic.
    Acknowledged,
    /// The broker refused it (MQTT 5), or can no longer take it after a reconnect.
    Refused {
        /// MQTT 5 reason code.
        code: u8,
        /// In words.
        words: String,
    },
    /// The session ended before the broker answered: it may have the message or not.
    Lost,
}

/// A message from the broker, for as long as the sink looks at it. Copy what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Valid UTF-8 without NUL and wildcards, never empty; a topic alias is already resolved.
    pub topic: &'a str,
    /// Any bytes.
    pub payload: &'a [u8],
    /// 0..=2.
    pub qos: u8,
    /// The broker's last known, sent on subscribing.
    pub retain: bool,
    /// Perhaps delivered before (QoS 1).
    pub duplicate: bool,
    /// What MQTT 5 says besides; `None` when nothing.
    pub properties: Option<&'a PublishProperties>,
}

/// What holds on the connection at hand, after CONNACK.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The broker kept our session over the last connection's end.
    pub is_resumed: bool,
    /// How long it would keep it now, in seconds.
    pub session_expiry_secs: u32,
    /// In force; 0 is off.
    pub keep_alive_secs: u16,
    /// What the broker takes.
    pub limits: ConnAckLimits,
}

/// Counts since the session was made; they only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Messages given to the sink.
    pub messages_received: u64,
    /// Bytes from sockets.
    pub bytes_received: u64,
    /// Messages that overlapping filters brought once more, left out.
    pub copies: u64,
    /// Messages dropped because their topic is not UTF-8.
    pub topics_unreadable: u64,
    /// Packets that broke the protocol; each ended a connection.
    pub packets_rejected: u64,
    /// Times a session with the broker was established.
    pub connections: u64,
}
