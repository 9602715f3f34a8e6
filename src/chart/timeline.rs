//! What was in which state when (a Gantt strip per row), and how a value goes over days and hours (a heat map).

use plotters_backend::DrawingBackend;

use super::decimate::Window;
use super::pen::{Anchor, Drawn};
use super::sheet::{Frame, ROW, SPACE, Sheet, Tone};
use crate::time::Timestamp;

/// A stretch of one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub to: Timestamp,
    /// How the state looks.
    pub tone: Tone,
}

/// States of several things on one axis of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Name and stretches in order of time; where there is no stretch nothing is drawn.
    pub rows: Vec<(String, Vec<Stretch>)>,
    /// From left edge to right edge.
    pub window: Window,
}

/// A value by row and column, as the depth of one colour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    /// Names from left to right: hours.
    pub columns: Vec<String>,
    /// Names from top to bottom: days.
    pub rows: Vec<String>,
    /// Row by row; `None` is hatched: nobody measured.
    pub cells: Vec<Option<f64>>,
    /// Value of the palest and of the deepest colour; by default the extremes.
    pub domain: Option<(f64, f64)>,
    /// The unit.
    pub unit: String,
}

pub(super) fn draw_timeline<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, timeline: &Timeline) -> Drawn<DB> {
    let frame = names(sheet, timeline.rows.iter().map(|(name, _)| name), Frame { top: 0.0, ..sheet.frame() })?;
    sheet.time_axis(frame, timeline.window)?;
    let pixels_per_milli = frame.width() / timeline.window.span().0 as f64;
    let pixel = |at: Timestamp| {
        let at = at.clamp(timeline.window.from, timeline.window.to.max(timeline.window.from));
        frame.left + (at - timeline.window.from).0 as f64 * pixels_per_milli
    };
    let slot = frame.height() / timeline.rows.len().max(1) as f64;
    let height = (slot * 0.7).clamp(1.0, 32.0);
    for (i, (_, stretches)) in timeline.rows.iter().enumerate() {
        let middle = frame.top + (i as f64 + 0.5) * slot;
        let (top, bottom) = (middle - height / 2.0, middle + height / 2.0);
        // What is less than a pixel is a pixel, the gravest of those that share it: a short stop is never lost, and a
        // year of stops costs no more than its pixels.
        let mut held: Option<(f64, f64, Tone)> = None;
        for stretch in stretches {
            if stretch.to <= timeline.window.from || stretch.from >= timeline.window.to {
                continue;
            }
            let (from, to) = (pixel(stretch.from), pixel(stretch.to).max(pixel(stretch.from)));
            held = match held {
                Some((left, right, tone)) if tone == stretch.tone && from - right < 1.0 => Some((left, to, tone)),
                Some((left, right, tone)) if right - left < 1.0 && to - left < 1.0 => {
                    let graver = if stretch.tone.weight() > tone.weight() { stretch.tone } else { tone };
                    Some((left, to, graver))
                }
                Some((left, right, tone)) if to - from < 1.0 && to < right.max(left + 1.0) => Some((left, right, tone)),
                other => {
                    if let Some((left, right, tone)) = other {
                        sheet.area((left, top, right, bottom), tone)?;
                    }
                    Some((from, to, stretch.tone))
                }
            };
        }
        if let Some((left, right, tone)) = held {
            sheet.area((left, top, right, bottom), tone)?;
        }
    }
    Ok(())
}

pub(super) fn draw_heat<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, map: &HeatMap) -> Drawn<DB> {
    let frame = names(sheet, map.rows.iter(), sheet.frame())?;
    let (plain, palette) = (sheet.plain(), sheet.palette);
    let known = map.cells.iter().flatten().copied().filter(|value| value.is_finite());
    let extremes = known.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let wanted = map.domain.filter(|(low, high)| low < high && (high - low).is_finite());
    let (low, high) = wanted.unwrap_or(extremes);
    let span = if high > low && (high - low).is_finite() { high - low } else { 1.0 };
    let shade = |share: f64| palette.hues[0].faded(0.08 + 0.92 * share.clamp(0.0, 1.0));
    sheet.slot_labels(frame, map.columns.iter().map(String::as_str))?;
    let (columns, rows) = (map.columns.len().max(1), map.rows.len().max(1));
    let (width, height) = (frame.width() / columns as f64, frame.height() / rows as f64);
    if width < 1.0 || height < 1.0 {
        return Ok(());
    }
    let gap = if width.min(height) > 6.0 { 1.0 } else { 0.0 };
    for (i, cell) in map.cells.iter().take(columns * rows).enumerate() {
        let (left, top) = (frame.left + (i % columns) as f64 * width, frame.top + (i / columns) as f64 * height);
        let rect = (left, top, left + width - gap, top + height - gap);
        match cell.filter(|value| value.is_finite()) {
            Some(value) => sheet.pen.rect(rect, shade((value - low) / span))?,
            None => sheet.area(rect, Tone::Unknown)?,
        }
    }
    // The key: palest to deepest with their values, at the right of the row above.
    if low <= high {
        let decimals = super::ticks::decimals_of(super::ticks::nice_step(span / 10.0));
        let label = |value: f64| sheet.locale.number(value, decimals);
        let (from, to) = (label(low), format!("{} {}", label(high), map.unit));
        let right = frame.right - sheet.pen.text_width(&to, plain) - SPACE / 2.0;
        sheet.pen.text(&to, (frame.right, ROW / 2.0), Anchor::Right, plain)?;
        let left = right - 60.0;
        for step in 0..5 {
            let x = left + f64::from(step) * 12.0;
            sheet.pen.rect((x, 3.0, x + 12.0, 13.0), shade(f64::from(step) / 4.0))?;
        }
        sheet.pen.text(&from, (left - SPACE / 2.0, ROW / 2.0), Anchor::Right, plain)?;
    }
    Ok(())
}

/// Writes the names of rows at the left; gives the frame beside them.
fn names<'b, DB: DrawingBackend>(
    sheet: &Sheet<'_, DB>,
    names: impl ExactSizeIterator<Item = &'b String> + Clone,
    frame: Frame,
) -> Result<Frame, super::sheet::Error<DB>> {
    let plain = sheet.plain();
    let widest = names.clone().fold(0.0, |widest: f64, name| widest.max(sheet.pen.text_width(name, plain)));
    let left = (frame.left + widest + SPACE).min(frame.left + frame.width() / 3.0);
    let slot = frame.height() / names.len().max(1) as f64;
    let every = (ROW / slot.max(0.1)).ceil().max(1.0) as usize;
    for (i, name) in names.enumerate().step_by(every) {
        let name = sheet.clip(name, left - frame.left - SPACE);
        let y = frame.top + (i as f64 + 0.5) * slot;
        sheet.pen.text(&name, (left - SPACE, y), Anchor::Right, plain)?;
    }
    Ok(Frame { left, ..frame })
}
