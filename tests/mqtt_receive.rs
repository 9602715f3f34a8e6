//! Messages reach the sink in order and once, whatever their QoS, and are acknowledged after it has seen them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Options, Version};
use andon::vocab::LinkState;
use peer::{Message, Sent, World, ack, options};

const BOTH: [Version; 2] = [Version::V4, Version::V5];

fn topics(world: &World) -> Vec<&str> {
    world.messages.iter().map(|message| message.topic.as_str()).collect()
}

#[test]
fn all_acknowledgements_of_a_turn_go_in_one_message() {
    for version in BOTH {
        let mut world = World::online(options(version));
        let mut all = world.publication("q0", b"zero", 0, 0);
        all.extend(world.publication("q1", b"one", 1, 7));
        all.extend(world.publication("q2", b"two", 2, 8));
        all.extend(world.publication("q1", b"", 1, 9));
        world.feed(&all);
        assert_eq!(topics(&world), ["q0", "q1", "q2", "q1"]);
        assert_eq!(world.messages[1].payload, b"one");
        assert_eq!(world.sends.len(), 1);
        assert_eq!(world.sent(), [Sent::PubAck(7), Sent::PubRec(8), Sent::PubAck(9)]);
    }
}

#[test]
fn flags_reach_the_sink() {
    let mut world = World::online(options(Version::V4));
    world.feed(&world.publication_with(b"t", b"x", 0b1011, 3, &[]));
    let message = Message {
        topic: "t".to_owned(),
        payload: b"x".to_vec(),
        qos: 1,
        retain: true,
        duplicate: true,
        properties: None,
    };
    assert_eq!(world.messages, [message]);
}

#[test]
fn qos_2_is_delivered_exactly_once() {
    for version in BOTH {
        let mut world = World::online(options(version));
        world.feed(&world.publication("a", b"", 2, 5));
        world.feed(&world.publication_with(b"a", b"", 0b1100, 5, &[]));
        assert_eq!(topics(&world), ["a"]);
        assert_eq!(world.sent(), [Sent::PubRec(5), Sent::PubRec(5)]);
        world.feed(&ack(0x62, 5));
        assert_eq!(world.sent(), [Sent::PubComp(5, 0)]);
        world.feed(&ack(0x62, 5));
        let unknown = if version == Version::V5 { 0x92 } else { 0 };
        assert_eq!(world.sent(), [Sent::PubComp(5, unknown)]);
        world.feed(&world.publication("b", b"", 2, 5));
        assert_eq!(topics(&world), ["a", "b"], "the identifier is free again");
    }
}

#[test]
fn a_new_connection_knows_no_old_identifier() {
    let mut world = World::online(options(Version::V4));
    world.feed(&world.publication("a", b"", 2, 5));
    world.close(1006, "");
    world.until_open();
    world.establish();
    world.feed(&world.publication("b", b"", 2, 5));
    assert_eq!(topics(&world), ["a", "b"]);
}

#[test]
fn packets_split_over_messages_arrive_whole() {
    let mut world = World::online(options(Version::V5));
    let mut stream = Vec::new();
    for n in 0..20u16 {
        stream.extend(world.publication(&format!("t/{n}"), &vec![b'x'; usize::from(n) * 20], 1, n + 1));
    }
    for part in stream.chunks(7) {
        world.feed(part);
    }
    assert_eq!(world.messages.len(), 20);
    assert_eq!(world.messages[19].payload.len(), 380);
    assert_eq!(world.sent().len(), 20);
    assert_eq!(world.session.receiving(), None);
}

#[test]
fn topics_that_are_not_utf8_are_counted_acknowledged_and_harmless() {
    for version in BOTH {
        let mut world = World::online(options(version));
        let mut all = world.publication_with(b"$SYS/\xff", b"x", 0, 0, &[]);
        all.extend(world.publication_with(b"\xc3", b"x", 2, 1, &[]));
        all.extend(world.publication_with(b"\xc3", b"x", 4, 2, &[]));
        all.extend(world.publication("fine", b"", 0, 0));
        world.feed(&all);
        assert_eq!(topics(&world), ["fine"]);
        assert_eq!(world.session.stats().topics_unreadable, 3);
        assert_eq!(world.sent(), [Sent::PubAck(1), Sent::PubRec(2)]);
        world.feed(&ack(0x62, 2));
        assert_eq!(world.sent(), [Sent::PubComp(2, 0)]);
    }
}

#[test]
fn topics_that_are_not_utf8_end_the_connection_where_that_is_wanted() {
    let strict = |version| Options { refuses_unreadable: true, ..options(version) };
    let mut world = World::online(strict(Version::V5));
    world.feed(&world.publication_with(b"\xff", b"x", 2, 1, &[]));
    assert_eq!(world.sent(), [Sent::Disconnect(0x81)], "and nothing is acknowledged");
    assert!(matches!(world.session.state(), LinkState::Waiting { .. }));
    assert_eq!(world.session.stats().packets_rejected, 1);
}

#[test]
fn topic_aliases_stand_for_topics() {
    let alias = |n: u8| [0x23, 0, n];
    let mut world = World::online(options(Version::V5));
    world.feed(&world.publication_with(b"one", b"1", 0, 0, &alias(1)));
    world.feed(&world.publication_with(b"", b"2", 2, 9, &alias(1)));
    world.feed(&world.publication_with(b"two", b"3", 0, 0, &alias(1)));
    world.feed(&world.publication_with(b"", b"4", 0, 0, &alias(1)));
    world.feed(&world.publication_with(b"last", b"5", 0, 0, &alias(64)));
    assert_eq!(topics(&world), ["one", "one", "two", "two", "last"]);
    world.feed(&world.publication_with(b"\xff", b"", 0, 0, &alias(1)));
    world.feed(&world.publication_with(b"", b"", 0, 0, &alias(1)));
    assert_eq!((world.messages.len(), world.session.stats().topics_unreadable), (5, 2));
    assert!(world.is_online());
    for (n, code) in [(2, 0x82), (65, 0x94)] {
        let mut world = World::online(options(Version::V5));
        world.feed(&world.publication_with(b"", b"", 0, 0, &alias(n)));
        assert_eq!(world.sent(), [Sent::Disconnect(code)]);
        assert!(matches!(world.session.state(), LinkState::Waiting { .. }));
    }
}

#[test]
fn aliases_end_with_their_connection() {
    let mut world = World::online(options(Version::V5));
    world.feed(&world.publication_with(b"one", b"1", 0, 0, &[0x23, 0, 1]));
    world.close(1006, "");
    world.until_open();
    world.establish();
    world.feed(&world.publication_with(b"", b"", 0, 0, &[0x23, 0, 1]));
    assert_eq!(world.sent(), [Sent::Disconnect(0x82)]);
}

#[test]
fn a_large_packet_shows_its_progress() {
    let mut world = World::online(options(Version::V4));
    let packet = world.publication("big", &vec![0; 100_000], 0, 0);
    world.feed(&packet[..40_000]);
    let progress = world.session.receiving().unwrap();
    assert_eq!((progress.received, progress.total as usize), (40_000, packet.len()));
    world.feed(&packet[40_000..]);
    assert_eq!((world.session.receiving(), world.messages[0].payload.len()), (None, 100_000));
}
