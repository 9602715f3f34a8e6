//! The browser's edges that both halves share: clock, port, panic hook. Knows nothing of the domain.

#[cfg(feature = "ui")]
pub mod awake;
pub mod clock;
pub mod panic;
pub mod port;
