//! The known defects of mqttbytes 0.6, one by one: what it does alone (so that an upgrade that mends one is noticed)
//! and that the guard is not harmed.

use bytes::{Bytes, BytesMut};
use mqttbytes::{Error, QoS, v4, v5};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{bytes, read};
use crate::mqtt::codec::Protocol::{V4, V5};
use crate::mqtt::codec::{
    Auth, ConnAck, Connect, Decoder, Disconnect, EncodeError, Encoder, Outgoing, Packet, SubAck, Violation,
};
use crate::topic;

fn bare(hex: &str) -> (Result<v5::Packet, Error>, usize) {
    let mut stream = BytesMut::from(bytes(hex).as_slice());
    let result = v5::read(&mut stream, 1 << 20);
    (result, stream.len())
}

#[test]
fn d1_d2_short_disconnects_are_lost() {
    assert_eq!(bare("e0 01 8e"), (Err(Error::InsufficientBytes(1)), 0));
    assert_eq!(bare("e0 00"), (Err(Error::PayloadRequired), 0));
    for (hex, code) in [("e0 01 8e", 0x8e), ("e0 01 81", 0x81), ("e0 01 94", 0x94), ("e0 00", 0)] {
        assert_eq!(read(V5, hex), Ok(Packet::Disconnect(Disconnect { code, ..Disconnect::default() })));
    }
}

#[test]
fn d3_subscription_identifiers_are_counted_too_long() {
    let hex = "30 0b 0001 74 06 0b01 0b02 0b03 58";
    assert!(matches!(bare(hex).0, Ok(v5::Packet::Publish(p)) if p.payload[..] == bytes("0b03 58")));
    let Ok(Packet::Publish(publish)) = read(V5, hex) else { panic!("a PUBLISH") };
    assert_eq!(publish.payload[..], *b"X");
    assert_eq!(publish.properties.unwrap().subscription_ids, [1, 2, 3]);
    let Ok(Packet::Publish(publish)) = read(V5, "32 0d 0001 74 0009 06 0b01 0b02 0101 58") else { panic!("a PUBLISH") };
    assert_eq!((publish.packet_id, &publish.payload[..]), (9, &b"X"[..]));
    let properties = publish.properties.unwrap();
    assert_eq!((properties.subscription_ids, properties.payload_is_utf8), (vec![1, 2], true));
    // what follows the rewritten packet is still there
    let mut decoder = Decoder::new(V5, 0);
    decoder.push(Bytes::from(bytes("30 07 0001 74 02 0b01 58 d0 00 e0")));
    assert!(matches!(decoder.next_packet(), Ok(Some(Packet::Publish(_)))));
    assert_eq!(decoder.next_packet(), Ok(Some(Packet::PingResp)));
    assert_eq!(decoder.next_packet(), Ok(None));
}

#[test]
fn d4_d5_d20_matching_and_validity_are_our_own() {
    assert!(topic::matches("+/x", "é/x"));
    assert!(!mqttbytes::matches("$SYS/broker", "$SYS/#") && topic::matches("$SYS/#", "$SYS/broker"));
    assert!(mqttbytes::valid_filter("a+/b") && !topic::is_valid_filter("a+/b"));
    assert!(mqttbytes::valid_topic("") && !topic::is_valid_topic(""));
}

#[test]
fn d6_a_missing_property_length_looks_like_a_need_for_more() {
    for (hex, violation) in [("30 03 0001 61", Violation::Truncated), ("b0 02 0001", Violation::Truncated)] {
        assert_eq!(bare(hex), (Err(Error::InsufficientBytes(1)), 0));
        assert_eq!(read(V5, hex), Err(violation));
    }
    assert_eq!(bare("20 02 0000"), (Err(Error::InsufficientBytes(1)), 0));
    assert_eq!(read(V5, "20 02 0000"), Ok(Packet::OldConnAck { code: 0 }));
}

#[test]
fn d7_auth_is_unknown() {
    assert!(matches!(bare("f0 06 18 04 15 0001 4d"), (Err(Error::InvalidPacketType(15)), _)));
    let auth = Auth { code: 0x18, method: Some("M".to_owned()), ..Auth::default() };
    assert_eq!(read(V5, "f0 06 18 04 15 0001 4d"), Ok(Packet::Auth(auth)));
}

#[test]
fn d8_lengths_are_truncated() {
    let long = "a".repeat(65_539);
    let mut buffer = BytesMut::new();
    v4::Publish::new(&long, QoS::AtMostOnce, Vec::new()).write(&mut buffer).unwrap();
    let Ok(v4::Packet::Publish(misread)) = v4::read(&mut buffer, 1 << 20) else { panic!("a PUBLISH") };
    assert_eq!(misread.topic, "aaa");
    for protocol in [V4, V5] {
        let mut out = Vec::new();
        let error = Encoder::new(protocol).publish(&mut out, &Outgoing { topic: &long, ..Outgoing::default() });
        assert_eq!((error, out.len()), (Err(EncodeError::TooLong), 0));
    }
}

#[test]
fn d9_d16_connect_patches_an_absolute_index_and_loses_logins() {
    let mut out = b"before".to_vec();
    let connect =
        Connect { client_id: "c", username: Some(""), password: Some(&[0xff]), clean: true, ..Connect::default() };
    Encoder::new(V4).connect(&mut out, &connect).unwrap();
    assert_eq!(out, [b"before".as_slice(), &bytes("10 12 0004 4d515454 04 c2 0000 0001 63 0000 0001 ff")].concat());
}

#[test]
fn d10_an_empty_property_list_loses_the_reason() {
    let properties = Some(v5::DisconnectProperties::new());
    let mut buffer = BytesMut::new();
    let packet = v5::Disconnect { reason_code: v5::DisconnectReasonCode::DisconnectWithWillMessage, properties };
    packet.write(&mut buffer).unwrap();
    assert_eq!(buffer[..], [0xe0, 0]);
    let mut out = Vec::new();
    Encoder::new(V5).disconnect(&mut out, 4, false);
    assert_eq!(out, [0xe0, 1, 4]);
}

#[test]
fn d11_failed_writes_leave_bytes_behind() {
    let mut buffer = BytesMut::new();
    assert!(v4::Publish::new("t", QoS::AtLeastOnce, Vec::new()).write(&mut buffer).is_err());
    assert!(!buffer.is_empty());
    let (mut encoder, mut out) = (Encoder::new(V4), Vec::new());
    assert!(encoder.publish(&mut out, &Outgoing { topic: "t", qos: 1, ..Outgoing::default() }).is_err());
    assert!(out.is_empty());
    encoder.publish(&mut out, &Outgoing { topic: "t", ..Outgoing::default() }).unwrap();
    assert_eq!(out, bytes("30 03 0001 74"), "nothing of the failed one");
}

#[test]
fn d12_a_property_may_run_into_the_payload() {
    let hex = "30 0e 0001 61 03 0300 0461 6263 6470 6179";
    assert!(bare(hex).0.is_ok());
    assert_eq!(read(V5, hex), Err(Violation::PropertyLength));
}

#[test]
fn d13_d14_d15_d18_what_passes_the_bare_codec_and_not_the_guard() {
    for hex in [
        "30 04 0001 00 00",               // NUL
        "30 04 0001 23 00",               // a wildcard
        "30 03 0000 00",                  // an empty topic
        "40 02 0000",                     // packet identifier 0
        "38 04 0001 61 00",               // DUP with QoS 0
        "d3 00",                          // flags
        "d0 01 00",                       // a body
        "20 04 00 00 00 ff",              // something behind the last field
        "20 03 fe 00 00",                 // reserved bits
        "20 03 01 87 00",                 // a session with an error
        "30 07 0001 61 03 23 0000",       // topic alias 0
        "20 06 00 00 03 21 0000",         // receive maximum 0
        "20 05 00 00 02 24 02",           // maximum QoS 2
        "20 09 00 00 06 21 000a 21 000b", // a property twice
        "20 06 00 00 03 16 0000",         // data without a method
        "d0 8000",                        // a padded length
    ] {
        assert!(bare(hex).0.is_ok(), "{hex}");
        assert!(read(V5, hex).is_err(), "{hex}");
    }
}

#[test]
fn d17_the_limit_is_for_the_whole_packet() {
    let mut stream = BytesMut::from(bytes("30 0a 0001 61 58*7").as_slice());
    assert!(v4::read(&mut stream, 10).is_ok(), "12 bytes against a limit of 10");
    let mut decoder = Decoder::new(V4, 10);
    decoder.push(Bytes::from(bytes("30 0a 0001 61 58*7")));
    assert_eq!(decoder.next_packet(), Err(Violation::PacketTooLarge { bytes: 12, limit: 10 }));
}

#[test]
fn d19_d21_an_old_connack_is_told_apart() {
    assert!(matches!(bare("20 02 00 01").0, Err(Error::InvalidConnectReturnCode(1))));
    assert_eq!(read(V5, "20 02 00 01"), Ok(Packet::OldConnAck { code: 1 }));
    let error: Box<dyn std::error::Error> = Box::new(Violation::NotUtf8);
    assert_eq!(error.to_string(), "a string that is not UTF-8");
}

/// D22: the payload pins the receive buffer. The session's sink therefore gets a `&[u8]`, which cannot be kept.
#[test]
fn d22_payloads_are_slices_of_the_receive_buffer() {
    let chunk = Bytes::from(bytes("30 04 0001 61 58 30 04 0001 61 59"));
    let range = chunk.as_ptr_range();
    let mut decoder = Decoder::new(V4, 0);
    decoder.push(chunk);
    let Ok(Some(Packet::Publish(publish))) = decoder.next_packet() else { panic!("a PUBLISH") };
    assert!(range.contains(&publish.payload.as_ptr()), "taken over without a copy");
}

/// ejabberd 23.01 refuses so on 3.1.1 connections.
#[test]
fn refusals_of_mqtt_5_are_refusals_in_3_1_1() {
    let connack = ConnAck { code: 0x80, ..ConnAck::default() };
    assert_eq!(read(V4, "20 02 00 80"), Ok(Packet::ConnAck(connack)));
    let suback = SubAck { packet_id: 7, codes: vec![1, 0x8f], reason_string: None };
    assert_eq!(read(V4, "90 04 0007 01 8f"), Ok(Packet::SubAck(suback)));
}
