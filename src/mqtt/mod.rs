//! The MQTT session, sans-io: bytes in, publications and effects out. Knows no socket and no topic's meaning.
//!
//! One [`Session`] per broker. Its methods are of four kinds: *commands* ([`Session::connect`],
//! [`Session::disconnect`], [`Session::probe`], [`Session::subscribe`], [`Session::publish`],
//! [`Session::authenticate`], [`Session::reauthenticate`]), *the world* (`handle_*`), *outputs* ([`Session::poll`])
//! and getters.
//!
//! Invariant: after every command and every `handle_*`, `poll` is called until it says [`Output::Wake`].

pub mod codec;

mod aliases;
mod backoff;
mod command;
mod error;
mod inbound;
mod inflight;
mod options;
mod output;
mod reason;
mod receive;
mod session;
mod state;
mod subscriptions;
mod timers;

pub use codec::{ConnAckLimits, Progress, PublishProperties};
pub use error::PublishError;
pub use options::{Auth, Options, Publication, Rules, Subscription, Version, Will};
pub use output::{Event, Fate, Output, Publish, Stats, Terms, Token};
pub use session::Session;
