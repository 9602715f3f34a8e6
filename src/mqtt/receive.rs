//! Received bytes to messages, answers and changes of state.

use bytes::Bytes;

use super::backoff::STAYED_UP;
use super::codec::{Ack, Auth, Packet, Protocol, Violation};
use super::inbound::AliasFault;
use super::inflight::Answer;
use super::output::{Event, Publish};
use super::session::Session;
use super::state::Phase;
use super::timers::Timer;
use crate::time::{Millis, Timestamp};
use crate::vocab::{LinkFault, LinkState};

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

impl Breach {
    /// What the guard found in a packet, with its name and the rule.
    fn of(violation: Violation, packet: &str) -> Self {
        Self { code: violation.reason_code(), words: format!("{packet}: {violation} ({})", violation.rule()) }
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
                Err(violation) => Err(Breach::of(violation, self.decoder.packet_name())),
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
                    properties: publish.properties.as_deref(),
                });
                match message {
                    None => self.unreadable()?,
                    Some(_) if publish.qos == 2 && !self.unreleased.receive(publish.packet_id) => {} // delivered before
                    Some(message) if self.subscriptions.is_copy(now, message.topic, &publish) => self.stats.copies += 1,
                    Some(message) => {
                        self.stats.messages_received += 1;
                        sink(message);
                    }
                }
                self.acknowledge(publish.qos, publish.packet_id);
            }
            (Phase::Online, Packet::Unreadable { qos, packet_id, topic_alias }) => {
                self.aliases.set_unreadable(topic_alias)?;
                self.unreadable()?;
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
                    Some(events) => {
                        self.events.extend(events);
                        self.pump_filters();
                    }
                    None => return Err(Breach::protocol("SUBACK with another number of codes than filters")),
                }
            }
            (Phase::Online, Packet::UnsubAck(ack)) => self.subscriptions.unsubscribed(ack.packet_id),
            (Phase::Online, Packet::PingResp) => {}
            (Phase::Greeting, Packet::ConnAck(connack)) if connack.code != 0 => self.refused(now, &connack),
            // We hold none (MQTT-3.2.2-4). Old brokers are not held to it.
            (Phase::Greeting, Packet::ConnAck(connack))
                if connack.session_present && self.protocol == Protocol::V5 && self.kept.is_none() =>
            {
                self.begins_clean = true;
                return Err(Breach::protocol("CONNACK with a session that we did not ask for (MQTT-3.2.2-4)"));
            }
            (Phase::Greeting, Packet::ConnAck(connack)) if !self.is_our_method(connack.auth_method.as_deref()) => {
                return Err(Breach::protocol("CONNACK with another authentication method than ours (MQTT-4.12.0-5)"));
            }
            (Phase::Greeting, Packet::ConnAck(connack)) => self.welcome(now, connack),
            (Phase::Greeting, Packet::OldConnAck { code }) => {
                let words = "the broker speaks MQTT 3.1.1, not MQTT 5".to_owned();
                self.version_refused(now, LinkFault::Refused { code, words });
            }
            (_, Packet::Disconnect(disconnect)) => self.dismissed(now, &disconnect),
            (_, Packet::Auth(auth)) => self.challenged(now, auth)?,
            (_, Packet::ConnAck(_) | Packet::OldConnAck { .. }) => return Err(Breach::protocol("a second CONNACK")),
            (_, _) => return Err(Breach::protocol("a packet before CONNACK")),
        }
        Ok(())
    }

    /// A message without a readable topic is dropped, or ends the connection where that is wanted.
    fn unreadable(&mut self) -> Result<(), Breach> {
        self.stats.topics_unreadable += 1;
        match &self.options {
            Some(options) if options.refuses_unreadable => {
                Err(Breach { code: 0x81, words: "PUBLISH: a topic that is not UTF-8 (MQTT-1.5.4-1)".to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Whether this is the method we named; a broker that names none is taken at its word.
    fn is_our_method(&self, method: Option<&str>) -> bool {
        let ours = self.options.as_ref().and_then(|options| options.auth.as_ref()).map(|auth| auth.method.as_str());
        method.is_none_or(|method| ours == Some(method))
    }

    /// AUTH came.
    fn challenged(&mut self, now: Timestamp, auth: Auth) -> Result<(), Breach> {
        let has_method = self.options.as_ref().is_some_and(|options| options.auth.is_some());
        let is_expected = self.phase == Phase::Greeting || self.is_reauthenticating;
        if !has_method || !is_expected {
            return Err(Breach::protocol("AUTH without having been asked (MQTT-4.12.0-6)"));
        }
        if !self.is_our_method(auth.method.as_deref()) {
            return Err(Breach::protocol("AUTH with another method than ours (MQTT-4.12.0-5)"));
        }
        if auth.code == 0x18 {
            if self.phase == Phase::Greeting {
                self.timers.set(Timer::Connect, now + AUTH_PATIENCE);
            }
            self.events.push_back(Event::Challenge { data: auth.data });
        } else if self.phase == Phase::Online {
            self.is_reauthenticating = false;
            self.events.push_back(Event::Authenticated);
        } else {
            return Err(Breach::protocol("AUTH with success before CONNACK (MQTT-4.12.0-3)"));
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
            self.encoder.disconnect(&mut self.outbox, breach.code, false);
        }
        // The broker finds our session again, or what it holds for us would be lost to one bad byte on the way. Where
        // the same comes at once, it lies in what the broker holds, and would come for ever.
        let is_new = match self.state {
            LinkState::Online { since, .. } => now - since >= STAYED_UP,
            _ => false,
        };
        if !is_new && self.breach.as_ref() == Some(&breach.words) {
            self.kept = None;
            self.begins_clean = true;
        }
        self.breach = Some(breach.words.clone());
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

/// How long a step of enhanced authentication may take.
const AUTH_PATIENCE: Millis = Millis(30_000);
