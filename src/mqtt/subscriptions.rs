//! Subscribing: filters in small SUBSCRIBE packets, and which of them a SUBACK is about.

use std::collections::VecDeque;

use super::codec::{EncodeError, Encoder, Protocol};
use super::inflight::Inflight;
use super::options::Subscription;
use super::output::Event;
use super::reason;

/// SUBSCRIBEs and UNSUBSCRIBEs of one connection that are not yet answered.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    /// By packet identifier, the filters asked for; none for an UNSUBSCRIBE.
    pending: Vec<(u16, Vec<String>)>,
}

/// AWS IoT takes 8 filters a SUBSCRIBE; nobody takes fewer.
const FILTERS_PER_PACKET: usize = 8;
/// Keeps SUBSCRIBE packets small for brokers with a small limit.
const BYTES_PER_PACKET: usize = 4096;

impl Subscriptions {
    /// Writes what leads from the filters of `before` to those of `after`; what cannot be asked for becomes an event at
    /// once. New filters are asked for before old ones go, so that overlapping ones leave no gap.
    pub(super) fn change(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        before: &[Subscription],
        after: &[Subscription],
        events: &mut VecDeque<Event>,
        inflight: &mut Inflight,
    ) {
        let wanted: Vec<&Subscription> = after.iter().filter(|s| !before.contains(s)).collect();
        for part in parts(&wanted) {
            self.ask(encoder, out, part, events, inflight);
        }
        let gone: Vec<&Subscription> = before.iter().filter(|s| after.iter().all(|a| a.filter != s.filter)).collect();
        for part in parts(&gone) {
            for filters in [part].into_iter().chain(part.chunks(1)) {
                let packet_id = self.next_id(inflight);
                let names: Vec<&str> = filters.iter().map(|s| s.filter.as_str()).collect();
                // A filter that cannot be written was never asked for; then the others go one by one.
                if encoder.unsubscribe(out, packet_id, &names).is_ok() {
                    self.pending.push((packet_id, Vec::new()));
                    if filters.len() == part.len() {
                        break;
                    }
                }
            }
        }
    }

    /// One packet; when it cannot be written, its filters one by one, so that a bad one spoils no other.
    fn ask(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        part: &[&Subscription],
        events: &mut VecDeque<Event>,
        inflight: &mut Inflight,
    ) {
        let filters: Vec<(&str, u8)> = part.iter().map(|s| (s.filter.as_str(), s.qos)).collect();
        let packet_id = self.next_id(inflight);
        match encoder.subscribe(out, packet_id, &filters) {
            Ok(()) => self.pending.push((packet_id, part.iter().map(|s| s.filter.clone()).collect())),
            Err(cause) => match part {
                [only] => {
                    let code = if matches!(cause, EncodeError::PacketTooLarge { .. }) { 0x95 } else { 0x8f };
                    let words = cause.to_string();
                    events.push_back(Event::RefusedFilter { filter: only.filter.clone(), code, words });
                }
                _ => {
                    for one in part.chunks(1) {
                        self.ask(encoder, out, one, events, inflight);
                    }
                }
            },
        }
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
        let verdict = |(filter, &code)| match code {
            0..=2 => Event::Granted { filter, qos: code },
            code => {
                let words = reason::with_detail(reason::suback(protocol, code), reason_string, None);
                Event::RefusedFilter { filter, code, words }
            }
        };
        Some(filters.into_iter().zip(codes).map(verdict).collect())
    }
}

/// Cuts a list so that each part makes a small packet.
fn parts<'a>(filters: &'a [&'a Subscription]) -> impl Iterator<Item = &'a [&'a Subscription]> {
    let mut rest = filters;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut bytes = 0;
        let fitting = rest.iter().take(FILTERS_PER_PACKET).take_while(|subscription| {
            bytes += subscription.filter.len() + 3;
            bytes <= BYTES_PER_PACKET
        });
        let (part, later) = rest.split_at(fitting.count().max(1));
        rest = later;
        Some(part)
    })
}
