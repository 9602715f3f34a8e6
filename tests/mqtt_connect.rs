//! A session opens, greets as its options say, and is online when the broker agrees; every way not to get there has
//! its own words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Event, Version, Will};
use andon::time::Millis;
use andon::vocab::{LinkFault, LinkState};
use peer::{Sent, World, options};

fn fault(world: &World) -> &LinkFault {
    match world.session.state() {
        LinkState::Waiting { fault, .. } | LinkState::Denied { fault } => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn connect_says_what_the_options_say() {
    let mut options = options(Version::V4);
    options.username = Some("u".to_owned());
    options.password = Some(vec![0, 255]);
    options.will =
        Some(Will { topic: "w".to_owned(), payload: b"gone".to_vec(), qos: 1, retain: true, ..Will::default() });
    let mut world = World::new(options);
    assert_eq!(*world.session.state(), LinkState::Connecting { attempt: 1 });
    assert_eq!(world.sends.len(), 0, "nothing is sent before the socket is open");
    world.open();
    let rest = b"\0\x07andon-1\0\x01w\0\x04gone\0\x01u\0\x02\0\xff".to_vec();
    assert_eq!(world.sent(), [Sent::Connect { level: 4, flags: 0xee, keep_alive: 30, rest }]);
    assert_eq!(*world.session.state(), LinkState::Connecting { attempt: 1 });
    world.feed(&world.connack(0, &[]));
    let online = LinkState::Online { since: world.now, protocol: 4, client_id: "andon-1".to_owned() };
    assert_eq!(*world.session.state(), online);
}

#[test]
fn a_password_alone_gets_an_empty_user_name_in_3_1_1() {
    let mut options = options(Version::V4);
    options.password = Some(b"p".to_vec());
    let mut world = World::new(options);
    world.open();
    assert!(matches!(world.sent()[..], [Sent::Connect { flags: 0xc2, .. }]));
}

#[test]
fn a_connect_that_cannot_be_said_waits_for_a_person() {
    let mut options = options(Version::V4);
    options.client_id = "a\0b".to_owned();
    let mut world = World::new(options);
    world.open();
    assert!(matches!(world.session.state(), LinkState::Denied { fault: LinkFault::Protocol(_) }));
    assert_eq!((world.sends.len(), world.closes, world.wake), (0, 1, None));
}

#[test]
fn mqtt_5_brokers_choose_client_id_and_keep_alive() {
    let mut world = World::new(options(Version::V5));
    world.open();
    world.feed(&world.connack(0, b"\x12\0\x03b-7\x13\0\x05"));
    assert!(matches!(world.session.state(), LinkState::Online { client_id, protocol: 5, .. } if client_id == "b-7"));
    world.sent();
    world.sleep(4_999);
    assert_eq!(world.sent(), []);
    world.sleep(1);
    assert_eq!(world.sent(), [Sent::PingReq], "after the broker's 5 s, not our 30");
}

#[test]
fn the_socket_never_opens() {
    let mut world = World::new(options(Version::V4));
    world.close(1006, "");
    assert_eq!(*fault(&world), LinkFault::NeverOpened);
    assert_eq!(world.closes, 0, "there is nothing to close");
}

#[test]
fn the_socket_opens_and_closes_before_connack() {
    let mut world = World::new(options(Version::V4));
    world.open();
    world.close(1011, "why");
    assert_eq!(*fault(&world), LinkFault::Closed { code: 1011, reason: "why".to_owned() });
}

#[test]
fn silence_is_cut_short() {
    let mut world = World::new(options(Version::V4));
    world.sleep(5_000);
    assert_eq!(*fault(&world), LinkFault::Silence("the WebSocket to open".to_owned()));
    assert_eq!(world.closes, 1);
    let mut world = World::new(options(Version::V4));
    world.sleep(3_000);
    world.open();
    world.sleep(1_999);
    assert!(matches!(world.session.state(), LinkState::Connecting { .. }));
    world.sleep(1);
    assert_eq!(*fault(&world), LinkFault::Silence("CONNACK".to_owned()), "both share one time");
    assert_eq!(world.closes, 1);
}

#[test]
fn what_the_shell_cannot_open() {
    for (given, is_final) in [
        (LinkFault::BadUrl("no host".to_owned()), true),
        (LinkFault::MixedContent, true),
        (LinkFault::NeverOpened, false),
    ] {
        let mut world = World::new(options(Version::V4));
        world.session.handle_refused(world.now, given.clone());
        world.drain();
        assert_eq!(*fault(&world), given);
        assert_eq!(matches!(world.session.state(), LinkState::Denied { .. }), is_final);
        assert_eq!(world.wake.is_none(), is_final);
    }
}

#[test]
fn disconnect_says_goodbye_and_stays_away() {
    let mut world = World::online(options(Version::V5));
    world.session.disconnect(world.now);
    world.drain();
    assert_eq!(world.sent(), [Sent::Disconnect(0)]);
    assert_eq!((world.closes, world.wake), (1, None));
    assert_eq!(*world.session.state(), LinkState::Idle);
    world.close(1000, ""); // a shell that reports it all the same
    world.session.probe(world.now + Millis(1));
    world.sleep(600_000);
    assert_eq!((world.opens, world.session.state()), (1, &LinkState::Idle));
}

#[test]
fn connect_again_replaces_the_session() {
    let mut world = World::online(options(Version::V4));
    let token = world.publish("a", 1);
    world.sent();
    world.session.connect(world.now, options(Version::V4));
    world.drain();
    assert_eq!(world.sent(), [Sent::Disconnect(0)]);
    assert_eq!((world.closes, world.opens), (1, 2));
    assert_eq!(world.take_events(), [Event::Settled { token, fate: andon::mqtt::Fate::Lost }]);
    world.establish();
}

#[test]
fn calls_at_the_wrong_time_do_nothing() {
    let mut world = World::new(options(Version::V4));
    world.feed(&[0xff; 40]);
    world.open();
    world.sent();
    world.open();
    world.session.handle_refused(world.now, LinkFault::MixedContent);
    world.session.handle_timeout(world.now);
    world.drain();
    assert_eq!(world.sent(), []);
    assert!(matches!(world.session.state(), LinkState::Connecting { .. }));
}
