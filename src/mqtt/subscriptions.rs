//! Subscribing: filters in small SUBSCRIBE packets, few of them at a time; which of them a SUBACK is about; and which
//! copies of a message overlapping filters make.

use std::collections::VecDeque;
use std::hash::BuildHasher;

use super::codec::{ConnAckLimits, EncodeError, Encoder, Filter, Protocol, Publish};
use super::inflight::Inflight;
use super::options::{Rules, Subscription};
use super::output::Event;
use super::reason;
use crate::time::{Millis, Timestamp};
use crate::topic::{matches, overlaps};

/// The filters of one connection, and the SUBSCRIBEs and UNSUBSCRIBEs that are not yet answered.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    /// By packet identifier, the filters asked for; none for an UNSUBSCRIBE.
    pending: Vec<(u16, Vec<String>)>,
    /// Packets that wait until earlier ones are answered: a broker is not flooded with retained messages all at once.
    queue: VecDeque<(u32, Vec<Subscription>)>,
    active: Vec<Active>,
    /// The highest group in use. No two filters of a group overlap; with one group no message comes twice.
    groups: u32,
    /// The last message that several filters match, for brokers without identifiers: when, its hash, how many came.
    last: Option<(Timestamp, u64, usize)>,
    hasher: foldhash::fast::FixedState,
}

/// A filter asked for.
#[derive(Debug)]
struct Active {
    filter: String,
    /// Also its subscription identifier.
    group: u32,
    /// The broker took it, and a message that matches it certainly comes through it.
    delivers: bool,
    is_local: bool,
}

/// What the broker takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) protocol: Protocol,
    pub(super) limits: ConnAckLimits,
    pub(super) rules: Rules,
}

impl Terms {
    const fn has_ids(&self) -> bool {
        matches!(self.protocol, Protocol::V5) && !matches!(self.limits.subscription_ids_available, Some(false))
    }

    /// Why the broker would refuse a filter, as far as it has said so.
    fn objection(&self, filter: &str) -> Option<(u8, &'static str)> {
        let is_shared = filter.starts_with("$share/");
        if !self.rules.takes(filter) {
            return Some((0x8f, "longer or deeper than this service takes"));
        }
        if self.limits.wildcards_available == Some(false) && filter.contains(['+', '#']) {
            return Some((0xa2, reason::reason(0xa2)));
        }
        if self.limits.shared_available == Some(false) && is_shared {
            return Some((0x9e, reason::reason(0x9e)));
        }
        None
    }
}

/// SUBSCRIBEs without an answer at a time.
const PENDING: usize = 2;
/// Keeps SUBSCRIBE packets small for brokers with a small limit.
const BYTES_PER_PACKET: usize = 4096;
/// Copies of a message come one right after the other.
const COPY_SPAN: Millis = Millis(1_000);

impl Subscriptions {
    /// Sets out from the filters of `before` to those of `after`; what cannot be asked for becomes an event at once.
    /// New filters are asked for before old ones go, so that overlapping ones leave no gap.
    pub(super) fn change(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        (before, after): (&[Subscription], &[Subscription]),
        terms: Terms,
        events: &mut VecDeque<Event>,
        inflight: &mut Inflight,
    ) {
        let mut wanted: Vec<&Subscription> = after.iter().filter(|s| !before.contains(s)).collect();
        let gone: Vec<&str> =
            before.iter().map(|s| &*s.filter).filter(|filter| after.iter().all(|a| a.filter != *filter)).collect();
        self.queue.retain(|(_, filters)| filters.iter().all(|s| !gone.contains(&&*s.filter)));
        let known = self.groups;
        self.enlist(&wanted, &gone);
        if known == 1 && self.groups > 1 && terms.has_ids() {
            wanted = after.iter().collect(); // what was asked for without an identifier now needs one
        }
        for subscription in wanted {
            if let Some((code, words)) = terms.objection(&subscription.filter) {
                self.refuse(&subscription.filter, code, words.to_owned(), events);
                continue;
            }
            let group = self.group_of(&subscription.filter);
            let most = usize::from(terms.rules.filters_per_subscribe.max(1));
            let bytes = |filters: &[Subscription]| filters.iter().map(|s| s.filter.len() + 3).sum::<usize>();
            match self.queue.iter_mut().find(|(other, filters)| {
                (*other == group || !terms.has_ids())
                    && filters.len() < most
                    && bytes(filters) + subscription.filter.len() + 3 <= BYTES_PER_PACKET
            }) {
                Some((_, filters)) => filters.push(subscription.clone()),
                None => self.queue.push_back((group, vec![subscription.clone()])),
            }
        }
        self.pump(encoder, out, terms, events, inflight);
        for part in gone.chunks(8) {
            for filters in [part].into_iter().chain(part.chunks(1)) {
                let packet_id = self.next_id(inflight);
                // A filter that cannot be written was never asked for; then the others go one by one.
                if encoder.unsubscribe(out, packet_id, filters).is_ok() {
                    self.pending.push((packet_id, Vec::new()));
                    if filters.len() == part.len() {
                        break;
                    }
                }
            }
        }
    }

    /// A new connection. What a kept session was granted goes on delivering, before it is granted anew.
    pub(super) fn restart(&mut self, is_resumed: bool) {
        self.pending.clear();
        self.queue.clear();
        if !is_resumed {
            *self = Self::default();
        }
    }

    /// Gives each filter its group.
    fn enlist(&mut self, wanted: &[&Subscription], gone: &[&str]) {
        self.active.retain(|a| !gone.contains(&&*a.filter));
        for subscription in wanted {
            let filter = &subscription.filter;
            let is_shared = filter.starts_with("$share/");
            let is_local = subscription.no_local || is_shared;
            if let Some(known) = self.active.iter_mut().find(|a| a.filter == *filter) {
                known.is_local = is_local;
                known.delivers &= !is_local;
                continue;
            }
            let taken = |group| {
                let mut others = self.active.iter().filter(|a| a.group == group);
                !is_shared && others.any(|a| overlaps(&a.filter, filter))
            };
            let group = (1..=self.groups).find(|group| !taken(*group)).unwrap_or(self.groups + 1);
            self.groups = self.groups.max(group);
            self.active.push(Active { filter: filter.clone(), group, delivers: false, is_local });
        }
    }

    fn group_of(&self, filter: &str) -> u32 {
        self.active.iter().find(|a| a.filter == filter).map_or(1, |a| a.group)
    }

    /// Writes as many queued SUBSCRIBEs as may be under way.
    pub(super) fn pump(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        terms: Terms,
        events: &mut VecDeque<Event>,
        inflight: &mut Inflight,
    ) {
        while self.pending.iter().filter(|(_, filters)| !filters.is_empty()).count() < PENDING {
            let Some((group, filters)) = self.queue.pop_front() else { return };
            let id = if self.groups > 1 && terms.has_ids() { group } else { 0 };
            self.ask(encoder, out, id, &filters, events, inflight);
        }
    }

    /// The broker owes an answer for too long: goes on without it.
    pub(super) fn go_on(&mut self) {
        for (_, filters) in &mut self.pending {
            filters.clear();
        }
    }

    /// Whether a SUBSCRIBE waits for its answer.
    pub(super) fn is_asking(&self) -> bool {
        self.pending.iter().any(|(_, filters)| !filters.is_empty())
    }

    /// One packet; when it cannot be written, its filters one by one, so that a bad one spoils no other.
    fn ask(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        id: u32,
        part: &[Subscription],
        events: &mut VecDeque<Event>,
        inflight: &mut Inflight,
    ) {
        let filters: Vec<Filter<'_>> = part.iter().map(Subscription::to_filter).collect();
        let packet_id = self.next_id(inflight);
        match encoder.subscribe(out, packet_id, id, &filters) {
            Ok(()) => self.pending.push((packet_id, part.iter().map(|s| s.filter.clone()).collect())),
            Err(cause) => match part {
                [only] => {
                    let code = if matches!(cause, EncodeError::PacketTooLarge { .. }) { 0x95 } else { 0x8f };
                    self.refuse(&only.filter, code, cause.to_string(), events);
                }
                _ => {
                    for one in part.chunks(1) {
                        self.ask(encoder, out, id, one, events, inflight);
                    }
                }
            },
        }
    }

    fn refuse(&mut self, filter: &str, code: u8, words: String, events: &mut VecDeque<Event>) {
        self.active.retain(|a| a.filter != filter);
        events.push_back(Event::RefusedFilter { filter: filter.to_owned(), code, words });
    }

    fn next_id(&self, inflight: &mut Inflight) -> u16 {
        inflight.next_id(|packet_id| self.is_pending(packet_id))
    }

    /// Whether a packet with this identifier waits for its answer.
    pub(super) fn is_pending(&self, packet_id: u16) -> bool {
        self.pending.iter().any(|(id, _)| *id == packet_id)
    }

    /// UNSUBACK came.
    pub(super) fn unsubscribed(&mut self, packet_id: u16) {
        self.pending.retain(|(id, filters)| *id != packet_id || !filters.is_empty());
    }

    /// A SUBACK's verdicts; `None` when it has not one code for each filter. Unasked ones are no verdict at all.
    pub(super) fn settle(
        &mut self,
        protocol: Protocol,
        packet_id: u16,
        codes: &[u8],
        reason_string: Option<&str>,
    ) -> Option<Vec<Event>> {
        let asked = self.pending.iter().position(|(id, filters)| *id == packet_id && !filters.is_empty());
        let Some(index) = asked else { return Some(Vec::new()) };
        let (_, filters) = self.pending.swap_remove(index);
        if filters.len() != codes.len() {
            return None;
        }
        let mut events = Vec::with_capacity(codes.len());
        for (filter, &code) in filters.into_iter().zip(codes) {
            if code <= 2 {
                if let Some(active) = self.active.iter_mut().find(|a| a.filter == filter) {
                    active.delivers = !active.is_local;
                }
                events.push(Event::Granted { filter, qos: code });
            } else {
                let words = reason::with_detail(reason::suback(protocol, code), reason_string, None);
                self.active.retain(|a| a.filter != filter);
                events.push(Event::RefusedFilter { filter, code, words });
            }
        }
        Some(events)
    }

    /// Whether a message is a copy that another of our filters has brought or will bring. Costs nothing while no two
    /// filters overlap. MQTT 5 brokers say by which filters a message comes, and only the copy of the first counts.
    /// Others are taken at their word that copies come one right after the other.
    pub(super) fn is_copy(&mut self, now: Timestamp, topic: &str, publish: &Publish) -> bool {
        if self.groups < 2 {
            return false;
        }
        let mut delivering = self.active.iter().filter(|a| a.delivers && matches(&a.filter, topic));
        let ids = publish.properties.as_ref().map_or(&[][..], |p| &p.subscription_ids);
        if let Some(first) = ids.iter().min() {
            return delivering.any(|a| a.group < *first);
        }
        let most = delivering.count();
        if most < 2 || publish.retain {
            return false; // retained ones come once for each filter, far apart, and change nothing
        }
        let hash = self.hasher.hash_one((topic, &*publish.payload));
        match &mut self.last {
            Some((at, last, count)) if *last == hash && *count < most && now - *at <= COPY_SPAN => {
                *count += 1;
                true
            }
            last => {
                *last = Some((now, hash, 1));
                false
            }
        }
    }
}
