//! Andon: the plant floor, live in a browser tab.
//!
//! # Bird's-eye view
//! A worker holds the MQTT session and a model of the plant; the page shows what it is asked to show. One packet's
//! walk: socket ([`worker`]) → [`engine`] → [`mqtt`] session frames it → [`payload`] reads it (or, for `spBv1.0/…`, its [`sparkplug`] edge node's session) → [`plant`] keeps it →
//! [`alert`] judges it → the engine's outbox packs what the page watches into [`wire`] frames → [`ui`] sets the signals that changed.
//!
//! # Layers (dependencies point one way; `tests/architecture.rs` holds them to it)
//! ```text
//! bin/app ── ui ── wire ── (port) ── wire ── worker ── bin/worker
//!            │                                 │
//!          chart                             engine
//!            │                     ┌───────────┴───────────┐
//!          series        alert ── plant ── payload · sparkplug  mqtt
//!            └──────── vocab · time · topic · document ────┘
//! ```
//!
//! # Invariants
//! - The core never reads a clock, a socket or a task: `now` is an argument, bytes are an input, effects are outputs.
//! - Bytes from outside never panic anything: each reader is total, bounded, and names what it refused.
//! - The page and the worker never know each other's modules; they meet in [`wire`] only.
//! - What a frame costs depends on what is watched, never on the message rate or the number of known tags.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")
)]

pub mod alert;
pub mod document;
pub mod kpi;
pub mod mqtt;
pub mod payload;
pub mod plant;
pub mod series;
pub mod sim;
pub mod sparkplug;
pub mod time;
pub mod topic;
pub mod vocab;

pub mod engine;
pub mod wire;

#[cfg(feature = "chart")]
pub mod chart;
#[cfg(feature = "web")]
pub mod web;

#[cfg(feature = "ui")]
pub mod ui;
#[cfg(feature = "worker")]
pub mod worker;
