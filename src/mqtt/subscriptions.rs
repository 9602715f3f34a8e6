//! Subscribing: filters in small SUBSCRIBE packets, and which of them a SUBACK is about.

use super::codec::{EncodeError, Encoder, Protocol};
use super::options::Subscription;
use super::output::Event;
use super::reason;

/// SUBSCRIBEs that are not yet answered.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    pending: Vec<(u16, Vec<String>)>,
}

/// AWS IoT takes 8 filters a SUBSCRIBE; nobody takes fewer.
const FILTERS_PER_PACKET: usize = 8;
/// Keeps SUBSCRIBE packets small for brokers with a small limit.
const BYTES_PER_PACKET: usize = 4096;

impl Subscriptions {
    /// Writes SUBSCRIBEs for all `wanted`; what cannot be asked for becomes an event at once.
    pub(super) fn subscribe(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        wanted: &[Subscription],
        events: &mut impl Extend<Event>,
        mut next_id: impl FnMut() -> u16,
    ) {
        self.pending.clear();
        let mut rest = wanted;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fitting = rest.iter().take(FILTERS_PER_PACKET).take_while(|subscription| {
                bytes += subscription.filter.len() + 3;
                bytes <= BYTES_PER_PACKET
            });
            let (part, later) = rest.split_at(fitting.count().max(1));
            rest = later;
            self.subscribe_part(encoder, out, part, events, &mut next_id);
        }
    }

    /// One packet; when it cannot be written, its filters one by one, so that a bad one spoils no other.
    fn subscribe_part(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        part: &[Subscription],
        events: &mut impl Extend<Event>,
        next_id: &mut impl FnMut() -> u16,
    ) {
        let filters: Vec<(&str, u8)> = part.iter().map(|s| (s.filter.as_str(), s.qos)).collect();
        let packet_id = next_id();
        match encoder.subscribe(out, packet_id, &filters) {
            Ok(()) => self.pending.push((packet_id, part.iter().map(|s| s.filter.clone()).collect())),
            Err(cause) => match part {
                [only] => {
                    let code = if matches!(cause, EncodeError::PacketTooLarge { .. }) { 0x95 } else { 0x8f };
                    let words = cause.to_string();
                    events.extend([Event::RefusedFilter { filter: only.filter.clone(), code, words }]);
                }
                _ => {
                    for one in part.chunks(1) {
                        self.subscribe_part(encoder, out, one, events, next_id);
                    }
                }
            },
        }
    }

    /// Whether a SUBSCRIBE with this identifier waits for its answer.
    pub(super) fn is_pending(&self, packet_id: u16) -> bool {
        self.pending.iter().any(|(id, _)| *id == packet_id)
    }

    /// A SUBACK's verdicts; `None` when it has not one code for each filter. Unasked ones are no verdict at all.
    pub(super) fn settle(
        &mut self,
        protocol: Protocol,
        packet_id: u16,
        codes: &[u8],
        reason_string: Option<&str>,
    ) -> Option<Vec<Event>> {
        let Some(index) = self.pending.iter().position(|(id, _)| *id == packet_id) else { return Some(Vec::new()) };
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
