//! One value against its target and limits, lying flat (Few's bullet graph): what a dial would say in a tenth of its room.

use plotters_backend::DrawingBackend;

use super::pen::{Anchor, Drawn, Lettering};
use super::sheet::{Frame, ROW, SPACE, Sheet, Tone};

/// A value against its target and bands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bullet {
    /// The value; `None` is hatched.
    pub value: Option<f64>,
    /// The value as the page writes it, at the right end.
    pub shown: String,
    /// What it should be.
    pub target: Option<f64>,
    /// Ends of the scale.
    pub domain: (f64, f64),
    /// Parts of the scale that matter: from, to and how they look.
    pub bands: Vec<(f64, f64, Tone)>,
    /// The unit, after the last number of the scale.
    pub unit: String,
    /// Nobody vouches for the value.
    pub is_stale: bool,
}

pub(super) fn draw_bullet<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, bullet: &Bullet) -> Drawn<DB> {
    let (width, height) = sheet.pen.size();
    let (plain, bold) = (sheet.plain(), sheet.bold());
    let has_scale = height >= 2.0 * ROW;
    let words = if bullet.shown.is_empty() { 0.0 } else { sheet.pen.text_width(&bullet.shown, bold) + SPACE };
    let right = width - words.min(width / 3.0);
    let bottom = if has_scale { height - ROW } else { height };
    let frame = Frame { left: 0.0, top: 2.0, right, bottom: bottom - 2.0 };
    let (low, high) = bullet.domain;
    let domain = if low < high && (high - low).is_finite() { (low, high) } else { (0.0, 1.0) };
    let x = super::scale::Scale::new(domain, frame.left, frame.right);
    let middle = f64::midpoint(frame.top, frame.bottom);
    let thick = (frame.height() * 0.36).max(2.0);
    sheet.area((frame.left, frame.top, frame.right, frame.bottom), Tone::Faint)?;
    for &(from, to, tone) in bullet.bands.iter().filter(|(from, to, _)| from < to) {
        sheet.area((x.pixel(from), frame.bottom - 3.0, x.pixel(to), frame.bottom), tone)?;
    }
    match bullet.value.filter(|value| value.is_finite()) {
        Some(value) => {
            let base = x.pixel(0.0);
            let (from, to) = (base.min(x.pixel(value)), base.max(x.pixel(value)));
            let rect = (from, middle - thick / 2.0, to, middle + thick / 2.0);
            let colour = if bullet.is_stale { sheet.palette.ink_3.faded(0.5) } else { sheet.palette.ink_2 };
            sheet.pen.rect(rect, colour)?;
        }
        None => sheet.area((frame.left, frame.top, frame.right, frame.bottom), Tone::Unknown)?,
    }
    if let Some(target) = bullet.target.filter(|target| target.is_finite()) {
        let (at, colour) = (x.pixel(target), sheet.palette.ink);
        sheet.pen.rect((at - 1.0, frame.top, at + 1.0, frame.bottom), colour)?;
    }
    if words > 0.0 {
        let colour = if bullet.is_stale { sheet.palette.ink_3 } else { sheet.palette.ink };
        sheet.pen.text(&bullet.shown, (width, middle), Anchor::Right, Lettering { colour, ..bold })?;
    }
    if has_scale {
        let (_, marks) = sheet.marks(domain, (right / 88.0).clamp(1.0, 6.0) as usize);
        let marks: Vec<_> = marks.into_iter().filter(|(mark, _)| (domain.0..=domain.1).contains(mark)).collect();
        let last = marks.len().saturating_sub(1);
        for (i, (mark, label)) in marks.into_iter().enumerate() {
            let label = if i == last { format!("{label} {}", bullet.unit) } else { label };
            let half = sheet.pen.text_width(&label, plain) / 2.0;
            let at = x.pixel(mark).max(half).min(width - half);
            sheet.pen.text(&label, (at, height - ROW / 2.0), Anchor::Centre, plain)?;
        }
    }
    Ok(())
}
