//! The line of one trend with its envelope, as sparkline and trend both draw it.

use std::ops::Range;

use plotters_backend::DrawingBackend;

use super::decimate::{Decimated, Spot};
use super::palette::Colour;
use super::pen::{Drawn, Pen};
use super::scale::Scale;

/// Line width in CSS pixels.
pub(super) const LINE: f64 = 1.5;

/// How far an extreme must stand out of its neighbours to be visited by the line, in CSS pixels.
const SPIKE: f64 = 3.0;

/// An envelope flatter than this many CSS pixels is under the line anyway.
const FLAT: f64 = LINE;

/// The points of the line through one run: the last value of each spot, and before it the extreme that stands out of
/// its neighbours, so that a spike of one sample in a long view is as visible as the line itself. At most two a spot.
pub(super) fn line_points<'a>(
    spots: &'a [Spot],
    run: Range<usize>,
    y: Scale,
) -> impl Iterator<Item = (f64, f64)> + use<'a> {
    let spots = spots.get(run).unwrap_or(&[]);
    spots.iter().enumerate().flat_map(move |(i, spot)| {
        let last = y.pixel(f64::from(spot.last));
        let point = (spot.x, last);
        let mut visit = None;
        if spot.min < spot.max {
            // Upwards is towards lesser pixels.
            let around = [i.checked_sub(1), Some(i + 1)].map(|at| at.and_then(|at| spots.get(at)));
            let mut top = last;
            let mut bottom = last;
            for spot in around.into_iter().flatten() {
                top = top.min(y.pixel(f64::from(spot.max)));
                bottom = bottom.max(y.pixel(f64::from(spot.min)));
            }
            let (high, low) = (y.pixel(f64::from(spot.max)), y.pixel(f64::from(spot.min)));
            let (over, under) = (top - high, low - bottom);
            if over.max(under) >= SPIKE {
                visit = Some((spot.x, if over >= under { high } else { low }));
            }
        }
        visit.into_iter().chain([point])
    })
}

/// Draws envelope and line of all runs, shifted to `origin` (left edge of the plot).
pub(super) fn draw_curve<DB: DrawingBackend>(
    pen: &mut Pen<'_, DB>,
    seen: &Decimated,
    left: f64,
    y: Scale,
    colour: Colour,
) -> Drawn<DB> {
    let edge = |spot: &Spot, value: f32| (left + spot.x, y.pixel(f64::from(value)));
    for run in &seen.runs {
        let spots = seen.spots.get(run.clone()).unwrap_or(&[]);
        if spots.len() > 1 && spots.iter().any(|spot| edge(spot, spot.min).1 - edge(spot, spot.max).1 > FLAT) {
            let upper = spots.iter().map(|spot| edge(spot, spot.max));
            let lower = spots.iter().rev().map(|spot| edge(spot, spot.min));
            pen.fill(upper.chain(lower), colour.faded(0.25))?;
        }
    }
    for run in &seen.runs {
        if let [spot] = seen.spots.get(run.clone()).unwrap_or(&[]) {
            // Alone between gaps: a dot, as high as its extremes.
            let (x, high) = edge(spot, spot.max);
            let (low, half) = (edge(spot, spot.min).1, LINE);
            let dot =
                [(x - half, high - half), (x + half, high - half), (x + half, low + half), (x - half, low + half)];
            pen.fill(dot, colour)?;
        } else {
            pen.line(line_points(&seen.spots, run.clone(), y).map(|(x, y)| (left + x, y)), LINE, colour)?;
        }
    }
    Ok(())
}
