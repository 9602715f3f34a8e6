//! A link says it lives when it has nothing else to say, and a dead one is found within one and a half keep-alives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Options, Version};
use andon::time::Millis;
use andon::vocab::{LinkFault, LinkState};
use peer::{Sent, World, options};

const PINGRESP: &[u8] = &[0xd0, 0];

fn is_silent(world: &World) -> bool {
    matches!(world.session.state(), LinkState::Waiting { fault: LinkFault::Silence(_), .. })
}

#[test]
fn a_quiet_link_pings_and_lives() {
    let mut world = World::online(options(Version::V4));
    world.sent();
    for _ in 0..5 {
        world.sleep(29_999);
        assert_eq!(world.sent(), []);
        world.sleep(1);
        assert_eq!(world.sent(), [Sent::PingReq]);
        world.feed(PINGRESP);
    }
    assert!(world.is_online());
}

#[test]
fn a_link_that_only_receives_still_pings_in_time() {
    let mut world = World::online(options(Version::V4));
    world.sent();
    let message = world.publication("a", b"", 0, 0);
    let mut pings = 0;
    for _ in 0..120 {
        world.sleep(1_000);
        world.feed(&message);
        pings += world.sent().len();
    }
    assert_eq!(pings, 4, "one each 30 s");
}

#[test]
fn a_missing_pingresp_is_forgiven_while_bytes_come() {
    let mut world = World::online(options(Version::V4));
    let message = world.publication("a", b"", 0, 0);
    for _ in 0..300 {
        world.sleep(1_000);
        world.feed(&message);
    }
    assert!(world.is_online());
}

#[test]
fn a_dead_link_is_found_in_one_and_a_half_keep_alives() {
    for sends in [false, true] {
        let mut world = World::online(options(Version::V4));
        let start = world.now;
        while world.is_online() {
            world.sleep(100);
            if sends && world.is_online() {
                world.publish("busy", 0);
            }
        }
        assert!(is_silent(&world));
        assert_eq!(world.now - start, Millis(45_000), "sending: {sends}");
        assert_eq!(world.closes, 1);
    }
}

#[test]
fn what_we_send_spares_the_ping() {
    let mut world = World::online(options(Version::V4));
    world.sleep(20_000);
    world.publish("a", 0);
    world.feed(PINGRESP);
    world.sent();
    world.sleep(29_999);
    assert_eq!(world.sent(), []);
    world.sleep(1);
    assert_eq!(world.sent(), [Sent::PingReq]);
}

#[test]
fn keep_alive_0_never_pings() {
    let mut world = World::online(Options { keep_alive_secs: 0, ..options(Version::V4) });
    world.sent();
    assert_eq!(world.wake, None);
    world.sleep(10_000_000);
    assert!(world.sent().is_empty() && world.is_online());
}

#[test]
fn a_probe_finds_a_dead_link_within_seconds() {
    let mut world = World::online(options(Version::V4));
    world.sent();
    world.session.probe(world.now);
    world.drain();
    assert_eq!(world.sent(), [Sent::PingReq]);
    world.sleep(2_000);
    world.feed(PINGRESP);
    world.sleep(10_000);
    assert!(world.is_online());
    world.session.probe(world.now);
    world.drain();
    world.sleep(3_000);
    assert!(is_silent(&world));
}

#[test]
fn a_slept_through_deadline_asks_once_more() {
    let mut world = World::online(options(Version::V4));
    world.sleep(30_000);
    assert_eq!(world.sent().last(), Some(&Sent::PingReq));
    world.now = world.now + Millis(3_600_000); // the lid was closed
    world.session.handle_timeout(world.now);
    world.drain();
    assert!(world.sent().contains(&Sent::PingReq) && world.is_online());
    world.sleep(2_999);
    assert!(world.is_online());
    world.sleep(1);
    assert!(is_silent(&world));
}

#[test]
fn a_clock_set_back_stops_nothing() {
    let mut world = World::online(options(Version::V4));
    world.sent();
    world.sleep(20_000);
    world.now = world.now - Millis(7_200_000);
    world.session.handle_timeout(world.now);
    world.drain();
    world.sleep(30_000); // at the latest: it cannot know how long ago it last saw the old clock
    assert_eq!(world.sent(), [Sent::PingReq]);
    world.sleep(15_000);
    assert!(is_silent(&world));
}
