//! A session with one broker: what it is told, what it wants done. Refuses clocks, sockets, and any opinion about what
//! a topic means.

use std::collections::VecDeque;
use std::fmt;

use super::backoff::Backoff;
use super::codec::{ConnAckLimits, Decoder, Encoder, Progress, Protocol};
use super::error::PublishError;
use super::inbound::{Aliases, Unreleased};
use super::inflight::Inflight;
use super::options::{Options, Publication, Subscription};
use super::output::{Event, Fate, Output, Stats, Token};
use super::state::{Auto, Phase};
use super::subscriptions::Subscriptions;
use super::timers::{Timer, Timers};
use crate::time::{Millis, Timestamp};
use crate::vocab::{LinkFault, LinkState};

/// A session with one broker, over as many connections as it takes.
pub struct Session {
    pub(super) options: Option<Options>,
    pub(super) state: LinkState,
    pub(super) phase: Phase,
    pub(super) auto: Auto,
    /// What this connection speaks.
    pub(super) protocol: Protocol,
    pub(super) decoder: Decoder,
    pub(super) encoder: Encoder,
    pub(super) limits: ConnAckLimits,
    pub(super) aliases: Aliases,
    pub(super) unreleased: Unreleased,
    pub(super) inflight: Inflight,
    pub(super) subscriptions: Subscriptions,
    /// In force on this connection; 0 is off.
    pub(super) keep_alive: Millis,
    pub(super) last_received: Timestamp,
    last_sent: Timestamp,
    /// A late [`Timer::Answer`] was forgiven since the last byte.
    pub(super) forgiven: bool,
    pub(super) timers: Timers,
    pub(super) backoff: Backoff,
    /// Tries that failed since the link was last online.
    pub(super) failures: u32,
    /// The latest `now`.
    now: Timestamp,
    next_token: u64,
    pub(super) stats: Stats,
    /// Packets of this turn.
    pub(super) outbox: Vec<u8>,
    pub(super) wants_close: bool,
    pub(super) wants_open: bool,
    pub(super) events: VecDeque<Event>,
}

/// Commands.
impl Session {
    /// A session that is told nothing yet. `seed` spreads the waits between tries; each client wants its own.
    pub fn new(seed: u64) -> Self {
        Self {
            options: None,
            state: LinkState::Idle,
            phase: Phase::Down,
            auto: Auto::default(),
            protocol: Protocol::V4,
            decoder: Decoder::new(Protocol::V4, 0),
            encoder: Encoder::new(Protocol::V4),
            limits: ConnAckLimits::default(),
            aliases: Aliases::default(),
            unreleased: Unreleased::default(),
            inflight: Inflight::new(),
            subscriptions: Subscriptions::default(),
            keep_alive: Millis(0),
            last_received: Timestamp(0),
            last_sent: Timestamp(0),
            forgiven: false,
            timers: Timers::default(),
            backoff: Backoff::new(seed),
            failures: 0,
            now: Timestamp(0),
            next_token: 1,
            stats: Stats::default(),
            outbox: Vec::new(),
            wants_close: false,
            wants_open: false,
            events: VecDeque::new(),
        }
    }

    /// Connects, and from then on stays connected or tries to. A session under way is ended first; publications it
    /// had not settled are lost.
    pub fn connect(&mut self, now: Timestamp, options: Options) {
        self.advance(now);
        self.leave();
        self.options = Some(options);
        self.failures = 0;
        self.backoff.reset();
        self.open(now);
    }

    /// Says goodbye, closes, and does not come back by itself. The broker does not publish the will.
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

    /// From now on wants these filters and no others; on each later connection too. New ones are answered by events.
    pub fn subscribe(&mut self, now: Timestamp, filters: Vec<Subscription>) {
        self.advance(now);
        let Some(options) = &mut self.options else { return };
        let before = std::mem::replace(&mut options.filters, filters);
        if self.phase == Phase::Online {
            let (out, inflight) = (&mut self.outbox, &mut self.inflight);
            self.subscriptions.change(&mut self.encoder, out, &before, &options.filters, &mut self.events, inflight);
        }
    }

    /// Publishes. The token's fate comes as [`Event::Settled`]. A QoS 1 or 2 publication that was taken is sent again
    /// after a reconnect until the broker answers.
    ///
    /// # Errors
    /// When it cannot be sent now; nothing is kept then.
    pub fn publish(&mut self, now: Timestamp, publication: Publication) -> Result<Token, PublishError> {
        self.advance(now);
        if self.phase != Phase::Online {
            return Err(PublishError::Offline);
        }
        let Publication { topic, payload, qos, retain } = &publication;
        self.encoder.check_publish(topic, payload.len(), *qos)?;
        if let Some(maximum) = self.limits.maximum_qos.filter(|maximum| qos > maximum) {
            return Err(PublishError::Qos { maximum });
        }
        if *retain && self.limits.retain_available == Some(false) {
            return Err(PublishError::Retain);
        }
        let token = Token(self.next_token);
        if *qos == 0 {
            self.encoder.publish(&mut self.outbox, topic, payload, (0, *retain, false), 0)?;
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
}

/// The world. `handle_bytes` stands in `receive`.
impl Session {
    /// The socket is open.
    pub fn handle_opened(&mut self, now: Timestamp) {
        self.advance(now);
        if self.phase == Phase::Opening {
            self.greet();
        }
    }

    /// The socket closed, or never opened; code and reason as the browser gives them. Ignored when no socket is
    /// wanted.
    pub fn handle_closed(&mut self, now: Timestamp, code: u16, reason: &str) {
        self.advance(now);
        let fault = match self.phase {
            Phase::Down => return,
            Phase::Opening => LinkFault::NeverOpened,
            Phase::Greeting | Phase::Online => LinkFault::Closed { code, reason: reason.to_owned() },
        };
        if self.phase == Phase::Greeting {
            self.auto.unanswered(self.protocol);
        }
        self.outbox.clear();
        self.phase = Phase::Down; // nothing is left to close
        self.fail(now, fault);
    }

    /// The shell could not even create the socket. A bad URL and mixed content wait for a person.
    pub fn handle_refused(&mut self, now: Timestamp, fault: LinkFault) {
        self.advance(now);
        if self.phase != Phase::Opening {
            return;
        }
        self.phase = Phase::Down;
        if matches!(fault, LinkFault::BadUrl(_) | LinkFault::MixedContent) {
            self.deny(fault);
        } else {
            self.fail(now, fault);
        }
    }

    /// The time [`Output::Wake`] named has come. Harmless at any other time.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.advance(now);
        while let Some((timer, due)) = self.timers.expire(now) {
            match timer {
                Timer::Retry => self.open(now),
                Timer::Connect => {
                    let awaited = match self.phase {
                        Phase::Greeting => "CONNACK",
                        Phase::Down | Phase::Opening | Phase::Online => "the WebSocket to open",
                    };
                    if self.phase == Phase::Greeting {
                        self.auto.unanswered(self.protocol);
                    }
                    self.hang_up();
                    self.fail(now, LinkFault::Silence(awaited.to_owned()));
                }
                Timer::KeepAlive => self.keep_alive(now),
                // We slept through the deadline ourselves: the answer may lie in the socket, so ask once more.
                Timer::Answer if !self.forgiven && now - due > LATE => {
                    self.forgiven = true;
                    self.ask(now + PROBE_ANSWER);
                }
                Timer::Answer => {
                    self.hang_up();
                    self.fail(now, LinkFault::Silence("an answer to PINGREQ".to_owned()));
                }
            }
        }
    }

    /// What is to be done or known next. Called until it says [`Output::Wake`].
    pub fn poll(&mut self) -> Output {
        if !self.outbox.is_empty() {
            self.last_sent = self.now;
            return Output::Send(std::mem::take(&mut self.outbox));
        }
        if std::mem::take(&mut self.wants_close) {
            return Output::Close;
        }
        if std::mem::take(&mut self.wants_open) {
            return Output::Open;
        }
        match self.events.pop_front() {
            Some(event) => Output::Event(event),
            None => Output::Wake(self.timers.next()),
        }
    }
}

/// Getters.
impl Session {
    /// Where the link stands.
    pub const fn state(&self) -> &LinkState {
        &self.state
    }

    /// How far a packet that comes in parts has come; `None` between packets. For large ones only worth showing.
    pub fn receiving(&self) -> Option<Progress> {
        self.decoder.progress()
    }

    /// Counts since the session was made.
    pub const fn stats(&self) -> Stats {
        self.stats
    }
}

impl Session {
    /// Takes note of the time. A clock set back moves every deadline along, or nothing would happen until it has
    /// caught up.
    pub(super) fn advance(&mut self, now: Timestamp) {
        if now < self.now {
            let back = now - self.now;
            self.timers.shift(back);
            self.last_received = self.last_received + back;
            self.last_sent = self.last_sent + back;
        }
        self.now = now;
    }

    /// Sends PINGREQ when nothing was sent or nothing received for a keep-alive, and sets the next look.
    pub(super) fn keep_alive(&mut self, now: Timestamp) {
        if self.keep_alive.0 == 0 || self.phase != Phase::Online {
            return;
        }
        if now - self.last_sent >= self.keep_alive || now - self.last_received >= self.keep_alive {
            self.ask(now + Millis(self.keep_alive.0 / 2));
            self.last_sent = now;
        }
        let idle =
            if self.timers.is_set(Timer::Answer) { self.last_sent } else { self.last_sent.min(self.last_received) };
        self.timers.set(Timer::KeepAlive, idle + self.keep_alive);
    }

    /// A connection begins to count.
    pub(super) fn start_keep_alive(&mut self, now: Timestamp, secs: u16) {
        self.keep_alive = Millis::from_secs(i64::from(secs));
        (self.last_sent, self.last_received) = (now, now);
        if secs > 0 {
            self.timers.set(Timer::KeepAlive, now + self.keep_alive);
        }
    }

    /// Sends PINGREQ; some byte must come until `deadline`, unless an earlier one is already set.
    fn ask(&mut self, deadline: Timestamp) {
        self.encoder.pingreq(&mut self.outbox);
        self.timers.set_earlier(Timer::Answer, deadline);
    }

    /// Sends what the window has room for.
    pub(super) fn pump(&mut self) {
        let subscriptions = &self.subscriptions;
        let settled =
            self.inflight.pump(&mut self.encoder, &mut self.outbox, |packet_id| subscriptions.is_pending(packet_id));
        self.settle(settled);
    }

    pub(super) fn settle(&mut self, settled: impl IntoIterator<Item = (Token, Fate)>) {
        self.events.extend(settled.into_iter().map(|(token, fate)| Event::Settled { token, fate }));
    }
}

/// Never shows the options or the outbox: both may hold the password.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("state", &self.state)
            .field("timers", &self.timers)
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}

/// How long a broker may take to answer a probe.
const PROBE_ANSWER: Millis = Millis(3_000);
/// A timer that fires this long after its deadline was held up on our side.
const LATE: Millis = Millis(1_000);
