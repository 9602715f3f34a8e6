//! The engine's thread.
fn main() {}
