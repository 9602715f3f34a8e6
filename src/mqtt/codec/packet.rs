//! The packets a broker may send, as the guard hands them out: validated, owned, without a codec's types.

use bytes::Bytes;

/// A packet from the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The answer to CONNECT.
    ConnAck(ConnAck),
    /// A two-byte CONNACK where MQTT 5 demands more: the broker speaks MQTT 3.1.1. Its 3.1.1 return code.
    OldConnAck {
        /// 3.1.1 §3.2.2.3; unchecked.
        code: u8,
    },
    /// An application message.
    Publish(Publish),
    /// A PUBLISH whose topic is not UTF-8, dropped on purpose (some brokers' `$SYS` trees hold such). What is needed
    /// to acknowledge it all the same.
    Unreadable {
        /// 0..=2.
        qos: u8,
        /// 0 for QoS 0.
        packet_id: u16,
        /// The topic alias it would have set; 0 for none.
        topic_alias: u16,
    },
    /// Our QoS 1 publication was taken.
    PubAck(Ack),
    /// Our QoS 2 publication was taken, first half.
    PubRec(Ack),
    /// The broker releases its QoS 2 publication.
    PubRel(Ack),
    /// Our QoS 2 publication was taken, second half.
    PubComp(Ack),
    /// The answer to SUBSCRIBE.
    SubAck(SubAck),
    /// The answer to UNSUBSCRIBE; no codes in 3.1.1.
    UnsubAck(SubAck),
    /// The answer to PINGREQ.
    PingResp,
    /// The broker ends the session (MQTT 5).
    Disconnect(Disconnect),
    /// A step of enhanced authentication (MQTT 5).
    Auth(Auth),
}

/// CONNACK.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnAck {
    /// The broker kept our session.
    pub session_present: bool,
    /// 3.1.1 §3.2.2.3 (0..=5) or 5 §3.2.2.2; 0 is success.
    pub code: u8,
    /// The broker's limits; all absent in 3.1.1.
    pub limits: ConnAckLimits,
    /// The client id the broker chose.
    pub assigned_client_id: Option<String>,
    /// The keep-alive the broker imposes, in seconds.
    pub server_keep_alive_secs: Option<u16>,
    /// How long the broker keeps the session, in seconds, where that is not what we asked.
    pub session_expiry_secs: Option<u32>,
    /// The method of enhanced authentication.
    pub auth_method: Option<String>,
    /// The last data of enhanced authentication.
    pub auth_data: Option<Bytes>,
    /// Why, in the broker's words.
    pub reason_string: Option<String>,
    /// Where to go instead.
    pub server_reference: Option<String>,
}

/// What the broker can take (MQTT 5 §3.2.2.3); `None` is the standard's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnAckLimits {
    /// How many QoS 1 and 2 publications may be under way; 65 535 by default.
    pub receive_maximum: Option<u16>,
    /// The highest QoS it takes; 2 by default.
    pub maximum_qos: Option<u8>,
    /// Whether it retains; true by default.
    pub retain_available: Option<bool>,
    /// The largest packet it takes, in bytes.
    pub maximum_packet_bytes: Option<u32>,
    /// How many topic aliases it takes; 0 by default.
    pub topic_alias_maximum: Option<u16>,
    /// Whether it takes filters with wildcards; true by default.
    pub wildcards_available: Option<bool>,
    /// Whether it takes subscription identifiers; true by default.
    pub subscription_ids_available: Option<bool>,
    /// Whether it takes shared subscriptions; true by default.
    pub shared_available: Option<bool>,
}

/// PUBLISH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The topic; empty only with an alias.
    pub topic: String,
    /// The payload, a slice of the receive buffer: copy what is kept, or the whole buffer stays.
    pub payload: Bytes,
    /// 0..=2.
    pub qos: u8,
    /// The last known value, sent on subscribing.
    pub retain: bool,
    /// Perhaps sent before.
    pub duplicate: bool,
    /// 0 for QoS 0.
    pub packet_id: u16,
    /// What MQTT 5 says besides; `None` when nothing.
    pub properties: Option<Box<PublishProperties>>,
}

/// The properties of a PUBLISH (MQTT 5 §3.3.2.3); those of a will and of our own publications are among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishProperties {
    /// The payload is said to be UTF-8.
    pub payload_is_utf8: bool,
    /// Remaining life in seconds.
    pub expiry_secs: Option<u32>,
    /// 1..=65 535; only received, the session chooses its own.
    pub topic_alias: Option<u16>,
    /// Where to answer.
    pub response_topic: Option<String>,
    /// What to answer with.
    pub correlation_data: Option<Bytes>,
    /// The identifiers of our subscriptions that matched, in their order; only received, never sent.
    pub subscription_ids: Vec<u32>,
    /// What the payload is, such as a MIME type.
    pub content_type: Option<String>,
    /// Name and value, repeatable, in their order.
    pub user_properties: Vec<(String, String)>,
}

/// PUBACK, PUBREC, PUBREL, PUBCOMP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack {
    /// 1..=65 535.
    pub packet_id: u16,
    /// MQTT 5 reason code; 0 in 3.1.1.
    pub code: u8,
    /// Why, in the broker's words.
    pub reason_string: Option<String>,
}

/// SUBACK and UNSUBACK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAck {
    /// 1..=65 535.
    pub packet_id: u16,
    /// One per filter, in the order of the request.
    pub codes: Vec<u8>,
    /// Why, in the broker's words.
    pub reason_string: Option<String>,
}

/// DISCONNECT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disconnect {
    /// MQTT 5 §3.14.2.1.
    pub code: u8,
    /// Why, in the broker's words.
    pub reason_string: Option<String>,
    /// Where to go instead.
    pub server_reference: Option<String>,
}

/// AUTH.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auth {
    /// 0x00 success, 0x18 continue.
    pub code: u8,
    /// The method; `None` only in the empty form.
    pub method: Option<String>,
    /// What the method needs.
    pub data: Option<Bytes>,
    /// Why, in the broker's words.
    pub reason_string: Option<String>,
}
