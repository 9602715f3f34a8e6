//! The one machine that joins sessions, payloads and plant, and tells the page what it watches.
//!
//! # Run loop
//! Every [`Engine::handle`] is followed by [`Engine::poll`] until it returns [`Output::Wake`], which also says when to
//! come back with [`Input::Tick`]. Time is always an argument; there is no clock, socket or task inside.
//!
//! Invariant: what a turn costs depends on what came in and what is watched, never on how much is known.

mod alerting;
mod archive;
mod config;
mod csv;
mod dispatch;
mod io;
mod kpi_archive;
mod kpi_glance;
mod kpi_report;
mod kpi_sharing;
mod kpis;
mod link;
mod logbook;
mod machine;
mod namespace;
mod outbox;
mod sharing;
mod sparkplug;
mod store;
mod watch;
mod writing;

pub use io::{Input, Output};
pub use machine::{Engine, HISTORY_BYTES};
pub use store::{Record, StoreOrder};
