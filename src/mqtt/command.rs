//! What a session is told to do.

use super::codec::Outgoing;
use super::error::PublishError;
use super::options::{Options, Publication, Subscription, Version};
use super::output::{Event, Fate, Token};
use super::session::{PROBE_ANSWER, Session};
use super::state::Phase;
use super::timers::Timer;
use crate::time::{Millis, Timestamp};
use crate::vocab::LinkState;

/// Commands.
impl Session {
    /// Connects, and from then on stays connected or tries to. A session under way is ended first; publications it
    /// had not settled are lost.
    pub fn connect(&mut self, now: Timestamp, options: Options) {
        self.advance(now);
        self.leave();
        if let Some(known) = options.known.filter(|_| options.protocol == Version::Auto) {
            self.auto.begin_with(known);
        }
        let spread = options.spread;
        self.options = Some(options);
        self.failures = 0;
        self.is_proven = false;
        self.backoff.reset();
        if spread.0 > 0 {
            let wait = self.backoff.within(spread);
            self.timers.set(Timer::Retry, now + wait);
            self.set_state(LinkState::Connecting { attempt: 1 });
        } else {
            self.open(now);
        }
    }

    /// Says goodbye, closes, and does not come back by itself. The broker does not publish the will, and forgets the
    /// session.
    pub fn disconnect(&mut self, now: Timestamp) {
        self.advance(now);
        self.leave();
        self.set_state(LinkState::Idle);
    }

    /// A hint that the network may be back or the device awake: a waiting session tries at once, one that is online
    /// asks the broker for a sign of life within seconds.
    pub fn probe(&mut self, now: Timestamp) {
        self.advance(now);
        match self.state {
            LinkState::Waiting { .. } => self.open(now),
            LinkState::Online { .. } => self.ask(now + PROBE_ANSWER),
            LinkState::Idle | LinkState::Connecting { .. } | LinkState::Denied { .. } => {}
        }
    }

    /// A person wants it now: a waiting, delayed or refused session tries at once.
    pub fn retry(&mut self, now: Timestamp) {
        self.advance(now);
        match self.state {
            LinkState::Denied { .. } => self.open(now),
            LinkState::Connecting { .. } if self.phase == Phase::Down => self.open(now),
            _ => self.probe(now),
        }
    }

    /// From now on wants these filters and no others; on each later connection too. New ones are answered by events.
    pub fn subscribe(&mut self, now: Timestamp, filters: Vec<Subscription>) {
        self.advance(now);
        let Some(options) = &mut self.options else { return };
        let before = std::mem::replace(&mut options.filters, filters);
        if self.phase == Phase::Online {
            self.change_filters(&before);
        }
    }

    /// Publishes. The token's fate comes as [`Event::Settled`]. A QoS 1 or 2 publication that was taken is sent again
    /// after a reconnect until the broker answers; see [`Fate::Lost`] for the exception.
    ///
    /// # Errors
    /// When it cannot be sent now; nothing is kept then.
    pub fn publish(&mut self, now: Timestamp, publication: Publication) -> Result<Token, PublishError> {
        self.advance(now);
        if self.phase != Phase::Online {
            return Err(PublishError::Offline);
        }
        let Publication { topic, payload, qos, retain, properties } = &publication;
        let outgoing = Outgoing {
            topic,
            payload,
            qos: *qos,
            alias: u16::from(self.limits.topic_alias_maximum.unwrap_or(0) > 0),
            properties: properties.as_deref(),
            ..Outgoing::default()
        };
        self.encoder.check_publish(&outgoing)?;
        let rules = self.rules();
        if !rules.takes(topic) {
            return Err(PublishError::Service);
        }
        let maximum = self.limits.maximum_qos.unwrap_or(2).min(rules.qos);
        if *qos > maximum {
            return Err(PublishError::Qos { maximum });
        }
        if *retain && self.limits.retain_available == Some(false) {
            return Err(PublishError::Retain);
        }
        let token = Token(self.next_token);
        if *qos == 0 {
            self.own_aliases.publish(&mut self.encoder, &mut self.outbox, &publication, 0, false)?;
            self.events.push_back(Event::Settled { token, fate: Fate::Sent });
        } else {
            if self.inflight.is_full() {
                return Err(PublishError::Full);
            }
            self.inflight.push(token, publication);
            self.pump();
        }
        self.next_token += 1;
        Ok(token)
    }

    /// The next step of enhanced authentication, after [`Event::Challenge`].
    pub fn authenticate(&mut self, now: Timestamp, data: Option<&[u8]>) {
        self.advance(now);
        if matches!(self.phase, Phase::Greeting | Phase::Online) {
            self.say_auth(0x18, data);
        }
    }

    /// Authenticates anew while connected, such as with a fresh token (MQTT 5 §4.12.1), and with this from now on.
    /// Answered by [`Event::Authenticated`], or the broker disconnects.
    pub fn reauthenticate(&mut self, now: Timestamp, data: Vec<u8>) {
        self.advance(now);
        let is_online = self.phase == Phase::Online;
        let Some(auth) = self.options.as_mut().and_then(|options| options.auth.as_mut()) else { return };
        auth.data = Some(data.clone());
        if is_online && !self.is_reauthenticating {
            self.is_reauthenticating = true;
            self.say_auth(0x19, Some(&data));
        }
    }

    fn say_auth(&mut self, code: u8, data: Option<&[u8]>) {
        let Some(auth) = self.options.as_ref().and_then(|options| options.auth.as_ref()) else { return };
        // Data too long for a packet is not sent; the broker's patience ends it then, and ours the connecting.
        let _written = self.encoder.auth(&mut self.outbox, code, &auth.method, data);
    }

    /// Asks for what leads from these filters to those of the options.
    pub(super) fn change_filters(&mut self, before: &[Subscription]) {
        let terms = self.filter_terms();
        let Some(options) = &self.options else { return };
        let change = (before, options.filters.as_slice());
        let (out, inflight) = (&mut self.outbox, &mut self.inflight);
        self.subscriptions.change(&mut self.encoder, out, change, terms, &mut self.events, inflight);
        self.mind_subacks();
    }

    /// Asks for what was waiting for an answer to come.
    pub(super) fn pump_filters(&mut self) {
        let terms = self.filter_terms();
        let (out, inflight) = (&mut self.outbox, &mut self.inflight);
        self.subscriptions.pump(&mut self.encoder, out, terms, &mut self.events, inflight);
        self.mind_subacks();
    }

    fn mind_subacks(&mut self) {
        if self.subscriptions.is_asking() {
            self.timers.set(Timer::Subscribe, self.now + SUBACK_PATIENCE);
        } else {
            self.timers.stop(Timer::Subscribe);
        }
    }
}

/// How long the filters behind wait for a SUBACK that does not come.
const SUBACK_PATIENCE: Millis = Millis(10_000);
