//! What a message in its turn does: births, deaths and data of devices, and what the broker has kept.

use super::{Delivery, EdgeNode, Member, bdseq_of};
use crate::sparkplug::deviation::Deviation;
use crate::sparkplug::metric::Metric;
use crate::sparkplug::metric_set::{Batch, REBIRTH, instant};
use crate::sparkplug::payload::Payload;
use crate::sparkplug::sink::{Life, Sink, Subject};
use crate::sparkplug::topic::Verb;
use crate::time::Timestamp;
use crate::vocab::Origin;

impl EdgeNode {
    pub(super) fn apply(
        &mut self,
        now: Timestamp,
        verb: Verb,
        device: Option<&str>,
        payload: &Payload<'_>,
        sink: &mut dyn Sink,
    ) {
        if payload.timestamp.is_none() {
            self.deviations.count(Deviation::NoTime);
        }
        let Some(at) = self.member(now, device) else { return self.deviations.count(Deviation::TooMuch) };
        match verb {
            Verb::DeviceBirth => {
                self.apply_birth(at, payload, Origin::Live, sink);
                self.members[at].born = Some(now);
                let life = if self.is_vouched { Life::Online } else { Life::Unverified };
                self.set_life(now, at, life, sink);
            }
            Verb::DeviceDeath => {
                let since = payload.timestamp.and_then(instant).unwrap_or(now);
                self.set_life(now, at, Life::Offline(since, "device ended (DDEATH)".into()), sink);
            }
            _ => {
                if self.is_certified && self.members[at].is_certified && self.members[at].life != Life::Online {
                    self.is_vouched = true;
                    for at in [0, at] {
                        self.members[at].is_certified = false;
                        self.set_life(now, at, Life::Online, sink);
                    }
                }
                if !self.is_vouched {
                    self.deviations.count(Deviation::BeforeBirth);
                    self.wants_rebirth.get_or_insert(now);
                    // It speaks: dead it is not.
                    for at in [0, at] {
                        if matches!(self.members[at].life, Life::Offline(..)) {
                            self.set_life(now, at, Life::Unverified, sink);
                        }
                    }
                } else if self.members[at].life != Life::Online {
                    // What is not in this session's births must not come back by data alone.
                    self.wants_rebirth.get_or_insert(now);
                    return self.deviations.count(Deviation::BeforeDeviceBirth);
                }
                self.apply_metrics(at, payload, false, Origin::Live, sink);
            }
        }
    }

    /// Retained births give names, datatypes and last values; of who lives they say nothing.
    pub(super) fn handle_retained(
        &mut self,
        now: Timestamp,
        delivery: &Delivery<'_>,
        payload: &Payload<'_>,
        sink: &mut dyn Sink,
    ) {
        if !delivery.is_certificate {
            self.deviations.count(Deviation::Retained);
        }
        let Some(at) = self.member(now, delivery.device) else { return };
        let is_birth = matches!(delivery.verb, Verb::NodeBirth | Verb::DeviceBirth);
        if is_birth && !(self.is_vouched && self.members[at].life == Life::Online) {
            if at == 0 && self.bdseq.is_none() {
                self.bdseq = bdseq_of(payload);
            }
            if at == 0 {
                self.is_certified = delivery.is_certificate;
                // Brokers send what they keep in any order: the devices' births may have come before.
                if !self.members.iter().any(|member| member.is_certified) {
                    self.metrics.begin_session();
                }
            }
            self.apply_birth(at, payload, Origin::Retained, sink);
            self.members[at].is_certified = delivery.is_certificate;
            if self.members[at].life == Life::Unverified {
                self.set_life(now, at, Life::Offline(now, "retained birth: nothing heard live yet".into()), sink);
            }
        }
    }

    pub(super) fn apply_birth(&mut self, at: usize, payload: &Payload<'_>, origin: Origin, sink: &mut dyn Sink) {
        let owner = at as u32;
        self.metrics.begin_birth(owner);
        self.apply_metrics(at, payload, true, origin, sink);
        self.metrics.end_birth(owner, sink);
        if at == 0 {
            let is_switch = |metric: Metric<'_>| metric.name().is_some_and(|name| name.ends_with(REBIRTH));
            self.has_rebirth_switch = payload.metrics().any(is_switch);
        }
    }

    fn apply_metrics(&mut self, at: usize, payload: &Payload<'_>, is_birth: bool, origin: Origin, sink: &mut dyn Sink) {
        let Self { group, id, members, metrics, deviations, is_vouched, .. } = self;
        let device = (at > 0).then(|| &*members[at].id);
        let mut batch = Batch {
            subject: Subject { group, node: id, device },
            owner: at as u32,
            is_birth,
            is_vouched: *is_vouched,
            is_part: false,
            sent: payload.timestamp.and_then(instant),
            origin,
            deviations,
        };
        for metric in payload.metrics() {
            metrics.apply(&mut batch, &metric, sink);
        }
    }

    /// The place of a device among the members, made where new; 0 is the edge node.
    fn member(&mut self, now: Timestamp, device: Option<&str>) -> Option<usize> {
        if let Some(at) = self.place_of(device) {
            return Some(at);
        }
        let device = device.unwrap_or_default();
        if self.members.len() > MOST_DEVICES || device.len() > MOST_ID {
            return None;
        }
        self.members.push(Member {
            id: device.into(),
            life: Life::Unverified,
            since: now,
            born: None,
            is_certified: false,
        });
        Some(self.members.len() - 1)
    }
}

const MOST_DEVICES: usize = 5000;
const MOST_ID: usize = 512;
