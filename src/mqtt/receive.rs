//! Received bytes to messages, answers and changes of state.

use bytes::Bytes;

use super::codec::{Ack, Packet, Protocol, Violation};
use super::inbound::AliasFault;
use super::inflight::Answer;
use super::output::Publish;
use super::reason;
use super::session::Session;
use super::state::Phase;
use super::timers::Timer;
use crate::time::Timestamp;
use crate::vocab::LinkFault;

/// A rule broken across packets: the reason code to leave with, and what it was.
struct Breach {
    code: u8,
    words: String,
}

impl Breach {
    fn protocol(words: &str) -> Self {
        Self { code: 0x82, words: words.to_owned() }
    }
}

impl From<Violation> for Breach {
    fn from(violation: Violation) -> Self {
        Self { code: violation.reason_code(), words: violation.to_string() }
    }
}

impl Session {
    /// The payload of one binary WebSocket message, in whatever way packets lie in it. `sink` gets each message in
    /// order; an acknowledgement is queued only after it returned.
    pub fn handle_bytes(&mut self, now: Timestamp, bytes: Bytes, sink: &mut dyn FnMut(Publish<'_>)) {
        self.advance(now);
        if !matches!(self.phase, Phase::Greeting | Phase::Online) {
            return;
        }
        self.stats.bytes_received += bytes.len() as u64;
        self.last_received = now;
        self.forgiven = false;
        self.timers.stop(Timer::Answer);
        self.decoder.push(bytes);
        while self.phase != Phase::Down && self.phase != Phase::Opening {
            let handled = match self.decoder.next_packet() {
                Ok(Some(packet)) => self.handle_packet(now, packet, sink),
                Ok(None) => return,
                Err(violation) => Err(violation.into()),
            };
            if let Err(breach) = handled {
                self.abort(now, breach);
            }
        }
    }

    fn handle_packet(
        &mut self,
        now: Timestamp,
        packet: Packet,
        sink: &mut dyn FnMut(Publish<'_>),
    ) -> Result<(), Breach> {
        match (self.phase, packet) {
            (Phase::Online, Packet::Publish(publish)) => {
                let alias = publish.properties.as_ref().and_then(|p| p.topic_alias);
                let topic = match alias.map(|alias| self.aliases.resolve(alias, &publish.topic)) {
                    None => Some(publish.topic.as_str()),
                    Some(Ok(_)) if !publish.topic.is_empty() => Some(publish.topic.as_str()),
                    Some(Ok(topic)) => Some(topic),
                    Some(Err(AliasFault::Unreadable)) => None,
                    Some(Err(fault)) => return Err(fault.into()),
                };
                let message = topic.map(|topic| Publish {
                    topic,
                    payload: &publish.payload,
                    qos: publish.qos,
                    retain: publish.retain,
                    duplicate: publish.duplicate,
                });
                match message {
                    None => self.stats.topics_unreadable += 1,
                    Some(message) if publish.qos < 2 => {
                        self.stats.messages_received += 1;
                        sink(message);
                    }
                    Some(message) if self.unreleased.receive(publish.packet_id) => {
                        self.stats.messages_received += 1;
                        sink(message);
                    }
                    Some(_) => {} // QoS 2, delivered before
                }
                self.acknowledge(publish.qos, publish.packet_id);
            }
            (Phase::Online, Packet::Unreadable { qos, packet_id, topic_alias }) => {
                self.aliases.set_unreadable(topic_alias)?;
                self.stats.topics_unreadable += 1;
                self.acknowledge(qos, packet_id);
            }
            (Phase::Online, Packet::PubAck(ack)) => self.answered(Answer::Taken, &ack),
            (Phase::Online, Packet::PubRec(ack)) => {
                self.answered(Answer::Received, &ack);
                if ack.code < 0x80 {
                    let known = self.inflight.is_released(ack.packet_id);
                    self.encoder.pubrel(&mut self.outbox, ack.packet_id, known);
                }
            }
            (Phase::Online, Packet::PubComp(ack)) => self.answered(Answer::Completed, &ack),
            (Phase::Online, Packet::PubRel(ack)) => {
                let known = self.unreleased.release(ack.packet_id);
                self.encoder.pubcomp(&mut self.outbox, ack.packet_id, known);
            }
            (Phase::Online, Packet::SubAck(ack)) => {
                let reason_string = ack.reason_string.as_deref();
                let events = self.subscriptions.settle(self.protocol, ack.packet_id, &ack.codes, reason_string);
                match events {
                    Some(events) => self.events.extend(events),
                    None => return Err(Breach::protocol("SUBACK with another number of codes than filters")),
                }
            }
            (Phase::Online, Packet::UnsubAck(ack)) => self.subscriptions.unsubscribed(ack.packet_id),
            (Phase::Online, Packet::PingResp) => {}
            (Phase::Greeting, Packet::ConnAck(connack)) if connack.code != 0 => self.refused(now, &connack),
            // We begin clean, so there is nothing to be present (5 §3.2.2.1.1). Old brokers are not held to it.
            (Phase::Greeting, Packet::ConnAck(connack)) if connack.session_present && self.protocol == Protocol::V5 => {
                return Err(Breach::protocol("CONNACK with a session that we did not ask for"));
            }
            (Phase::Greeting, Packet::ConnAck(connack)) => self.welcome(now, connack),
            (Phase::Greeting, Packet::OldConnAck { code }) => {
                let words = "the broker speaks MQTT 3.1.1, not MQTT 5".to_owned();
                self.version_refused(now, LinkFault::Refused { code, words });
            }
            (_, Packet::Disconnect(disconnect)) => {
                let words = reason::with_detail(
                    reason::reason(disconnect.code),
                    disconnect.reason_string.as_deref(),
                    disconnect.server_reference.as_deref(),
                );
                self.hang_up();
                self.fail(now, LinkFault::Disconnected { code: disconnect.code, words });
            }
            (_, Packet::Auth(_)) => return Err(Breach::protocol("AUTH without having been asked")),
            (_, Packet::ConnAck(_) | Packet::OldConnAck { .. }) => return Err(Breach::protocol("a second CONNACK")),
            (_, _) => return Err(Breach::protocol("a packet before CONNACK")),
        }
        Ok(())
    }

    fn acknowledge(&mut self, qos: u8, packet_id: u16) {
        match qos {
            0 => {}
            1 => self.encoder.puback(&mut self.outbox, packet_id),
            _ => {
                self.unreleased.receive(packet_id); // an unreadable one has not been noted yet
                self.encoder.pubrec(&mut self.outbox, packet_id);
            }
        }
    }

    fn answered(&mut self, answer: Answer, ack: &Ack) {
        let settled = self.inflight.answer(answer, ack.packet_id, ack.code, ack.reason_string.as_deref());
        if let Some(settled) = settled {
            self.settle([settled]);
            self.pump();
        }
    }

    /// Leaves a broker that broke the protocol. MQTT 5 says why; in 3.1.1 DISCONNECT would be a friendly goodbye, so
    /// the socket just closes.
    fn abort(&mut self, now: Timestamp, breach: Breach) {
        self.stats.packets_rejected += 1;
        if self.protocol == Protocol::V5 {
            self.encoder.disconnect(&mut self.outbox, breach.code);
        }
        self.hang_up();
        self.fail(now, LinkFault::Protocol(breach.words));
    }
}

impl From<AliasFault> for Breach {
    fn from(fault: AliasFault) -> Self {
        match fault {
            AliasFault::TooHigh(alias) => {
                Self { code: 0x94, words: format!("topic alias {alias}, above the maximum we named") }
            }
            AliasFault::Unset(alias) => Self::protocol(&format!("topic alias {alias}, which was never set")),
            AliasFault::Unreadable => Self::protocol("a topic that is not UTF-8"),
        }
    }
}
