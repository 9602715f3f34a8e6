//! Which stretch of time a trend shows, and what becomes of it when people zoom, pan and select.
//!
//! Refuses: pointers and keys; a view knows shares of its width.

use super::decimate::Window;
use crate::time::{Millis, Timestamp};

/// What a trend shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// How much of time.
    pub span: Millis,
    /// The right edge; `None` is now, moving on.
    pub to: Option<Timestamp>,
}

impl View {
    /// The last `span`, moving on.
    pub fn live(span: Millis) -> Self {
        Self { span: Millis(span.0.clamp(LEAST.0, MOST.0)), to: None }
    }

    /// From one instant to another in any order, at least ten seconds. One that reaches beyond `now` is live.
    pub fn between(a: Timestamp, b: Timestamp, now: Timestamp) -> Self {
        let span = Millis(a.0.abs_diff(b.0).min(MOST.0 as u64) as i64);
        let span = Millis(span.0.max(LEAST.0));
        let middle = a.0.midpoint(b.0);
        let to = Timestamp(middle.saturating_add(span.0 / 2));
        Self { span, to: (to < now).then_some(to) }
    }

    /// What is seen at `now`.
    pub fn window(self, now: Timestamp) -> Window {
        let to = self.to.unwrap_or(now);
        Window { from: Timestamp(to.0.saturating_sub(self.span.0)), to }
    }

    /// Shows `factor` times as much, with the instant at `share` of the width (0 left, 1 right) kept in its place.
    #[must_use]
    pub fn zoomed(self, factor: f64, share: f64, now: Timestamp) -> Self {
        let factor = if factor.is_finite() { factor.clamp(0.01, 100.0) } else { 1.0 };
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 };
        let Window { from, to } = self.window(now);
        let span = Millis(((self.span.0 as f64 * factor) as i64).clamp(LEAST.0, MOST.0));
        // A live view stays live when zoomed near its right edge.
        if self.to.is_none() && share > 0.9 {
            return Self { span, to: None };
        }
        let pinned = from.0.saturating_add(((to - from).0 as f64 * share) as i64);
        let to = Timestamp(pinned.saturating_add((span.0 as f64 * (1.0 - share)) as i64));
        Self { span, to: (to < now).then_some(to) }
    }

    /// Moves by a share of the width, towards the past when negative; at now it is live again.
    #[must_use]
    pub fn panned(self, share: f64, now: Timestamp) -> Self {
        let share = if share.is_finite() { share.clamp(-100.0, 100.0) } else { 0.0 };
        let to = self.to.unwrap_or(now).0.saturating_add((self.span.0 as f64 * share) as i64);
        Self { to: (to < now.0).then_some(Timestamp(to)), ..self }
    }

    /// Stands still at `now`, or moves on.
    #[must_use]
    pub fn paused(self, is_paused: bool, now: Timestamp) -> Self {
        Self { to: is_paused.then(|| self.to.unwrap_or(now)), ..self }
    }

    /// The width of a bucket of which `columns` make the view; a whole number of milliseconds that makes few different
    /// ones while zooming.
    pub fn step(self, columns: u16) -> Millis {
        Millis((self.span.0 / i64::from(columns.max(1))).max(100))
    }
}

/// Between these all views are.
const LEAST: Millis = Millis(10_000);
const MOST: Millis = Millis(366 * 86_400_000);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);
    const HOUR: Millis = Millis(3_600_000);

    #[test]
    fn what_happened_stands_in_the_middle_or_in_the_live_view() {
        let half = Millis(HOUR.0 / 2);
        let around = |at: Timestamp| View::between(at - half, at + half, NOW);
        let old = NOW - Millis(5 * HOUR.0);
        let window = around(old).window(NOW);
        assert_eq!((old - window.from, window.to - old), (half, half));
        let fresh = around(NOW - Millis(60_000));
        assert_eq!(fresh, View::live(HOUR));
    }

    #[test]
    fn the_instant_under_the_pointer_stays() {
        let view = View { span: HOUR, to: Some(NOW - Millis(40 * HOUR.0)) };
        for share in [0.0, 0.25, 0.5, 1.0] {
            let at = |view: View| {
                let window = view.window(NOW);
                window.from.0 + (window.span().0 as f64 * share) as i64
            };
            for factor in [0.5, 0.8, 1.25, 3.0] {
                assert!((at(view.zoomed(factor, share, NOW)) - at(view)).abs() <= 2, "{share} {factor}");
            }
        }
    }

    #[test]
    fn live_until_it_is_moved_and_live_again_at_now() {
        let live = View::live(HOUR);
        assert_eq!(live.zoomed(2.0, 1.0, NOW).to, None);
        let past = live.panned(-0.5, NOW);
        assert_eq!(past.to, Some(NOW - Millis(HOUR.0 / 2)));
        assert_eq!(past.panned(0.6, NOW).to, None);
        assert_eq!(live.paused(true, NOW), View { span: HOUR, to: Some(NOW) });
        assert_eq!(live.paused(true, NOW).paused(false, NOW), live);
        assert_eq!(View::between(NOW, NOW - HOUR, NOW + HOUR), View { span: HOUR, to: Some(NOW) });
        assert_eq!(View::between(NOW, NOW, NOW + HOUR).span, LEAST);
    }

    #[test]
    fn odd_numbers_make_a_view_all_the_same() {
        for odd in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
            for to in [None, Some(Timestamp(i64::MIN)), Some(Timestamp(i64::MAX))] {
                let view = View { span: HOUR, to }.zoomed(odd, odd, NOW).panned(odd, NOW);
                assert!((LEAST..=MOST).contains(&view.span) && view.window(NOW).span().0 > 0);
            }
        }
        assert!(View::between(Timestamp(i64::MIN), Timestamp(i64::MAX), NOW).span == MOST);
    }
}
