//! Figures that only the shell can measure: how long bytes wait, and how busy the engine is.

/// A histogram of milliseconds in fixed buckets; two generations, so that the figures are of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Lag {
    now: [u64; BUCKETS.len() + 1],
    before: [u64; BUCKETS.len() + 1],
    turns: u32,
    busy_millis: f64,
    since_millis: f64,
}

impl Lag {
    /// Bytes that came at `received` were in the model at `done` (monotonic milliseconds).
    pub(super) fn record(&mut self, received: f64, done: f64) {
        let millis = (done - received).max(0.0);
        let at = BUCKETS.iter().position(|bound| millis <= *bound).unwrap_or(BUCKETS.len());
        self.now[at] += 1;
        self.busy_millis += millis;
    }

    /// The engine worked for so long on something that was not bytes.
    pub(super) fn busy(&mut self, millis: f64) {
        self.busy_millis += millis.max(0.0);
    }

    /// Median, 99th percentile, and the busy share since the last call.
    pub(super) fn take(&mut self, now_millis: f64) -> (f64, f64, f64) {
        let span = now_millis - self.since_millis;
        let ratio = if span > 0.0 { (self.busy_millis / span).min(1.0) } else { 0.0 };
        self.busy_millis = 0.0;
        self.since_millis = now_millis;
        let result = (self.percentile(0.5), self.percentile(0.99), ratio);
        self.turns += 1;
        if self.turns.is_multiple_of(5) {
            self.before = std::mem::take(&mut self.now);
        }
        result
    }

    /// The upper bound of the bucket that holds the share; 0 when nothing came.
    fn percentile(&self, share: f64) -> f64 {
        let total: u64 = self.now.iter().chain(&self.before).sum();
        let mut rest = (total as f64 * share).ceil() as u64;
        if total == 0 {
            return 0.0;
        }
        for (index, (a, b)) in self.now.iter().zip(&self.before).enumerate() {
            rest = rest.saturating_sub(a + b);
            if rest == 0 {
                return BUCKETS.get(index).copied().unwrap_or(f64::INFINITY);
            }
        }
        f64::INFINITY
    }
}

/// Upper bounds in milliseconds.
const BUCKETS: [f64; 20] =
    [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0, 100.0, 300.0, 1000.0, 5000.0];
