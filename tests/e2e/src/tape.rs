//! What went over a WebSocket, packet by packet, read by a parser that shares nothing with the code under test: so that
//! a message that is missing can be told to be the broker's loss or ours.

use std::collections::{BTreeMap, BTreeSet};

/// A packet that matters to the fate of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// PUBLISH: topic, payload, QoS, DUP, identifier.
    Publish(String, String, u8, bool, u16),
    /// CONNECT: whether it begins clean.
    Connect(bool),
    /// CONNACK: whether the broker found our session.
    ConnAck(bool),
    /// PUBACK, PUBREC, PUBREL, PUBCOMP by its first byte, with the identifier.
    Answer(u8, u16),
}

/// Both directions of all connections of one client.
#[derive(Debug, Default)]
pub struct Tape {
    /// Number of the connection, whether it came from the broker, packet.
    packets: Vec<(u32, bool, Packet)>,
    connection: u32,
    level: u8,
    halves: BTreeMap<bool, Vec<u8>>,
}

impl Tape {
    /// A connection begins.
    pub fn begin(&mut self) {
        self.connection += 1;
        self.halves.clear();
    }

    /// Bytes of one WebSocket message.
    pub fn add(&mut self, is_down: bool, bytes: &[u8]) {
        let mut rest = self.halves.remove(&is_down).unwrap_or_default();
        rest.extend_from_slice(bytes);
        while let Some((first, body_at, end)) = frame(&rest) {
            if first == 0x10 {
                self.level = rest.get(body_at + 6).copied().unwrap_or(4);
            }
            let packet = parse(first, &rest[body_at..end], self.level == 5);
            self.packets.extend(packet.map(|packet| (self.connection, is_down, packet)));
            rest.drain(..end);
        }
        self.halves.insert(is_down, rest);
    }

    /// Whether the broker ever sent this.
    pub fn came(&self, topic: &str, payload: &str) -> bool {
        self.packets.iter().any(|(_, is_down, packet)| {
            *is_down && matches!(packet, Packet::Publish(t, p, ..) if t == topic && p == payload)
        })
    }

    /// How often the broker did not know a session that it was asked for; that of the first connection is not there yet.
    pub fn sessions_unknown(&self) -> usize {
        let asked = |pair: &&[(u32, bool, Packet)]| {
            pair[0].0 > 1 && pair[0].2 == Packet::Connect(false) && pair[1].2 == Packet::ConnAck(false)
        };
        self.packets.windows(2).filter(asked).count()
    }

    /// QoS 2 messages that the broker sent as new ones though it had sent them before.
    pub fn sent_anew(&self) -> usize {
        let (mut unreleased, mut counts) = (BTreeSet::new(), BTreeMap::new());
        for (_, is_down, packet) in &self.packets {
            match packet {
                Packet::Publish(topic, payload, 2, _, id) if *is_down && unreleased.insert(*id) => {
                    *counts.entry((topic, payload)).or_insert(0) += 1;
                }
                Packet::Answer(0x62, id) if *is_down => {
                    unreleased.remove(id);
                }
                Packet::ConnAck(false) => unreleased.clear(),
                _ => {}
            }
        }
        counts.values().filter(|count| **count > 1).count()
    }

    /// QoS 2 messages that we sent again in another way than we may: without DUP, under another identifier, or once the
    /// broker had answered.
    pub fn sent_again_wrongly(&self) -> usize {
        let (mut ids, mut wrong) = (BTreeMap::new(), 0);
        let mut received = BTreeSet::new();
        for (_, is_down, packet) in &self.packets {
            match packet {
                Packet::Publish(_, payload, 2, is_dup, id) if !is_down => {
                    let is_again = ids.insert(payload, *id).is_some_and(|before| before != *id || !is_dup);
                    wrong += usize::from(is_again || *is_dup && received.contains(id));
                    if !is_dup {
                        received.remove(id);
                    }
                }
                Packet::Answer(0x50, id) if *is_down => {
                    received.insert(*id);
                }
                _ => {}
            }
        }
        wrong
    }

    /// What happened around the beginning of the last connections, as lines to read.
    pub fn seams(&self) -> Vec<String> {
        let seams: Vec<usize> =
            (0..self.packets.len()).filter(|at| matches!(self.packets[*at], (_, _, Packet::ConnAck(_)))).collect();
        let is_near = |at: &usize| seams.iter().rev().take(SEAMS).any(|seam| at.abs_diff(*seam) < SEAM);
        let shown = (0..self.packets.len()).filter(is_near).map(|at| &self.packets[at]);
        shown.map(|(n, is_down, packet)| format!("{n} {} {packet:?}", if *is_down { "<-" } else { "->" })).collect()
    }
}

/// Connections looked at, from the last one back.
const SEAMS: usize = 4;
/// Packets shown before and after a connection begins.
const SEAM: usize = 20;

/// First byte, where the body begins, where the packet ends.
fn frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (mut length, mut at) = (0, 1);
    loop {
        let byte = *bytes.get(at)?;
        length |= usize::from(byte & 127) << (7 * (at - 1));
        at += 1;
        if byte < 128 || at > 4 {
            break;
        }
    }
    (bytes.len() >= at + length).then_some((bytes[0], at, at + length))
}

fn parse(first: u8, body: &[u8], has_properties: bool) -> Option<Packet> {
    let two = |at: usize| Some(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
    match first {
        0x10 => Some(Packet::Connect(body.get(7)? & 2 != 0)),
        0x20 => Some(Packet::ConnAck(body.first() == Some(&1))),
        0x30..=0x3f => {
            let mut at = 2 + usize::from(two(0)?);
            let topic = String::from_utf8_lossy(body.get(2..at)?).into_owned();
            let qos = first >> 1 & 3;
            let id = if qos > 0 { two(at)? } else { 0 };
            at += if qos > 0 { 2 } else { 0 };
            if has_properties {
                at += 1 + usize::from(*body.get(at)?); // the tests send none, brokers a few
            }
            let payload = String::from_utf8_lossy(body.get(at..)?).into_owned();
            Some(Packet::Publish(topic, payload, qos, first & 8 != 0, id))
        }
        0x40 | 0x50 | 0x62 | 0x70 => Some(Packet::Answer(first, two(0)?)),
        _ => None,
    }
}
