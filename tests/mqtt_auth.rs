//! Enhanced authentication: a method with CONNECT, steps on challenge, a fresh secret while connected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Auth, Event, Options, Version};
use andon::vocab::LinkState;
use peer::{Sent, World, options, packet};

const METHOD: [u8; 4] = [0x15, 0, 1, b'M'];
const OTHER: [u8; 4] = [0x15, 0, 1, b'N'];

fn begin(method: Option<&str>) -> World {
    let auth = method.map(|method| Auth { method: method.to_owned(), data: Some(b"jwt".to_vec()) });
    let mut world = World::new(Options { auth, ..options(Version::V5) });
    world.open();
    world
}

fn auth(code: u8, properties: &[u8]) -> Vec<u8> {
    packet(0xf0, &[&[code, properties.len() as u8], properties].concat())
}

fn with_data(data: &[u8]) -> Vec<u8> {
    [&METHOD[..], &[0x16, 0, data.len() as u8], data].concat()
}

#[test]
fn a_method_that_needs_no_step() {
    let mut world = begin(Some("M"));
    let Sent::Connect { rest, .. } = &world.sent()[0] else { panic!("CONNECT") };
    assert!(rest.windows(10).any(|w| w == with_data(b"jwt")), "{rest:?}");
    world.feed(&world.connack(0, &METHOD));
    assert!(world.is_online());
}

#[test]
fn steps_on_challenge_before_connack() {
    let mut world = begin(Some("M"));
    world.sent();
    world.feed(&auth(0x18, &with_data(b"ask")));
    assert_eq!(world.take_events(), [Event::Challenge { data: Some(b"ask"[..].into()) }]);
    world.sleep(8_000);
    assert!(matches!(world.session.state(), LinkState::Connecting { .. }), "an exchange may take its time");
    world.session.authenticate(world.now, Some(b"say"));
    world.drain();
    assert_eq!(world.sent(), [Sent::Auth { code: 0x18, properties: with_data(b"say") }]);
    world.feed(&world.connack(0, &METHOD));
    assert!(world.is_online());
}

#[test]
fn a_fresh_secret_while_connected_and_for_later() {
    let mut world = begin(Some("M"));
    world.feed(&world.connack(0, &[]));
    world.grant();
    world.take_events();
    world.session.reauthenticate(world.now, b"new".to_vec());
    world.drain();
    assert_eq!(world.sent(), [Sent::Auth { code: 0x19, properties: with_data(b"new") }]);
    world.feed(&auth(0x18, &METHOD));
    world.session.authenticate(world.now, None);
    world.drain();
    assert_eq!(world.sent(), [Sent::Auth { code: 0x18, properties: METHOD.to_vec() }]);
    world.feed(&auth(0, &METHOD));
    assert_eq!(world.take_events(), [Event::Challenge { data: None }, Event::Authenticated]);
    world.close(1006, "");
    world.until_open();
    world.open();
    let Sent::Connect { rest, .. } = &world.sent()[0] else { panic!("CONNECT") };
    assert!(rest.windows(10).any(|w| w == with_data(b"new")));
}

#[test]
fn what_the_broker_may_not_say() {
    let refused = |mut world: World, bytes: &[u8]| {
        world.sent();
        world.feed(bytes);
        assert_eq!(world.sent(), [Sent::Disconnect(0x82)], "{bytes:?}");
    };
    refused(begin(None), &auth(0x18, &METHOD));
    refused(begin(Some("M")), &auth(0x18, &OTHER));
    refused(begin(Some("M")), &auth(0, &METHOD));
    let world = begin(Some("M"));
    let connack = world.connack(0, &OTHER);
    refused(world, &connack);
    let mut online = begin(Some("M"));
    online.feed(&online.connack(0, &METHOD));
    online.grant();
    refused(online, &auth(0x18, &METHOD));
}

#[test]
fn debug_output_hides_the_secret() {
    let auth = Some(Auth { method: "M".into(), data: Some(b"jwt".to_vec()) });
    let text = format!("{:?}", Options { auth, ..options(Version::V5) });
    assert!(!text.contains("jwt") && !text.contains("106"), "{text}");
}
