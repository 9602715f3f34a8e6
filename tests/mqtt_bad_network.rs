//! Over a network that splits, delays and drops, every QoS 1 and 2 publication is settled once, and every message the
//! broker was told we have did reach the sink.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use std::collections::{HashMap, HashSet};

use andon::mqtt::{Event, Fate, Token, Version};
use andon::vocab::LinkState;
use peer::{Sent, World, ack, options};

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// A broker with clean sessions: what it has taken, what it has delivered and not heard of.
#[derive(Default)]
struct Broker {
    taken: HashMap<String, u32>,
    half_taken: HashSet<u16>,
    next_id: u16,
    /// Messages for which the session sent PUBACK or PUBREC.
    confirmed: HashSet<String>,
    unconfirmed: HashMap<u16, String>,
    /// The connection is half-open: nothing passes either way any more, and nobody is told.
    is_cut_off: bool,
    /// Bytes on their way to the session.
    wire: Vec<u8>,
}

impl Broker {
    fn hear(&mut self, world: &World, sent: Sent) {
        match sent {
            Sent::Connect { .. } => {
                (self.half_taken, self.unconfirmed, self.wire) = Default::default();
                self.wire.extend(world.connack(0, &[]));
            }
            Sent::Subscribe { id, filters } => self.wire.extend(world.suback(id, &vec![1; filters.len()])),
            Sent::Publish { topic, qos, id, dup, .. } => {
                let is_new = qos < 2 || self.half_taken.insert(id);
                if is_new {
                    let count = self.taken.entry(topic).or_default();
                    *count += 1;
                    assert!(*count == 1 || dup, "only a repetition may repeat");
                }
                self.wire.extend(ack(if qos == 1 { 0x40 } else { 0x50 }, id));
            }
            Sent::PubRel(id, _) => {
                self.half_taken.remove(&id);
                self.wire.extend(ack(0x70, id));
            }
            Sent::PubAck(id) => self.confirmed.extend(self.unconfirmed.remove(&id)),
            Sent::PubRec(id) => {
                self.confirmed.extend(self.unconfirmed.remove(&id));
                self.wire.extend(ack(0x62, id));
            }
            Sent::PingReq => self.wire.extend([0xd0, 0]),
            Sent::PubComp(..) | Sent::Unsubscribe { .. } | Sent::Disconnect(_) => {}
        }
    }

    fn deliver(&mut self, world: &World, name: String, qos: u8) {
        self.next_id = self.next_id.wrapping_add(1).max(1);
        self.wire.extend(world.publication(&name, b"x", qos, self.next_id));
        self.unconfirmed.insert(self.next_id, name);
    }
}

fn run(seed: u64) {
    let version = if seed.is_multiple_of(2) { Version::V4 } else { Version::V5 };
    let (mut dice, mut broker) = (Dice(seed), Broker::default());
    let mut world = World::new(options(version));
    let mut tokens: HashMap<Token, String> = HashMap::new();
    for step in 0..3000u32 {
        let rough = step < 2000; // then the network mends
        match dice.roll(20) {
            0 | 1 if rough && world.is_online() => {
                let name = format!("out/{step}");
                tokens.insert(world.publish(&name, 1 + dice.roll(2) as u8), name);
            }
            2 | 3 if rough && world.is_online() => broker.deliver(&world, format!("in/{step}"), 1 + dice.roll(2) as u8),
            4 if rough && dice.roll(8) == 0 => world.close(1006, ""),
            5 if rough && dice.roll(8) == 0 => broker.is_cut_off = true,
            6 => world.sleep(dice.roll(3_000) as i64),
            _ => {}
        }
        if matches!(world.session.state(), LinkState::Connecting { .. }) {
            world.open();
        }
        for sent in world.sent() {
            broker.is_cut_off &= !matches!(sent, Sent::Connect { .. });
            if !broker.is_cut_off {
                broker.hear(&world, sent);
            }
        }
        if broker.is_cut_off {
            broker.wire.clear();
        }
        let size = (dice.roll(40) as usize).min(broker.wire.len());
        let part: Vec<u8> = broker.wire.drain(..size).collect();
        if !part.is_empty() {
            world.feed(&part);
        }
        world.sleep(dice.roll(100) as i64);
    }
    assert_eq!(world.session.stats().packets_rejected, 0, "seed {seed}: {:?}", world.session.state());
    assert!(world.is_online(), "seed {seed}: {:?}", world.session.state());
    let mut settled = HashSet::new();
    for event in world.take_events() {
        if let Event::Settled { token, fate } = event {
            assert_eq!(fate, Fate::Acknowledged, "seed {seed}");
            assert!(settled.insert(token), "seed {seed}: settled twice");
            assert!(broker.taken.contains_key(&tokens[&token]), "seed {seed}: nobody has it");
        }
    }
    assert_eq!(settled.len(), tokens.len(), "seed {seed}");
    let mut received = HashSet::new();
    for message in &world.messages {
        assert!(received.insert(message.topic.clone()), "seed {seed}: {} twice in one session", message.topic);
    }
    assert!(broker.confirmed.is_subset(&received), "seed {seed}");
    assert!(tokens.len() > 10 && received.len() > 10, "seed {seed}: the run says something");
}

#[test]
fn forty_seeds() {
    for seed in 0..40 {
        run(seed);
    }
}
