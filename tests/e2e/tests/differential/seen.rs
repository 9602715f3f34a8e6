//! What our codec reads, in words that the others' readings can be put in too.

use andon::mqtt::codec::{Decoder, Packet, Protocol, Violation};
use bytes::Bytes;

/// How a reader ends: what it read, and why it stopped if it did.
pub(crate) type Reading = (Vec<String>, Option<String>);

/// PUBLISH as it is compared: every field that all readers know.
#[derive(Default)]
pub(crate) struct Message<'a> {
    pub(crate) topic: &'a str,
    pub(crate) payload: &'a [u8],
    pub(crate) qos: u8,
    pub(crate) flags: (bool, bool),
    pub(crate) packet_id: u16,
    pub(crate) expiry: Option<u32>,
    pub(crate) alias: Option<u16>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) response_topic: Option<&'a str>,
    pub(crate) correlation: Option<&'a [u8]>,
    pub(crate) subscriptions: Vec<u32>,
    pub(crate) user: Vec<(&'a str, &'a str)>,
}

impl Message<'_> {
    pub(crate) fn words(&self) -> String {
        let (retain, duplicate) = self.flags;
        format!(
            "PUBLISH {:?} {} qos {} retain {retain} dup {duplicate} id {} expiry {:?} alias {:?} type {:?} answer {:?} {:?} \
             by {:?} user {:?}",
            self.topic,
            hex(self.payload),
            self.qos,
            self.packet_id,
            self.expiry,
            self.alias,
            self.content_type,
            self.response_topic,
            self.correlation.map(hex),
            self.subscriptions,
            self.user,
        )
    }
}

/// Everything our decoder makes of a stream.
pub(crate) fn ours(protocol: Protocol, stream: &[u8]) -> Reading {
    let mut decoder = Decoder::new(protocol, 0);
    decoder.push(Bytes::copy_from_slice(stream));
    let mut all = Vec::new();
    loop {
        match decoder.next_packet() {
            Ok(Some(packet)) => all.push(words(&packet)),
            Ok(None) => return (all, decoder.progress().map(|_| "unfinished".to_owned())),
            Err(violation) => return (all, Some(name(violation))),
        }
    }
}

/// A violation without what it is about.
fn name(violation: Violation) -> String {
    let text = format!("{violation:?}");
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn words(packet: &Packet) -> String {
    match packet {
        Packet::ConnAck(ack) => format!("CONNACK {} {}", ack.session_present, ack.code),
        Packet::OldConnAck { code } => format!("CONNACK of 3.1.1 {code}"),
        Packet::Publish(publish) => {
            let more = publish.properties.as_deref();
            let message = Message {
                topic: &publish.topic,
                payload: &publish.payload,
                qos: publish.qos,
                flags: (publish.retain, publish.duplicate),
                packet_id: publish.packet_id,
                expiry: more.and_then(|more| more.expiry_secs),
                alias: more.and_then(|more| more.topic_alias),
                content_type: more.and_then(|more| more.content_type.as_deref()),
                response_topic: more.and_then(|more| more.response_topic.as_deref()),
                correlation: more.and_then(|more| more.correlation_data.as_deref()),
                subscriptions: more.map(|more| more.subscription_ids.clone()).unwrap_or_default(),
                user: more.map_or_else(Vec::new, |more| {
                    more.user_properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
                }),
            };
            message.words()
        }
        Packet::Unreadable { qos, packet_id, .. } => format!("PUBLISH to a topic that is not UTF-8, {qos} {packet_id}"),
        Packet::PubAck(ack) => format!("PUBACK {} {}", ack.packet_id, ack.code),
        Packet::PubRec(ack) => format!("PUBREC {} {}", ack.packet_id, ack.code),
        Packet::PubRel(ack) => format!("PUBREL {} {}", ack.packet_id, ack.code),
        Packet::PubComp(ack) => format!("PUBCOMP {} {}", ack.packet_id, ack.code),
        Packet::SubAck(ack) => format!("SUBACK {} {:?}", ack.packet_id, ack.codes),
        Packet::UnsubAck(ack) => format!("UNSUBACK {} {:?}", ack.packet_id, ack.codes),
        Packet::PingResp => "PINGRESP".to_owned(),
        Packet::Disconnect(disconnect) => format!("DISCONNECT {}", disconnect.code),
        Packet::Auth(auth) => format!("AUTH {}", auth.code),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hex to bytes; spaces are for the reader.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ascii"), 16).expect("hex");
    digits.chunks(2).map(pair).collect()
}

/// The name of the packet that a first byte begins.
pub(crate) fn kind(first: u8) -> &'static str {
    const KINDS: [&str; 16] = [
        "type 0",
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
    KINDS[usize::from(first >> 4)]
}
