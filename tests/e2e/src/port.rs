//! Ports for programs that must be told theirs.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// A port that nobody listens on, from below those that the system gives out by itself: neither an outgoing connection
/// nor a listener on port 0 takes it before the program does.
///
/// # Panics
/// When every one of them is taken.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    (0..COUNT)
        .map(|_| NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(SPREAD)) % COUNT)
        .map(|place| FIRST + place as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

const FIRST: u16 = 12_000;
const COUNT: u32 = 20_000;
/// Processes that run at the same time begin far apart.
const SPREAD: u32 = 61;
