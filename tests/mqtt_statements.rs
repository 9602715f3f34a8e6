//! Statements of the standards that no other file happens to show; `tests/conformance/mqtt_*.tsv` say which is which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use std::collections::HashSet;

use andon::mqtt::{Auth, Event, Fate, Options, Publication, PublishError, PublishProperties, Version};
use andon::vocab::{LinkFault, LinkState};
use peer::{Sent, World, ack, filter, options, packet};

const BOTH: [Version; 2] = [Version::V4, Version::V5];

fn kept(version: Version) -> Options {
    Options { session_expiry_secs: 60, keeps_session_v4: true, ..options(version) }
}

/// (topic, QoS, DUP, identifier) of what was published.
fn published(world: &mut World) -> Vec<(String, u8, bool, u16)> {
    let publish = |sent| match sent {
        Sent::Publish { topic, qos, dup, id, .. } => Some((topic, qos, dup, id)),
        _ => None,
    };
    world.sent().into_iter().filter_map(publish).collect()
}

fn come_back(world: &mut World, is_present: bool) {
    world.close(1006, "");
    world.until_open();
    world.open();
    world.sent();
    world.feed(&world.connack_with(is_present, 0, &[]));
}

#[test]
fn a_zero_width_no_break_space_is_kept() {
    for version in BOTH {
        let mut world = World::online(options(version));
        world.feed(&world.publication("\u{feff}a", b"1", 0, 0));
        assert_eq!(world.messages[0].topic, "\u{feff}a");
        world.publish("\u{feff}b", 0);
        assert_eq!(published(&mut world)[0].0, "\u{feff}b");
    }
}

#[test]
fn a_string_pair_is_two_strings() {
    for pair in [b"\x26\0\x01\xff\0\x01v".as_slice(), b"\x26\0\x01n\0\x01\xff", b"\x26\0\x01n\0\x01\0"] {
        let mut world = World::online(options(Version::V5));
        world.feed(&world.publication_with(b"t", b"", 0, 0, pair));
        assert_eq!((world.sent(), world.messages.len()), (vec![Sent::Disconnect(0x81)], 0), "{pair:?}");
    }
}

#[test]
fn an_identifier_in_use_is_not_given_again() {
    for version in BOTH {
        let mut world = World::online(options(version));
        world.publish("slow/1", 1);
        world.publish("slow/2", 2);
        let slow: HashSet<u16> = published(&mut world).iter().map(|(.., id)| *id).collect();
        assert_eq!(slow.len(), 2);
        world.session.subscribe(world.now, vec![filter("plant/#"), filter("unanswered")]);
        world.drain();
        let [Sent::Subscribe { id: asked, .. }] = world.sent()[..] else { panic!("a SUBSCRIBE") };
        for n in 0..70_000u32 {
            world.publish("quick", 1);
            let (.., id) = published(&mut world)[0];
            assert!(id != 0 && id != asked && !slow.contains(&id), "{id} at {n}");
            world.feed(&ack(0x40, id));
            world.events.clear();
        }
    }
}

#[test]
fn a_first_publish_says_no_dup() {
    for version in BOTH {
        let mut world = World::online(options(version));
        for qos in 0..3 {
            world.publish("t", qos);
        }
        let sent = published(&mut world);
        assert_eq!(
            sent.iter().map(|(_, qos, dup, _)| (*qos, *dup)).collect::<Vec<_>>(),
            [(0, false), (1, false), (2, false)]
        );
    }
}

#[test]
fn a_full_window_holds_up_publications_only() {
    let mut world = World::new(options(Version::V5));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x21, 0, 1]));
    world.grant();
    world.publish("first", 2);
    world.publish("waits", 1);
    assert_eq!(published(&mut world).len(), 1);
    world.publish("qos/0", 0);
    assert_eq!(published(&mut world).len(), 1, "QoS 0 has no quota");
    world.feed(&world.publication("down", b"", 1, 9));
    world.feed(&world.publication("down", b"", 2, 10));
    world.feed(&ack(0x62, 10));
    assert_eq!(world.sent(), [Sent::PubAck(9), Sent::PubRec(10), Sent::PubComp(10, 0)]);
    world.session.subscribe(world.now, vec![filter("plant/#"), filter("more")]);
    world.drain();
    assert!(matches!(world.sent()[..], [Sent::Subscribe { .. }]));
    world.sleep(30_000);
    assert_eq!(world.sent(), [Sent::PingReq]);
}

#[test]
fn after_puback_the_same_identifier_is_another_message() {
    for version in BOTH {
        let mut world = World::online(options(version));
        for flags in [0b0010, 0b1010] {
            world.feed(&world.publication_with(b"t", b"", flags, 7, &[]));
        }
        assert_eq!(world.messages.len(), 2, "whatever its DUP says");
        assert_eq!(world.sent(), [Sent::PubAck(7), Sent::PubAck(7)]);
    }
}

#[test]
fn nothing_is_sent_again_while_the_connection_lasts() {
    for version in BOTH {
        let mut world = World::online(kept(version));
        world.publish("one", 1);
        world.publish("two", 2);
        let sent = published(&mut world);
        world.feed(&ack(0x50, sent[1].3));
        assert_eq!(world.sent(), [Sent::PubRel(sent[1].3, 0)]);
        for _ in 0..20 {
            world.sleep(30_000);
            assert!(world.sent().iter().all(|sent| *sent == Sent::PingReq));
            world.feed(&[0xd0, 0]);
        }
    }
}

#[test]
fn what_was_refused_is_not_sent_again() {
    let mut world = World::online(kept(Version::V5));
    world.publish("one", 1);
    world.publish("two", 2);
    let sent = published(&mut world);
    world.feed(&packet(0x40, &[0, sent[0].3 as u8, 0x97]));
    world.feed(&packet(0x50, &[0, sent[1].3 as u8, 0x87]));
    come_back(&mut world, true);
    assert_eq!(published(&mut world), []);
}

#[test]
fn what_is_on_its_way_does_not_expire() {
    let mut world = World::online(kept(Version::V5));
    let properties = PublishProperties { expiry_secs: Some(1), ..PublishProperties::default() };
    let publication = Publication {
        topic: "brief".to_owned(),
        qos: 2,
        properties: Some(Box::new(properties)),
        ..Publication::default()
    };
    let token = world.session.publish(world.now, publication).unwrap();
    world.drain();
    let (.., id) = published(&mut world)[0];
    world.sleep(20_000);
    come_back(&mut world, true);
    assert_eq!(published(&mut world), [("brief".to_owned(), 2, true, id)]);
    world.feed(&ack(0x50, id));
    world.sleep(20_000);
    world.feed(&ack(0x70, id));
    let settled = Event::Settled { token, fate: Fate::Acknowledged };
    assert!(world.take_events().contains(&settled));

    // The other way round: what has come is released however long that takes.
    world.sent();
    world.feed(&world.publication_with(b"brief", b"", 4, 5, b"\x02\0\0\0\x01"));
    world.sleep(20_000);
    world.feed(&ack(0x62, 5));
    let sent = world.sent();
    assert!(sent.contains(&Sent::PubRec(5)) && sent.contains(&Sent::PubComp(5, 0)), "{sent:?}");
}

#[test]
fn without_a_method_there_is_no_auth() {
    let mut world = World::online(options(Version::V5));
    world.session.authenticate(world.now, Some(b"x"));
    world.session.reauthenticate(world.now, b"x".to_vec());
    world.drain();
    assert_eq!(world.sent(), []);
    let auth = Some(Auth { method: "M".to_owned(), data: None });
    let mut world = World::online(Options { auth, ..options(Version::V4) });
    world.session.reauthenticate(world.now, b"x".to_vec());
    world.drain();
    assert_eq!(world.sent(), [], "3.1.1 knows none");
}

#[test]
fn a_broker_that_refuses_to_authenticate_anew_is_left() {
    let auth = Some(Auth { method: "M".to_owned(), data: None });
    let mut world = World::new(Options { auth, ..options(Version::V5) });
    world.open();
    world.feed(&world.connack(0, b"\x15\0\x01M"));
    world.grant();
    world.session.reauthenticate(world.now, b"old".to_vec());
    world.drain();
    assert!(matches!(world.sent()[..], [Sent::Auth { code: 0x19, .. }]));
    world.feed(&[0xe0, 1, 0x87]);
    assert_eq!((world.closes, world.is_online()), (1, false));
    let LinkState::Waiting { fault: LinkFault::Disconnected { code: 0x87, .. }, .. } = world.session.state() else {
        panic!("{:?}", world.session.state())
    };
}

#[test]
fn an_empty_client_id_keeps_no_session_in_3_1_1() {
    let mut world = World::new(Options { client_id: String::new(), ..kept(Version::V4) });
    world.open();
    let [Sent::Connect { flags, ref rest, .. }] = world.sent()[..] else { panic!("a CONNECT") };
    assert_eq!((flags & 2, rest.as_slice()), (2, &[0u8, 0][..]));
}

#[test]
fn a_clean_session_brings_nothing_of_the_last() {
    for version in BOTH {
        let mut world = World::online(options(version));
        world.publish("two", 2);
        world.feed(&world.publication("down", b"1", 2, 5));
        world.sent();
        come_back(&mut world, false);
        assert_eq!(published(&mut world), [], "what is in doubt is not sent twice");
        world.feed(&world.publication("down", b"2", 2, 5));
        assert_eq!(world.messages.len(), 2, "the identifier means another message now");
    }
}

#[test]
fn no_alias_where_the_broker_takes_none() {
    for none in [&[][..], &[0x22, 0, 0]] {
        let mut world = World::new(options(Version::V5));
        world.open();
        world.sent();
        world.feed(&world.connack(0, none));
        world.grant();
        for qos in [0, 0, 1] {
            world.publish("t", qos);
        }
        let sent = world.sent();
        assert_eq!(sent.len(), 3);
        let is_plain = |sent: &Sent| matches!(sent, Sent::Publish { topic, properties, .. } if topic == "t" && properties.is_empty());
        assert!(sent.iter().all(is_plain), "{sent:?}");
    }
}

#[test]
fn strings_of_a_publication_are_checked_before_it_is_sent() {
    let long = "x".repeat(65_536);
    let mut world = World::online(options(Version::V5));
    for bad in ["a\0b", &long] {
        let text = || Some(bad.to_owned());
        let all = [
            PublishProperties { response_topic: text(), ..PublishProperties::default() },
            PublishProperties { content_type: text(), ..PublishProperties::default() },
            PublishProperties {
                user_properties: vec![(bad.to_owned(), String::new())],
                ..PublishProperties::default()
            },
            PublishProperties {
                user_properties: vec![(String::new(), bad.to_owned())],
                ..PublishProperties::default()
            },
        ];
        for properties in all {
            let publication =
                Publication { topic: "t".to_owned(), properties: Some(Box::new(properties)), ..Publication::default() };
            let refused = world.session.publish(world.now, publication);
            assert!(matches!(refused, Err(PublishError::Unsendable(_))), "{refused:?}");
        }
    }
    world.drain();
    assert_eq!(world.sent(), []);
}

#[test]
fn a_goodbye_before_connack_is_told() {
    let mut world = World::new(options(Version::V5));
    world.open();
    world.sent();
    world.feed(&[0xe0, 1, 0x89]);
    assert_eq!((world.closes, world.sent()), (1, vec![]));
    let LinkState::Waiting { fault: LinkFault::Disconnected { code: 0x89, .. }, .. } = world.session.state() else {
        panic!("{:?}", world.session.state())
    };
}
