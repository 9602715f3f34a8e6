//! How long to wait before the next try: exponential, with full jitter, so that a thousand screens do not come back
//! in the same second.

use crate::time::{Millis, Timestamp};

/// The waits of one link.
#[derive(Debug)]
pub(super) struct Backoff {
    random: u64,
    /// Ceiling of the next wait.
    ceiling: Millis,
}

impl Backoff {
    pub(super) const fn new(seed: u64) -> Self {
        Self { random: seed, ceiling: FIRST }
    }

    /// Until when to wait: anywhere between now and the ceiling, which doubles.
    pub(super) fn next(&mut self, now: Timestamp) -> Timestamp {
        let until = now + self.within(self.ceiling);
        self.ceiling = Millis((self.ceiling.0 * 2).min(CAP.0));
        until
    }

    /// Anywhere from nothing to `span`.
    pub(super) fn within(&mut self, span: Millis) -> Millis {
        Millis((self.random() % (span.0.max(0).unsigned_abs() + 1)) as i64)
    }

    /// The broker asks for patience: it is busy, or has had too many of us.
    pub(super) fn ease(&mut self) {
        self.ceiling = self.ceiling.max(EASED);
    }

    /// A link ended that was up for so long; one that stayed up was no failure.
    pub(super) fn was_up(&mut self, span: Millis) {
        if span >= STAYED_UP {
            self.reset();
        }
    }

    pub(super) const fn reset(&mut self) {
        self.ceiling = FIRST;
    }

    /// SplitMix64: any seed will do, 0 included.
    const fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

const FIRST: Millis = Millis(500);
const CAP: Millis = Millis(30_000);
const EASED: Millis = Millis(10_000);
/// A link that lasted this long counts as a success.
pub(super) const STAYED_UP: Millis = Millis(10_000);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn waits_grow_to_the_cap_and_are_spread() {
        let mut ceilings = [0i64; 12];
        for seed in 0..2000 {
            let mut backoff = Backoff::new(seed);
            for most in &mut ceilings {
                *most = (*most).max((backoff.next(Timestamp(0)) - Timestamp(0)).0);
            }
        }
        let expected = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000];
        for (most, ceiling) in ceilings.iter().zip(expected) {
            assert!((ceiling * 95 / 100..=ceiling).contains(most), "{most} of {ceiling}");
        }
    }

    #[test]
    fn only_a_link_that_stayed_up_starts_over() {
        let mut backoff = Backoff::new(7);
        for _ in 0..10 {
            backoff.next(Timestamp(0));
        }
        backoff.was_up(Millis(9_999));
        assert_eq!(backoff.ceiling, CAP);
        backoff.was_up(Millis(10_000));
        assert_eq!(backoff.ceiling, FIRST);
    }
}
