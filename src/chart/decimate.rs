//! From columns to what a row of pixels can show.
//!
//! Refuses: y scales and drawing.

use std::ops::Range;

use crate::time::{Millis, Timestamp};
use crate::vocab::Column;

/// Borrowed buckets of a trend, as `wire::TrendPart` has them.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// Bucket width.
    pub step: Millis,
    /// Index of the first column: floor(time / step).
    pub first: i64,
    /// One per bucket, gaps included.
    pub columns: &'a [Column],
}

/// A stretch of time: `from` at the left edge, `to` at the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Left edge.
    pub from: Timestamp,
    /// Right edge.
    pub to: Timestamp,
}

impl Window {
    /// The last `span` up to now, ending on a bucket's edge, so that it moves by whole buckets.
    pub const fn ending(now: Timestamp, span: Millis, step: Millis) -> Self {
        let step = if step.0 > 0 { step.0 } else { 1 };
        let to = now.0.div_euclid(step).saturating_add(1).saturating_mul(step);
        Self { from: Timestamp(to.saturating_sub(span.0)), to: Timestamp(to) }
    }

    /// How long it is, at least 1 ms.
    pub const fn span(self) -> Millis {
        let span = self.to.0.saturating_sub(self.from.0);
        Millis(if span > 0 { span } else { 1 })
    }
}

/// All that is to be seen at one place of the x axis: the buckets of one pixel, or one bucket that is wider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Pixels from the left edge.
    pub x: f64,
    /// Least value.
    pub min: f32,
    /// Greatest value.
    pub max: f32,
    /// Last value.
    pub last: f32,
}

/// The spots of a window in runs that belong together, and the gaps between runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decimated {
    /// From left to right, at most one per pixel.
    pub spots: Vec<Spot>,
    /// Ranges of `spots` to be joined by a line.
    pub runs: Vec<Range<usize>>,
    /// Pixel stretches between runs: nobody heard anything for longer than the silence allowed.
    pub gaps: Vec<(f64, f64)>,
    /// Pixel at which the last spot's bucket ends.
    pub end: f64,
}

/// Sums columns up per pixel of a row `pixels` wide. Two neighbours with less than `silence` of nothing between them
/// belong to one run: a source that reports every 10 s has no gaps in columns of 1 s.
pub fn decimate(columns: Columns<'_>, window: Window, pixels: f64, silence: Millis) -> Decimated {
    let mut out = Decimated::default();
    let step = columns.step.0.max(1);
    if !(pixels >= 1.0 && pixels.is_finite()) {
        return out;
    }
    let pixels_per_milli = pixels / window.span().0 as f64;
    // Indices of the columns that lie in the window, in wide numbers: a bucket index comes from outside.
    let index = |at: i64| i128::from(at.div_euclid(step)) - i128::from(columns.first);
    let bound = |index: i128| usize::try_from(index.max(0)).unwrap_or(usize::MAX).min(columns.columns.len());
    let from = bound(index(window.from.0));
    let to = bound(index(window.to.0.saturating_sub(1)) + 1).max(from);
    let left = (i128::from(columns.first) + from as i128) * i128::from(step) - i128::from(window.from.0);
    let pixel = |milli: f64| ((left as f64 + milli) * pixels_per_milli).clamp(0.0, pixels);
    let step = step as f64;
    let allowed = (silence.0 as f64 / step).max(1.0);
    let mut before: Option<usize> = None;
    let mut run = 0;
    for (i, column) in columns.columns[from..to].iter().enumerate() {
        if column.is_gap() {
            continue;
        }
        let x = pixel((i as f64 + 0.5) * step);
        let is_apart = before.is_some_and(|before| (i - before - 1) as f64 >= allowed);
        match out.spots.last_mut() {
            Some(spot) if spot.x.floor() == x.floor() => {
                spot.min = spot.min.min(column.min);
                spot.max = spot.max.max(column.max);
                spot.last = column.last;
            }
            _ => {
                if is_apart && let Some(before) = before {
                    out.runs.push(run..out.spots.len());
                    run = out.spots.len();
                    out.gaps.push((pixel((before as f64 + 1.0) * step), pixel(i as f64 * step)));
                }
                out.spots.push(Spot { x, min: column.min, max: column.max, last: column.last });
            }
        }
        before = Some(i);
    }
    if let Some(before) = before {
        out.runs.push(run..out.spots.len());
        out.end = pixel((before as f64 + 1.0) * step);
    }
    out
}
