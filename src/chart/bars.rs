//! Bars by category: single, stacked, and Pareto's order with its running share.
//!
//! Refuses: more bars than pixels (the rest is left out at the end, which in Pareto's order is the least).

use plotters_backend::DrawingBackend;

use super::curve::LINE;
use super::pen::{Anchor, Drawn};
use super::scale::Scale;
use super::sheet::{Frame, ROW, SPACE, Sheet, Tone};

/// One part of each bar, from the base on.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its colour.
    pub tone: Tone,
    /// One per category; what is not finite is left out.
    pub values: Vec<f64>,
}

/// Bars by category, each of one layer or several stacked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// Names, in order.
    pub categories: Vec<String>,
    /// From the base on; those below zero stack downwards.
    pub layers: Vec<Layer>,
    /// The unit, at the axis' top.
    pub unit: String,
    /// A mark across all bars: the plan, the target.
    pub target: Option<f64>,
    /// From left to right, one below the other: for long names.
    pub is_level: bool,
}

/// Amounts by cause, the greatest first, with the running share of the whole as a line up to 100 %.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pareto {
    /// Cause and amount in any order; below zero counts as zero.
    pub causes: Vec<(String, f64)>,
    /// The unit of the amounts.
    pub unit: String,
}

impl Bars {
    /// Sum above and below the base, by category.
    fn extremes(&self) -> (f64, f64) {
        let mut extremes = (0.0f64, 0.0f64);
        for i in 0..self.categories.len() {
            let parts = self.layers.iter().filter_map(|layer| layer.values.get(i)).filter(|value| value.is_finite());
            let (low, high) =
                parts.fold((0.0, 0.0), |(low, high), &v| if v < 0.0 { (low + v, high) } else { (low, high + v) });
            extremes = (extremes.0.min(low), extremes.1.max(high));
        }
        let target = self.target.filter(|target| target.is_finite()).unwrap_or(0.0);
        let (low, high) = (extremes.0.min(target), extremes.1.max(target));
        if low < high { (low, high) } else { (0.0, 1.0) }
    }
}

pub(super) fn draw_bars<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, bars: &Bars) -> Drawn<DB> {
    let frame = sheet.frame();
    if bars.is_level {
        return draw_level_bars(sheet, bars, frame);
    }
    let (frame, scale) = sheet.value_axis(frame, bars.extremes(), &bars.unit)?;
    let count = most(bars.categories.len(), frame.width());
    sheet.slot_labels(frame, bars.categories.iter().take(count).map(String::as_str))?;
    let slot = frame.width() / count.max(1) as f64;
    for i in 0..count {
        let (left, right) = bar_of(frame.left, slot, i);
        stack(sheet, bars, i, scale, |from, to| (left, from.min(to), right, from.max(to)))?;
    }
    if let Some(target) = bars.target.filter(|target| target.is_finite()) {
        let colour = sheet.palette.ink;
        sheet.pen.dashes((frame.left, frame.right), scale.pixel(target), colour)?;
    }
    Ok(())
}

fn draw_level_bars<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, bars: &Bars, frame: Frame) -> Drawn<DB> {
    let plain = sheet.plain();
    let widest = bars.categories.iter().fold(0.0, |widest: f64, name| widest.max(sheet.pen.text_width(name, plain)));
    let frame = Frame { left: (widest + SPACE).min(frame.width() / 3.0), ..frame };
    let scale = sheet.level_axis(frame, bars.extremes(), &bars.unit)?;
    let count = most(bars.categories.len(), frame.height());
    let slot = frame.height() / count.max(1) as f64;
    let every = (ROW / slot).ceil().max(1.0) as usize;
    for (i, name) in bars.categories.iter().take(count).enumerate() {
        let (top, bottom) = bar_of(frame.top, slot, i);
        if i % every == 0 {
            let name = sheet.clip(name, frame.left - SPACE);
            sheet.pen.text(&name, (frame.left - SPACE, f64::midpoint(top, bottom)), Anchor::Right, plain)?;
        }
        stack(sheet, bars, i, scale, |from, to| (from.min(to), top, from.max(to), bottom))?;
    }
    if let Some(target) = bars.target.filter(|target| target.is_finite()) {
        let (x, colour) = (scale.pixel(target), sheet.palette.ink);
        sheet.pen.uprights([(x, frame.top, frame.bottom)], colour)?;
    }
    Ok(())
}

/// Draws the layers of one bar on top of each other; `rect` makes a rectangle of two places along the scale.
fn stack<DB: DrawingBackend>(
    sheet: &mut Sheet<'_, DB>,
    bars: &Bars,
    index: usize,
    scale: Scale,
    rect: impl Fn(f64, f64) -> (f64, f64, f64, f64),
) -> Drawn<DB> {
    let (mut low, mut high) = (0.0, 0.0);
    for layer in &bars.layers {
        let value = layer.values.get(index).copied().filter(|value| value.is_finite() && *value != 0.0);
        let Some(value) = value else { continue };
        let end = if value < 0.0 { &mut low } else { &mut high };
        let from = *end;
        *end += value;
        sheet.area(rect(scale.pixel(from), scale.pixel(*end)), layer.tone)?;
    }
    Ok(())
}

pub(super) fn draw_pareto<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, pareto: &Pareto) -> Drawn<DB> {
    let mut causes: Vec<(&str, f64)> = pareto
        .causes
        .iter()
        .map(|(name, amount)| (name.as_str(), if amount.is_finite() { amount.max(0.0) } else { 0.0 }))
        .collect();
    causes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let whole: f64 = causes.iter().map(|(_, amount)| amount).sum();
    let frame = sheet.frame();
    let (plain, grid) = (sheet.plain(), sheet.grid());
    let percent = |share: f64| format!("{} %", sheet.locale.number(share * 100.0, 0));
    let right = frame.right - sheet.pen.text_width(&percent(1.0), plain) - SPACE;
    let shares = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, percent(share)));
    // The left axis ends at the whole, so that bars and line share one height.
    let top = if whole > 0.0 { whole } else { 1.0 };
    let (_, marks) = sheet.marks((0.0, top), (frame.height() / 48.0).clamp(2.0, 8.0) as usize);
    let marks: Vec<_> = marks.into_iter().filter(|(mark, _)| *mark <= top).collect();
    let widest = marks.iter().fold(0.0, |widest: f64, (_, label)| widest.max(sheet.pen.text_width(label, plain)));
    let frame = Frame { left: (widest + SPACE).min(frame.width() / 3.0), right, ..frame };
    let scale = Scale::new((0.0, top), frame.bottom, frame.top);
    for (mark, label) in &marks {
        sheet.pen.text(label, (frame.left - SPACE, scale.pixel(*mark)), Anchor::Right, plain)?;
    }
    sheet.pen.hairlines(shares.iter().map(|(share, _)| (frame.left, right, scale.pixel(share * top))), grid)?;
    for (share, label) in &shares {
        sheet.pen.text(label, (right + SPACE, scale.pixel(share * top)), Anchor::Left, plain)?;
    }
    sheet.pen.text(&pareto.unit, (0.0, ROW / 2.0), Anchor::Left, plain)?;
    let count = most(causes.len(), frame.width());
    sheet.slot_labels(frame, causes.iter().take(count).map(|(name, _)| *name))?;
    if whole <= 0.0 {
        return Ok(());
    }
    let slot = frame.width() / count.max(1) as f64;
    let (mut sum, mut line) = (0.0, Vec::with_capacity(count));
    for (i, (_, amount)) in causes.iter().take(count).enumerate() {
        let (left, right) = bar_of(frame.left, slot, i);
        // The vital few are those that begin below four fifths of the whole.
        let tone = if sum < 0.8 * whole { Tone::Series(0) } else { Tone::Faint };
        if *amount > 0.0 {
            sheet.area((left, scale.pixel(*amount), right, frame.bottom), tone)?;
        }
        sum += amount;
        line.push((f64::midpoint(left, right), scale.pixel(sum)));
    }
    let colour = sheet.palette.ink_2;
    sheet.pen.line(line.iter().copied(), LINE, colour)?;
    for (x, y) in line {
        sheet.pen.rect((x - 2.0, y - 2.0, x + 2.0, y + 2.0), colour)?;
    }
    Ok(())
}

/// As many as get two pixels each.
pub(super) fn most(count: usize, room: f64) -> usize {
    count.min((room / 2.0).max(1.0) as usize)
}

/// Where the bar of a slot begins and ends: a gap of a quarter, never wider than a bar should be.
fn bar_of(from: f64, slot: f64, index: usize) -> (f64, f64) {
    let width = (slot * 0.75).clamp(1.0, 64.0);
    let middle = from + (index as f64 + 0.5) * slot;
    (middle - width / 2.0, middle + width / 2.0)
}
