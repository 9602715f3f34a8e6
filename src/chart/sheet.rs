//! What the charts with axes share: a pen with its colours and the reader's locale, frames, axes, clipped words.
//!
//! Refuses: knowing what is drawn within a frame.

use plotters_backend::DrawingBackend;

use super::decimate::Window;
use super::locale::{Grain, Locale};
use super::palette::{Colour, Palette};
use super::pen::{Anchor, Drawn, Lettering, Pen};
use super::scale::Scale;
use super::ticks::{TimeTick, decimals_of, number_ticks, time_ticks};
use super::trend::{LimitRank, limit_colour};

/// Text size in CSS pixels.
pub(super) const TEXT: f64 = 12.0;
/// Height of a line of text.
pub(super) const ROW: f64 = 16.0;
/// Between text and what it belongs to.
pub(super) const SPACE: f64 = 8.0;

/// The role of a filled area; which colour that is, the theme says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What is as it should be: grey.
    Calm,
    /// Less than that: idle, planned, beside the point.
    Faint,
    /// One of several kinds of data, from 0; beyond the eighth they begin anew.
    Series(u8),
    /// Abnormal, as grave as an alert of this rank.
    Rank(LimitRank),
    /// Nobody knows: hatched.
    Unknown,
    /// Nothing: what lies on it hangs in the air.
    Clear,
}

impl Tone {
    /// Which of two wins where there is room for one: the graver.
    pub(super) const fn weight(self) -> u8 {
        match self {
            Self::Faint | Self::Clear => 0,
            Self::Calm => 1,
            Self::Unknown => 2,
            Self::Series(_) => 3,
            Self::Rank(LimitRank::Low) => 4,
            Self::Rank(LimitRank::Medium) => 5,
            Self::Rank(LimitRank::High) => 6,
            Self::Rank(LimitRank::Critical) => 7,
        }
    }
}

/// A rectangle in CSS pixels: the plot within its axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Frame {
    pub(super) const fn width(self) -> f64 {
        self.right - self.left
    }

    pub(super) const fn height(self) -> f64 {
        self.bottom - self.top
    }
}

/// A pen, what it writes with, and for whom.
pub(super) struct Sheet<'a, DB: DrawingBackend> {
    pub(super) pen: Pen<'a, DB>,
    pub(super) palette: &'a Palette,
    pub(super) locale: &'a dyn Locale,
}

impl<'a, DB: DrawingBackend> Sheet<'a, DB> {
    pub(super) fn plain(&self) -> Lettering<'a> {
        let palette = self.palette;
        Lettering { font: &palette.font, size: TEXT, is_bold: false, colour: palette.ink_2 }
    }

    pub(super) fn bold(&self) -> Lettering<'a> {
        Lettering { is_bold: true, colour: self.palette.ink, ..self.plain() }
    }

    /// The lines of the grid.
    pub(super) fn grid(&self) -> Colour {
        self.palette.ink.faded(0.08)
    }

    /// The whole area less a row above (units) and a row below (labels).
    pub(super) fn frame(&self) -> Frame {
        let (width, height) = self.pen.size();
        Frame { left: 0.0, top: ROW + SPACE / 2.0, right: width, bottom: height - ROW - SPACE / 2.0 }
    }

    pub(super) fn colour(&self, tone: Tone) -> Colour {
        let palette = self.palette;
        match tone {
            Tone::Calm => palette.ink_3.faded(0.55),
            Tone::Faint => palette.ink_3.faded(0.22),
            Tone::Series(index) => palette.hues[usize::from(index) % palette.hues.len()],
            Tone::Rank(rank) => limit_colour(palette, rank),
            Tone::Unknown | Tone::Clear => palette.ink_3.faded(0.3),
        }
    }

    /// Fills a rectangle (left, top, right, bottom) in a role's colour.
    pub(super) fn area(&mut self, rect: (f64, f64, f64, f64), tone: Tone) -> Drawn<DB> {
        if tone == Tone::Clear {
            return Ok(());
        }
        let colour = self.colour(tone);
        if tone == Tone::Unknown { self.pen.hatch(rect, colour) } else { self.pen.rect(rect, colour) }
    }

    /// As much of a text as has room, with an ellipsis where some has not.
    pub(super) fn clip(&self, text: &str, room: f64) -> String {
        let lettering = self.plain();
        if self.pen.text_width(text, lettering) <= room {
            return text.to_owned();
        }
        let mut out = String::new();
        for letter in text.chars() {
            out.push(letter);
            if self.pen.text_width(&format!("{out}…"), lettering) > room {
                out.pop();
                break;
            }
        }
        if out.is_empty() { out } else { format!("{}…", out.trim_end()) }
    }

    /// Marks of a number axis over a domain, each with its label, and the domain with its ends on marks.
    pub(super) fn marks(&self, domain: (f64, f64), count: usize) -> ((f64, f64), Vec<(f64, String)>) {
        let (_, step) = number_ticks(domain, count);
        let ends = ((domain.0 / step + 1e-9).floor() * step, (domain.1 / step - 1e-9).ceil() * step);
        let domain = if ends.0 < ends.1 && (ends.1 - ends.0).is_finite() { ends } else { domain };
        let (marks, step) = number_ticks(domain, count.max(1) + 1);
        let decimals = decimals_of(step);
        (domain, marks.into_iter().map(|mark| (mark, self.locale.number(mark, decimals))).collect())
    }

    /// Draws an axis of numbers at the left with its grid; gives what is left of the frame, and the scale.
    ///
    /// # Errors
    /// The backend's.
    pub(super) fn value_axis(
        &mut self,
        frame: Frame,
        domain: (f64, f64),
        unit: &str,
    ) -> Result<(Frame, Scale), Error<DB>> {
        let (domain, marks) = self.marks(domain, (frame.height() / 48.0).clamp(2.0, 8.0) as usize);
        let (plain, grid) = (self.plain(), self.grid());
        let widest = marks.iter().fold(0.0, |widest: f64, (_, label)| widest.max(self.pen.text_width(label, plain)));
        let left = (frame.left + widest + SPACE).min(frame.left + frame.width() / 3.0);
        let scale = Scale::new(domain, frame.bottom, frame.top);
        self.pen.hairlines(marks.iter().map(|(mark, _)| (left, frame.right, scale.pixel(*mark))), grid)?;
        for (mark, label) in &marks {
            self.pen.text(label, (left - SPACE, scale.pixel(*mark)), Anchor::Right, plain)?;
        }
        self.pen.text(unit, (frame.left, ROW / 2.0), Anchor::Left, plain)?;
        Ok((Frame { left, ..frame }, scale))
    }

    /// Draws an axis of numbers beneath with its grid, its name at the right end of the row above.
    pub(super) fn level_axis(&mut self, frame: Frame, domain: (f64, f64), unit: &str) -> Result<Scale, Error<DB>> {
        let (domain, marks) = self.marks(domain, (frame.width() / 88.0).clamp(2.0, 8.0) as usize);
        let (plain, grid) = (self.plain(), self.grid());
        let scale = Scale::new(domain, frame.left, frame.right);
        self.pen.uprights(marks.iter().map(|(mark, _)| (scale.pixel(*mark), frame.top, frame.bottom)), grid)?;
        let edge = self.pen.size().0;
        for (mark, label) in &marks {
            let half = self.pen.text_width(label, plain) / 2.0;
            let x = scale.pixel(*mark).min(edge - half).max(half);
            self.pen.text(label, (x, frame.bottom + SPACE / 2.0 + ROW / 2.0), Anchor::Centre, plain)?;
        }
        self.pen.text(unit, (frame.right, ROW / 2.0), Anchor::Right, plain)?;
        Ok(scale)
    }

    /// Labels under equal slots from left to right: each where they fit, else every second, third…
    pub(super) fn slot_labels<'b>(&self, frame: Frame, labels: impl Iterator<Item = &'b str> + Clone) -> Drawn<DB> {
        let plain = self.plain();
        let count = labels.clone().count();
        let slot = frame.width() / count.max(1) as f64;
        let widest = labels.clone().fold(0.0, |widest: f64, label| widest.max(self.pen.text_width(label, plain)));
        // Long names in wide slots are cut; short ones in narrow slots thinned out.
        let every = if slot >= 48.0 { 1 } else { ((widest + SPACE) / slot.max(0.1)).ceil().clamp(1.0, 1e6) as usize };
        let room = slot * every as f64 - SPACE / 2.0;
        for (i, label) in labels.enumerate().step_by(every) {
            let x = frame.left + (i as f64 + 0.5) * slot;
            let text = self.clip(label, room);
            let half = self.pen.text_width(&text, plain) / 2.0;
            let x = x.min(self.pen.size().0 - half).max(half);
            self.pen.text(&text, (x, frame.bottom + SPACE / 2.0 + ROW / 2.0), Anchor::Centre, plain)?;
        }
        Ok(())
    }

    /// Draws an axis of time beneath with its grid.
    pub(super) fn time_axis(&mut self, frame: Frame, window: Window) -> Drawn<DB> {
        let (plain, bold, grid) = (self.plain(), self.bold(), self.grid());
        let width = frame.width();
        let count = (width / 88.0).clamp(1.0, 12.0) as usize;
        let ticks = time_ticks(window.from, window.to, count, |at| self.locale.offset(at));
        let pixels_per_milli = width / window.span().0 as f64;
        let x = |tick: &TimeTick| frame.left + (tick.at - window.from).0 as f64 * pixels_per_milli;
        self.pen.uprights(ticks.iter().map(|tick| (x(tick), frame.top, frame.bottom)), grid)?;
        let (mut free, edge) = (0.0, self.pen.size().0);
        for tick in &ticks {
            let label = self.locale.time(tick.wall, tick.grain);
            // A day among hours is the turn that the eye looks for.
            let is_turn = tick.grain > Grain::Minute && ticks.iter().any(|other| other.grain < tick.grain);
            let lettering = if is_turn { bold } else { plain };
            let half = self.pen.text_width(&label, lettering) / 2.0;
            let centre = x(tick);
            if centre - half >= free && centre + half <= edge {
                self.pen.text(&label, (centre, frame.bottom + SPACE / 2.0 + ROW / 2.0), Anchor::Centre, lettering)?;
                free = centre + half + SPACE;
            }
        }
        Ok(())
    }
}

/// The backend's error, as plotters wraps it.
pub(super) type Error<DB> = plotters::drawing::DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;
