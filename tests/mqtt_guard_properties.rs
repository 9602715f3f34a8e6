//! Whatever bytes come, in whatever parts: no panic, no endless loop, and the same result for every way to split them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::codec::{Decoder, Encoder, Outgoing, Packet, Protocol, Violation};
use andon::mqtt::{Output, Session, Version};
use andon::time::{Millis, Timestamp};
use bytes::Bytes;
use peer::{Sent, World, options, parse};
use proptest::prelude::*;

/// All packets of a stream handed over in parts of these sizes (repeated), and how it ended.
fn decode(protocol: Protocol, stream: &[u8], sizes: &[usize]) -> (Vec<Packet>, Result<(), Violation>) {
    let mut decoder = Decoder::new(protocol, 4096);
    let mut packets = Vec::new();
    let (mut rest, mut sizes) = (stream, sizes.iter().cycle());
    while !rest.is_empty() {
        let (part, later) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        rest = later;
        decoder.push(Bytes::copy_from_slice(part));
        loop {
            match decoder.next_packet() {
                Ok(Some(packet)) => packets.push(packet),
                Ok(None) => break,
                Err(violation) => {
                    assert_ne!(violation, Violation::Undecodable, "the guard and the codec behind it agree");
                    return (packets, Err(violation));
                }
            }
            assert!(packets.len() <= stream.len(), "a packet has two bytes at least");
        }
        if let Some(progress) = decoder.progress() {
            assert!(progress.received < progress.total && progress.total <= 4096);
        }
    }
    (packets, Ok(()))
}

fn protocol() -> impl Strategy<Value = Protocol> {
    prop_oneof![Just(Protocol::V4), Just(Protocol::V5)]
}

/// Bytes that look like a packet: a broker's first byte, an honest length, and a body that may be anything.
fn almost_packet() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        4 => 0x30u8..0x40,
        4 => prop::sample::select(vec![0x20u8, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0, 0xd0, 0xe0, 0xf0]),
        1 => any::<u8>(),
    ];
    let plain = prop::collection::vec(prop_oneof![3 => 0u8..4, 2 => 0x1fu8..0x2b, 1 => any::<u8>()], 0..24);
    (first, plain).prop_map(|(first, body)| peer::packet(first, &body))
}

/// A valid PUBLISH of a broker.
fn valid_publish(level: u8) -> impl Strategy<Value = Vec<u8>> {
    let properties = if level == 5 { 0..5usize } else { 0..1 };
    ("[a-zé/$ ]{1,20}", prop::collection::vec(any::<u8>(), 0..200), 0u8..3, any::<bool>(), 1u16.., properties).prop_map(
        move |(topic, payload, qos, retain, id, count)| {
            let mut body = (topic.len() as u16).to_be_bytes().to_vec();
            body.extend_from_slice(topic.as_bytes());
            if qos > 0 {
                body.extend_from_slice(&id.to_be_bytes());
            }
            if level == 5 {
                let all: [&[u8]; 5] = [b"", b"\x0b\x81\x01", b"\x26\0\x01k\0\0", b"\x0b\x02", b"\x03\0\x01t"];
                let block = all[..=count].concat();
                body.push(block.len() as u8);
                body.extend_from_slice(&block);
            }
            body.extend_from_slice(&payload);
            peer::packet(0x30 | qos << 1 | u8::from(retain), &body)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_end_somewhere(
        protocol in protocol(),
        stream in prop::collection::vec(any::<u8>(), 0..300),
        sizes in prop::collection::vec(1usize..50, 1..5),
    ) {
        prop_assert_eq!(decode(protocol, &stream, &[usize::MAX]), decode(protocol, &stream, &sizes));
    }

    #[test]
    fn almost_packets_read_the_same_however_split(
        protocol in protocol(),
        packets in prop::collection::vec(almost_packet(), 1..6),
        sizes in prop::collection::vec(1usize..20, 1..5),
    ) {
        let stream = packets.concat();
        let whole = decode(protocol, &stream, &[usize::MAX]);
        prop_assert_eq!(&whole, &decode(protocol, &stream, &sizes));
        prop_assert_eq!(&whole, &decode(protocol, &stream, &[1]));
    }

    /// What the guard lets through is what stands in the bytes, by a reading of its own.
    #[test]
    fn valid_publishes_are_read_right(
        (level, packets) in prop_oneof![Just(4u8), Just(5)]
            .prop_flat_map(|level| (Just(level), prop::collection::vec(valid_publish(level), 1..8))),
        sizes in prop::collection::vec(1usize..400, 1..5),
    ) {
        let protocol = if level == 5 { Protocol::V5 } else { Protocol::V4 };
        let (read, end) = decode(protocol, &packets.concat(), &sizes);
        prop_assert_eq!(end, Ok(()));
        prop_assert_eq!(read.len(), packets.len());
        for (packet, bytes) in read.iter().zip(&packets) {
            let Packet::Publish(publish) = packet else { panic!("{packet:?}") };
            let header = if bytes[1] < 128 { 2 } else { 3 };
            let topic_end = header + 2 + publish.topic.len();
            prop_assert_eq!(&bytes[header + 2..topic_end], publish.topic.as_bytes());
            prop_assert!(bytes.ends_with(&publish.payload));
            let mut size = topic_end + publish.payload.len();
            if publish.qos > 0 {
                size += 2;
                prop_assert_eq!(u16::from_be_bytes([bytes[topic_end], bytes[topic_end + 1]]), publish.packet_id);
            }
            if level == 5 {
                let at = topic_end + if publish.qos > 0 { 2 } else { 0 };
                size += 1 + usize::from(bytes[at]);
                let ids: Vec<u32> = publish.properties.iter().flat_map(|p| p.subscription_ids.clone()).collect();
                prop_assert!([129, 2].starts_with(&ids));
            }
            prop_assert_eq!(size, bytes.len(), "no byte is lost, none is read twice");
            prop_assert_eq!(bytes[0] & 1 == 1, publish.retain);
        }
    }

    /// What we write, a broker reads as meant; and as PUBLISH looks the same both ways, so does the guard.
    #[test]
    fn what_is_written_reads_as_meant(
        protocol in protocol(),
        topic in "[a-zé/$\u{1}-\u{2f}]{0,30}",
        payload in prop::collection::vec(any::<u8>(), 0..300),
        qos in 0u8..4,
        (retain, dup) in any::<(bool, bool)>(),
        id in any::<u16>(),
    ) {
        let mut out = Vec::new();
        let outgoing =
            Outgoing { topic: &topic, payload: &payload, qos, retain, duplicate: dup, packet_id: id, ..Outgoing::default() };
        let written = Encoder::new(protocol).publish(&mut out, &outgoing);
        let sendable = andon::topic::is_valid_topic(&topic) && qos < 3 && (qos == 0) == (id == 0);
        prop_assert_eq!(written.is_ok(), sendable);
        if !sendable {
            prop_assert!(out.is_empty());
            return Ok(());
        }
        let expected = Sent::Publish { topic: topic.clone(), payload: payload.clone(), qos, retain, dup: dup && qos > 0, id, properties: vec![] };
        prop_assert_eq!(parse(&out, protocol.level()), [expected]);
        let (read, end) = decode(protocol, &out, &[usize::MAX]);
        prop_assert_eq!(end, Ok(()));
        let [Packet::Publish(publish)] = &read[..] else { panic!("{read:?}") };
        prop_assert_eq!((&publish.topic, &publish.payload[..], publish.packet_id), (&topic, &payload[..], id));
    }

    /// A session that is fed anything, at any time, stays a session.
    #[test]
    fn a_session_survives_any_broker(
        auto in any::<bool>(),
        steps in prop::collection::vec((0u8..10, almost_packet(), 0i64..40_000), 1..60),
    ) {
        let mut world = World::new(options(if auto { Version::Auto } else { Version::V5 }));
        for (step, bytes, wait) in steps {
            match step {
                0 => world.open(),
                1 => world.close(1006, ""),
                2 => world.sleep(wait),
                3 => world.feed(&[0x20, 3, 0, 0, 0]),
                4 => { world.session.probe(world.now); world.drain(); }
                5 if world.is_online() => { world.publish("t", (wait % 3) as u8); }
                _ => world.feed(&bytes),
            }
            world.sends.clear();
        }
        world.session.disconnect(world.now + Millis(1));
        world.drain();
        prop_assert_eq!(world.wake, None);
    }
}

#[test]
fn a_fresh_session_has_nothing_to_do() {
    let mut session = Session::new(0);
    session.handle_timeout(Timestamp(i64::MAX));
    session.handle_bytes(Timestamp(i64::MIN), Bytes::from_static(b"x"), &mut |_| panic!("no message"));
    assert_eq!(session.poll(), Output::Wake(None));
}
