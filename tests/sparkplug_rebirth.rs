//! Requests for rebirths through the engine: by hand and by themselves, never more than allowed, answered by births alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

mod common {
    pub(crate) mod edge;
    pub(crate) mod world;
}

use andon::document::{Broker, Config, Publish};
use andon::sparkplug::{DataType, MetricValue, Payload, Written};
use andon::time::Millis;
use andon::wire::{Command, EdgeNodeReport, Update};
use common::edge::Say;
use common::world::{BROKER, World, config, publish};

const NODE: &str = "G/line1";

/// A world that may publish to these topics, with or without being told to ask.
fn world(topics: &[&str], rebirth: bool) -> World {
    let topics = topics.iter().map(|&topic| topic.to_owned()).collect();
    let publish = Publish { enabled: true, topics, rebirth, ..Publish::default() };
    let base = config();
    let brokers = vec![Broker { publish, ..base.brokers[0].clone() }];
    let mut world = World::with_config(Config { brokers, ..base });
    world.go_online();
    world.sent.clear();
    world
}

fn hear(world: &mut World, topic: &str, say: &Say) {
    world.bytes(&publish(&format!("spBv1.0/G/{topic}"), &say.0, false));
}

fn birth(world: &mut World) {
    let say = Say::seq(0).bdseq(1).born("Node Control/Rebirth", None, DataType::Boolean, Written::Bool(false));
    hear(world, "NBIRTH/line1", &say.born("Uptime", Some(7), DataType::UInt64, Written::Long(1)));
}

/// A message is lost, and the wait for it is over.
fn lose(world: &mut World, seq: u64) {
    hear(world, "NDATA/line1", &Say::seq(seq).alias(7, Written::Long(2)));
    pass(world, Millis::from_secs(4));
}

/// Time passes beside a broker that answers pings.
fn pass(world: &mut World, span: Millis) {
    let end = world.now + span;
    while world.now < end {
        world.pass(Millis(1000).min(end - world.now));
        if world.sent.iter().any(|packet| packet.first() == Some(&0xc0)) {
            world.sent.retain(|packet| packet.first() != Some(&0xc0));
            world.bytes(&[0xd0, 0]);
        }
    }
}

/// Payloads of the NCMDs that went out: topic `spBv1.0/G/NCMD/line1`, QoS 0, not retained.
fn requests(world: &World) -> Vec<Vec<u8>> {
    let topic = b"spBv1.0/G/NCMD/line1";
    let publishes = world.sent.iter().filter(|packet| packet.first() == Some(&0x30));
    publishes
        .filter_map(|packet| packet.strip_prefix(&[packet[0], packet[1], 0, topic.len() as u8]))
        .filter_map(|rest| rest.strip_prefix(topic).map(<[u8]>::to_vec))
        .collect()
}

fn node(world: &mut World) -> EdgeNodeReport {
    world.command(Command::EdgeNodes(Some(NODE.to_owned())));
    let told = |update: &Update| if let Update::EdgeNodes(told) = update { Some((**told).clone()) } else { None };
    world.updates.iter().rev().find_map(told).unwrap().nodes.remove(0)
}

fn ask(world: &mut World) {
    world.command(Command::Rebirth { broker: BROKER, node: NODE.to_owned() });
}

#[test]
fn by_hand_where_something_is_missing_and_answered_by_the_birth_alone() {
    let mut world = world(&["spBv1.0/G/NCMD/+"], false);
    birth(&mut world);
    assert!(!node(&mut world).can_ask, "nothing is missing");
    lose(&mut world, 5);
    pass(&mut world, Millis::from_secs(60));
    assert_eq!((node(&mut world).can_ask, requests(&world).len()), (true, 0), "nobody asked for it yet");
    ask(&mut world);
    let sent = requests(&world);
    assert_eq!(sent.len(), 1);
    let payload = Payload::read(&sent[0]);
    assert_eq!((payload.seq, payload.timestamp), (None, Some(world.now.0 as u64)));
    assert_eq!(payload.metrics().count(), 1);
    let metric = payload.metrics().next().unwrap();
    assert_eq!((metric.name().unwrap().as_ref(), metric.alias), ("Node Control/Rebirth", None));
    assert_eq!((metric.datatype, metric.value(None)), (Some(DataType::Boolean as u32), MetricValue::Bool(true)));
    hear(&mut world, "NDATA/line1", &Say::seq(6).alias(7, Written::Long(3)));
    assert!(node(&mut world).asked.is_some(), "data is no answer");
    birth(&mut world);
    let told = node(&mut world);
    assert_eq!((told.asked, told.can_ask, told.has_gap, told.births), (None, false, false, 2));
}

#[test]
fn what_is_not_allowed_is_not_asked() {
    for mut world in [world(&["spBv1.0/other/NCMD/+"], true), World::online()] {
        birth(&mut world);
        lose(&mut world, 5);
        ask(&mut world);
        pass(&mut world, Millis::from_secs(30));
        let told = node(&mut world);
        assert_eq!((requests(&world).len(), told.asked, told.can_ask, told.has_gap), (0, None, false, true));
    }
}

#[test]
fn by_itself_after_a_while_and_not_for_ever() {
    let mut world = world(&["spBv1.0/#"], true);
    birth(&mut world);
    pass(&mut world, Millis::from_secs(30));
    lose(&mut world, 5);
    pass(&mut world, Millis::from_secs(2));
    assert_eq!(requests(&world).len(), 1);
    pass(&mut world, Millis::from_secs(3));
    assert_eq!(requests(&world).len(), 1, "the cooldown");
    pass(&mut world, Millis::from_secs(300));
    assert_eq!(requests(&world).len(), 3, "a node that does not answer is left alone");
    pass(&mut world, Millis::from_secs(400));
    assert_eq!(requests(&world).len(), 6, "for ten minutes");
}

#[test]
fn by_itself_not_when_another_host_just_did() {
    let mut world = world(&["spBv1.0/#"], true);
    birth(&mut world);
    pass(&mut world, Millis::from_secs(30));
    hear(&mut world, "NDATA/line1", &Say::seq(5).alias(7, Written::Long(2)));
    pass(&mut world, Millis(2500));
    hear(&mut world, "NCMD/line1", &Say::head(Some(1), None).named("Node Control/Rebirth", Written::Bool(true)));
    pass(&mut world, Millis(4500));
    assert_eq!(requests(&world).len(), 0, "another host asked");
    birth(&mut world);
    pass(&mut world, Millis::from_secs(60));
    assert_eq!(requests(&world).len(), 0, "and the birth came");
}
