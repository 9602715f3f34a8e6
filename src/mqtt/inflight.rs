//! Publications with QoS 1 and 2 until the broker has answered: window, queue, resending.

use std::collections::VecDeque;

use super::aliases::OwnAliases;
use super::codec::{ConnAckLimits, Encoder};
use super::options::Publication;
use super::output::{Fate, Token};
use super::reason;

/// Publications in the order they were made.
#[derive(Debug)]
pub(super) struct Inflight {
    entries: VecDeque<Entry>,
    /// The identifiers of released ones, in the order in which their PUBREC came: PUBREL keeps to it (MQTT-4.6.0-4).
    released: Vec<u16>,
    last_id: u16,
    /// How many may be unanswered.
    window: usize,
}

#[derive(Debug)]
struct Entry {
    token: Token,
    publication: Publication,
    stage: Stage,
    /// 0 until it is first sent; kept over connections.
    packet_id: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not sent on this connection.
    Queued,
    /// PUBLISH is out.
    Published,
    /// QoS 2: PUBREC came, PUBREL is out or due.
    Released,
}

/// An answer to a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// PUBACK.
    Taken,
    /// PUBREC.
    Received,
    /// PUBCOMP.
    Completed,
}

impl Inflight {
    pub(super) const fn new() -> Self {
        Self { entries: VecDeque::new(), released: Vec::new(), last_id: 0, window: OWN_WINDOW }
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= QUEUE
    }

    pub(super) fn push(&mut self, token: Token, publication: Publication) {
        self.entries.push_back(Entry { token, publication, stage: Stage::Queued, packet_id: 0 });
    }

    /// A new connection. Where the broker kept the session, what was sent goes out again with DUP and what was received
    /// is released again (MQTT-4.4.0-1). Where it did not, nobody knows what became of the last packets: QoS 1 is sent
    /// anew, which is what "at least once" means; QoS 2 is never sent twice: what the broker had taken counts as
    /// taken, the rest is lost.
    pub(super) fn restart(&mut self, receive_maximum: Option<u16>, is_present: bool) -> Vec<(Token, Fate)> {
        self.window = receive_maximum.map_or(OWN_WINDOW, |most| usize::from(most).min(OWN_WINDOW));
        let mut settled = Vec::new();
        if !is_present {
            self.released.clear();
        }
        self.entries.retain_mut(|entry| {
            let fate = match (entry.stage, entry.publication.qos, is_present) {
                (Stage::Queued, 2, false) if entry.packet_id != 0 => Fate::Lost,
                (Stage::Published, 2, false) => Fate::Lost,
                (Stage::Released, _, false) => Fate::Acknowledged,
                (Stage::Released, _, true) => return true,
                (_, _, is_present) => {
                    entry.stage = Stage::Queued;
                    if !is_present {
                        entry.packet_id = 0;
                    }
                    return true;
                }
            };
            settled.push((entry.token, fate));
            false
        });
        settled
    }

    /// Writes PUBREL for all that wait for PUBCOMP; once for each connection.
    pub(super) fn release(&self, encoder: &mut Encoder, out: &mut Vec<u8>) {
        for packet_id in &self.released {
            encoder.pubrel(out, *packet_id, true);
        }
    }

    /// Writes as many queued publications as the window has room for. One that can no longer be written (this broker
    /// has other limits than the last) is refused, never sent in part.
    pub(super) fn pump(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        aliases: &mut OwnAliases,
        limits: &ConnAckLimits,
        is_taken: impl Fn(u16) -> bool,
    ) -> Vec<(Token, Fate)> {
        let mut settled = Vec::new();
        let mut unanswered = self.entries.iter().filter(|entry| entry.stage != Stage::Queued).count();
        let mut index = 0;
        while unanswered < self.window && index < self.entries.len() {
            if self.entries[index].stage != Stage::Queued {
                index += 1;
                continue;
            }
            let is_again = self.entries[index].packet_id != 0;
            let packet_id = if is_again { self.entries[index].packet_id } else { self.next_id(&is_taken) };
            let entry = &mut self.entries[index];
            let refusal = match limits {
                ConnAckLimits { maximum_qos: Some(most), .. } if entry.publication.qos > *most => {
                    Some((0x9b, reason::reason(0x9b).to_owned()))
                }
                ConnAckLimits { retain_available: Some(false), .. } if entry.publication.retain => {
                    Some((0x9a, reason::reason(0x9a).to_owned()))
                }
                _ => aliases
                    .publish(encoder, out, &entry.publication, packet_id, is_again)
                    .err()
                    .map(|cause| (0x95, cause.to_string())),
            };
            match refusal {
                None => {
                    entry.packet_id = packet_id;
                    entry.stage = Stage::Published;
                    unanswered += 1;
                    index += 1;
                }
                Some((code, words)) => {
                    settled.push((entry.token, Fate::Refused { code, words }));
                    self.entries.remove(index);
                }
            }
        }
        settled
    }

    /// An answer of the broker: the fate it seals, if any. An answer to nothing is ignored: after a reconnect a
    /// broker may well repeat itself.
    pub(super) fn answer(
        &mut self,
        answer: Answer,
        packet_id: u16,
        code: u8,
        reason_string: Option<&str>,
    ) -> Option<(Token, Fate)> {
        let index = self.entries.iter().position(|entry| {
            entry.packet_id == packet_id
                && match answer {
                    // RabbitMQ takes QoS 2 for QoS 1, and nothing else will come.
                    Answer::Taken => entry.stage == Stage::Published,
                    Answer::Received => entry.publication.qos == 2 && entry.stage != Stage::Queued,
                    Answer::Completed => entry.stage == Stage::Released,
                }
        })?;
        let refused = code >= 0x80 && answer != Answer::Completed;
        if answer == Answer::Received && !refused {
            if self.entries[index].stage != Stage::Released {
                self.entries[index].stage = Stage::Released;
                self.released.push(packet_id);
            }
            return None;
        }
        let entry = self.entries.remove(index)?;
        self.released.retain(|released| *released != packet_id);
        let fate = if refused {
            Fate::Refused { code, words: reason::with_detail(reason::reason(code), reason_string, None) }
        } else {
            Fate::Acknowledged
        };
        Some((entry.token, fate))
    }

    /// Whether PUBREC for this identifier is to be answered with PUBREL.
    pub(super) fn is_released(&self, packet_id: u16) -> bool {
        self.released.contains(&packet_id)
    }

    /// The session is over: every publication is lost.
    pub(super) fn lose(&mut self) -> Vec<(Token, Fate)> {
        self.released.clear();
        self.entries.drain(..).map(|entry| (entry.token, Fate::Lost)).collect()
    }

    /// A packet identifier that nobody uses; shared with SUBSCRIBE, whose own are named by `is_taken`.
    pub(super) fn next_id(&mut self, is_taken: impl Fn(u16) -> bool) -> u16 {
        loop {
            self.last_id = self.last_id.checked_add(1).unwrap_or(1);
            let id = self.last_id;
            if !is_taken(id) && !self.entries.iter().any(|entry| entry.packet_id == id) {
                return id;
            }
        }
    }
}

/// What we let be unanswered, whatever the broker allows. A 3.1.1 broker cannot say how much that is, and Mosquitto
/// 2.0, which takes 20, drops what is beyond and acknowledges it all the same.
const OWN_WINDOW: usize = 16;
/// Publications kept at all, window included. Far fewer than identifiers, so one is always free.
const QUEUE: usize = 1024;
