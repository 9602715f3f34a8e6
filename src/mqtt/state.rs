//! The link's life: opening, greeting, online, waiting, denied; and which MQTT version to try.

use super::codec::{ConnAck, ConnAckLimits, Connect, ConnectWill, Decoder, Disconnect, Encoder, Protocol};
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

    /// What worked before, with this broker: tried first, and no more than that.
    pub(super) const fn begin_with(&mut self, known: Version) {
        let next = if matches!(known, Version::V4) { Protocol::V4 } else { Protocol::V5 };
        *self = Self { next, proven: false, refused: None };
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
        self.is_reauthenticating = false;
        let kept = self.kept.as_deref();
        let connect = connect(options, self.protocol, kept, self.begins_clean);
        let written = self.encoder.connect(&mut self.outbox, &connect);
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
        self.is_proven = true;
        self.forgiven = false;
        self.auto.worked(self.protocol);
        self.stats.connections += 1;
        self.limits = connack.limits;
        self.encoder.limit(connack.limits.maximum_packet_bytes);
        let asked = self.kept.take().unwrap_or_else(|| options.client_id.clone());
        let client_id = connack.assigned_client_id.unwrap_or(asked);
        let keep_alive_secs = connack.server_keep_alive_secs.unwrap_or_else(|| keep_alive(options));
        self.is_resumed = connack.session_present;
        self.session_expiry_secs = match self.protocol {
            Protocol::V5 => connack.session_expiry_secs.unwrap_or(options.session_expiry_secs),
            Protocol::V4 if keeps_v4(options) && !self.begins_clean => u32::MAX,
            Protocol::V4 => 0,
        };
        self.kept = (self.session_expiry_secs > 0).then(|| client_id.clone());
        self.begins_clean = false;
        if !self.is_resumed {
            self.unreleased = Unreleased::default();
        }
        let settled = self.inflight.restart(connack.limits.receive_maximum, self.is_resumed);
        self.settle(settled);
        self.own_aliases.restart(connack.limits.topic_alias_maximum);
        self.subscriptions.restart(self.is_resumed);
        // Also where the session was kept: what is retained comes only on subscribing, and it is what is true now.
        self.change_filters(&[]);
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
        self.redirected(connack.code, connack.server_reference.as_deref());
        if reason::is_busy(self.protocol, connack.code) {
            self.backoff.ease();
        }
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

    /// The broker ended the connection.
    pub(super) fn dismissed(&mut self, now: Timestamp, disconnect: &Disconnect) {
        let Disconnect { code, reason_string, server_reference } = disconnect;
        let words = reason::with_detail(reason::reason(*code), reason_string.as_deref(), server_reference.as_deref());
        let fault = LinkFault::Disconnected { code: *code, words };
        self.redirected(*code, server_reference.as_deref());
        self.hang_up();
        if reason::is_taken_over(*code) {
            return self.deny(fault);
        }
        if reason::is_busy(self.protocol, *code) {
            self.backoff.ease();
        }
        self.fail(now, fault);
    }

    /// Tells of another server, where the broker names one.
    fn redirected(&mut self, code: u8, reference: Option<&str>) {
        if let (0x9c | 0x9d, Some(reference)) = (code, reference) {
            let reference = reference.chars().take(REFERENCE_CHARS).collect();
            self.events.push_back(Event::Redirected { reference, is_permanent: code == 0x9d });
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
        let urls = u32::from(self.options.as_ref().map_or(1, |options| options.urls.max(1)));
        let until = if self.failures.is_multiple_of(urls) {
            self.backoff.next(now)
        } else {
            now + self.backoff.within(NEXT_URL)
        };
        self.timers.set(Timer::Retry, until);
        self.set_state(LinkState::Waiting { until, attempt: self.failures, fault });
    }

    /// Trying again cannot mend it: waits for a person. A login that has worked before is another matter: perhaps the
    /// broker cannot ask its user directory just now, and nobody goes round all wall screens, so it looks again now and
    /// then.
    pub(super) fn deny(&mut self, fault: LinkFault) {
        self.reset();
        if self.is_proven && matches!(fault, LinkFault::Refused { .. }) {
            let wait = self.backoff.within(LOOK_AGAIN);
            self.timers.set(Timer::Retry, self.now + LOOK_AGAIN + wait);
        }
        self.set_state(LinkState::Denied { fault });
    }

    /// Ends whatever is under way, politely where there is somebody to be polite to.
    pub(super) fn leave(&mut self) {
        if self.phase == Phase::Online {
            self.encoder.disconnect(&mut self.outbox, 0, self.session_expiry_secs > 0);
        }
        self.hang_up();
        self.reset();
        self.kept = None;
        self.breach = None;
        self.unreleased = Unreleased::default();
        self.subscriptions = Subscriptions::default();
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
        self.limits = ConnAckLimits::default();
        self.keep_alive = Millis(0);
        self.is_resumed = false;
        self.session_expiry_secs = 0;
    }
}

/// `kept`: the client id of the session that the broker may still hold.
fn connect<'a>(options: &'a Options, protocol: Protocol, kept: Option<&'a str>, is_clean: bool) -> Connect<'a> {
    // 3.1.1 has no password without a user name; an empty one says the same.
    let empty = (protocol == Protocol::V4 && options.password.is_some()).then_some("");
    Connect {
        client_id: kept.unwrap_or(&options.client_id),
        clean: match protocol {
            Protocol::V4 => is_clean || !keeps_v4(options),
            Protocol::V5 => kept.is_none() && (is_clean || !options.is_fresh_id || options.session_expiry_secs == 0),
        },
        session_expiry_secs: options.session_expiry_secs,
        username: options.username.as_deref().or(empty),
        password: options.password.as_deref(),
        keep_alive_secs: keep_alive(options),
        will: options.will.as_ref().map(|will| ConnectWill {
            topic: &will.topic,
            payload: &will.payload,
            qos: will.qos,
            retain: will.retain,
            delay_secs: will.delay_secs,
            properties: will.properties.as_deref(),
        }),
        receive_maximum: 0,
        maximum_packet_bytes: options.max_packet_bytes,
        topic_alias_maximum: TOPIC_ALIASES,
        auth: options.auth.as_ref().map(|auth| (auth.method.as_str(), auth.data.as_deref())),
        user_properties: &[],
    }
}

/// A session that the broker is to find again needs a name of its own.
const fn keeps_v4(options: &Options) -> bool {
    options.keeps_session_v4 && options.session_expiry_secs > 0 && !options.client_id.is_empty()
}

fn keep_alive(options: &Options) -> u16 {
    options.keep_alive_secs.min(options.rules.keep_alive_secs)
}

/// At least so long, and at most twice, until a refused login that has worked is tried again.
const LOOK_AGAIN: Millis = Millis::from_secs(180);
/// The pause before the next URL of a round.
const NEXT_URL: Millis = Millis(200);
/// How much of a server reference is kept.
const REFERENCE_CHARS: usize = 200;
const CONNECT_TIMEOUT: Millis = Millis(10_000);
