//! The link's life: opening, greeting, online, waiting, denied; and which MQTT version to try.

use super::codec::{ConnAck, ConnAckLimits, Connect, Decoder, Encoder, Protocol};
use super::inbound::{Aliases, TOPIC_ALIASES, Unreleased};
use super::options::{Options, Version};
use super::output::Event;
use super::reason;
use super::session::Session;
use super::subscriptions::Subscriptions;
use super::timers::{Timer, Timers};
use crate::time::{Millis, Timestamp};
use crate::vocab::{LinkFault, LinkState};

/// How far the socket at hand has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No socket is wanted.
    Down,
    /// Wanted, not open.
    Opening,
    /// Open, CONNECT sent.
    Greeting,
    /// CONNACK came.
    Online,
}

/// The choice behind [`Version::Auto`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Auto {
    next: Protocol,
    /// A session was established with `next`.
    proven: bool,
    /// What the broker refused by name since the last session.
    refused: Option<Protocol>,
}

impl Default for Auto {
    fn default() -> Self {
        Self { next: Protocol::V5, proven: false, refused: None }
    }
}

impl Auto {
    /// The broker hung up on CONNECT, or kept silent. That may be its way to refuse a version it does not know, so
    /// the other one is next, until one has worked.
    pub(super) const fn unanswered(&mut self, protocol: Protocol) {
        if !self.proven {
            self.next = other(protocol);
        }
    }

    /// The broker refused this version; whether the other one is worth a try.
    const fn refused(&mut self, protocol: Protocol) -> bool {
        let is_last = self.refused.is_some();
        *self = Self { next: other(protocol), proven: false, refused: Some(protocol) };
        !is_last
    }

    const fn worked(&mut self, protocol: Protocol) {
        *self = Self { next: protocol, proven: true, refused: None };
    }
}

const fn other(protocol: Protocol) -> Protocol {
    match protocol {
        Protocol::V4 => Protocol::V5,
        Protocol::V5 => Protocol::V4,
    }
}

impl Session {
    /// Wants a socket.
    pub(super) fn open(&mut self, now: Timestamp) {
        let Some(options) = &self.options else { return };
        self.protocol = match options.protocol {
            Version::V4 => Protocol::V4,
            Version::V5 => Protocol::V5,
            Version::Auto => self.auto.next,
        };
        self.timers = Timers::default();
        let patience = if options.connect_timeout.0 > 0 { options.connect_timeout } else { CONNECT_TIMEOUT };
        self.timers.set(Timer::Connect, now + patience);
        self.phase = Phase::Opening;
        self.wants_open = true;
        self.set_state(LinkState::Connecting { attempt: self.failures.saturating_add(1) });
    }

    /// The socket is open: CONNECT.
    pub(super) fn greet(&mut self) {
        let Some(options) = &self.options else { return };
        self.decoder = Decoder::new(self.protocol, options.max_packet_bytes);
        self.encoder = Encoder::new(self.protocol);
        self.outbox.clear();
        let written = self.encoder.connect(&mut self.outbox, &connect(options, self.protocol));
        self.phase = Phase::Greeting;
        if let Err(cause) = written {
            self.hang_up();
            self.deny(LinkFault::Protocol(format!("CONNECT cannot say this: {cause}")));
        }
    }

    /// CONNACK came.
    pub(super) fn welcome(&mut self, now: Timestamp, connack: ConnAck) {
        let Some(options) = &self.options else { return };
        self.timers.stop(Timer::Connect);
        self.phase = Phase::Online;
        self.failures = 0;
        self.forgiven = false;
        self.auto.worked(self.protocol);
        self.stats.connections += 1;
        self.limits = connack.limits;
        self.encoder.limit(connack.limits.maximum_packet_bytes);
        let client_id = connack.assigned_client_id.unwrap_or_else(|| options.client_id.clone());
        let keep_alive_secs = connack.server_keep_alive_secs.unwrap_or(options.keep_alive_secs);

        self.inflight.restart(connack.limits.receive_maximum);
        let (out, inflight) = (&mut self.outbox, &mut self.inflight);
        self.subscriptions.change(&mut self.encoder, out, &[], &options.filters, &mut self.events, inflight);
        self.inflight.release(&mut self.encoder, &mut self.outbox);
        self.pump();
        self.start_keep_alive(now, keep_alive_secs);
        let protocol = self.protocol.level();
        self.set_state(LinkState::Online { since: now, protocol, client_id });
    }

    /// CONNACK refused us.
    pub(super) fn refused(&mut self, now: Timestamp, connack: &ConnAck) {
        let words = reason::connack(self.protocol, connack.code);
        let words = reason::with_detail(words, connack.reason_string.as_deref(), connack.server_reference.as_deref());
        let fault = LinkFault::Refused { code: connack.code, words };
        if reason::is_version(self.protocol, connack.code) {
            self.version_refused(now, fault);
        } else if reason::is_final(self.protocol, connack.code) {
            self.hang_up();
            self.deny(fault);
        } else {
            self.hang_up();
            self.fail(now, fault);
        }
    }

    /// The broker does not speak the version of this connection.
    pub(super) fn version_refused(&mut self, now: Timestamp, fault: LinkFault) {
        self.hang_up();
        let may_choose = self.options.as_ref().is_some_and(|options| options.protocol == Version::Auto);
        if may_choose && self.auto.refused(self.protocol) {
            self.open(now);
        } else {
            self.deny(fault);
        }
    }

    /// The connection is lost or was never made: waits for the next try.
    pub(super) fn fail(&mut self, now: Timestamp, fault: LinkFault) {
        if let LinkState::Online { since, .. } = self.state {
            self.backoff.was_up(now - since);
        }
        self.reset();
        self.failures = self.failures.saturating_add(1);
        let until = self.backoff.next(now);
        self.timers.set(Timer::Retry, until);
        self.set_state(LinkState::Waiting { until, attempt: self.failures, fault });
    }

    /// Trying again cannot mend it: waits for a person.
    pub(super) fn deny(&mut self, fault: LinkFault) {
        self.reset();
        self.set_state(LinkState::Denied { fault });
    }

    /// Ends whatever is under way, politely where there is somebody to be polite to.
    pub(super) fn leave(&mut self) {
        if self.phase == Phase::Online {
            self.encoder.disconnect(&mut self.outbox, 0);
        }
        self.hang_up();
        self.reset();
        let lost = self.inflight.lose();
        self.settle(lost);
    }

    /// Wants the socket closed, if there is one; what is in the outbox still goes.
    pub(super) fn hang_up(&mut self) {
        self.wants_close |= self.phase != Phase::Down && !self.wants_open;
        self.wants_open = false;
        self.phase = Phase::Down;
    }

    pub(super) fn set_state(&mut self, state: LinkState) {
        self.state = state;
        if self.events.back() != Some(&Event::State) {
            self.events.push_back(Event::State);
        }
    }

    /// Forgets the connection.
    fn reset(&mut self) {
        self.phase = Phase::Down;
        self.timers = Timers::default();
        self.decoder = Decoder::new(self.protocol, 0);
        self.aliases = Aliases::default();
        self.unreleased = Unreleased::default();
        self.subscriptions = Subscriptions::default();
        self.limits = ConnAckLimits::default();
        self.keep_alive = Millis(0);
    }
}

fn connect(options: &Options, protocol: Protocol) -> Connect<'_> {
    // 3.1.1 has no password without a user name; an empty one says the same.
    let empty = (protocol == Protocol::V4 && options.password.is_some()).then_some("");
    Connect {
        client_id: &options.client_id,
        username: options.username.as_deref().or(empty),
        password: options.password.as_deref(),
        keep_alive_secs: options.keep_alive_secs,
        will: options.will.as_ref().map(|w| (w.topic.as_str(), w.payload.as_slice(), w.qos, w.retain)),
        maximum_packet_bytes: options.max_packet_bytes,
        topic_alias_maximum: TOPIC_ALIASES,
    }
}

const CONNECT_TIMEOUT: Millis = Millis(10_000);
