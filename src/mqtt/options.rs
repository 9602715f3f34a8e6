//! What the owner of a session says about it: how to log in, what to subscribe to, what to publish.

use std::fmt;

use super::codec::{Filter, PublishProperties};
use crate::time::Millis;

/// Which MQTT to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// MQTT 3.1.1.
    V4,
    /// MQTT 5.
    V5,
    /// MQTT 5 first, 3.1.1 where the broker does not answer to 5. What worked is remembered as long as the session
    /// lives.
    #[default]
    Auto,
}

/// How to reach and use one broker.
#[derive(Clone, Default)]
pub struct Options {
    /// Empty lets the broker choose one.
    pub client_id: String,
    /// User name; an empty one is sent, an absent one is not.
    pub username: Option<String>,
    /// Password, any bytes. MQTT 3.1.1 cannot send one without a user name.
    pub password: Option<Vec<u8>>,
    /// Enhanced authentication; MQTT 5 only.
    pub auth: Option<Auth>,
    /// Seconds between signs of life; 0 turns them off. An MQTT 5 broker may impose its own.
    pub keep_alive_secs: u16,
    /// Which MQTT to speak.
    pub protocol: Version,
    /// What [`Version::Auto`] begins with: what worked with this broker before.
    pub known: Option<Version>,
    /// How long the broker keeps the session over a lost connection; 0 is never. What was published meanwhile with
    /// QoS 1 and 2 comes then, and what is under way is finished. The first connection begins clean all the same.
    pub session_expiry_secs: u32,
    /// Nobody has used this client id before, so the first connection need not begin clean. Mosquitto 2.0 keeps over a
    /// restart of its own only sessions that did not. MQTT 5 only.
    pub is_fresh_id: bool,
    /// MQTT 3.1.1 knows no expiry: whether the broker keeps the session there too, for ever if nobody comes back.
    pub keeps_session_v4: bool,
    /// What the broker publishes when we vanish.
    pub will: Option<Will>,
    /// What to subscribe to on each connection.
    pub filters: Vec<Subscription>,
    /// The largest packet taken, in bytes with its header; 0 is no limit.
    pub max_packet_bytes: u32,
    /// How long the socket and then CONNACK may take together; 0 or less is ten seconds.
    pub connect_timeout: Millis,
    /// Leave a broker that publishes to a topic that is not UTF-8 (as the standard asks) instead of dropping and
    /// counting such messages.
    pub refuses_unreadable: bool,
    /// What this broker's service is known to take.
    pub rules: Rules,
    /// How many URLs the broker has: a failed try is followed by the next one at once, the wait comes after the last.
    pub urls: u8,
    /// The first try comes anywhere within this span, so that many screens that start together do not meet.
    pub spread: Millis,
}

/// What a broker's service takes beyond what it says in CONNACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Filters in one SUBSCRIBE.
    pub filters_per_subscribe: u8,
    /// Slashes in a topic or filter.
    pub slashes: u8,
    /// Bytes of a topic or filter.
    pub topic_bytes: u16,
    /// Highest QoS.
    pub qos: u8,
    /// Longest keep-alive in seconds.
    pub keep_alive_secs: u16,
}

impl Default for Rules {
    /// A full MQTT broker. Eight filters a packet all the same: no service takes fewer, and it costs next to nothing.
    fn default() -> Self {
        Self { filters_per_subscribe: 8, slashes: u8::MAX, topic_bytes: u16::MAX, qos: 2, keep_alive_secs: u16::MAX }
    }
}

impl Rules {
    /// Whether the service takes a topic or filter of this shape.
    pub fn takes(&self, topic: &str) -> bool {
        let slashes = topic.bytes().filter(|byte| *byte == b'/').count();
        topic.len() <= usize::from(self.topic_bytes)
            && (self.slashes == u8::MAX || slashes <= usize::from(self.slashes))
    }
}

/// Enhanced authentication (MQTT 5 §4.12). Debug output hides the data.
#[derive(Clone, PartialEq, Eq)]
pub struct Auth {
    /// Such as `OAUTH2-JWT`.
    pub method: String,
    /// What CONNECT carries for it.
    pub data: Option<Vec<u8>>,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Never shows the password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("client_id", &self.client_id)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("auth", &self.auth)
            .field("protocol", &self.protocol)
            .field("filters", &self.filters)
            .finish_non_exhaustive()
    }
}

/// What the broker publishes when the connection ends without DISCONNECT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Will {
    /// A topic name.
    pub topic: String,
    /// At most 65 535 bytes.
    pub payload: Vec<u8>,
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
    /// How long the broker waits for us to come back first, in seconds. MQTT 5 only.
    pub delay_secs: u32,
    /// What MQTT 5 says besides.
    pub properties: Option<Box<PublishProperties>>,
}

/// A filter and how it is wanted. All but filter and QoS are MQTT 5's; 3.1.1 leaves them out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    /// A topic filter.
    pub filter: String,
    /// The highest QoS wanted, 0..=2.
    pub qos: u8,
    /// Leave out what this client publishes itself. Ignored on shared filters, where the standard forbids it.
    pub no_local: bool,
    /// Hand on the publisher's RETAIN flag; a live message may carry it then.
    pub retain_as_published: bool,
    /// 0: what is retained comes on each connection, 1: only when the subscription is new, 2: never.
    pub retain_handling: u8,
}

impl Subscription {
    /// As the codec writes it.
    pub(super) fn to_filter(&self) -> Filter<'_> {
        let is_shared = self.filter.starts_with("$share/");
        Filter {
            filter: &self.filter,
            qos: self.qos,
            no_local: self.no_local && !is_shared,
            retain_as_published: self.retain_as_published,
            retain_handling: self.retain_handling,
        }
    }
}

/// A message to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// A topic name.
    pub topic: String,
    /// Any bytes.
    pub payload: Vec<u8>,
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
    /// What MQTT 5 says besides; 3.1.1 leaves it out.
    pub properties: Option<Box<PublishProperties>>,
}
