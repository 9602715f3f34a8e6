//! A broker that breaks the protocol is left with the right code, and tried again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Options, Version};
use andon::vocab::{LinkFault, LinkState};
use peer::{Sent, World, options};

fn left(world: &mut World, code: u8) {
    let expected = if world.level == 5 { vec![Sent::Disconnect(code)] } else { vec![] };
    assert_eq!(world.sent(), expected, "3.1.1 has no reason to give, and DISCONNECT would be a friendly goodbye");
    assert_eq!((world.closes, world.session.stats().packets_rejected), (1, 1));
    let LinkState::Waiting { fault: LinkFault::Protocol(words), .. } = world.session.state() else {
        panic!("{:?}", world.session.state())
    };
    assert!(!words.is_empty());
    world.feed(&[0xd0, 0]); // more of the same message
    world.until_open();
    world.establish();
}

#[test]
fn online() {
    let both: [(&[u8], u8); 8] = [
        (&[0x30, 0xff, 0xff, 0xff, 0xff], 0x81),
        (&[0x30, 0xff, 0xff, 0xff, 0x7f], 0x95),
        (&[0xc0, 0], 0x82),
        (&[0xd1, 0], 0x81),
        (&[0x40, 2, 0, 0], 0x82),
        (&[0x32, 7, 0, 1, b'a', 0, 0, 0, 0], 0x82),
        (&[0x30, 5, 0, 1, b'#', 0, 0], 0x81),
        (&[0x10, 0], 0x82),
    ];
    for version in [Version::V4, Version::V5] {
        for (bytes, code) in both {
            let mut world = World::online(options(version));
            world.feed(bytes);
            left(&mut world, code);
        }
        let mut world = World::online(options(version));
        world.feed(&world.connack(0, &[]));
        left(&mut world, 0x82);
    }
    for (bytes, code) in [(&[0xf0, 0][..], 0x82), (&[0x20, 2, 0, 0], 0x82), (&[0x30, 3, 0, 1, b'a'], 0x81)] {
        let mut world = World::online(options(Version::V5));
        world.feed(bytes);
        left(&mut world, code);
    }
    let mut world = World::online(options(Version::V4));
    world.feed(&[0xe0, 0]);
    left(&mut world, 0x82);
}

#[test]
fn before_connack() {
    for version in [Version::V4, Version::V5] {
        for first in [0u8, 1, 2] {
            let mut world = World::new(options(version));
            world.open();
            world.sent();
            let bytes = match first {
                0 => vec![0xd0, 0],
                1 => world.publication("a", b"", 0, 0),
                _ => world.suback(1, &[0]),
            };
            world.feed(&bytes);
            assert!(world.messages.is_empty());
            left(&mut world, 0x82);
        }
    }
}

#[test]
fn a_session_that_we_did_not_ask_for() {
    let mut world = World::new(options(Version::V5));
    world.open();
    world.sent();
    world.feed(&[0x20, 3, 1, 0, 0]);
    left(&mut world, 0x82);
}

#[test]
fn a_suback_with_another_number_of_codes() {
    let mut world = World::new(options(Version::V5));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    let [Sent::Subscribe { id, .. }] = world.sent()[..] else { panic!("a SUBSCRIBE") };
    world.feed(&world.suback(id, &[0, 0]));
    left(&mut world, 0x82);
}

/// The next CONNECT: whether it begins clean.
fn connects_clean(world: &mut World) -> bool {
    world.until_open();
    world.open();
    let [Sent::Connect { flags, .. }] = world.sent()[..] else { panic!("a CONNECT") };
    flags & 2 != 0
}

#[test]
fn the_session_outlives_one_bad_packet_and_not_the_same_again_at_once() {
    for version in [Version::V4, Version::V5] {
        let kept = Options { session_expiry_secs: 60, keeps_session_v4: true, ..options(version) };
        let mut world = World::online(kept.clone());
        let resume = |world: &mut World, is_present| {
            world.feed(&world.connack_with(is_present, 0, &[]));
            world.sent();
        };
        let (ping, puback) = (&[0xd1, 0][..], &[0x40, 2, 0, 0][..]);
        world.feed(ping);
        assert!(!connects_clean(&mut world), "what the broker holds for us is not lost to one bad byte on the way");
        resume(&mut world, true);
        world.feed(puback);
        assert!(!connects_clean(&mut world), "another rule");
        resume(&mut world, true);
        world.sleep(10_000);
        world.feed(puback);
        assert!(!connects_clean(&mut world), "the same rule, later");
        resume(&mut world, true);
        world.publish("under/way", 2);
        world.feed(puback);
        assert!(connects_clean(&mut world), "the same at once: it lies in what the broker holds");
        resume(&mut world, false);
        world.close(1006, "");
        assert!(!connects_clean(&mut world), "and then a session is kept again");

        // Where not even CONNACK is right.
        let mut world = World::online(kept);
        world.feed(ping);
        assert!(!connects_clean(&mut world));
        world.feed(ping);
        assert!(connects_clean(&mut world));
    }
}

#[test]
fn what_came_before_the_error_counts_and_nothing_after() {
    let mut world = World::online(options(Version::V5));
    let mut all = world.publication("before", b"", 1, 3);
    all.extend([0xd1, 0]);
    all.extend(world.publication("after", b"", 1, 4));
    world.feed(&all);
    assert_eq!(world.messages.len(), 1);
    assert_eq!(world.sent(), [Sent::PubAck(3), Sent::Disconnect(0x81)]);
}

#[test]
fn the_limit_we_announce_is_the_limit_we_keep() {
    let mut world = World::new(Options { max_packet_bytes: 100, ..options(Version::V5) });
    world.open();
    let [Sent::Connect { rest, .. }] = &world.sent()[..] else { panic!("a CONNECT") };
    assert!(rest.starts_with(&[8, 0x27, 0, 0, 0, 100, 0x22]));
    world.feed(&world.connack(0, &[]));
    world.sent();
    let fits = world.publication("a", &[0; 94], 0, 0);
    assert_eq!(fits.len(), 100);
    world.feed(&fits);
    assert!(world.is_online());
    world.feed(&world.publication("a", &[0; 95], 0, 0)[..2]);
    left(&mut world, 0x95);
}
