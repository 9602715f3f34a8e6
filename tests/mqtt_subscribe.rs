//! Each filter is subscribed to on each connection, in small packets, and has its own answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Event, Options, Subscription, Version};
use peer::{Sent, World, options};

fn with_filters(version: Version, filters: &[&str]) -> Options {
    let filters = filters.iter().map(|filter| peer::filter(filter)).collect();
    Options { filters, ..options(version) }
}

fn subscribes(world: &mut World) -> Vec<(u16, Vec<String>)> {
    let sent = world.sent().into_iter();
    sent.filter_map(|sent| match sent {
        Sent::Subscribe { id, filters, .. } => Some((id, filters.into_iter().map(|(filter, _)| filter).collect())),
        _ => None,
    })
    .collect()
}

#[test]
fn eight_filters_a_packet_and_one_message() {
    let names: Vec<String> = (0..19).map(|n| format!("f/{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for version in [Version::V4, Version::V5] {
        let mut world = World::new(with_filters(version, &names));
        world.open();
        world.sent();
        world.feed(&world.connack(0, &[]));
        assert_eq!(world.sends.len(), 1);
        let mut sent = subscribes(&mut world);
        assert_eq!(sent.len(), 2, "the rest waits for an answer");
        world.feed(&world.suback(sent[0].0, &[1; 8]));
        sent.extend(subscribes(&mut world));
        assert_eq!(sent.iter().map(|(_, filters)| filters.len()).collect::<Vec<_>>(), [8, 8, 3]);
        assert_eq!(sent.iter().flat_map(|(_, filters)| filters).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
        let mut ids: Vec<u16> = sent.iter().map(|(id, _)| *id).collect();
        ids.dedup();
        assert!(ids.len() == 3 && !ids.contains(&0));
    }
}

#[test]
fn long_filters_make_smaller_packets() {
    let long = ["x".repeat(3_000), "y".repeat(3_000), "z".repeat(60_000)];
    let mut world = World::new(with_filters(Version::V4, &[&long[0], &long[1], &long[2], "a"]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    let mut asked = Vec::new();
    loop {
        let sent = subscribes(&mut world);
        let Some((id, _)) = sent.first() else { break };
        world.feed(&world.suback(*id, &vec![1; sent[0].1.len()]));
        for (id, filters) in &sent[1..] {
            world.feed(&world.suback(*id, &vec![1; filters.len()]));
        }
        asked.extend(sent);
    }
    assert_eq!(asked.len(), 3, "long ones alone, short ones together: {asked:?}");
}

#[test]
fn every_filter_has_its_answer() {
    let mut world = World::new(with_filters(Version::V5, &["a", "b", "c/#"]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    let (id, _) = subscribes(&mut world)[0];
    world.take_events();
    world.feed(&world.suback(id, &[1, 0x87, 0]));
    assert_eq!(
        world.take_events(),
        [
            Event::Granted { filter: "a".to_owned(), qos: 1 },
            Event::RefusedFilter { filter: "b".to_owned(), code: 0x87, words: "not authorized".to_owned() },
            Event::Granted { filter: "c/#".to_owned(), qos: 0 },
        ]
    );
    world.feed(&world.suback(id, &[1, 1, 1]));
    assert_eq!(world.take_events(), [], "an answer to nothing");
    assert!(world.is_online());
}

#[test]
fn a_refusal_in_3_1_1() {
    let mut world = World::new(with_filters(Version::V4, &["a"]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    let (id, _) = subscribes(&mut world)[0];
    world.feed(&world.suback(id, &[0x80]));
    let words = "refused by the broker".to_owned();
    assert_eq!(world.take_events(), [Event::RefusedFilter { filter: "a".to_owned(), code: 0x80, words }]);
}

#[test]
fn a_bad_filter_spoils_no_other() {
    let mut world = World::new(with_filters(Version::V4, &["a", "b/#/c", "", "d"]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    let asked: Vec<String> = subscribes(&mut world).into_iter().flat_map(|(_, filters)| filters).collect();
    assert_eq!(asked, ["a", "d"]);
    let refused: Vec<_> = world.take_events();
    assert!(matches!(&refused[..], [
        Event::RefusedFilter { filter: first, code: 0x8f, .. },
        Event::RefusedFilter { filter: second, code: 0x8f, .. },
    ] if first == "b/#/c" && second.is_empty()));
}

#[test]
fn a_small_broker_gets_small_packets_or_a_word_why_not() {
    let long = "x".repeat(40);
    let mut world = World::new(with_filters(Version::V5, &["a", &long, "b"]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[0x27, 0, 0, 0, 20]));
    let asked: Vec<String> = subscribes(&mut world).into_iter().flat_map(|(_, filters)| filters).collect();
    assert_eq!(asked, ["a", "b"]);
    assert!(matches!(&world.take_events()[..], [Event::RefusedFilter { code: 0x95, filter, .. }] if *filter == long));
}

#[test]
fn subscribed_again_after_a_reconnect() {
    let mut world = World::online(with_filters(Version::V4, &["a", "b"]));
    world.close(1006, "");
    world.until_open();
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    assert_eq!(subscribes(&mut world)[0].1, ["a", "b"]);
}

#[test]
fn no_filter_is_no_packet() {
    let mut world = World::new(with_filters(Version::V4, &[]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    assert_eq!(world.sent(), []);
    assert!(world.is_online());
}

#[test]
fn another_set_of_filters_while_online() {
    let subscription = |filter: &str, qos| Subscription { filter: filter.to_owned(), qos, ..Subscription::default() };
    for version in [Version::V4, Version::V5] {
        let mut world = World::online(with_filters(version, &["a", "b", "c"]));
        let next = vec![subscription("b", 1), subscription("c", 0), subscription("d", 1)];
        world.session.subscribe(world.now, next);
        world.drain();
        let sent = world.sent();
        let [Sent::Subscribe { id, filters, .. }, Sent::Unsubscribe { id: other, filters: gone }] = &sent[..] else {
            panic!("{sent:?}")
        };
        assert_eq!(*filters, [("c".to_owned(), 0), ("d".to_owned(), 1)], "what is new, or has another QoS");
        assert_eq!(*gone, ["a"]);
        assert_ne!(id, other);
        world.feed(&peer::packet(
            0xb0,
            &[&other.to_be_bytes()[..], if version == Version::V5 { &[0, 0] } else { &[] }].concat(),
        ));
        world.feed(&world.suback(*id, &[0, 1]));
        assert_eq!(world.take_events().len(), 2);
        world.close(1006, "");
        world.until_open();
        world.open();
        world.sent();
        world.feed(&world.connack(0, &[]));
        assert_eq!(subscribes(&mut world)[0].1, ["b", "c", "d"]);
    }
}
