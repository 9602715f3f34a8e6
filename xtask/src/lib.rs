//! Developer commands as a library: what `cargo xtask` runs, and what end-to-end tests and benches start too (the
//! demo's broker, page server and plant publisher).
//!
//! Refuses: product logic. Whatever the product needs at run time lives in the `andon` crate.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")
)]

pub mod bench;
pub mod cli;
pub mod clock;
pub mod conformance;
pub mod console;
pub mod demo;
pub mod dist;
pub mod setup;
pub mod test;
pub mod workspace;

mod failure;
mod files;
mod process;
pub use failure::{Context, Failure, Outcome};
