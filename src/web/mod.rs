//! The browser's edges that both halves share: clock, port, panic hook. Knows nothing of the domain.

pub mod clock;
pub mod panic;
pub mod port;
