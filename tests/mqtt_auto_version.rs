//! Without a version named, MQTT 5 is tried first and 3.1.1 where the broker does not answer to it; what worked is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::Version;
use andon::vocab::LinkState;
use peer::{Sent, World, options};

/// Opens the wanted socket and tells which level CONNECT names.
fn greet(world: &mut World) -> u8 {
    world.open();
    match world.sent()[..] {
        [Sent::Connect { level, .. }] => {
            world.level = level;
            level
        }
        ref other => panic!("{other:?}"),
    }
}

fn welcome(world: &mut World) {
    world.feed(&world.connack(0, &[]));
    assert!(world.is_online());
    world.sent();
}

#[test]
fn mqtt_5_where_it_is_spoken() {
    let mut world = World::new(options(Version::Auto));
    assert_eq!(greet(&mut world), 5);
    welcome(&mut world);
    assert!(matches!(world.session.state(), LinkState::Online { protocol: 5, .. }));
}

#[test]
fn refused_by_name_falls_back_at_once() {
    for refusal in [&[0x20, 2, 0, 1][..], &[0x20, 3, 0, 0x84, 0], &[0x20, 2, 0, 0]] {
        let mut world = World::new(options(Version::Auto));
        assert_eq!(greet(&mut world), 5);
        world.feed(refusal);
        assert_eq!((world.closes, world.opens), (1, 2), "without a wait");
        assert_eq!(greet(&mut world), 4);
        welcome(&mut world);
        assert!(matches!(world.session.state(), LinkState::Online { protocol: 4, .. }));
        world.close(1006, "");
        world.until_open();
        assert_eq!(greet(&mut world), 4, "remembered");
        world.close(1006, "");
        world.until_open();
        assert_eq!(greet(&mut world), 4, "also when a try fails");
    }
}

#[test]
fn closed_or_silent_after_connect_falls_back_on_the_next_try() {
    for silent in [false, true] {
        let mut world = World::new(options(Version::Auto));
        assert_eq!(greet(&mut world), 5);
        if silent {
            world.sleep(5_000);
        } else {
            world.close(1000, "");
        }
        assert!(matches!(world.session.state(), LinkState::Waiting { .. }));
        world.until_open();
        assert_eq!(greet(&mut world), 4);
        world.close(1006, ""); // it was no matter of the version
        world.until_open();
        assert_eq!(greet(&mut world), 5);
        welcome(&mut world);
    }
}

#[test]
fn a_network_that_never_opens_says_nothing_about_versions() {
    let mut world = World::new(options(Version::Auto));
    world.close(1006, "");
    world.until_open();
    assert_eq!(greet(&mut world), 5);
}

#[test]
fn refused_in_both_versions_is_final() {
    let mut world = World::new(options(Version::Auto));
    greet(&mut world);
    world.feed(&[0x20, 3, 0, 0x84, 0]);
    greet(&mut world);
    world.feed(&[0x20, 2, 0, 1]);
    assert!(matches!(world.session.state(), LinkState::Denied { .. }));
    assert_eq!(world.wake, None);
}
