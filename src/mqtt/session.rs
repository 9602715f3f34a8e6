//! A session with one broker: what it is told, what it wants done. Refuses clocks, sockets, and any opinion about what
//! a topic means.

use std::collections::VecDeque;
use std::fmt;

use super::aliases::OwnAliases;
use super::backoff::Backoff;
use super::codec::{ConnAckLimits, Decoder, Encoder, Progress, Protocol};
use super::inbound::{Aliases, Unreleased};
use super::inflight::Inflight;
use super::options::{Auth, Options, Rules};
use super::output::{Event, Fate, Output, Stats, Terms, Token};
use super::state::{Auto, Phase};
use super::subscriptions::{self, Subscriptions};
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
    pub(super) own_aliases: OwnAliases,
    /// The broker may hold a session of ours, under this client id.
    pub(super) kept: Option<String>,
    /// The next CONNECT ends whatever session the broker holds.
    pub(super) begins_clean: bool,
    /// What the broker last broke of the protocol.
    pub(super) breach: Option<String>,
    pub(super) is_resumed: bool,
    /// How long the broker would keep the session, in seconds.
    pub(super) session_expiry_secs: u32,
    /// AUTH is out, and its answer is awaited.
    pub(super) is_reauthenticating: bool,
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
    /// This login has worked before.
    pub(super) is_proven: bool,
    /// Tries that failed since the link was last online.
    pub(super) failures: u32,
    /// The latest `now`.
    pub(super) now: Timestamp,
    pub(super) next_token: u64,
    pub(super) stats: Stats,
    /// Packets of this turn.
    pub(super) outbox: Vec<u8>,
    pub(super) wants_close: bool,
    pub(super) wants_open: bool,
    pub(super) events: VecDeque<Event>,
}

/// Making one. Commands stand in `command`.
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
            own_aliases: OwnAliases::default(),
            kept: None,
            begins_clean: false,
            breach: None,
            is_resumed: false,
            session_expiry_secs: 0,
            is_reauthenticating: false,
            unreleased: Unreleased::default(),
            inflight: Inflight::new(),
            subscriptions: Subscriptions::default(),
            keep_alive: Millis(0),
            last_received: Timestamp(0),
            last_sent: Timestamp(0),
            forgiven: false,
            timers: Timers::default(),
            backoff: Backoff::new(seed),
            is_proven: false,
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
                Timer::Subscribe => {
                    self.subscriptions.go_on();
                    self.pump_filters();
                }
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

    /// What holds on this connection; all nothing unless online.
    pub fn terms(&self) -> Terms {
        Terms {
            is_resumed: self.is_resumed,
            session_expiry_secs: self.session_expiry_secs,
            keep_alive_secs: u16::try_from(self.keep_alive.0 / 1000).unwrap_or(u16::MAX),
            limits: self.limits,
        }
    }

    /// The enhanced authentication in use.
    pub fn auth(&self) -> Option<&Auth> {
        self.options.as_ref().and_then(|options| options.auth.as_ref())
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
    pub(super) fn ask(&mut self, deadline: Timestamp) {
        self.encoder.pingreq(&mut self.outbox);
        self.timers.set_earlier(Timer::Answer, deadline);
    }

    /// Sends what the window has room for.
    pub(super) fn pump(&mut self) {
        let (out, subscriptions) = (&mut self.outbox, &self.subscriptions);
        let is_taken = |packet_id| subscriptions.is_pending(packet_id);
        let settled = self.inflight.pump(&mut self.encoder, out, &mut self.own_aliases, &self.limits, is_taken);
        self.settle(settled);
    }

    pub(super) fn rules(&self) -> Rules {
        self.options.as_ref().map_or_else(Rules::default, |options| options.rules)
    }

    pub(super) fn filter_terms(&self) -> subscriptions::Terms {
        subscriptions::Terms { protocol: self.protocol, limits: self.limits, rules: self.rules() }
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
pub(super) const PROBE_ANSWER: Millis = Millis(3_000);
/// A timer that fires this long after its deadline was held up on our side.
const LATE: Millis = Millis(1_000);
