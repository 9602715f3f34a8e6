//! Journeys through the product as people take them: a real browser, real brokers, the release build. Each starts what
//! it needs on free ports of this machine and ends it; two run at a time.

#![expect(clippy::unwrap_used, reason = "tests state what must hold")]

mod alerts;
mod alerts_faults;
mod alerts_shared;
mod board_edit;
mod board_large;
mod boards_shared;
mod configuration;
mod connecting;
mod demo;
mod elsewhere;
mod garbage;
mod guest;
mod history;
mod hostile;
mod kiosk;
mod kpi;
mod kpi_shared;
mod namespace;
mod palette;
mod publishing;
mod sparkplug;
mod sparkplug_command;
mod worker_crash;
