//! Over a network that splits, delays and drops, with a broker that keeps the session, forgets it now and then, or never
//! keeps it: every QoS 1 and 2 publication is settled once, nothing acknowledged is lost, no QoS 2 is doubled in either
//! direction, and every message the broker was told we have did reach the sink.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use andon::mqtt::{Event, Fate, Options, Token, Version};
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

/// A broker: what it has taken, what it has delivered and not heard of.
#[derive(Default)]
struct Broker {
    /// By topic, how often it was taken, and its QoS.
    taken: HashMap<String, (u32, u8)>,
    half_taken: HashSet<u16>,
    next_id: u16,
    /// Messages for which the session sent PUBACK or PUBREC.
    confirmed: HashSet<String>,
    /// By packet id: topic and QoS.
    unconfirmed: BTreeMap<u16, (String, u8)>,
    /// PUBREC came, PUBCOMP did not.
    unreleased: BTreeSet<u16>,
    /// The connection is half-open: nothing passes either way any more, and nobody is told.
    is_cut_off: bool,
    has_session: bool,
    resumed: u32,
    /// Bytes on their way to the session.
    wire: Vec<u8>,
}

impl Broker {
    fn hear(&mut self, world: &World, sent: Sent, forgets: bool) {
        match sent {
            Sent::Connect { flags, .. } => {
                self.wire.clear();
                let is_present = self.has_session && flags & 2 == 0 && !forgets;
                self.has_session = true;
                self.wire.extend(world.connack_with(is_present, 0, &[]));
                if !is_present {
                    (self.half_taken, self.unconfirmed, self.unreleased) = Default::default();
                    return;
                }
                self.resumed += 1;
                for id in &self.unreleased {
                    self.wire.extend(ack(0x62, *id));
                }
                for (id, (name, qos)) in &self.unconfirmed {
                    self.wire.extend(world.publication_with(name.as_bytes(), b"x", 8 | qos << 1, *id, &[]));
                }
            }
            Sent::Subscribe { id, filters, .. } => self.wire.extend(world.suback(id, &vec![1; filters.len()])),
            Sent::Publish { topic, qos, id, .. } => {
                let is_new = qos < 2 || self.half_taken.insert(id);
                if is_new {
                    let (count, _) = self.taken.entry(topic).or_insert((0, qos));
                    *count += 1;
                }
                self.wire.extend(ack(if qos == 1 { 0x40 } else { 0x50 }, id));
            }
            Sent::PubRel(id, _) => {
                self.half_taken.remove(&id);
                self.wire.extend(ack(0x70, id));
            }
            Sent::PubAck(id) => self.confirmed.extend(self.unconfirmed.remove(&id).map(|(name, _)| name)),
            Sent::PubRec(id) => {
                self.confirmed.extend(self.unconfirmed.remove(&id).map(|(name, _)| name));
                self.unreleased.insert(id);
                self.wire.extend(ack(0x62, id));
            }
            Sent::PubComp(id, _) => {
                self.unreleased.remove(&id);
            }
            Sent::PingReq => self.wire.extend([0xd0, 0]),
            Sent::Unsubscribe { .. } | Sent::Disconnect(_) => {}
            Sent::Auth { .. } => panic!("nobody asked"),
        }
    }

    fn deliver(&mut self, world: &World, name: String, qos: u8) {
        self.next_id = self.next_id.wrapping_add(1).max(1);
        self.wire.extend(world.publication(&name, b"x", qos, self.next_id));
        self.unconfirmed.insert(self.next_id, (name, qos));
    }
}

/// How often a session was resumed, and how many publications were lost.
fn run(seed: u64, expiry: u32) -> (u32, usize) {
    let version = if seed.is_multiple_of(2) && expiry == 0 { Version::V4 } else { Version::V5 };
    let (mut dice, mut broker) = (Dice(seed), Broker::default());
    let mut world = World::new(Options { session_expiry_secs: expiry, ..options(version) });
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
                let forgets = dice.roll(3) == 0;
                broker.hear(&world, sent, forgets);
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
    let (mut settled, mut lost) = (HashSet::new(), 0);
    for event in world.take_events() {
        if let Event::Settled { token, fate } = event {
            assert!(settled.insert(token), "seed {seed}: settled twice");
            match (fate, broker.taken.get(&tokens[&token])) {
                (Fate::Acknowledged, Some((count, qos))) => assert!(*qos == 1 || *count == 1, "seed {seed}: doubled"),
                (Fate::Lost, taken) => {
                    assert!(taken.is_none_or(|(count, qos)| *qos == 2 && *count == 1), "seed {seed}: {taken:?}");
                    lost += 1;
                }
                other => panic!("seed {seed}: {other:?}"),
            }
        }
    }
    assert_eq!(settled.len(), tokens.len(), "seed {seed}");
    let mut received = HashSet::new();
    for message in &world.messages {
        let is_new = received.insert(message.topic.clone());
        assert!(is_new || message.duplicate && message.qos == 1, "seed {seed}: {} doubled", message.topic);
    }
    assert!(broker.confirmed.is_subset(&received), "seed {seed}");
    assert!(tokens.len() > 10 && received.len() > 10, "seed {seed}: the run says something");
    (broker.resumed, lost)
}

#[test]
fn forty_seeds() {
    for seed in 0..40 {
        assert_eq!(run(seed, 0).0, 0);
    }
}

#[test]
fn forty_seeds_with_a_kept_session() {
    let (resumed, _) = (0..40).map(|seed| run(seed, 60)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(resumed > 100, "{resumed}");
}
