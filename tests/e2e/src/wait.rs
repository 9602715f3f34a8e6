//! Waiting for what must come true.

use std::fmt::Debug;
use std::time::Duration;

use xtask::clock::Stopwatch;

/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// For what needs the page to start, or a broker to answer.
pub const PATIENT: f64 = 30.0;

/// Looks until `look` gives `Ok`, and returns that. Its `Err` says what was there instead.
///
/// # Panics
/// When it did not within `secs` seconds, with the last thing seen.
pub async fn eventually<T, E: Debug>(what: &str, secs: f64, mut look: impl AsyncFnMut() -> Result<T, E>) -> T {
    let watch = Stopwatch::start();
    loop {
        // Seen after the time was over does not count.
        let late = watch.secs() > secs;
        match look().await {
            Ok(found) if !late => return found,
            Ok(_) => panic!("{what}: only after {:.1} s, not within {secs} s", watch.secs()),
            Err(seen) if late => panic!("{what}: not within {secs} s; last seen: {seen:?}"),
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }
}
