//! A session outlives its connections: begun clean, resumed where the broker kept it, given up where it did not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Event, Options, Publication, PublishError, Rules, Subscription, Version};
use andon::time::Millis;
use andon::vocab::{LinkFault, LinkState};
use peer::{Sent, World, ack, filter, options};

fn kept(version: Version) -> Options {
    Options { session_expiry_secs: 60, ..options(version) }
}

/// CONNECT's clean flag and what follows its keep-alive.
fn connect(world: &mut World) -> (bool, Vec<u8>) {
    match world.sent().first() {
        Some(Sent::Connect { flags, rest, .. }) => (flags & 2 != 0, rest.clone()),
        other => panic!("{other:?}"),
    }
}

fn come_back(world: &mut World, is_present: bool) {
    world.close(1006, "");
    world.until_open();
    world.open();
    assert!(!connect(world).0, "resumes");
    world.feed(&world.connack_with(is_present, 0, &[]));
}

#[test]
fn begins_clean_and_comes_back_for_its_session() {
    let mut world = World::new(kept(Version::V5));
    world.open();
    let (is_clean, rest) = connect(&mut world);
    assert!(is_clean && rest.windows(5).any(|w| w == [0x11, 0, 0, 0, 60]), "{rest:?}");
    world.feed(&world.connack(0, &[]));
    assert!(!world.session.terms().is_resumed);
    world.grant();
    come_back(&mut world, true);
    assert!(world.session.terms().is_resumed);
    let sent = world.sent();
    assert!(
        sent.iter().any(|s| matches!(s, Sent::Subscribe { .. })),
        "what is retained comes on subscribing: {sent:?}"
    );
    world.session.disconnect(world.now);
    world.drain();
    assert_eq!(world.sends.concat(), [0xe0, 7, 0, 5, 0x11, 0, 0, 0, 0], "and takes it along when it goes");
}

#[test]
fn without_expiry_every_connection_is_clean() {
    for version in [Version::V4, Version::V5] {
        let mut world = World::online(options(version));
        world.close(1006, "");
        world.until_open();
        world.open();
        assert!(connect(&mut world).0);
    }
    let mut world = World::online(kept(Version::V4));
    world.close(1006, "");
    world.until_open();
    world.open();
    assert!(connect(&mut world).0, "3.1.1 has no expiry: kept only where it is asked for by name");
}

#[test]
fn a_broker_that_keeps_nothing_is_believed() {
    let mut world = World::new(kept(Version::V5));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x11, 0, 0, 0, 0]));
    world.close(1006, "");
    world.until_open();
    world.open();
    assert!(connect(&mut world).0);
}

#[test]
fn a_session_that_nobody_asked_for_is_a_protocol_error() {
    let mut world = World::new(kept(Version::V5));
    world.open();
    world.sent();
    world.feed(&world.connack_with(true, 0, &[]));
    assert_eq!(world.sent(), [Sent::Disconnect(0x82)]);
}

#[test]
fn a_fresh_client_id_need_not_begin_clean() {
    let mut world = World::new(Options { is_fresh_id: true, ..kept(Version::V5) });
    world.open();
    assert!(!connect(&mut world).0, "or Mosquitto would not keep the session over a restart of its own");
    world.feed(&world.connack_with(true, 0, &[]));
    assert_eq!(world.sent(), [Sent::Disconnect(0x82)], "somebody has used it after all (MQTT-3.2.2-4)");
    world.until_open();
    world.open();
    assert!(connect(&mut world).0);
    world.feed(&world.connack(0, &[]));
    world.grant();
    come_back(&mut world, true);
    let mut world = World::new(Options { is_fresh_id: true, ..options(Version::V5) });
    world.open();
    assert!(connect(&mut world).0, "nothing is kept anyway");
}

#[test]
fn the_client_id_that_the_broker_chose_names_the_session() {
    let mut world = World::new(Options { client_id: String::new(), ..kept(Version::V5) });
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x12, 0, 3, b'y', b'o', b'u']));
    world.grant();
    world.close(1006, "");
    world.until_open();
    world.open();
    let (is_clean, rest) = connect(&mut world);
    assert!(!is_clean && rest.ends_with(&[0, 3, b'y', b'o', b'u']), "{rest:?}");
    world.feed(&world.connack_with(true, 0, &[]));
    assert!(matches!(world.session.state(), LinkState::Online { client_id, .. } if client_id == "you"));
}

#[test]
fn qos_2_is_applied_once_over_a_lost_connection() {
    for is_present in [true, false] {
        let mut world = World::online(kept(Version::V5));
        world.feed(&world.publication("t", b"1", 2, 7));
        assert_eq!(world.sent(), [Sent::PubRec(7)]);
        come_back(&mut world, is_present);
        world.grant();
        let again = world.publication_with(b"t", b"1", 0x0c, 7, &[]);
        world.feed(&again);
        assert_eq!(world.sent(), [Sent::PubRec(7)]);
        assert_eq!(world.messages.len(), if is_present { 1 } else { 2 }, "in a new session it is another message");
        world.feed(&ack(0x62, 7));
        assert_eq!(world.sent(), [Sent::PubComp(7, 0)]);
        world.feed(&world.publication("t", b"2", 2, 7));
        assert_eq!(world.messages.last().unwrap().payload, b"2");
    }
}

#[test]
fn a_bad_packet_is_named_and_the_session_comes_back() {
    let mut world = World::online(kept(Version::V5));
    world.feed(&[0x36, 0]);
    world.sent();
    let LinkState::Waiting { fault: LinkFault::Protocol(what), .. } = world.session.state() else { panic!("waits") };
    assert_eq!(what, "PUBLISH: a fixed header with invalid flags (0x36) (MQTT-2.1.3-1)");
    world.until_open();
    world.open();
    assert!(!connect(&mut world).0);
}

#[test]
fn a_session_taken_over_does_not_come_back() {
    let mut world = World::online(kept(Version::V5));
    world.feed(&[0xe0, 1, 0x8e]);
    let LinkState::Denied { fault: LinkFault::Disconnected { code: 0x8e, words } } = world.session.state() else {
        panic!("{:?}", world.session.state())
    };
    assert!(words.contains("same client id"), "{words}");
    assert_eq!(world.wake, None);
    world.session.retry(world.now);
    world.drain();
    assert_eq!(world.opens, 2, "unless a person wants it");
}

#[test]
fn several_urls_are_tried_without_a_wait_between() {
    let mut world = World::new(Options { urls: 3, ..options(Version::V4) });
    let mut waits = Vec::new();
    for _ in 0..30 {
        world.close(1006, "");
        waits.push(world.until_open().0);
    }
    let (last, others): (Vec<_>, Vec<_>) = waits.iter().enumerate().partition(|(n, _)| n % 3 == 2);
    assert!(others.iter().all(|(_, wait)| **wait <= 200), "{waits:?}");
    assert!(last.iter().any(|(_, wait)| **wait > 2_000), "{waits:?}");
}

#[test]
fn many_screens_that_start_together_do_not_meet() {
    let mut opened: Vec<i64> = (0..300)
        .map(|seed| {
            let mut session = andon::mqtt::Session::new(seed);
            let now = andon::time::Timestamp(0);
            session.connect(now, Options { spread: Millis(10_000), ..options(Version::V4) });
            loop {
                match session.poll() {
                    andon::mqtt::Output::Open => panic!("at once"),
                    andon::mqtt::Output::Wake(at) => return at.unwrap().0,
                    _ => {}
                }
            }
        })
        .collect();
    opened.sort_unstable();
    let mut world = World::online(options(Version::V4));
    world.session.connect(world.now, Options { spread: Millis(10_000), ..options(Version::V4) });
    world.session.probe(world.now);
    world.drain();
    assert_eq!(world.opens, 1, "that the page came up is no reason to hurry");
    world.session.retry(world.now);
    world.drain();
    assert_eq!(world.opens, 2, "a person is");
    let busiest = opened.iter().map(|at| opened.iter().filter(|o| (*at..*at + 1000).contains(*o)).count()).max();
    assert!(busiest < Some(60), "{busiest:?} in the busiest second of ten");
}

#[test]
fn a_busy_broker_is_given_time() {
    let mut world = World::online(options(Version::V5));
    let mut most = 0;
    for _ in 0..20 {
        world.feed(&[0xe0, 1, 0x89]);
        most = most.max(world.until_open().0);
        world.establish();
        world.sleep(20_000);
    }
    assert!(most > 4_000, "{most}");
}

#[test]
fn another_server_is_told_of_and_not_gone_to() {
    let reference = b"\x1c\x00\x06b:8084";
    let mut world = World::online(options(Version::V5));
    world.feed(&peer::packet(0xe0, &[&[0x9c, 9][..], reference].concat()));
    let redirected = |is_permanent| Event::Redirected { reference: "b:8084".to_owned(), is_permanent };
    assert_eq!(world.take_events(), [redirected(false)]);
    world.until_open();
    world.open();
    world.feed(&world.connack(0x9d, reference));
    assert!(world.take_events().contains(&redirected(true)));
    let LinkState::Waiting { fault: LinkFault::Refused { words, .. }, .. } = world.session.state() else {
        panic!("{:?}", world.session.state())
    };
    assert_eq!(words, "server moved, go to b:8084");
}

#[test]
fn a_subscription_says_how_it_is_wanted_and_the_sink_hears_all_of_it() {
    let filters = vec![
        Subscription { no_local: true, retain_as_published: true, retain_handling: 1, ..filter("a/#") },
        Subscription { no_local: true, ..filter("$share/g/b") },
    ];
    let mut world = World::new(Options { filters, ..options(Version::V5) });
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    let sent = world.sent();
    let [Sent::Subscribe { filters, .. }] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(*filters, [("a/#".to_owned(), 0x1d), ("$share/g/b".to_owned(), 1)]);
    let properties = b"\x01\x01\x02\0\0\0\x3c\x03\0\x01t\x08\0\x01r\x09\0\x01c\x26\0\x01n\0\x01v";
    world.feed(&world.publication_with(b"a", b"x", 0, 0, properties));
    let got = world.messages[0].properties.clone().unwrap();
    assert!(got.payload_is_utf8);
    assert_eq!(
        (got.expiry_secs, got.content_type.as_deref(), got.response_topic.as_deref()),
        (Some(60), Some("t"), Some("r"))
    );
    assert_eq!(
        (got.correlation_data.as_deref(), &got.user_properties[..]),
        (Some(&b"c"[..]), &[("n".to_owned(), "v".to_owned())][..])
    );
    world.feed(&world.publication_with(b"a", b"x", 0, 0, &[]));
    assert_eq!(world.messages[1].properties, None);
}

#[test]
fn a_service_is_asked_for_no_more_than_it_takes() {
    let rules = Rules { filters_per_subscribe: 2, slashes: 2, topic_bytes: 9, qos: 1, keep_alive_secs: 20 };
    let filters = ["a", "b/c/d", "a/b/c/d", "long-filter"].map(filter).to_vec();
    let mut world = World::new(Options { rules, filters, ..options(Version::V5) });
    world.open();
    let sent = world.sent();
    assert!(matches!(sent[0], Sent::Connect { keep_alive: 20, .. }));
    world.feed(&world.connack(0, &[]));
    let asked: Vec<_> = world
        .sent()
        .into_iter()
        .map(|sent| match sent {
            Sent::Subscribe { filters, .. } => filters.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(asked, [2]);
    let refused = world.take_events().len();
    assert_eq!(refused, 2, "too deep, too long");
    let publish = |world: &mut World, topic: &str, qos| {
        let publication = Publication { topic: topic.to_owned(), qos, ..Publication::default() };
        world.session.publish(world.now, publication)
    };
    assert_eq!(publish(&mut world, "a/b/c/d", 0), Err(PublishError::Service));
    assert_eq!(publish(&mut world, "a", 2), Err(PublishError::Qos { maximum: 1 }));
    assert!(publish(&mut world, "a", 1).is_ok());
}
