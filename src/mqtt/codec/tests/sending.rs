//! What we write, byte for byte, and what we refuse to write.

use super::{BOTH, bytes};
use crate::mqtt::codec::Protocol::{V4, V5};
use crate::mqtt::codec::{Connect, ConnectWill, EncodeError, Encoder, Filter, Outgoing, Protocol, PublishProperties};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PLAIN: Connect<'static> = Connect {
    client_id: "c",
    clean: true,
    session_expiry_secs: 0,
    username: None,
    password: None,
    keep_alive_secs: 60,
    will: None,
    receive_maximum: 0,
    maximum_packet_bytes: 0,
    topic_alias_maximum: 0,
    auth: None,
    user_properties: &[],
};

const fn will<'a>(topic: &'a str, payload: &'a [u8], qos: u8, retain: bool) -> Option<ConnectWill<'a>> {
    Some(ConnectWill { topic, payload, qos, retain, delay_secs: 0, properties: None })
}

fn filters<'a>(list: &[(&'a str, u8)]) -> Vec<Filter<'a>> {
    list.iter().map(|&(filter, qos)| Filter { filter, qos, ..Filter::default() }).collect()
}

/// A publication of "hi" (or nothing) with flags (QoS, retain, DUP).
fn hi(topic: &str, (qos, retain, duplicate): (u8, bool, bool), packet_id: u16) -> Outgoing<'_> {
    Outgoing { topic, payload: b"hi", qos, retain, duplicate, packet_id, alias: 0, properties: None }
}

fn written(
    protocol: Protocol,
    write: impl FnOnce(&mut Encoder, &mut Vec<u8>) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, EncodeError> {
    let mut out = vec![0xaa];
    let result = write(&mut Encoder::new(protocol), &mut out);
    assert_eq!(out.remove(0), 0xaa, "what was there stays");
    assert!(result.is_ok() || out.is_empty(), "an error writes nothing");
    result.map(|()| out)
}

#[test]
fn connect() {
    let v4 = |connect| written(V4, |e, out| e.connect(out, &connect)).map_err(|e| e.to_string());
    let v5 = |connect| written(V5, |e, out| e.connect(out, &connect)).map_err(|e| e.to_string());
    assert_eq!(v4(PLAIN), Ok(bytes("10 0d 0004 4d515454 04 02 003c 0001 63")));
    assert_eq!(v5(PLAIN), Ok(bytes("10 0e 0004 4d515454 05 02 003c 00 0001 63")));
    let limits = Connect { maximum_packet_bytes: 65_536, topic_alias_maximum: 9, ..PLAIN };
    assert_eq!(v4(limits), v4(PLAIN));
    assert_eq!(v5(limits), Ok(bytes("10 16 0004 4d515454 05 02 003c 08 27 00010000 22 0009 0001 63")));
    let full = Connect { username: Some("u"), password: Some(&[0, 0xff]), will: will("w", b"gone", 1, true), ..PLAIN };
    assert_eq!(v4(full), Ok(bytes("10 1d 0004 4d515454 04 ee 003c 0001 63 0001 77 0004 676f6e65 0001 75 0002 00ff")));
    assert_eq!(
        v5(full),
        Ok(bytes("10 1f 0004 4d515454 05 ee 003c 00 0001 63 00 0001 77 0004 676f6e65 0001 75 0002 00ff"))
    );
    let empty = Connect { username: Some(""), password: Some(b""), ..PLAIN };
    assert_eq!(v4(empty), Ok(bytes("10 11 0004 4d515454 04 c2 003c 0001 63 0000 0000")));
    let alone = Connect { password: Some(b"p"), ..PLAIN };
    assert_eq!(v5(alone), Ok(bytes("10 11 0004 4d515454 05 42 003c 00 0001 63 0001 70")));
    assert!(v4(alone).is_err());
    let long = "x".repeat(65_536);
    for bad in [
        Connect { client_id: &long, ..PLAIN },
        Connect { client_id: "a\0", ..PLAIN },
        Connect { username: Some(&long), ..PLAIN },
        Connect { username: Some("u"), password: Some(long.as_bytes()), ..PLAIN },
        Connect { will: will("a/#", b"", 0, false), ..PLAIN },
        Connect { will: will("", b"", 0, false), ..PLAIN },
        Connect { will: will("a", b"", 3, false), ..PLAIN },
        Connect { will: will("a", long.as_bytes(), 0, false), ..PLAIN },
    ] {
        assert!(v4(bad).is_err() && v5(bad).is_err());
    }
}

#[test]
fn subscribe_and_unsubscribe() {
    let two = filters(&[("a/+", 0), ("$share/g/#", 1)]);
    assert_eq!(
        written(V4, |e, out| e.subscribe(out, 258, 0, &two)),
        Ok(bytes("82 15 0102 0003 612f2b 00 000a 24736861 72652f67 2f23 01"))
    );
    assert_eq!(
        written(V5, |e, out| e.subscribe(out, 258, 0, &two)),
        Ok(bytes("82 16 0102 00 0003 612f2b 00 000a 24736861 72652f67 2f23 01"))
    );
    assert_eq!(written(V4, |e, out| e.unsubscribe(out, 1, &["a"])), Ok(bytes("a2 05 0001 0001 61")));
    assert_eq!(written(V5, |e, out| e.unsubscribe(out, 1, &["a"])), Ok(bytes("a2 06 0001 00 0001 61")));
    for protocol in BOTH {
        let subscribe = |id, list: &[(&str, u8)]| written(protocol, |e, out| e.subscribe(out, id, 0, &filters(list)));
        assert_eq!(subscribe(0, &[("a", 0)]), Err(EncodeError::Empty));
        assert_eq!(subscribe(1, &[]), Err(EncodeError::Empty));
        assert_eq!(subscribe(1, &[("a", 3)]), Err(EncodeError::Qos));
        for filter in ["", "a+", "a+/b", "#/a", "$share//a", "$share/g"] {
            assert_eq!(subscribe(1, &[("ok", 0), (filter, 0)]), Err(EncodeError::Filter), "{filter}");
        }
        assert_eq!(subscribe(1, &[("a\0", 0)]), Err(EncodeError::Nul));
        assert_eq!(subscribe(1, &[(&"x".repeat(65_536), 0)]), Err(EncodeError::TooLong));
        assert_eq!(written(protocol, |e, out| e.unsubscribe(out, 1, &[])), Err(EncodeError::Empty));
        assert_eq!(written(protocol, |e, out| e.unsubscribe(out, 1, &["a#"])), Err(EncodeError::Filter));
    }
}

#[test]
fn publish() {
    let v4 = |flags, id| written(V4, |e, out| e.publish(out, &hi("a", flags, id)));
    let v5 = |flags, id| written(V5, |e, out| e.publish(out, &hi("a", flags, id)));
    assert_eq!(v4((0, false, false), 0), Ok(bytes("30 05 0001 61 6869")));
    assert_eq!(v5((0, true, true), 0), Ok(bytes("31 06 0001 61 00 6869"))); // no DUP without QoS
    assert_eq!(v4((1, false, true), 1), Ok(bytes("3a 07 0001 61 0001 6869")));
    assert_eq!(v5((2, true, false), 65_535), Ok(bytes("35 08 0001 61 ffff 00 6869")));
    assert_eq!(v4((0, false, false), 1), Err(EncodeError::Empty));
    assert_eq!(v4((1, false, false), 0), Err(EncodeError::Empty));
    assert_eq!(v4((3, false, false), 1), Err(EncodeError::Qos));
    for (topic, error) in [
        ("", EncodeError::Topic),
        ("a/+", EncodeError::Topic),
        ("#", EncodeError::Topic),
        ("a\0", EncodeError::Nul),
        ("a".repeat(65_536).as_str(), EncodeError::TooLong),
    ] {
        assert_eq!(written(V5, |e, out| e.publish(out, &hi(topic, (0, false, false), 0))), Err(error));
    }
}

#[test]
fn answers() {
    let mut out = Vec::new();
    let mut v4 = Encoder::new(V4);
    v4.puback(&mut out, 1);
    v4.pubrec(&mut out, 2);
    v4.pubrel(&mut out, 3, false);
    v4.pubcomp(&mut out, 4, false);
    v4.pingreq(&mut out);
    v4.disconnect(&mut out, 0x82, false);
    assert_eq!(out, bytes("40020001 50020002 62020003 70020004 c000 e000"));
    out.clear();
    let mut v5 = Encoder::new(V5);
    v5.puback(&mut out, 1);
    v5.pubrec(&mut out, 2);
    v5.pubrel(&mut out, 3, true);
    v5.pubrel(&mut out, 3, false);
    v5.pubcomp(&mut out, 4, false);
    v5.disconnect(&mut out, 0, false);
    v5.disconnect(&mut out, 0x95, false);
    assert_eq!(out, bytes("40020001 50020002 62020003 6203000392 7003000492 e000 e00195"));
}

#[test]
fn the_brokers_maximum_packet_size_holds_for_the_whole_packet() {
    for protocol in BOTH {
        let exact = written(protocol, |e, out| {
            e.publish(out, &Outgoing { payload: &[0; 200], ..hi("a", (1, false, false), 1) })
        })
        .unwrap()
        .len();
        for (limit, fits) in [(exact, true), (exact - 1, false)] {
            let result = written(protocol, |e, out| {
                e.limit(Some(limit as u32));
                e.publish(out, &Outgoing { payload: &[0; 200], ..hi("a", (1, false, false), 1) })
            });
            assert_eq!(result.is_ok(), fits);
        }
        let result = written(protocol, |e, out| {
            e.limit(Some(10));
            e.subscribe(out, 1, 0, &filters(&[("a/long/filter", 0)]))
        });
        assert!(matches!(result, Err(EncodeError::PacketTooLarge { limit: 10, .. })));
    }
}

#[test]
fn what_mqtt_5_says_besides() {
    let pairs = [("n".to_owned(), "v".to_owned())];
    let more = PublishProperties {
        payload_is_utf8: true,
        expiry_secs: Some(60),
        content_type: Some("t".into()),
        response_topic: Some("r".into()),
        correlation_data: Some(bytes("00ff").into()),
        user_properties: pairs.to_vec(),
        topic_alias: Some(9),
        subscription_ids: vec![1],
    };
    let block = "0101 02 0000003c 03 0001 74 08 0001 72 09 0002 00ff 26 0001 6e 0001 76";
    let publish = |protocol, alias, topic| {
        written(protocol, |e, out| {
            e.publish(out, &Outgoing { alias, properties: Some(&more), ..hi(topic, (0, false, false), 0) })
        })
    };
    assert_eq!(publish(V5, 0, "a"), Ok(bytes(&format!("30 21 0001 61 1b {block} 6869"))));
    assert_eq!(publish(V5, 3, "a"), Ok(bytes(&format!("30 24 0001 61 1e 23 0003 {block} 6869"))));
    assert_eq!(publish(V5, 3, ""), Ok(bytes(&format!("30 23 0000 1e 23 0003 {block} 6869"))));
    assert_eq!(publish(V4, 3, "a"), Ok(bytes("30 05 0001 61 6869")));
    assert_eq!(publish(V4, 3, ""), Err(EncodeError::Topic));
    let wild = PublishProperties { response_topic: Some("a/#".into()), ..PublishProperties::default() };
    let answer = |e: &mut Encoder, out: &mut Vec<u8>| {
        e.publish(out, &Outgoing { properties: Some(&wild), ..hi("a", (0, false, false), 0) })
    };
    assert_eq!(written(V5, answer), Err(EncodeError::Topic));

    let full = Connect {
        clean: false,
        session_expiry_secs: 60,
        receive_maximum: 10,
        auth: Some(("M", Some(b"d"))),
        user_properties: &pairs,
        will: Some(ConnectWill { topic: "w", delay_secs: 5, properties: Some(&more), ..ConnectWill::default() }),
        ..PLAIN
    };
    assert_eq!(
        written(V5, |e, out| e.connect(out, &full)),
        Ok(bytes(&format!(
            "10 4b 0004 4d515454 05 04 003c 17 11 0000003c 21 000a 26 0001 6e 0001 76 15 0001 4d 16 0001 64 0001 63 20 18 00000005 {block} 0001 77 0000"
        )))
    );
    let one = [Filter { filter: "a", qos: 1, no_local: true, retain_as_published: true, retain_handling: 2 }];
    assert_eq!(written(V5, |e, out| e.subscribe(out, 1, 300, &one)), Ok(bytes("82 0a 0001 03 0b ac02 0001 61 2d")));
    assert_eq!(written(V4, |e, out| e.subscribe(out, 1, 300, &one)), Ok(bytes("82 06 0001 0001 61 01")));
    let shared = [Filter { filter: "$share/g/a", no_local: true, ..Filter::default() }];
    assert_eq!(written(V5, |e, out| e.subscribe(out, 1, 0, &shared)), Err(EncodeError::Filter));
    assert_eq!(
        written(V5, |e, out| e.auth(out, 0x19, "M", Some(b"d"))),
        Ok(bytes("f0 0a 19 08 15 0001 4d 16 0001 64"))
    );
    let mut out = Vec::new();
    Encoder::new(V5).disconnect(&mut out, 0, true);
    assert_eq!(out, bytes("e0 07 00 05 11 00000000"));
}
