//! A refusal that only a person can mend ends the tries; every other one is tried again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::Version;
use andon::vocab::{LinkFault, LinkState};
use peer::{World, options};

fn refused(version: Version, code: u8, properties: &[u8]) -> World {
    let mut world = World::new(options(version));
    world.open();
    world.sent();
    world.feed(&world.connack(code, properties));
    assert_eq!(world.closes, 1);
    world
}

#[test]
fn final_and_passing_refusals() {
    let table: [(Version, &[u8], &[u8]); 2] = [
        (Version::V4, &[1, 2, 4, 5], &[3]),
        (
            Version::V5,
            &[0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c],
            &[0x80, 0x81, 0x82, 0x83, 0x88, 0x89, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f],
        ),
    ];
    for (version, finals, passing) in table {
        for (&code, is_final) in finals.iter().map(|c| (c, true)).chain(passing.iter().map(|c| (c, false))) {
            let mut world = refused(version, code, &[]);
            let (denied, fault) = match world.session.state() {
                LinkState::Denied { fault } => (true, fault),
                LinkState::Waiting { fault, .. } => (false, fault),
                other => panic!("{other:?}"),
            };
            assert_eq!(denied, is_final, "{version:?} {code}");
            assert!(matches!(fault, LinkFault::Refused { code: c, words } if *c == code && !words.is_empty()));
            world.sleep(60_000);
            assert_eq!(world.opens > 1, !is_final, "{version:?} {code}");
        }
    }
}

#[test]
fn the_brokers_own_words_are_kept_and_bounded() {
    let world = refused(Version::V5, 0x87, b"\x1f\0\x0bask\nIT, bob");
    let words = "not authorized: ask IT, bob".to_owned();
    assert_eq!(*world.session.state(), LinkState::Denied { fault: LinkFault::Refused { code: 0x87, words } });
    let world = refused(Version::V5, 0x9d, b"\x1c\0\x06b:1883");
    let LinkState::Waiting { fault: LinkFault::Refused { words, .. }, .. } = world.session.state() else { panic!() };
    assert_eq!(words, "server moved, go to b:1883");
}

#[test]
fn a_broker_of_3_1_1_is_named_as_such() {
    for code in 0..=5 {
        let mut world = World::new(options(Version::V5));
        world.open();
        world.feed(&[0x20, 2, 0, code]);
        let words = "the broker speaks MQTT 3.1.1, not MQTT 5".to_owned();
        assert_eq!(*world.session.state(), LinkState::Denied { fault: LinkFault::Refused { code, words } });
        assert_eq!(world.closes, 1);
    }
}

#[test]
fn a_denied_session_comes_back_when_told_to() {
    let mut world = refused(Version::V4, 4, &[]);
    world.session.probe(world.now);
    world.drain();
    assert_eq!(world.opens, 1, "a network hint mends no password");
    world.session.connect(world.now, options(Version::V4));
    world.drain();
    world.establish();
}

#[test]
fn a_login_that_has_worked_is_tried_again_now_and_then() {
    let mut world = World::online(options(Version::V5));
    world.close(1006, "");
    world.until_open();
    world.open();
    world.feed(&world.connack(0x87, &[]));
    assert!(matches!(world.session.state(), LinkState::Denied { .. }));
    let wait = world.until_open().0;
    assert!((180_000..=360_000).contains(&wait), "{wait}");
    world.establish();
}
