//! Every chart that is made from values at hand, drawn by one function.
//!
//! Trend and sparkline, which move with time, have their own ([`super::draw_trend`], [`super::draw_sparkline`]).
//!
//! # Use
//! ```text
//! let chart = Chart::Bars(Bars { categories, layers: vec![Layer { tone: Tone::Series(0), values }], ..Bars::default() });
//! draw_chart(&area, density, &palette, &locale, &chart)?;          // any plotters backend
//! view! { <ChartCanvas chart=signal label=words/> }                 // the same on the page
//! ```
//! Data is owned and in the reader's units; nothing is kept between two drawings. Odd numbers (NaN, infinities, empty
//! domains) are left out or hatched, never an error.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::bars::{Bars, Pareto, draw_bars, draw_pareto};
use super::bullet::{Bullet, draw_bullet};
use super::histogram::{ControlChart, Histogram, draw_control, draw_histogram};
use super::locale::Locale;
use super::palette::Palette;
use super::pen::{Density, Drawn, Pen};
use super::sheet::Sheet;
use super::timeline::{HeatMap, Timeline, draw_heat, draw_timeline};
use super::xy::{Xy, draw_xy};

/// A chart and its data.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// Bars by category, single or stacked.
    Bars(Bars),
    /// Causes by amount with their running share.
    Pareto(Pareto),
    /// How often which value came.
    Histogram(Histogram),
    /// States over time, a row each.
    Timeline(Timeline),
    /// A value by hour and day.
    Heat(HeatMap),
    /// One value against target and limits.
    Bullet(Bullet),
    /// One value against another.
    Xy(Xy),
    /// Individual values within their control limits.
    Control(ControlChart),
}

/// Draws a chart over the whole area. Where there is too little room for axes (120 × 60 CSS pixels; a bullet needs
/// 40 × 8), nothing is drawn.
///
/// # Errors
/// The backend's.
pub fn draw_chart<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    density: Density,
    palette: &Palette,
    locale: &dyn Locale,
    chart: &Chart,
) -> Drawn<DB> {
    let mut sheet = Sheet { pen: Pen::new(area, density), palette, locale };
    let (width, height) = sheet.pen.size();
    let least = if matches!(chart, Chart::Bullet(_)) { (40.0, 8.0) } else { (120.0, 60.0) };
    if width < least.0 || height < least.1 {
        return Ok(());
    }
    match chart {
        Chart::Bars(bars) => draw_bars(&mut sheet, bars),
        Chart::Pareto(pareto) => draw_pareto(&mut sheet, pareto),
        Chart::Histogram(histogram) => draw_histogram(&mut sheet, histogram),
        Chart::Timeline(timeline) => draw_timeline(&mut sheet, timeline),
        Chart::Heat(map) => draw_heat(&mut sheet, map),
        Chart::Bullet(bullet) => draw_bullet(&mut sheet, bullet),
        Chart::Xy(xy) => draw_xy(&mut sheet, xy),
        Chart::Control(chart) => draw_control(&mut sheet, chart),
    }
}
