//! A trend the size of a word: line, envelope, one limit, the newest point; no axes.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::curve::{LINE, draw_curve};
use super::decimate::{Columns, Window, decimate};
use super::palette::Palette;
use super::pen::{Density, Drawn, Pen};
use super::scale::{Scale, domain_of};
use crate::time::Millis;

/// What a sparkline shows.
#[derive(Clone, Copy, Debug)]
pub struct Sparkline<'a> {
    /// The past.
    pub columns: Columns<'a>,
    /// From left edge to right edge.
    pub window: Window,
    /// Silence up to this long is no gap.
    pub silence: Millis,
    /// The values to have in view at least; by default what the data needs.
    pub domain: Option<(f64, f64)>,
    /// A limit line; left out when far from the data.
    pub limit: Option<f64>,
    /// Nobody vouches for the newest value: the line goes grey, its end is left open.
    pub is_stale: bool,
}

/// Draws a sparkline over the whole area. Without data nothing is drawn.
///
/// # Errors
/// The backend's.
pub fn draw_sparkline<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    density: Density,
    palette: &Palette,
    sparkline: &Sparkline<'_>,
) -> Drawn<DB> {
    /// Room for the dot at the end and half a line above and below.
    const MARGIN: f64 = 2.5;
    let mut pen = Pen::new(area, density);
    let (width, height) = pen.size();
    let right = width - MARGIN;
    if right < 1.0 || height < 2.0 * MARGIN + 1.0 {
        return Ok(());
    }
    let seen = decimate(sparkline.columns, sparkline.window, right, sparkline.silence);
    let Some(domain) = domain_of(&seen.spots, sparkline.domain, sparkline.limit) else { return Ok(()) };
    let y = Scale::new(domain, height - MARGIN, MARGIN);
    for &(from, to) in &seen.gaps {
        pen.hatch((from, 0.0, to, height), palette.ink_3.faded(0.3))?;
    }
    if let Some(limit) = sparkline.limit.filter(|limit| (domain.0..=domain.1).contains(limit)) {
        pen.dashes((0.0, right), y.pixel(limit), palette.limits[1])?;
    }
    let colour = if sparkline.is_stale { palette.ink_3 } else { palette.series };
    draw_curve(&mut pen, &seen, 0.0, y, colour)?;
    let Some(last) = seen.spots.last() else { return Ok(()) };
    let at = y.pixel(f64::from(last.last));
    if sparkline.is_stale {
        return pen.hatch((seen.end.max(last.x), 0.0, width, height), palette.ink_3.faded(0.3));
    }
    // The newest value holds until the next comes.
    pen.line([(last.x, at), (right, at)], LINE, colour)?;
    let dot = [(-2.0, -0.8), (-0.8, -2.0), (0.8, -2.0), (2.0, -0.8), (2.0, 0.8), (0.8, 2.0), (-0.8, 2.0), (-2.0, 0.8)];
    pen.fill(dot.map(|(dx, dy)| (right + dx, at + dy)), colour)
}
