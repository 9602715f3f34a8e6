//! One edge node's session: births, deaths, data in order, who is alive (3.0 §5, §6.4). A pure state machine: messages
//! and the time go in, readings and lives go to the [`Sink`].
//!
//! Invariants: an NBIRTH ends all that was known of the session before it; a device lives by its own DBIRTH only;
//! nothing is taken for alive that a retained message, a certificate or a cache tells.

mod applying;
mod rebirth;
mod standing;
mod writing;

use std::collections::VecDeque;

use super::deviation::{Deviation, Deviations};
use super::metric_set::{BDSEQ, MetricSet, REBIRTH};
use super::payload::{Payload, unpacked};
use super::sequence::{Held, MODULUS, Sequence, Turn};
use super::sink::{Life, Sink, Subject};
use super::topic::Verb;
use crate::time::{Millis, Timestamp};
use crate::vocab::Origin;

/// A message of an edge node as it was delivered.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Verb.
    pub verb: Verb,
    /// Device id, of the device's verbs.
    pub device: Option<&'a str>,
    /// Payload.
    pub payload: &'a [u8],
    /// Retained flag as delivered.
    pub retained: bool,
    /// A birth that a Sparkplug-aware broker keeps and renews (3.0 §10.2).
    pub is_certificate: bool,
}

/// An edge node or a device: what it is called and whether it lives.
#[derive(Clone, Debug)]
pub struct Member {
    /// Device id; empty for the edge node itself.
    pub id: Box<str>,
    /// Whether it lives.
    pub life: Life,
    /// Since when it has been so.
    pub since: Timestamp,
    /// When its last birth came.
    pub born: Option<Timestamp>,
    /// The broker keeps its birth.
    is_certified: bool,
}

/// One edge node.
#[derive(Debug)]
pub struct EdgeNode {
    pub(super) group: Box<str>,
    pub(super) id: Box<str>,
    /// The edge node itself, then its devices as they became known.
    members: Vec<Member>,
    metrics: MetricSet,
    sequence: Sequence,
    bdseq: Option<u64>,
    /// Of births before, the newest last.
    older: VecDeque<u64>,
    /// Since when an NDEATH that matches no birth stands, and its number.
    suspect: Option<(Timestamp, u64)>,
    /// An NBIRTH came over this connection, or one that the broker keeps while it holds, and something live after it.
    is_vouched: bool,
    /// The broker keeps its birth: what is heard live now is of that session.
    is_certified: bool,
    /// Something is known to be missing since the last birth.
    has_gap: bool,
    /// A rebirth would mend something: since when.
    wants_rebirth: Option<Timestamp>,
    /// A request for a rebirth was seen or sent, or a birth came.
    eased: Timestamp,
    asked: rebirth::Asked,
    has_rebirth_switch: bool,
    gaps: u64,
    births: u32,
    messages: u64,
    deviations: Deviations,
    /// Messages when the last second began, and the rate then, smoothed over some ten seconds.
    second: (u64, f32),
}

impl EdgeNode {
    pub(super) fn new(now: Timestamp, group: &str, id: &str) -> Self {
        let itself = Member { id: "".into(), life: Life::Unverified, since: now, born: None, is_certified: false };
        Self {
            group: group.into(),
            id: id.into(),
            members: vec![itself],
            metrics: MetricSet::default(),
            sequence: Sequence::default(),
            bdseq: None,
            older: VecDeque::new(),
            suspect: None,
            is_vouched: false,
            is_certified: false,
            has_gap: false,
            wants_rebirth: None,
            eased: Timestamp(0),
            asked: rebirth::Asked::default(),
            has_rebirth_switch: false,
            gaps: 0,
            births: 0,
            messages: 0,
            deviations: Deviations::default(),
            second: (0, 0.0),
        }
    }

    /// Takes a message.
    pub fn handle(&mut self, now: Timestamp, delivery: &Delivery<'_>, sink: &mut dyn Sink) {
        self.messages += 1;
        let Some(bytes) = unpacked(delivery.payload) else { return self.deviations.count(Deviation::Unreadable) };
        let payload = Payload::read(&bytes);
        if payload.is_cut {
            self.deviations.count(if payload.metrics().next().is_none() && payload.seq.is_none() {
                Deviation::Unreadable
            } else {
                Deviation::Cut
            });
            // A message that ends too early was not sent so: what it says of life and order is not to be trusted.
            if payload.seq.is_none() && delivery.verb != Verb::NodeDeath {
                return;
            }
        }
        if delivery.retained || delivery.is_certificate {
            return self.handle_retained(now, delivery, &payload, sink);
        }
        match delivery.verb {
            Verb::NodeBirth => self.handle_birth(now, &payload, sink),
            Verb::NodeDeath => self.handle_death(now, &payload, sink),
            Verb::NodeCommand => {
                // Another host asks: one request is enough.
                if payload.metrics().any(|metric| metric.name().is_some_and(|name| name.ends_with(REBIRTH))) {
                    self.eased = now;
                }
            }
            Verb::DeviceCommand => {}
            Verb::NodeData | Verb::DeviceBirth | Verb::DeviceData | Verb::DeviceDeath => {
                self.handle_in_order(now, delivery, &bytes, &payload, sink);
            }
        }
    }

    /// What waits for a time: a gap that nothing fills, a death that nothing refutes.
    pub fn handle_timeout(&mut self, now: Timestamp, patience: Millis, sink: &mut dyn Sink) {
        while self.sequence.due(patience).is_some_and(|due| due <= now) {
            let Some((held, missing)) = self.sequence.give_up() else { break };
            self.gaps += missing.max(1);
            self.has_gap = true;
            self.wants_rebirth.get_or_insert(now);
            self.apply_held(now, held, sink);
            self.drain(now, sink);
        }
        if let Some((since, number)) = self.suspect
            && since + SUSPECT_FOR <= now
        {
            let born = self.bdseq.map_or_else(|| "no".to_owned(), |born| born.to_string());
            self.die(now, &format!("edge node ended (death {number} beside birth {born})"), sink);
        }
    }

    /// When to call [`Self::handle_timeout`].
    pub fn due(&self, patience: Millis) -> Option<Timestamp> {
        let suspect = self.suspect.map(|(since, _)| since + SUSPECT_FOR);
        [self.sequence.due(patience), suspect].into_iter().flatten().min()
    }

    /// Our own connection was lost: messages were missed, nothing is vouched for until it is heard again.
    pub fn link_lost(&mut self, now: Timestamp, sink: &mut dyn Sink) {
        self.sequence.forget();
        (self.is_vouched, self.is_certified) = (false, false);
        self.suspect = None;
        self.wants_rebirth = None;
        for at in 0..self.members.len() {
            if self.members[at].life == Life::Online {
                self.set_life(now, at, Life::Unverified, sink);
            }
        }
    }

    /// Once a second: the message rate.
    pub fn tick(&mut self) {
        let count = (self.messages - self.second.0) as f32;
        self.second = (self.messages, self.second.1 + (count - self.second.1) * 0.2);
    }

    pub(super) fn clock_set_back(&mut self, span: Millis) {
        let back = |at: &mut Timestamp| *at = Timestamp(at.0.saturating_sub(span.0));
        self.sequence.clock_set_back(span);
        back(&mut self.eased);
        self.asked.clock_set_back(span);
        self.suspect.iter_mut().for_each(|(since, _)| back(since));
        self.wants_rebirth.iter_mut().for_each(back);
    }

    fn handle_birth(&mut self, now: Timestamp, payload: &Payload<'_>, sink: &mut dyn Sink) {
        match payload.seq {
            None => self.deviations.count(Deviation::NoSeq),
            Some(0) => {}
            Some(_) => self.deviations.count(Deviation::BirthSeq),
        }
        let bdseq = bdseq_of(payload);
        if bdseq.is_none() {
            self.deviations.count(Deviation::NoBdSeq);
        }
        if let Some(before) = self.bdseq.take()
            && bdseq != Some(before)
        {
            self.older.push_back(before);
            if self.older.len() > MOST_OLDER {
                self.older.pop_front();
            }
        }
        self.bdseq = bdseq;
        self.births = self.births.saturating_add(1);
        (self.suspect, self.wants_rebirth, self.has_gap, self.is_vouched, self.eased) = (None, None, false, true, now);
        self.asked.answered();
        self.is_certified = false;
        self.sequence.begin(payload.seq.unwrap_or(0));
        // Messages that overtook their birth stay; those of the session before it go.
        let sent = payload.timestamp;
        self.sequence.drop_before(|held| {
            sent.is_none_or(|sent| Payload::read(&held.payload).timestamp.is_none_or(|other| other < sent))
        });
        self.metrics.begin_session();
        self.apply_birth(0, payload, Origin::Live, sink);
        self.members[0].born = Some(now);
        // What the node's devices said is of the session before, until each is born again.
        let waiting = Life::Offline(now, "device not born since its edge node was".into());
        for at in 1..self.members.len() {
            if matches!(self.members[at].life, Life::Online | Life::Unverified) {
                self.set_life(now, at, waiting.clone(), sink);
            }
        }
        self.set_life(now, 0, Life::Online, sink);
        self.drain(now, sink);
    }

    fn handle_death(&mut self, now: Timestamp, payload: &Payload<'_>, sink: &mut dyn Sink) {
        let number = bdseq_of(payload);
        if number.is_none() {
            self.deviations.count(Deviation::NoBdSeq);
        }
        match number {
            _ if matches!(self.members[0].life, Life::Offline(..)) => {}
            // Without a number, or without a birth to compare with, a death is a death.
            None => self.die(now, DIED, sink),
            Some(number) if self.bdseq.is_none_or(|born| born == number) => self.die(now, DIED, sink),
            Some(number) if self.older.contains(&number) => self.deviations.count(Deviation::OldDeath),
            // Not vouched for: a birth may have been missed while we were away.
            Some(_) if !self.is_vouched => self.die(now, DIED, sink),
            Some(number) => {
                self.deviations.count(Deviation::StrangeDeath);
                self.suspect.get_or_insert((now, number));
            }
        }
    }

    fn die(&mut self, now: Timestamp, why: &str, sink: &mut dyn Sink) {
        self.suspect = None;
        self.wants_rebirth = None;
        self.is_certified = false;
        self.sequence.forget();
        let dead = Life::Offline(now, why.into());
        for at in 0..self.members.len() {
            if !matches!(self.members[at].life, Life::Offline(..)) || at == 0 {
                self.set_life(now, at, dead.clone(), sink);
            }
        }
    }

    fn handle_in_order(
        &mut self,
        now: Timestamp,
        delivery: &Delivery<'_>,
        bytes: &[u8],
        payload: &Payload<'_>,
        sink: &mut dyn Sink,
    ) {
        let Delivery { verb, device, .. } = *delivery;
        let Some(seq) = payload.seq else {
            self.deviations.count(Deviation::NoSeq);
            return self.apply(now, verb, device, payload, sink);
        };
        if seq >= MODULUS {
            self.deviations.count(Deviation::SeqRange);
        }
        match self.sequence.turn(seq) {
            Turn::Next => {
                self.sequence.pass(seq);
                self.suspect = None;
                self.apply(now, verb, device, payload, sink);
                self.drain(now, sink);
            }
            Turn::Again => self.deviations.count(Deviation::Again),
            Turn::Early => {
                let (device, payload) = (device.map(Box::from), bytes.into());
                if !self.sequence.hold(now, Held { seq, verb, device, payload, received: now }) {
                    self.deviations.count(Deviation::Again);
                }
            }
            // Its gap was given up, or it is older than the birth: only data can do no harm.
            Turn::Late => {
                self.deviations.count(Deviation::Late);
                if matches!(verb, Verb::NodeData | Verb::DeviceData) {
                    self.apply(now, verb, device, payload, sink);
                }
            }
        }
    }

    /// Applies what was held and whose turn has come.
    fn drain(&mut self, now: Timestamp, sink: &mut dyn Sink) {
        while let Some(held) = self.sequence.take_next() {
            self.apply_held(now, held, sink);
        }
    }

    fn apply_held(&mut self, now: Timestamp, held: Held, sink: &mut dyn Sink) {
        self.sequence.pass(held.seq);
        let payload = Payload::read(&held.payload);
        self.apply(held.received.max(now), held.verb, held.device.as_deref(), &payload, sink);
    }

    fn set_life(&mut self, now: Timestamp, at: usize, life: Life, sink: &mut dyn Sink) {
        let Self { group, id, members, .. } = self;
        let member = &mut members[at];
        if member.life != life {
            member.since = if let Life::Offline(since, _) = &life { *since } else { now };
            member.life = life;
        }
        let device = (at > 0).then_some(&*member.id);
        sink.life(Subject { group, node: id, device }, &member.life);
    }
}

/// `bdSeq` in any integer field, with or without a datatype.
fn bdseq_of(payload: &Payload<'_>) -> Option<u64> {
    let mut metrics = payload.metrics();
    let metric = metrics.find(|metric| metric.name == Some(BDSEQ.as_bytes()))?;
    match metric.raw {
        super::Raw::Integer(number) => Some(number),
        _ => None,
    }
}

const DIED: &str = "edge node ended (NDEATH)";
/// How long a death that matches no birth stands before it is believed.
const SUSPECT_FOR: Millis = Millis::from_secs(10);
const MOST_OLDER: usize = 16;
