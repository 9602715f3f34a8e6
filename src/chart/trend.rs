//! One tag over time, with axes, limits, gaps and the value of now at the line's end.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::curve::{LINE, draw_curve};
use super::decimate::{Columns, Decimated, Window, decimate};
use super::locale::{Grain, Locale};
use super::palette::{Colour, Palette};
use super::pen::{Anchor, Density, Drawn, Lettering, Pen};
use super::scale::{Scale, domain_of};
use super::sheet::{Error, Frame, ROW, SPACE, Sheet};
use super::ticks::{decimals_of, number_ticks};
use crate::time::{Millis, Timestamp};

/// How much a limit matters: the priority of the alert it would raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitRank {
    /// Priority 1.
    Critical,
    /// Priority 2.
    High,
    /// Priority 3.
    Medium,
    /// Priority 4.
    Low,
}

/// A limit drawn into a trend.
#[derive(Clone, Copy, Debug)]
pub struct Limit<'a> {
    /// Where.
    pub value: f64,
    /// Its word, at the right edge.
    pub word: &'a str,
    /// Its colour.
    pub rank: LimitRank,
}

/// What a trend shows.
#[derive(Clone, Copy)]
pub struct Trend<'a> {
    /// The past.
    pub columns: Columns<'a>,
    /// From left edge to right edge.
    pub window: Window,
    /// Silence up to this long is no gap.
    pub silence: Millis,
    /// The values to have in view at least; by default what the data needs.
    pub domain: Option<(f64, f64)>,
    /// The unit, at the axis' top.
    pub unit: &'a str,
    /// Limits; one far from the data is left out.
    pub limits: &'a [Limit<'a>],
    /// The newest value as the page writes it; by default the last column's.
    pub value: Option<&'a str>,
    /// Nobody vouches for the newest value: its tail is grey and hatched.
    pub is_stale: bool,
    /// The instant under the pointer: a line through it, with time and value.
    pub cross: Option<Timestamp>,
    /// How the reader wants numbers and times.
    pub locale: &'a dyn Locale,
}

/// Draws a trend over the whole area. An area too small for axes shows the line alone; without data the axes stay.
///
/// # Errors
/// The backend's.
pub fn draw_trend<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    density: Density,
    palette: &Palette,
    trend: &Trend<'_>,
) -> Result<Plot, Error<DB>> {
    let mut sheet = Sheet { pen: Pen::new(area, density), palette, locale: trend.locale };
    let (width, height) = sheet.pen.size();
    if width < 4.0 || height < 4.0 {
        return Ok(Plot::default());
    }
    let (plain, bold) = (sheet.plain(), sheet.bold());
    let has_axes = width >= 160.0 && height >= 80.0;

    // The y axis wants to know the extremes, the extremes the width, the width the y labels: measured with a guess of
    // the width first, as a few pixels more or less do not move an extreme.
    let guess = decimate(trend.columns, trend.window, width, trend.silence);
    let limits = trend.limits.iter().map(|limit| limit.value);
    let domain = domain_of(&guess.spots, trend.domain, limits);
    let rows = ((height - 2.0 * ROW - SPACE) / 48.0).clamp(2.0, 8.0) as usize;
    let domain = domain.map(|domain| rounded(domain, rows));
    let (marks, step) = domain.map_or((Vec::new(), 1.0), |domain| number_ticks(domain, rows));
    let decimals = decimals_of(step);
    let labels: Vec<String> = marks.iter().map(|mark| trend.locale.number(*mark, decimals)).collect();
    let value = match (trend.value, guess.spots.last()) {
        (Some(value), Some(_)) => Some(value.to_owned()),
        (None, Some(spot)) => Some(trend.locale.number(f64::from(spot.last), decimals + 1)),
        (_, None) => None,
    };

    let layout = if has_axes {
        let pen = &sheet.pen;
        let widest = |widths: &mut dyn Iterator<Item = f64>| widths.fold(0.0, f64::max);
        let left = widest(&mut labels.iter().map(|label| pen.text_width(label, plain)));
        let words = widest(&mut trend.limits.iter().map(|limit| pen.text_width(limit.word, plain)));
        let right = words.max(value.as_ref().map_or(0.0, |value| pen.text_width(value, bold)));
        Frame {
            left: (left + SPACE).min(width / 3.0),
            top: ROW + SPACE / 2.0,
            right: width - (right + SPACE).min(width / 3.0),
            bottom: height - ROW - SPACE / 2.0,
        }
    } else {
        Frame { left: 0.0, top: 2.0, right: width, bottom: height - 2.0 }
    };
    let seen = decimate(trend.columns, trend.window, layout.right - layout.left, trend.silence);
    let y = Scale::new(domain.unwrap_or((0.0, 1.0)), layout.bottom, layout.top);

    if has_axes {
        sheet.time_axis(layout, trend.window)?;
    }
    let grid = sheet.grid();
    let mut pen = sheet.pen;
    let stale_from = stale_tail(&seen, trend, layout);
    let hatched = seen.gaps.iter().map(|(from, to)| (layout.left + from, layout.left + to));
    for (from, to) in hatched.chain(stale_from.map(|from| (from, layout.right))) {
        pen.hatch((from, layout.top, to, layout.bottom), palette.ink_3.faded(0.25))?;
    }
    if has_axes {
        pen.hairlines(marks.iter().map(|mark| (layout.left, layout.right, y.pixel(*mark))), grid)?;
        for (mark, label) in marks.iter().zip(&labels) {
            pen.text(label, (layout.left - SPACE, y.pixel(*mark)), Anchor::Right, plain)?;
        }
        pen.text(trend.unit, (0.0, ROW / 2.0), Anchor::Left, plain)?;
    }
    let shown = trend.limits.iter().filter(|limit| {
        domain.is_some_and(|(low, high)| limit.value.is_finite() && (low..=high).contains(&limit.value))
    });
    for limit in shown.clone() {
        pen.dashes((layout.left, layout.right), y.pixel(limit.value), limit_colour(palette, limit.rank))?;
    }
    draw_curve(&mut pen, &seen, layout.left, y, palette.series)?;
    let end = seen.spots.last().map(|last| (layout.left + last.x, y.pixel(f64::from(last.last))));
    match (end, stale_from) {
        (Some((_, at)), Some(from)) => pen.dashes((from, layout.right), at, palette.ink_3)?,
        (Some((x, at)), None) => pen.line([(x, at), (layout.right, at)], LINE, palette.series)?,
        (None, _) => {}
    }
    if has_axes {
        let beside = layout.right + SPACE;
        for limit in shown {
            let colour = limit_colour(palette, limit.rank);
            let place = y.pixel(limit.value);
            let place = end.map_or(place, |(_, at)| beside_value(place, at, layout));
            pen.text(limit.word, (beside, place), Anchor::Left, Lettering { colour, ..plain })?;
        }
        if let (Some(value), Some((_, at))) = (value, end) {
            let colour = if stale_from.is_some() { palette.ink_3 } else { palette.ink };
            pen.text(&value, (beside, at), Anchor::Left, Lettering { colour, ..bold })?;
        }
    }
    draw_cross(&mut pen, trend, &seen, layout, y, bold)?;
    Ok(Plot { left: layout.left, right: layout.right })
}

/// Between which pixels a trend was drawn: what a pointer's place means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plot {
    /// Left edge of the window.
    pub left: f64,
    /// Right edge.
    pub right: f64,
}

/// A line through the instant under the pointer, with the value in force there and when that is.
fn draw_cross<DB: DrawingBackend>(
    pen: &mut Pen<'_, DB>,
    trend: &Trend<'_>,
    seen: &Decimated,
    frame: Frame,
    y: Scale,
    lettering: Lettering<'_>,
) -> Drawn<DB> {
    let Some(at) = trend.cross.filter(|at| (trend.window.from..=trend.window.to).contains(at)) else { return Ok(()) };
    let x = (at - trend.window.from).0 as f64 * frame.width() / trend.window.span().0 as f64;
    pen.uprights([(frame.left + x, frame.top, frame.bottom)], lettering.colour.faded(0.6))?;
    // Within a gap nobody knows: the time alone is said.
    let is_gap = seen.gaps.iter().any(|(from, to)| (*from..*to).contains(&x));
    let last = seen.spots.partition_point(|spot| spot.x <= x + 0.5).checked_sub(1).filter(|_| !is_gap);
    let mut label = trend.locale.time(at + trend.locale.offset(at), Grain::Second);
    if let Some(spot) = last.and_then(|last| seen.spots.get(last)) {
        let (x, y) = (frame.left + x, y.pixel(f64::from(spot.last)));
        pen.fill([(x - 4.0, y), (x, y - 4.0), (x + 4.0, y), (x, y + 4.0)], lettering.colour)?;
        let spread = f64::from(spot.max) - f64::from(spot.min);
        let decimals = decimals_of(if spread > 0.0 { spread / 10.0 } else { 0.01 }).min(3);
        label = format!("{label}  {}", trend.locale.number(f64::from(spot.last), decimals));
    }
    let half = pen.text_width(&label, lettering) / 2.0;
    let middle = (frame.left + x).max(half).min(pen.size().0 - half);
    pen.text(&label, (middle, ROW / 2.0), Anchor::Centre, lettering)
}

/// Where the part begins that nobody vouches for: the value is said to be stale, or was silent for too long.
fn stale_tail(seen: &Decimated, trend: &Trend<'_>, layout: Frame) -> Option<f64> {
    let last = seen.spots.last()?;
    let millis_per_pixel = trend.window.span().0 as f64 / (layout.right - layout.left).max(1.0);
    let silent = (layout.right - layout.left - seen.end) * millis_per_pixel;
    let is_silent = silent > (trend.silence.0.max(trend.columns.step.0)) as f64;
    (trend.is_stale || is_silent).then(|| layout.left + seen.end.max(last.x))
}

/// A domain with a little air, its ends on the axis' own marks where that costs little height, so that the axis does
/// not move with every new extreme.
fn rounded((low, high): (f64, f64), rows: usize) -> (f64, f64) {
    let air = (high - low) * 0.02;
    let half = number_ticks((low, high), rows).1 / 2.0;
    let (from, to) = (((low - air) / half).floor() * half, ((high + air) / half).ceil() * half);
    // A value that never goes below zero needs no room there.
    let from = if low >= 0.0 { from.max(0.0) } else { from };
    if from < to && from.is_finite() && to.is_finite() { (from, to) } else { (low, high) }
}

/// Moves a limit's word off the value's label.
fn beside_value(place: f64, value: f64, layout: Frame) -> f64 {
    let apart = ROW - 2.0;
    if (place - value).abs() >= apart {
        return place;
    }
    let moved = if place <= value { value - apart } else { value + apart };
    if moved < layout.top - ROW / 2.0 || moved > layout.bottom + ROW / 2.0 { 2.0 * value - moved } else { moved }
}

pub(super) const fn limit_colour(palette: &Palette, rank: LimitRank) -> Colour {
    let [critical, high, medium, low] = palette.limits;
    match rank {
        LimitRank::Critical => critical,
        LimitRank::High => high,
        LimitRank::Medium => medium,
        LimitRank::Low => low,
    }
}
