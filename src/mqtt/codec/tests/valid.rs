//! What a broker may send, down to its rarest forms.

use bytes::Bytes;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{BOTH, bytes, read};
use crate::mqtt::codec::Protocol::{V4, V5};
use crate::mqtt::codec::{Ack, Auth, ConnAck, ConnAckLimits, Decoder, Disconnect, Packet, Publish};
use crate::mqtt::codec::{PublishProperties, SubAck};

fn publication(topic: &str, payload: &'static [u8]) -> Publish {
    Publish {
        topic: topic.to_owned(),
        payload: Bytes::from_static(payload),
        qos: 0,
        retain: false,
        duplicate: false,
        packet_id: 0,
        properties: None,
    }
}

fn ack(packet_id: u16, code: u8) -> Ack {
    Ack { packet_id, code, reason_string: None }
}

#[test]
fn publish() {
    let v4 = |hex| read(V4, hex).unwrap();
    assert_eq!(v4("30 03 0001 61"), Packet::Publish(publication("a", b"")));
    assert_eq!(v4("31 04 0001 61 58"), Packet::Publish(Publish { retain: true, ..publication("a", b"X") }));
    let resent = Publish { qos: 1, duplicate: true, packet_id: 0xffff, ..publication("/", b"") };
    assert_eq!(v4("3a 05 0001 2f ffff"), Packet::Publish(resent));
    let v5 = |hex| read(V5, hex).unwrap();
    assert_eq!(v5("30 04 0001 61 00"), Packet::Publish(publication("a", b"")));
    let qos2 = Publish { qos: 2, packet_id: 1, ..publication("é/$x", b"\0") };
    assert_eq!(v5("34 0b 0005 c3a92f2478 0001 00 00"), Packet::Publish(qos2));
    let alias = PublishProperties { topic_alias: Some(7), ..PublishProperties::default() };
    let aliased = Publish { properties: Some(Box::new(alias)), ..publication("", b"hi") };
    assert_eq!(v5("30 08 0000 03 23 0007 6869"), Packet::Publish(aliased));
    let all = PublishProperties {
        payload_is_utf8: true,
        expiry_secs: Some(60),
        topic_alias: Some(1),
        response_topic: Some("r".to_owned()),
        correlation_data: Some(Bytes::from_static(&[0, 0xff])),
        subscription_ids: vec![1, 268_435_455, 1],
        content_type: Some("t".to_owned()),
        user_properties: vec![("k".to_owned(), String::new()), ("k".to_owned(), "v".to_owned())],
    };
    assert_eq!(
        v5("30 33 0001 61 2d 0b 01 01 01 02 0000003c 26 0001 6b 0000 0b ffffff7f 23 0001 08 0001 72 09 0002 00ff \
            0b 01 03 0001 74 26 0001 6b 0001 76 6869"),
        Packet::Publish(Publish { properties: Some(Box::new(all)), ..publication("a", b"hi") })
    );
}

#[test]
fn a_topic_that_is_not_utf8_is_dropped_and_can_be_acknowledged() {
    let dropped = |qos, packet_id, topic_alias| Ok(Packet::Unreadable { qos, packet_id, topic_alias });
    assert_eq!(read(V4, "30 04 0001 ff 58"), dropped(0, 0, 0));
    assert_eq!(read(V4, "32 07 0003 eda080 0009"), dropped(1, 9, 0)); // a surrogate
    assert_eq!(read(V5, "34 0a 0002 61ff 0002 03 23 0005"), dropped(2, 2, 5));
    assert_eq!(read(V5, "30 06 0001 ff 02 0b 01"), dropped(0, 0, 0));
}

#[test]
fn connack() {
    for code in 0..=5 {
        assert_eq!(
            read(V4, &format!("20 02 00 {code:02x}")),
            Ok(Packet::ConnAck(ConnAck { code, ..ConnAck::default() }))
        );
        assert_eq!(read(V5, &format!("20 02 00 {code:02x}")), Ok(Packet::OldConnAck { code }));
    }
    let present = ConnAck { session_present: true, ..ConnAck::default() };
    assert_eq!(read(V4, "20 02 01 00"), Ok(Packet::ConnAck(present.clone())));
    assert_eq!(read(V5, "20 03 01 00 00"), Ok(Packet::ConnAck(present)));
    for code in (0x80..=0x8a).chain([0, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f]) {
        assert_eq!(
            read(V5, &format!("20 03 00 {code:02x} 00")),
            Ok(Packet::ConnAck(ConnAck { code, ..ConnAck::default() }))
        );
    }
    let all = ConnAck {
        session_present: false,
        code: 0,
        limits: ConnAckLimits {
            receive_maximum: Some(1),
            maximum_qos: Some(0),
            retain_available: Some(false),
            maximum_packet_bytes: Some(1),
            topic_alias_maximum: Some(0),
            wildcards_available: Some(false),
            subscription_ids_available: Some(true),
            shared_available: Some(false),
        },
        assigned_client_id: Some("me".to_owned()),
        server_keep_alive_secs: Some(0),
        session_expiry_secs: Some(0),
        auth_method: Some("m".to_owned()),
        auth_data: Some(bytes("00ff").into()),
        reason_string: Some("r".to_owned()),
        server_reference: Some("s".to_owned()),
    };
    assert_eq!(
        read(
            V5,
            "20 41 00 00 3e 11 00000000 12 0002 6d65 13 0000 15 0001 6d 16 0002 00ff 1a 0001 69 1c 0001 73 1f 0001 72 \
             21 0001 22 0000 24 00 25 00 26 0001 61 0001 62 27 00000001 28 00 29 01 2a 00"
        ),
        Ok(Packet::ConnAck(all))
    );
}

#[test]
fn acknowledgements() {
    for protocol in BOTH {
        assert_eq!(read(protocol, "40 02 0001"), Ok(Packet::PubAck(ack(1, 0))));
        assert_eq!(read(protocol, "50 02 ffff"), Ok(Packet::PubRec(ack(0xffff, 0))));
        assert_eq!(read(protocol, "62 02 0100"), Ok(Packet::PubRel(ack(256, 0))));
        assert_eq!(read(protocol, "70 02 0001"), Ok(Packet::PubComp(ack(1, 0))));
        assert_eq!(read(protocol, "d0 00"), Ok(Packet::PingResp));
    }
    for code in [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99] {
        assert_eq!(read(V5, &format!("40 03 0001 {code:02x}")), Ok(Packet::PubAck(ack(1, code))));
        assert_eq!(read(V5, &format!("50 04 0001 {code:02x} 00")), Ok(Packet::PubRec(ack(1, code))));
    }
    assert_eq!(read(V5, "62 03 0001 92"), Ok(Packet::PubRel(ack(1, 0x92))));
    assert_eq!(read(V5, "70 04 0001 92 00"), Ok(Packet::PubComp(ack(1, 0x92))));
    let said = Ack { reason_string: Some("no".to_owned()), ..ack(1, 0x87) };
    assert_eq!(read(V5, "40 10 0001 87 0c 1f 0002 6e6f 26 0001 61 0001 62"), Ok(Packet::PubAck(said)));
}

#[test]
fn suback_and_unsuback() {
    let suback = |packet_id, codes: &[u8]| SubAck { packet_id, codes: codes.to_vec(), reason_string: None };
    assert_eq!(read(V4, "90 06 0102 00010280"), Ok(Packet::SubAck(suback(258, &[0, 1, 2, 0x80]))));
    assert_eq!(read(V4, "b0 02 0001"), Ok(Packet::UnsubAck(suback(1, &[]))));
    assert_eq!(
        read(V5, "90 0f 0001 00 00010280 8387 8f 91 97 9e a1 a2"),
        Ok(Packet::SubAck(suback(1, &[0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2])))
    );
    assert_eq!(
        read(V5, "b0 0a 0001 00 0011 8083 878f 91"),
        Ok(Packet::UnsubAck(suback(1, &[0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91])))
    );
    let said = SubAck { reason_string: Some("no".to_owned()), ..suback(1, &[0x87]) };
    assert_eq!(read(V5, "90 09 0001 05 1f 0002 6e6f 87"), Ok(Packet::SubAck(said)));
}

#[test]
fn disconnect_and_auth() {
    let said = |code| Ok(Packet::Disconnect(Disconnect { code, ..Disconnect::default() }));
    assert_eq!(read(V5, "e0 00"), said(0));
    let codes = [0x00, 0x87, 0x89, 0x8b].into_iter().chain(0x80..=0x83).chain(0x8d..=0x90).chain(0x93..=0xa2);
    for code in codes {
        assert_eq!(read(V5, &format!("e0 01 {code:02x}")), said(code));
        assert_eq!(read(V5, &format!("e0 02 {code:02x} 00")), said(code));
    }
    let moved =
        Disconnect { code: 0x9d, reason_string: Some("r".to_owned()), server_reference: Some("b:1883".to_owned()) };
    assert_eq!(read(V5, "e0 0f 9d 0d 1c 0006 623a31383833 1f 0001 72"), Ok(Packet::Disconnect(moved)));
    assert_eq!(read(V5, "f0 00"), Ok(Packet::Auth(Auth::default())));
    let step = Auth {
        code: 0x18,
        method: Some("M".to_owned()),
        data: Some(Bytes::from_static(&[0, 1])),
        reason_string: Some("r".to_owned()),
    };
    assert_eq!(read(V5, "f0 16 18 14 26 0001 61 0001 62 16 0002 0001 15 0001 4d 1f 0001 72"), Ok(Packet::Auth(step)));
}

#[test]
fn packets_are_cut_wherever_messages_split_them() {
    let stream = bytes("20 03 00 00 00 30 84 01 0003 612f62 00 58*126 90 04 0001 00 00 e0 01 8e");
    let mut expected = None;
    for size in 1..=stream.len() {
        let mut decoder = Decoder::new(V5, 0);
        let mut packets = Vec::new();
        for part in stream.chunks(size) {
            decoder.push(Bytes::copy_from_slice(part));
            while let Some(packet) = decoder.next_packet().unwrap() {
                packets.push(packet);
            }
        }
        assert_eq!(decoder.progress(), None);
        assert_eq!(packets.len(), 4);
        assert_eq!(*expected.get_or_insert_with(|| packets.clone()), packets, "in parts of {size}");
    }
}

#[test]
fn progress_of_a_large_packet() {
    let mut decoder = Decoder::new(V4, 0);
    decoder.push(Bytes::from(bytes("30 80")));
    assert_eq!(decoder.next_packet(), Ok(None));
    assert_eq!(decoder.progress(), None, "its size is not known yet");
    decoder.push(Bytes::from(bytes("80 01 0001 61")));
    assert_eq!(decoder.next_packet(), Ok(None));
    let progress = decoder.progress().unwrap();
    assert_eq!((progress.received, progress.total), (7, 4 + 16_384));
    decoder.push(Bytes::from(vec![0; 16_381]));
    assert!(matches!(decoder.next_packet(), Ok(Some(Packet::Publish(_)))));
}
