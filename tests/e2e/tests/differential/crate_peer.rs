//! Crate `mqtt5-protocol`: packets that a broker may send, each of them damaged in many ways, read by both.

use std::collections::BTreeMap;

use andon::mqtt::codec::{Connect, ConnectWill, Encoder, Filter, Outgoing, Protocol, PublishProperties};
use mqtt5_protocol::packet::{FixedHeader, Packet};
use mqtt5_protocol::{Properties, PropertyId, PropertyValue};

use crate::explained::{CRATE, Difference, explain};
use crate::seen::{Message, bytes, hex, kind, ours};

/// Packets of a broker in their rarer forms, by the version that has them (0: both).
const PACKETS: &[(u8, &str)] = &[
    (4, "20 02 00 00"),
    (4, "20 02 01 00"),
    (4, "20 02 00 05"),
    (5, "20 03 00 00 00"),
    (5, "20 11 01 00 0e 21 0014 22 000a 13 003c 27 00010000"),
    (5, "20 09 00 87 06 1f 0003 62 61 64"),
    (4, "30 07 0003 612f62 6869"),
    (5, "30 08 0003 612f62 00 6869"),
    (4, "3d 09 0003 612f62 0007 6869"),
    (5, "32 0a 0003 612f62 0007 00 6869"),
    (5, "30 1b 0001 61 15 01 01 02 0000003c 03 0001 74 08 0001 72 09 0001 ff 0b 05 58 58"),
    (5, "30 10 0001 61 0a 26 0001 6b 0001 76 23 0003 ff 58"),
    (0, "40 02 0007"),
    (5, "40 03 0007 10"),
    (5, "40 09 0007 97 05 1f 0002 6e 6f"),
    (0, "50 02 0007"),
    (5, "50 04 0007 91 00"),
    (0, "62 02 0007"),
    (5, "62 04 0007 92 00"),
    (0, "70 02 0007"),
    (4, "90 05 0007 00 01 80"),
    (5, "90 06 0007 00 00 01 87"),
    (4, "b0 02 0007"),
    (5, "b0 05 0007 00 00 11"),
    (0, "d0 00"),
    (5, "e0 00"),
    (5, "e0 01 8e"),
    (5, "e0 07 9c 05 1c 0002 62 32"),
    (5, "f0 0a 18 08 15 0001 4d 16 0001 64"),
];

/// Damaged packets of each form.
const DAMAGED: u32 = 8_000;

/// A seeded roll of dice (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// The same packet with up to three bytes changed, added or left out behind its length, which stays honest; now and
/// then other flags.
fn damaged(dice: &mut Dice, whole: &[u8]) -> Vec<u8> {
    const LIKELY: [u8; 14] = [0, 1, 2, 3, 5, 0x0b, 0x1f, 0x21, 0x23, 0x26, 0x7f, 0x80, 0x87, 0xff];
    let (mut first, mut body) = (whole[0], whole[2..].to_vec());
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(body.len() + 1);
        let byte = if dice.roll(2) == 0 { LIKELY[dice.roll(LIKELY.len())] } else { dice.roll(256) as u8 };
        match dice.roll(4) {
            0 => body.insert(at, byte),
            1 if at < body.len() => drop(body.remove(at)),
            2 if dice.roll(8) == 0 => first ^= 1 << dice.roll(4),
            _ if at < body.len() => body[at] = byte,
            _ => {}
        }
    }
    [&[first, body.len() as u8], &body[..]].concat()
}

/// What the crate reads of exactly one packet; the packet in words, or its complaint.
fn theirs(protocol: Protocol, packet: &[u8]) -> Result<String, String> {
    let mut buffer = packet;
    let header = FixedHeader::decode(&mut buffer).map_err(|error| error.to_string())?;
    let read = Packet::decode_from_body_with_version(header.packet_type, &header, &mut buffer, protocol.level());
    read.map(|packet| words(&packet)).map_err(|error| error.to_string())
}

fn words(packet: &Packet) -> String {
    match packet {
        Packet::ConnAck(ack) => format!("CONNACK {} {}", ack.session_present, return_code(ack)),
        Packet::Publish(publish) => {
            let of = &publish.properties;
            let user =
                of.get_all(PropertyId::UserProperty).unwrap_or_default().iter().filter_map(|value| match value {
                    PropertyValue::Utf8StringPair(name, value) => Some((name.as_str(), value.as_str())),
                    _ => None,
                });
            let content_type = of.get_content_type();
            let message = Message {
                topic: &publish.topic_name,
                payload: &publish.payload,
                qos: publish.qos as u8,
                flags: (publish.retain, publish.dup),
                packet_id: publish.packet_id.unwrap_or(0),
                expiry: of.get_message_expiry_interval(),
                alias: of.get_topic_alias(),
                content_type: content_type.as_deref(),
                response_topic: text(of, PropertyId::ResponseTopic),
                correlation: match of.get(PropertyId::CorrelationData) {
                    Some(PropertyValue::BinaryData(data)) => Some(data),
                    _ => None,
                },
                subscriptions: of.subscription_identifiers(),
                user: user.collect(),
            };
            message.words()
        }
        Packet::PubAck(ack) => format!("PUBACK {} {}", ack.packet_id, u8::from(ack.reason_code)),
        Packet::PubRec(ack) => format!("PUBREC {} {}", ack.packet_id, u8::from(ack.reason_code)),
        Packet::PubRel(ack) => format!("PUBREL {} {}", ack.packet_id, u8::from(ack.reason_code)),
        Packet::PubComp(ack) => format!("PUBCOMP {} {}", ack.packet_id, u8::from(ack.reason_code)),
        Packet::SubAck(ack) => {
            let codes: Vec<u8> = ack.reason_codes.iter().map(|code| *code as u8).collect();
            format!("SUBACK {} {codes:?}", ack.packet_id)
        }
        Packet::UnsubAck(ack) => {
            let codes: Vec<u8> = ack.reason_codes.iter().map(|code| *code as u8).collect();
            format!("UNSUBACK {} {codes:?}", ack.packet_id)
        }
        Packet::PingResp => "PINGRESP".to_owned(),
        Packet::Disconnect(disconnect) => format!("DISCONNECT {}", u8::from(disconnect.reason_code)),
        Packet::Auth(auth) => format!("AUTH {}", u8::from(auth.reason_code)),
        other => other.packet_type_name().to_owned(),
    }
}

/// It puts 3.1.1's codes in MQTT 5's.
fn return_code(ack: &mqtt5_protocol::packet::connack::ConnAckPacket) -> u8 {
    let code = u8::from(ack.reason_code);
    if ack.protocol_version != 4 {
        return code;
    }
    [0, 0x84, 0x85, 0x88, 0x86, 0x87].iter().position(|of_5| *of_5 == code).map_or(code, |at| at as u8)
}

fn text(of: &Properties, id: PropertyId) -> Option<&str> {
    match of.get(id) {
        Some(PropertyValue::Utf8String(text)) => Some(text),
        _ => None,
    }
}

/// Where the two disagree about a packet.
fn difference(protocol: Protocol, packet: &[u8]) -> Option<Difference> {
    let (read, end) = ours(protocol, packet);
    let kind = kind(packet[0]);
    match (read.first(), end, theirs(protocol, packet)) {
        (Some(we), None, Ok(they)) if *we == they => None,
        (Some(we), None, Ok(they)) => Some(Difference::new("read otherwise", kind, format!("{we} / {they}"))),
        (None, Some(_), Err(_)) => None,
        (_, Some(why), Ok(they)) => Some(Difference::new(&format!("only we refuse: {why}"), kind, they)),
        (Some(we), None, Err(why)) => Some(Difference::new("only they refuse", kind, format!("{why} / {we}"))),
        (read, end, they) => panic!("{}: {read:?} {end:?} {they:?}", hex(packet)),
    }
}

#[test]
fn what_brokers_send_and_what_is_left_of_it_when_damaged() {
    let mut dice = Dice(0x5eed_0000_0bad_cafe);
    let mut found: BTreeMap<Difference, (u32, String)> = BTreeMap::new();
    let (mut compared, mut both_read) = (0u32, 0u32);
    for &(level, packet) in PACKETS {
        let whole = bytes(packet);
        for protocol in [Protocol::V4, Protocol::V5] {
            if level != 0 && level != protocol.level() {
                continue;
            }
            let seen = (ours(protocol, &whole), theirs(protocol, &whole));
            assert!(matches!(&seen, ((we, None), Ok(they)) if *we == [they.clone()]), "{packet}: {seen:?}");
            for _ in 0..DAMAGED {
                let packet = damaged(&mut dice, &whole);
                compared += 1;
                match difference(protocol, &packet) {
                    None => both_read += u32::from(ours(protocol, &packet).1.is_none()),
                    Some(difference) => {
                        let words = format!("{protocol:?} {} {}", hex(&packet), difference.detail);
                        found.entry(difference).or_insert((0, words)).0 += 1;
                    }
                }
            }
        }
    }
    println!("mqtt5-protocol: {compared} packets, {both_read} read the same by both");
    explain(CRATE, &found);
}

#[test]
fn what_we_write_it_reads_as_meant() {
    let pairs = [("n".to_owned(), "v".to_owned())];
    let more = PublishProperties {
        expiry_secs: Some(60),
        content_type: Some("t".into()),
        response_topic: Some("r".into()),
        correlation_data: Some(vec![0, 255].into()),
        user_properties: pairs.to_vec(),
        ..PublishProperties::default()
    };
    for protocol in [Protocol::V4, Protocol::V5] {
        let is_5 = protocol == Protocol::V5;
        let mut encoder = Encoder::new(protocol);
        let mut out = Vec::new();
        let will =
            ConnectWill { topic: "w", payload: b"gone", qos: 1, retain: true, delay_secs: 7, properties: Some(&more) };
        let connect = Connect {
            client_id: "andon-1",
            clean: true,
            session_expiry_secs: 60,
            username: Some("u"),
            password: Some(&[0, 255]),
            keep_alive_secs: 30,
            will: Some(will),
            receive_maximum: 9,
            maximum_packet_bytes: 1 << 20,
            topic_alias_maximum: 64,
            auth: is_5.then_some(("M", Some(b"d".as_slice()))),
            user_properties: &pairs,
        };
        encoder.connect(&mut out, &connect).expect("it can be said");
        let Packet::Connect(read) = as_read(protocol, &out) else { panic!("a CONNECT") };
        assert_eq!((read.client_id.as_str(), read.clean_start, read.keep_alive), ("andon-1", true, 30));
        assert_eq!((read.username.as_deref(), read.password.as_deref()), (Some("u"), Some(&[0, 255][..])));
        let will = read.will.expect("a will");
        assert_eq!((will.topic.as_str(), &will.payload[..], will.qos as u8, will.retain), ("w", &b"gone"[..], 1, true));
        if is_5 {
            let of = &read.properties;
            assert_eq!((of.get_session_expiry_interval(), of.get_receive_maximum()), (Some(60), Some(9)));
            assert_eq!((of.get_maximum_packet_size(), of.get_topic_alias_maximum()), (Some(1 << 20), Some(64)));
            assert_eq!(of.get_authentication_method().map(String::as_str), Some("M"));
            assert_eq!(read.will_properties.get_message_expiry_interval(), Some(60));
        }

        let mut out = Vec::new();
        let filter = Filter { filter: "a/+", qos: 2, no_local: true, retain_as_published: true, retain_handling: 1 };
        encoder
            .subscribe(&mut out, 7, 5, &[filter, Filter { filter: "b/#", ..Filter::default() }])
            .expect("it can be said");
        let Packet::Subscribe(read) = as_read(protocol, &out) else { panic!("a SUBSCRIBE") };
        let filters: Vec<_> = read.filters.iter().map(|of| (of.filter.as_str(), of.options.qos as u8)).collect();
        assert_eq!((read.packet_id, filters), (7, vec![("a/+", 2), ("b/#", 0)]));
        if is_5 {
            let options = read.filters[0].options;
            assert!(options.no_local && options.retain_as_published && options.retain_handling as u8 == 1);
            assert_eq!(read.properties.get_subscription_identifier(), Some(5));
        }

        let mut out = Vec::new();
        encoder.unsubscribe(&mut out, 8, &["a/+", "b/#"]).expect("it can be said");
        let Packet::Unsubscribe(read) = as_read(protocol, &out) else { panic!("an UNSUBSCRIBE") };
        assert_eq!((read.packet_id, read.filters), (8, vec!["a/+".to_owned(), "b/#".to_owned()]));

        for qos in 0..3 {
            let mut out = Vec::new();
            let properties = is_5.then_some(&more);
            let packet_id = u16::from(qos > 0) * 9;
            let outgoing = Outgoing {
                topic: "é/t",
                payload: b"\0x",
                qos,
                retain: true,
                packet_id,
                properties,
                ..Outgoing::default()
            };
            encoder.publish(&mut out, &outgoing).expect("it can be said");
            assert_eq!(Ok(ours(protocol, &out).0.remove(0)), theirs(protocol, &out));
        }

        let mut out = Vec::new();
        encoder.puback(&mut out, 1);
        encoder.pubrec(&mut out, 2);
        encoder.pubrel(&mut out, 3, true);
        encoder.pubcomp(&mut out, 4, true);
        let mut rest = &out[..];
        while let [_, length, ..] = *rest {
            let (packet, later) = rest.split_at(2 + usize::from(length));
            assert_eq!(Ok(ours(protocol, packet).0.remove(0)), theirs(protocol, packet));
            rest = later;
        }
        let mut out = Vec::new();
        encoder.disconnect(&mut out, 0x82, false);
        let code = if is_5 { 0x82 } else { 0 };
        assert_eq!(theirs(protocol, &out), Ok(format!("DISCONNECT {code}")));
        if is_5 {
            out.clear();
            encoder.auth(&mut out, 0x18, "M", Some(b"d")).expect("it can be said");
            assert_eq!(theirs(protocol, &out), Ok("AUTH 24".to_owned()));
        }
    }
}

fn as_read(protocol: Protocol, packet: &[u8]) -> Packet {
    let mut buffer = packet;
    let header = FixedHeader::decode(&mut buffer).expect("a header");
    let read = Packet::decode_from_body_with_version(header.packet_type, &header, &mut buffer, protocol.level());
    read.expect("what we write is read")
}
