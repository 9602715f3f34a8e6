//! The simulated plant's Sparkplug line, heard through the engine: the same tree, births, a death, a gap.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

mod common {
    pub(crate) mod world;
}

use andon::sim::{Plant, Size};
use andon::time::Millis;
use andon::vocab::{Level, MachineState, Quality};
use andon::wire::{Command, EdgeNodes, Update};
use common::world::{World, publish};

fn run(world: &mut World, plant: &mut Plant, span: Millis) {
    let until = world.now + span;
    while plant.next_step() < until {
        let now = plant.next_step();
        world.pass(now - world.now);
        let mut packets = Vec::new();
        plant.step(now, &mut |said| {
            packets.extend(publish(said.topic, said.payload, said.retain && said.topic.starts_with('$')))
        });
        world.bytes(&packets);
        // A broker that answers pings.
        if world.sent.iter().any(|packet| packet.first() == Some(&0xc0)) {
            world.sent.clear();
            world.bytes(&[0xd0, 0]);
        }
    }
}

fn nodes(world: &mut World) -> EdgeNodes {
    world.command(Command::EdgeNodes(None));
    let told = |update: &Update| if let Update::EdgeNodes(told) = update { Some((**told).clone()) } else { None };
    world.updates.iter().rev().find_map(told).unwrap()
}

#[test]
fn a_line_that_speaks_sparkplug_stands_beside_the_others_and_fails_and_returns() {
    let mut world = World::online();
    let mut plant = Plant::new(1, Size::default(), world.now).with_sparkplug();
    run(&mut world, &mut plant, Millis::from_secs(20));
    let machines: Vec<_> = world.places().into_iter().filter(|place| place.level == Some(Level::Machine)).collect();
    assert_eq!(machines.len(), 12, "{machines:?}");
    let node = nodes(&mut world).nodes.remove(0);
    assert_eq!((node.standing.as_str(), node.device_count, node.births), ("online", 4, 1));
    let below = format!("{}/{}/", node.group.replace(':', "/"), node.node);
    let machine = machines.iter().find(|place| place.path.starts_with(&below)).unwrap().path.to_string();
    let tag = world.watch(&format!("{machine}/temperature"));
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Good);
    assert_eq!(world.tag(&format!("{machine}/temperature")).unwrap().unit.as_deref(), Some("°C"));
    assert_eq!(world.card(&machine).unwrap().state, MachineState::Running);

    run(&mut world, &mut plant, Millis::from_secs(165));
    let card = world.card(&machine).unwrap();
    assert_eq!((card.state, card.death.as_deref()), (MachineState::Offline, Some("edge node ended (NDEATH)")));
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Stale);

    run(&mut world, &mut plant, Millis::from_secs(30));
    let node = nodes(&mut world).nodes.remove(0);
    assert_eq!((node.standing.as_str(), node.births, node.bdseq), ("online", 2, Some(1)));
    assert!(node.gaps > 0, "it loses a message now and then");
    assert_ne!(world.card(&machine).unwrap().state, MachineState::Offline);
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Good);
}

#[test]
fn a_page_that_comes_late_knows_names_and_units_by_what_the_broker_keeps() {
    let mut plant = Plant::new(1, Size::default(), andon::time::Timestamp(1_790_000_000_000)).with_sparkplug();
    let mut kept = Vec::new();
    let mut take = |said: andon::sim::Publication<'_>| {
        if said.topic.starts_with('$') {
            kept.extend(publish(said.topic, said.payload, true));
        }
    };
    plant.step(andon::time::Timestamp(1_790_000_000_000), &mut take);
    let mut world = World::online();
    while plant.next_step() < world.now + Millis(500) {
        plant.step(plant.next_step(), &mut |_| {});
    }
    world.bytes(&kept);
    assert_eq!(nodes(&mut world).nodes[0].standing, "offline");
    world.pass(Millis(500));
    run(&mut world, &mut plant, Millis::from_secs(5));
    let node = nodes(&mut world).nodes.remove(0);
    assert_eq!(node.standing, "online", "what is heard live is of the session whose birth the broker keeps");
    let path = format!("{}/{}/", node.group.replace(':', "/"), node.node);
    let place = world.places().into_iter().find(|place| place.path.starts_with(&path)).unwrap();
    let tag = world.watch(&format!("{}/speed", place.path));
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Good);
}
