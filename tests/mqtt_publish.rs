//! A publication goes out once its time has come, and its fate is told exactly once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Event, Fate, Options, Publication, PublishError, Token, Version};
use peer::{Sent, World, ack, options, packet};

const BOTH: [Version; 2] = [Version::V4, Version::V5];

fn fates(world: &mut World) -> Vec<(Token, Fate)> {
    let settled = |event| match event {
        Event::Settled { token, fate } => Some((token, fate)),
        _ => None,
    };
    world.take_events().into_iter().filter_map(settled).collect()
}

/// (topic, packet id, dup) of what was published.
fn published(world: &mut World) -> Vec<(String, u16, bool)> {
    let publish = |sent| match sent {
        Sent::Publish { topic, id, dup, .. } => Some((topic, id, dup)),
        _ => None,
    };
    world.sent().into_iter().filter_map(publish).collect()
}

#[test]
fn qos_0_is_sent_and_forgotten() {
    for version in BOTH {
        let mut world = World::online(options(version));
        let token = world.publish("a", 0);
        let payload = b"a".to_vec();
        let topic = "a".to_owned();
        assert_eq!(
            world.sent(),
            [Sent::Publish { topic, payload, qos: 0, retain: false, dup: false, id: 0, properties: vec![] }]
        );
        assert_eq!(fates(&mut world), [(token, Fate::Sent)]);
    }
}

#[test]
fn qos_1_and_2_are_acknowledged() {
    for version in BOTH {
        let mut world = World::online(options(version));
        let (one, two) = (world.publish("one", 1), world.publish("two", 2));
        let sent = published(&mut world);
        let (first, second) = (sent[0].1, sent[1].1);
        assert_eq!(fates(&mut world), []);
        world.feed(&ack(0x50, second));
        assert_eq!(world.sent(), [Sent::PubRel(second, 0)]);
        world.feed(&ack(0x50, second));
        assert_eq!(world.sent(), [Sent::PubRel(second, 0)], "a repeated PUBREC is answered again");
        world.feed(&ack(0x40, first));
        world.feed(&ack(0x70, second));
        assert_eq!(fates(&mut world), [(one, Fate::Acknowledged), (two, Fate::Acknowledged)]);
        for stray in [ack(0x40, first), ack(0x70, second), ack(0x40, 999)] {
            world.feed(&stray);
        }
        assert_eq!((fates(&mut world), world.sent()), (vec![], vec![]));
        world.feed(&ack(0x50, 999));
        let code = if version == Version::V5 { 0x92 } else { 0 };
        assert_eq!(world.sent(), [Sent::PubRel(999, code)]);
        assert!(world.is_online());
    }
}

#[test]
fn puback_settles_qos_2_too_where_a_broker_takes_it_for_qos_1() {
    for version in BOTH {
        let mut world = World::online(options(version));
        let (one, two) = (world.publish("one", 2), world.publish("two", 2));
        let sent = published(&mut world);
        world.feed(&ack(0x40, sent[0].1));
        world.feed(&ack(0x50, sent[1].1));
        world.feed(&ack(0x40, sent[1].1));
        assert_eq!(fates(&mut world), [(one, Fate::Acknowledged)], "never one that is half through");
        world.feed(&ack(0x70, sent[1].1));
        assert_eq!(fates(&mut world), [(two, Fate::Acknowledged)]);
    }
}

#[test]
fn mqtt_5_brokers_say_why_not() {
    let mut world = World::online(options(Version::V5));
    let (one, two) = (world.publish("one", 1), world.publish("two", 2));
    let sent = published(&mut world);
    world.feed(&packet(0x40, &[0, sent[0].1 as u8, 0x87, 5, 0x1f, 0, 2, b'n', b'o']));
    world.feed(&packet(0x50, &[0, sent[1].1 as u8, 0x97]));
    assert_eq!(
        fates(&mut world),
        [
            (one, Fate::Refused { code: 0x87, words: "not authorized: no".to_owned() }),
            (two, Fate::Refused { code: 0x97, words: "quota exceeded".to_owned() }),
        ]
    );
    assert_eq!(world.sent(), [], "a refused QoS 2 publication has no second half");
}

/// The link is lost and comes back, with the session or without.
fn reconnect(world: &mut World, is_present: bool) {
    world.close(1006, "");
    world.until_open();
    world.open();
    world.sent();
    world.feed(&world.connack_with(is_present, 0, &[]));
}

#[test]
fn in_a_kept_session_what_is_unanswered_goes_out_again_with_dup_and_in_order() {
    for version in BOTH {
        let kept = Options { session_expiry_secs: 60, keeps_session_v4: true, ..options(version) };
        let mut world = World::online(kept);
        let tokens = [world.publish("a", 1), world.publish("b", 2), world.publish("c", 2), world.publish("d", 1)];
        let sent = published(&mut world);
        world.feed(&ack(0x50, sent[2].1)); // c is received, not yet completed
        reconnect(&mut world, true);
        let again = world.sent();
        assert!(again.contains(&Sent::PubRel(sent[2].1, 0)));
        let again: Vec<_> = again
            .into_iter()
            .filter_map(|sent| match sent {
                Sent::Publish { topic, id, dup, .. } => Some((topic, id, dup)),
                _ => None,
            })
            .collect();
        let expected: Vec<_> = [0, 1, 3].iter().map(|&n| (sent[n].0.clone(), sent[n].1, true)).collect();
        assert_eq!(again, expected);
        for (first, id) in
            [(0x70, sent[2].1), (0x40, sent[0].1), (0x50, sent[1].1), (0x70, sent[1].1), (0x40, sent[3].1)]
        {
            world.feed(&ack(first, id));
        }
        let mut settled = fates(&mut world);
        settled.sort_by_key(|(token, _)| *token);
        assert_eq!(settled, tokens.map(|token| (token, Fate::Acknowledged)));
    }
}

#[test]
fn what_was_received_is_released_again_in_the_order_of_the_answers() {
    let mut world = World::online(Options { session_expiry_secs: 60, ..options(Version::V5) });
    for topic in ["a", "b", "c"] {
        world.publish(topic, 2);
    }
    let sent = published(&mut world);
    for at in [2, 0, 1] {
        world.feed(&ack(0x50, sent[at].1));
    }
    world.feed(&ack(0x70, sent[0].1));
    reconnect(&mut world, true);
    let released = world.sent().into_iter().filter(|sent| matches!(sent, Sent::PubRel(..)));
    assert_eq!(released.collect::<Vec<_>>(), [Sent::PubRel(sent[2].1, 0), Sent::PubRel(sent[1].1, 0)]);
}

#[test]
fn in_a_forgotten_session_qos_1_goes_out_as_new_and_qos_2_never_twice() {
    for version in BOTH {
        let mut world = World::online(options(version));
        let tokens = [world.publish("a", 1), world.publish("b", 2), world.publish("c", 2)];
        let sent = published(&mut world);
        world.feed(&ack(0x50, sent[2].1)); // the broker has c
        reconnect(&mut world, false);
        let again = published(&mut world);
        assert!(matches!(&again[..], [(topic, _, false)] if topic == "a"), "{again:?}");
        assert_eq!(fates(&mut world), [(tokens[1], Fate::Lost), (tokens[2], Fate::Acknowledged)]);
        world.feed(&ack(0x40, again[0].1));
        assert_eq!(fates(&mut world), [(tokens[0], Fate::Acknowledged)]);
    }
}

#[test]
fn topics_get_an_alias_as_far_as_the_broker_goes_along() {
    let mut world = World::new(options(Version::V5));
    let topics = |world: &mut World| {
        let sent = world.sent().into_iter();
        sent.filter_map(|sent| match sent {
            Sent::Publish { topic, properties, .. } => Some((topic, properties)),
            _ => None,
        })
        .collect::<Vec<_>>()
    };
    for round in 0..2 {
        world.open();
        world.sent();
        world.feed(&world.connack(0, &[0x22, 0, 2]));
        world.sent();
        for topic in ["a", "b", "c", "a", "b", "c"] {
            world.publish(topic, 0);
        }
        let alias = |topic: &str, alias| (topic.to_owned(), vec![0x23, 0, alias]);
        let plain = ("c".to_owned(), vec![]);
        let expected = [alias("a", 1), alias("b", 2), plain.clone(), alias("", 1), alias("", 2), plain];
        assert_eq!(topics(&mut world), expected, "round {round}");
        world.close(1006, "");
        world.until_open();
    }
}

#[test]
fn the_brokers_window_is_kept() {
    let mut world = World::new(options(Version::V5));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x21, 0, 2]));
    world.sent();
    for n in 0..5 {
        world.publish(&format!("t/{n}"), 1 + n % 2);
    }
    let sent = published(&mut world);
    assert_eq!(sent.len(), 2);
    world.feed(&ack(0x40, sent[0].1));
    assert_eq!(published(&mut world).len(), 1);
    world.feed(&ack(0x50, sent[1].1));
    assert_eq!(published(&mut world).len(), 0, "half a QoS 2 exchange still counts");
    world.feed(&ack(0x70, sent[1].1));
    assert_eq!(published(&mut world).len(), 1);
}

#[test]
fn what_cannot_be_sent_is_said_at_once() {
    let publication = |topic: &str, qos, retain| Publication {
        topic: topic.to_owned(),
        payload: vec![0; 100],
        qos,
        retain,
        properties: None,
    };
    let mut world = World::new(options(Version::V5));
    assert_eq!(world.session.publish(world.now, publication("a", 0, false)), Err(PublishError::Offline));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x24, 1, 0x25, 0, 0x27, 0, 0, 0, 120]));
    world.sent();
    let mut publish = |topic, qos, retain| world.session.publish(world.now, publication(topic, qos, retain));
    assert_eq!(publish("a", 2, false), Err(PublishError::Qos { maximum: 1 }));
    assert_eq!(publish("a", 0, true), Err(PublishError::Retain));
    for (topic, qos) in [("a/+", 0), ("", 1), ("a", 3), ("a\0", 0), ("a-topic-that-is-too-long", 0)] {
        assert!(matches!(publish(topic, qos, false), Err(PublishError::Unsendable(_))), "{topic}");
    }
    assert!(publish("a", 1, false).is_ok());
}

#[test]
fn the_queue_is_bounded() {
    let mut world = World::online(options(Version::V4));
    let publication =
        Publication { topic: "a".to_owned(), payload: Vec::new(), qos: 1, retain: false, ..Publication::default() };
    let mut taken = 0;
    let error = loop {
        match world.session.publish(world.now, publication.clone()) {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((error, taken), (PublishError::Full, 1024));
    world.drain();
    let sent = published(&mut world);
    assert_eq!(sent.len(), 16);
    for (_, id, _) in sent {
        world.feed(&ack(0x40, id));
    }
    assert_eq!(fates(&mut world).len(), 16);
    world.session.disconnect(world.now);
    world.drain();
    let lost = fates(&mut world);
    assert!(lost.len() == 1024 - 16 && lost.iter().all(|(_, fate)| *fate == Fate::Lost));
}

#[test]
fn a_broker_that_comes_back_with_less_room_refuses_what_does_not_fit() {
    let mut world = World::online(options(Version::V5));
    let token = world.publish(&"x".repeat(200), 1);
    let other = world.publish("y", 1);
    world.close(1006, "");
    world.until_open();
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x27, 0, 0, 0, 100]));
    let sent = published(&mut world);
    assert_eq!(sent.len(), 1);
    world.feed(&ack(0x40, sent[0].1));
    let settled = fates(&mut world);
    assert!(matches!(&settled[..], [(t, Fate::Refused { code: 0x95, .. }), (o, Fate::Acknowledged)]
        if *t == token && *o == other));
}
