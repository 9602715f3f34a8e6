//! What the owner of a session says about it: how to log in, what to subscribe to, what to publish.

use std::fmt;

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

/// How to reach and use one broker. Sessions are always clean: what matters to a dashboard is retained.
#[derive(Clone)]
pub struct Options {
    /// Empty lets the broker choose one.
    pub client_id: String,
    /// User name; an empty one is sent, an absent one is not.
    pub username: Option<String>,
    /// Password, any bytes. MQTT 3.1.1 cannot send one without a user name.
    pub password: Option<Vec<u8>>,
    /// Seconds between signs of life; 0 turns them off. An MQTT 5 broker may impose its own.
    pub keep_alive_secs: u16,
    /// Which MQTT to speak.
    pub protocol: Version,
    /// What the broker publishes when we vanish.
    pub will: Option<Will>,
    /// What to subscribe to on each connection.
    pub filters: Vec<Subscription>,
    /// The largest packet taken, in bytes with its header; 0 is no limit.
    pub max_packet_bytes: u32,
    /// How long the socket and then CONNACK may take together; 0 or less is ten seconds.
    pub connect_timeout: Millis,
}

/// Never shows the password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("client_id", &self.client_id)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("keep_alive_secs", &self.keep_alive_secs)
            .field("protocol", &self.protocol)
            .field("will", &self.will)
            .field("filters", &self.filters)
            .field("max_packet_bytes", &self.max_packet_bytes)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}

/// What the broker publishes when the connection ends without DISCONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// A topic name.
    pub topic: String,
    /// At most 65 535 bytes.
    pub payload: Vec<u8>,
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
}

/// A filter and the highest QoS wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// A topic filter.
    pub filter: String,
    /// 0..=2.
    pub qos: u8,
}

/// A message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// A topic name.
    pub topic: String,
    /// Any bytes.
    pub payload: Vec<u8>,
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
}
