//! The browser's edges that both halves share: clock, port, panic hook.
