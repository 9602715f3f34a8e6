//! Filters that overlap bring each message to the sink once, whatever the broker makes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use andon::mqtt::{Options, Version};
use peer::{Sent, World, filter, options};

fn with_filters(version: Version, filters: &[&str]) -> Options {
    Options { filters: filters.iter().map(|f| filter(f)).collect(), ..options(version) }
}

/// Filters with the identifier they were asked for with.
fn asked(world: &mut World) -> Vec<(String, u8)> {
    let mut all = Vec::new();
    loop {
        let sent = world.sent();
        let mut is_asked = false;
        for packet in sent {
            if let Sent::Subscribe { id, subscription, filters } = packet {
                world.feed(&world.suback(id, &vec![1; filters.len()]));
                all.extend(filters.into_iter().map(|(filter, _)| (filter, subscription)));
                is_asked = true;
            }
        }
        if !is_asked {
            return all;
        }
    }
}

fn begin(options: Options, connack: &[u8]) -> (World, Vec<(String, u8)>) {
    let mut world = World::new(options);
    world.open();
    world.sent();
    world.feed(&world.connack(0, connack));
    let filters = asked(&mut world);
    (world, filters)
}

#[test]
fn only_overlapping_filters_get_identifiers() {
    let of = |filters: &[&str], connack: &[u8]| {
        let (_, asked) = begin(with_filters(Version::V5, filters), connack);
        asked.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    };
    assert_eq!(of(&["a/#", "b/+", "c"], &[]), [0, 0, 0]);
    assert_eq!(of(&["a/#", "b/+", "a/+/x"], &[]), [1, 1, 2]);
    assert_eq!(of(&["a/#", "a/+/x"], &[0x29, 0]), [0, 0], "a broker without them is not sent any");
}

#[test]
fn a_copy_for_each_filter_counts_once() {
    let (mut world, _) = begin(with_filters(Version::V5, &["a/#", "+/x"]), &[]);
    let copy = |world: &World, ids: &[u8], topic: &str, qos: u8, id| {
        let properties: Vec<u8> = ids.iter().flat_map(|id| [0x0b, *id]).collect();
        world.publication_with(topic.as_bytes(), b"1", qos << 1, id, &properties)
    };
    for (ids, topic, is_new) in [
        (&[1][..], "a/x", true),
        (&[2], "a/x", false),
        (&[2], "b/x", true),
        (&[1, 2], "a/x", true),
        (&[2, 1], "a/x", true),
        (&[], "a/x", true),
    ] {
        let before = world.messages.len();
        world.feed(&copy(&world, ids, topic, 0, 0));
        assert_eq!(world.messages.len() - before, usize::from(is_new), "{ids:?} {topic}");
    }
    assert_eq!(world.session.stats().copies, 1);
    world.feed(&copy(&world, &[2], "a/x", 1, 5));
    world.feed(&copy(&world, &[2], "a/x", 2, 6));
    assert_eq!(world.sent(), [Sent::PubAck(5), Sent::PubRec(6)], "a copy is acknowledged like any message");
}

#[test]
fn a_kept_session_brings_no_copies_before_it_is_granted_anew() {
    let options = Options { session_expiry_secs: 60, ..with_filters(Version::V5, &["a/#", "+/x"]) };
    let (mut world, _) = begin(options, &[]);
    world.close(1006, "");
    world.until_open();
    world.open();
    world.feed(&world.connack_with(true, 0, &[]));
    for (id, new) in [(1, true), (2, false)] {
        let before = world.messages.len();
        world.feed(&world.publication_with(b"a/x", b"1", 2, 10 + u16::from(id), &[0x0b, id]));
        assert_eq!(world.messages.len() - before, usize::from(new), "by {id}");
    }
    assert_eq!(asked(&mut world).len(), 2);
}

#[test]
fn a_filter_that_was_refused_brings_nothing() {
    let mut world = World::new(with_filters(Version::V5, &["#", "a/+"]));
    world.open();
    world.sent();
    world.feed(&world.connack(0, &[]));
    for sent in world.sent() {
        if let Sent::Subscribe { id, subscription, .. } = sent {
            world.feed(&world.suback(id, &[if subscription == 1 { 0x87 } else { 1 }]));
        }
    }
    world.feed(&world.publication_with(b"a/x", b"1", 0, 0, &[0x0b, 2]));
    assert_eq!(world.messages.len(), 1);
}

#[test]
fn without_identifiers_copies_are_those_that_come_at_once() {
    let (mut world, _) = begin(with_filters(Version::V4, &["a/#", "+/x"]), &[]);
    let mut feed = |topic: &str, payload: &[u8], id| {
        world.feed(&world.publication(topic, payload, 1, id));
        world.messages.len()
    };
    assert_eq!(feed("a/x", b"1", 1), 1);
    assert_eq!(feed("a/x", b"1", 2), 1, "the copy");
    assert_eq!(feed("a/x", b"1", 3), 2, "a third is no copy of two filters");
    assert_eq!(feed("a/x", b"2", 4), 3);
    assert_eq!(feed("a/y", b"2", 5), 4);
    assert_eq!(feed("a/y", b"2", 6), 5, "one filter matches, so both are meant");
}

#[test]
fn a_new_overlap_gives_the_old_filters_their_identifiers() {
    let mut world = World::online(with_filters(Version::V5, &["a/#"]));
    world.session.subscribe(world.now, vec![filter("a/#"), filter("+/x")]);
    world.drain();
    assert_eq!(asked(&mut world), [("a/#".to_owned(), 1), ("+/x".to_owned(), 2)]);
}
