//! What we write, byte for byte, and what we refuse to write.

use super::{BOTH, bytes};
use crate::mqtt::codec::Protocol::{V4, V5};
use crate::mqtt::codec::{Connect, EncodeError, Encoder, Protocol};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PLAIN: Connect<'static> = Connect {
    client_id: "c",
    username: None,
    password: None,
    keep_alive_secs: 60,
    will: None,
    maximum_packet_bytes: 0,
    topic_alias_maximum: 0,
};

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
    let full =
        Connect { username: Some("u"), password: Some(&[0, 0xff]), will: Some(("w", b"gone", 1, true)), ..PLAIN };
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
        Connect { will: Some(("a/#", b"", 0, false)), ..PLAIN },
        Connect { will: Some(("", b"", 0, false)), ..PLAIN },
        Connect { will: Some(("a", b"", 3, false)), ..PLAIN },
        Connect { will: Some(("a", long.as_bytes(), 0, false)), ..PLAIN },
    ] {
        assert!(v4(bad).is_err() && v5(bad).is_err());
    }
}

#[test]
fn subscribe_and_unsubscribe() {
    let filters = [("a/+", 0), ("$share/g/#", 1)];
    assert_eq!(
        written(V4, |e, out| e.subscribe(out, 258, &filters)),
        Ok(bytes("82 15 0102 0003 612f2b 00 000a 24736861 72652f67 2f23 01"))
    );
    assert_eq!(
        written(V5, |e, out| e.subscribe(out, 258, &filters)),
        Ok(bytes("82 16 0102 00 0003 612f2b 00 000a 24736861 72652f67 2f23 01"))
    );
    assert_eq!(written(V4, |e, out| e.unsubscribe(out, 1, &["a"])), Ok(bytes("a2 05 0001 0001 61")));
    assert_eq!(written(V5, |e, out| e.unsubscribe(out, 1, &["a"])), Ok(bytes("a2 06 0001 00 0001 61")));
    for protocol in BOTH {
        let subscribe = |id, filters: &[(&str, u8)]| written(protocol, |e, out| e.subscribe(out, id, filters));
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
    let v4 = |flags, id| written(V4, |e, out| e.publish(out, "a", b"hi", flags, id));
    let v5 = |flags, id| written(V5, |e, out| e.publish(out, "a", b"hi", flags, id));
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
        assert_eq!(written(V5, |e, out| e.publish(out, topic, b"", (0, false, false), 0)), Err(error));
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
    v4.disconnect(&mut out, 0x82);
    assert_eq!(out, bytes("40020001 50020002 62020003 70020004 c000 e000"));
    out.clear();
    let mut v5 = Encoder::new(V5);
    v5.puback(&mut out, 1);
    v5.pubrec(&mut out, 2);
    v5.pubrel(&mut out, 3, true);
    v5.pubrel(&mut out, 3, false);
    v5.pubcomp(&mut out, 4, false);
    v5.disconnect(&mut out, 0);
    v5.disconnect(&mut out, 0x95);
    assert_eq!(out, bytes("40020001 50020002 62020003 6203000392 7003000492 e000 e00195"));
}

#[test]
fn the_brokers_maximum_packet_size_holds_for_the_whole_packet() {
    for protocol in BOTH {
        let exact = written(protocol, |e, out| e.publish(out, "a", &[0; 200], (1, false, false), 1)).unwrap().len();
        for (limit, fits) in [(exact, true), (exact - 1, false)] {
            let result = written(protocol, |e, out| {
                e.limit(Some(limit as u32));
                e.publish(out, "a", &[0; 200], (1, false, false), 1)
            });
            assert_eq!(result.is_ok(), fits);
        }
        let result = written(protocol, |e, out| {
            e.limit(Some(10));
            e.subscribe(out, 1, &[("a/long/filter", 0)])
        });
        assert!(matches!(result, Err(EncodeError::PacketTooLarge { limit: 10, .. })));
    }
}
