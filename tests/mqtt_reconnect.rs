//! A lost link comes back by itself: quickly at first, ever more patiently, at once when the network says it is back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Session, Version};
use andon::time::Millis;
use andon::vocab::{LinkFault, LinkState};
use peer::{World, options};

#[test]
fn the_first_try_is_quick_and_later_ones_patient() {
    let mut most = [0; 9];
    for seed in 0..200 {
        let mut world = World::new(options(Version::V4));
        world.session = Session::new(seed);
        world.session.connect(world.now, options(Version::V4));
        world.drain();
        for (failed, most) in most.iter_mut().enumerate() {
            world.close(1006, "");
            let until = world.now.max(world.wake.unwrap());
            let attempt = failed as u32 + 1;
            assert_eq!(*world.session.state(), LinkState::Waiting { until, attempt, fault: LinkFault::NeverOpened });
            *most = (*most).max(world.until_open().0);
            assert_eq!(*world.session.state(), LinkState::Connecting { attempt: attempt + 1 });
        }
    }
    let ceilings = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
    for (most, ceiling) in most.into_iter().zip(ceilings) {
        assert!((ceiling / 2..=ceiling).contains(&most), "{most} of {ceiling}");
    }
}

#[test]
fn a_link_that_stayed_up_starts_over_and_a_flapping_one_does_not() {
    let longest = |up: i64| {
        let mut longest = 0;
        for seed in 0..20 {
            let mut world = World::new(options(Version::V4));
            world.session = Session::new(seed);
            world.session.connect(world.now, options(Version::V4));
            world.drain();
            for _ in 0..10 {
                world.establish();
                world.sleep(up);
                world.close(1006, "");
                longest = longest.max(world.until_open().0);
                assert_eq!(*world.session.state(), LinkState::Connecting { attempt: 2 });
            }
        }
        longest
    };
    assert!(longest(10_000) <= 500);
    assert!(longest(1_000) > 15_000, "a broker that accepts and drops is not hammered");
}

#[test]
fn a_hint_cuts_the_wait_short() {
    let mut world = World::new(options(Version::V4));
    for _ in 0..8 {
        world.close(1006, "");
        world.until_open();
    }
    world.close(1006, "");
    let before = world.opens;
    world.session.probe(world.now);
    world.drain();
    assert_eq!(world.opens, before + 1);
    world.session.probe(world.now);
    world.drain();
    assert_eq!(world.opens, before + 1, "one socket at a time");
    world.establish();
}

#[test]
fn the_brokers_goodbye_is_told_and_answered_by_closing() {
    let table: [(&[u8], u8, &str); 4] = [
        (&[0xe0, 0], 0, "success"),
        (&[0xe0, 1, 0x8b], 0x8b, "broker shutting down"),
        (&[0xe0, 1, 0x97], 0x97, "quota exceeded"),
        (b"\xe0\x07\x98\x05\x1f\x00\x02hi", 0x98, "administrative action: hi"),
    ];
    for (bytes, code, words) in table {
        let mut world = World::online(options(Version::V5));
        world.feed(bytes);
        let expected = LinkFault::Disconnected { code, words: words.to_owned() };
        assert!(matches!(world.session.state(), LinkState::Waiting { fault, .. } if *fault == expected));
        assert_eq!((world.sends.len(), world.closes), (0, 1));
        world.close(1000, "");
        assert!(matches!(world.session.state(), LinkState::Waiting { fault, .. } if *fault == expected));
        world.until_open();
        world.establish();
    }
}

#[test]
fn half_a_packet_does_not_reach_the_next_connection() {
    let mut world = World::online(options(Version::V4));
    let packet = world.publication("a", b"payload", 0, 0);
    world.feed(&packet[..5]);
    world.close(1006, "");
    assert_eq!(world.session.receiving(), None);
    world.until_open();
    world.establish();
    world.feed(&packet);
    assert_eq!(world.messages.len(), 1);
}

#[test]
fn counts_survive_connections() {
    let mut world = World::online(options(Version::V4));
    world.feed(&world.publication("a", b"", 0, 0));
    world.close(1006, "");
    world.until_open();
    world.establish();
    world.feed(&world.publication("a", b"", 0, 0));
    let stats = world.session.stats();
    assert_eq!((stats.connections, stats.messages_received, stats.packets_rejected), (2, 2, 0));
    assert!(stats.bytes_received > 10);
    world.sleep(Millis::from_secs(1).0);
}
