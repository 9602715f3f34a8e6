//! How often which values came, and how a process stays within what it can: histogram and control chart.

use plotters_backend::DrawingBackend;

use super::curve::LINE;
use super::decimate::Window;
use super::pen::{Anchor, Drawn, Lettering};
use super::scale::Scale;
use super::sheet::{Frame, SPACE, Sheet, Tone};
use super::ticks::nice_step;
use super::trend::{LimitRank, limit_colour};
use crate::time::Timestamp;

/// The most bins of a histogram made from values.
const MOST_BINS: usize = 60;

/// Counts by equal ranges of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Lower end of the first bin.
    pub from: f64,
    /// Width of each bin.
    pub width: f64,
    /// How many fell into each.
    pub counts: Vec<u64>,
    /// The unit of the values.
    pub unit: String,
    /// Limits, drawn where they lie within the bins.
    pub limits: Vec<(f64, LimitRank)>,
}

impl Histogram {
    /// Sorts values into round bins, about as many as the square root of their number; what is not finite is left
    /// out. A value on the edge of two counts to the upper.
    pub fn of(values: &[f64], unit: &str) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let (low, high) = finite().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        let mut out = Self { unit: unit.to_owned(), width: 1.0, ..Self::default() };
        if low > high {
            return out;
        }
        let wanted = (finite().count() as f64).sqrt().clamp(5.0, MOST_BINS as f64 / 2.0);
        let least = (low.abs().max(high.abs()) * 1e-9).max(f64::MIN_POSITIVE.sqrt());
        let width = nice_step(((high - low) / wanted).max(least));
        out.width = if low < high && width.is_finite() { width } else { nice_step(low.abs().max(1.0) / 100.0) };
        let first = (low / out.width + 1e-9).floor();
        out.from = first * out.width;
        let bin = |value: f64| ((value / out.width + 1e-9).floor() - first).clamp(0.0, MOST_BINS as f64 - 1.0) as usize;
        let mut counts = vec![0; bin(high) + 1];
        finite().for_each(|value| counts[bin(value)] += 1);
        out.counts = counts;
        out
    }
}

pub(super) fn draw_histogram<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, histogram: &Histogram) -> Drawn<DB> {
    let frame = sheet.frame();
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    let (frame, y) = sheet.value_axis(frame, (0.0, most as f64), "")?;
    let count = super::bars::most(histogram.counts.len(), frame.width());
    if count == 0 || !(histogram.width > 0.0 && histogram.from.is_finite()) {
        return Ok(());
    }
    let domain = (histogram.from, histogram.from + histogram.width * count as f64);
    let (_, marks) = sheet.marks(domain, (frame.width() / 88.0).clamp(2.0, 8.0) as usize);
    let x = Scale::new(domain, frame.left, frame.right);
    let plain = sheet.plain();
    for (mark, label) in marks.iter().filter(|(mark, _)| (domain.0..=domain.1).contains(mark)) {
        let half = sheet.pen.text_width(label, plain) / 2.0;
        let at = x.pixel(*mark).min(sheet.pen.size().0 - half);
        sheet.pen.text(label, (at, frame.bottom + SPACE / 2.0 + 8.0), Anchor::Centre, plain)?;
    }
    sheet.pen.text(&histogram.unit, (frame.right, 8.0), Anchor::Right, plain)?;
    for (i, &count) in histogram.counts.iter().take(count).enumerate().filter(|(_, count)| **count > 0) {
        let edge = |i: usize| x.pixel(histogram.from + histogram.width * i as f64);
        sheet.area((edge(i) + 0.5, y.pixel(count as f64), edge(i + 1) - 0.5, frame.bottom), Tone::Series(0))?;
    }
    for &(value, rank) in histogram.limits.iter().filter(|(value, _)| (domain.0..=domain.1).contains(value)) {
        let at = x.pixel(value);
        sheet.area((at - 1.0, frame.top, at + 1.0, frame.bottom), Tone::Rank(rank))?;
    }
    Ok(())
}

/// Individual values over time with their own limits (Shewhart's chart of individuals, ISO 7870-2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlChart {
    /// Time and value in order of time.
    pub points: Vec<(Timestamp, f64)>,
    /// From left edge to right edge.
    pub window: Window,
    /// Centre and limits.
    pub limits: ControlLimits,
    /// The unit, at the axis' top.
    pub unit: String,
}

/// Centre line and control limits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ControlLimits {
    /// Lower control limit.
    pub lower: f64,
    /// Mean.
    pub centre: f64,
    /// Upper control limit.
    pub upper: f64,
}

impl ControlLimits {
    /// Limits from the values themselves: mean ± 2.66 times the mean moving range of two (which is three standard
    /// deviations). `None` for fewer than two finite values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let count = values.len();
        if count < 2 {
            return None;
        }
        let centre = values.iter().sum::<f64>() / count as f64;
        let range = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (count - 1) as f64;
        Some(Self { lower: centre - 2.66 * range, centre, upper: centre + 2.66 * range })
    }

    /// Which values say that something has changed: beyond a limit, or the eighth and following in a row on one side
    /// of the centre (ISO 7870-2's tests 1 and 2 in their common form).
    pub fn signals(self, values: impl Iterator<Item = f64>) -> Vec<bool> {
        let (mut side, mut run) = (0, 0);
        let signal = |value: f64| {
            let now = if value > self.centre { 1 } else { -i32::from(value < self.centre) };
            run = if now != 0 && now == side { run + 1 } else { 1 };
            side = now;
            value > self.upper || value < self.lower || (now != 0 && run >= 8)
        };
        values.map(signal).collect()
    }
}

pub(super) fn draw_control<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, chart: &ControlChart) -> Drawn<DB> {
    let ControlLimits { lower, centre, upper } = chart.limits;
    let finite = chart.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
    let (low, high) = finite.fold((lower, upper), |(low, high), v| (low.min(v), high.max(v)));
    let domain = if low < high { (low, high) } else { (low - 1.0, low + 1.0) };
    let mut frame = sheet.frame();
    let (plain, ink_3) = (sheet.plain(), sheet.palette.ink_3);
    frame.right -= sheet.pen.text_width("UCL", plain) + SPACE;
    let (frame, y) = sheet.value_axis(frame, domain, &chart.unit)?;
    sheet.time_axis(frame, chart.window)?;
    let alarm = limit_colour(sheet.palette, LimitRank::High);
    for (value, word, colour) in [(upper, "UCL", alarm), (centre, "x̄", ink_3), (lower, "LCL", alarm)] {
        sheet.pen.dashes((frame.left, frame.right), y.pixel(value), colour)?;
        let lettering = Lettering { colour, ..plain };
        sheet.pen.text(word, (frame.right + SPACE, y.pixel(value)), Anchor::Left, lettering)?;
    }
    let signals = chart.limits.signals(chart.points.iter().map(|(_, value)| *value));
    let places = place_points(chart, frame, y);
    let colour = sheet.palette.series;
    sheet.pen.line(places.iter().map(|(_, place)| *place), LINE, colour)?;
    let marks_all = places.len() as f64 * 6.0 < frame.width();
    for (i, (x, y)) in places {
        if signals.get(i).copied().unwrap_or(false) {
            // A diamond: shape beside colour.
            sheet.pen.fill([(x - 5.0, y), (x, y - 5.0), (x + 5.0, y), (x, y + 5.0)], alarm)?;
        } else if marks_all {
            sheet.pen.rect((x - 1.5, y - 1.5, x + 1.5, y + 1.5), colour)?;
        }
    }
    Ok(())
}

/// Index and place of the points in view, at most four a pixel.
fn place_points(chart: &ControlChart, frame: Frame, y: Scale) -> Vec<(usize, (f64, f64))> {
    let pixels_per_milli = frame.width() / chart.window.span().0 as f64;
    let in_view = |at: Timestamp| (chart.window.from..=chart.window.to).contains(&at);
    let seen = chart.points.iter().enumerate().filter(|(_, (at, value))| in_view(*at) && value.is_finite());
    let count = seen.clone().count();
    let every = (count as f64 / (frame.width() * 4.0).max(1.0)).ceil().max(1.0) as usize;
    let place = |&(at, value): &(Timestamp, f64)| {
        (frame.left + (at - chart.window.from).0 as f64 * pixels_per_milli, y.pixel(value))
    };
    seen.step_by(every).map(|(i, point)| (i, place(point))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn bins_hold_every_finite_value() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i % 97) / 10.0).chain([f64::NAN, f64::INFINITY]).collect();
        let histogram = Histogram::of(&values, "mm");
        assert_eq!(histogram.counts.iter().sum::<u64>(), 1000);
        assert!(histogram.counts.len() <= MOST_BINS && histogram.from <= 0.0);
        assert_eq!(Histogram::of(&[], "").counts, Vec::<u64>::new());
        assert_eq!(Histogram::of(&[7.0; 9], "").counts.iter().sum::<u64>(), 9);
        for odd in [[f64::MIN, f64::MAX], [-0.0, 0.0], [1e-300, 2e-300], [1e15, 1e15 + 1.0]] {
            assert_eq!(Histogram::of(&odd, "").counts.iter().sum::<u64>(), 2, "{odd:?}");
        }
    }

    #[test]
    fn control_limits_and_signals() {
        assert_eq!(ControlLimits::of(&[1.0]), None);
        let limits = ControlLimits::of(&[10.0, 12.0, 10.0, 12.0]).unwrap_or_default();
        assert_eq!((limits.centre, limits.upper.round()), (11.0, 16.0));
        assert_eq!(limits.signals([11.5, 17.0, 10.0].into_iter()), [false, true, false]);
        let run = limits.signals(std::iter::repeat_n(11.5, 9));
        assert_eq!(run.iter().filter(|signal| **signal).count(), 2);
    }
}
