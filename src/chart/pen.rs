//! Strokes, areas and words on a plotters drawing area, in CSS pixels.
//!
//! Refuses: knowing what it draws.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use super::palette::Colour;

/// What drawing gives: nothing, or the backend's error.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// How fine a backend's integer coordinates are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Density {
    /// Backend units per CSS pixel.
    pub units_per_pixel: f64,
    /// Backend units per dot of the display; hairlines lie on whole dots.
    pub units_per_dot: i32,
}

impl Density {
    /// A backend whose unit is a dot, with so many dots per CSS pixel.
    pub const fn of_dots(dots_per_pixel: f64) -> Self {
        Self { units_per_pixel: dots_per_pixel, units_per_dot: 1 }
    }
}

/// Where the anchor of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Centre,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lettering<'a> {
    pub(super) font: &'a str,
    pub(super) size: f64,
    pub(super) is_bold: bool,
    pub(super) colour: Colour,
}

/// A drawing area with its density, and room for points.
pub(super) struct Pen<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    density: Density,
    points: Vec<BackendCoord>,
}

#[derive(Clone, Copy)]
enum Kind {
    Line,
    Fill,
    /// Each two points are a line of their own.
    Segments,
}

/// One primitive over borrowed points: plotters' own elements want to own theirs.
struct Mark<'a> {
    kind: Kind,
    points: &'a [BackendCoord],
    style: ShapeStyle,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Mark<'_> {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];
    fn point_iter(self) -> Self::IntoIter {
        self.points
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Mark<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        match self.kind {
            Kind::Line => backend.draw_path(points, &self.style),
            Kind::Fill => backend.fill_polygon(points, &self.style),
            Kind::Segments => {
                while let (Some(from), Some(to)) = (points.next(), points.next()) {
                    backend.draw_line(from, to, &self.style)?;
                }
                Ok(())
            }
        }
    }
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    pub(super) const fn new(area: &'a DrawingArea<DB, Shift>, density: Density) -> Self {
        Self { area, density, points: Vec::new() }
    }

    /// Width and height in CSS pixels.
    pub(super) fn size(&self) -> (f64, f64) {
        let (width, height) = self.area.dim_in_pixel();
        (f64::from(width) / self.density.units_per_pixel, f64::from(height) / self.density.units_per_pixel)
    }

    /// How many dots a stretch of CSS pixels has.
    pub(super) fn dots(&self, pixels: f64) -> f64 {
        pixels * self.density.units_per_pixel / f64::from(self.density.units_per_dot.max(1))
    }

    pub(super) fn line(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        width: f64,
        colour: Colour,
    ) -> Drawn<DB> {
        self.collect(points);
        self.mark(Kind::Line, colour, self.units(width))
    }

    pub(super) fn fill(&mut self, points: impl IntoIterator<Item = (f64, f64)>, colour: Colour) -> Drawn<DB> {
        self.collect(points);
        self.mark(Kind::Fill, colour, 1)
    }

    /// A filled rectangle (left, top, right, bottom) whose edges lie on whole dots; at least one dot wide and high.
    pub(super) fn rect(&mut self, (left, top, right, bottom): (f64, f64, f64, f64), colour: Colour) -> Drawn<DB> {
        let dot = self.density.units_per_dot.max(1);
        let whole = |pixels: f64| self.dots(pixels).round() as i32 * dot;
        let (left, top) = (whole(left), whole(top));
        let (right, bottom) = (whole(right).max(left + dot), whole(bottom).max(top + dot));
        self.points.clear();
        self.points.extend([(left, top), (right, top), (right, bottom), (left, bottom)]);
        self.mark(Kind::Fill, colour, 1)
    }

    /// Separate lines, one for each two points, as the backend may join them into one path.
    pub(super) fn segments(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        width: f64,
        colour: Colour,
    ) -> Drawn<DB> {
        self.collect(points);
        self.mark(Kind::Segments, colour, self.units(width))
    }

    /// Horizontal hairlines of one dot's sharpness, each from one x to another.
    pub(super) fn hairlines(&mut self, lines: impl IntoIterator<Item = (f64, f64, f64)>, colour: Colour) -> Drawn<DB> {
        self.points.clear();
        for (from, to, y) in lines {
            let y = self.crisp(y);
            self.points.push((self.unit(from), y));
            self.points.push((self.unit(to), y));
        }
        self.mark(Kind::Segments, colour, self.hairline())
    }

    /// Vertical hairlines, each at x from one y to another.
    pub(super) fn uprights(&mut self, lines: impl IntoIterator<Item = (f64, f64, f64)>, colour: Colour) -> Drawn<DB> {
        self.points.clear();
        for (x, from, to) in lines {
            let x = self.crisp(x);
            self.points.push((x, self.unit(from)));
            self.points.push((x, self.unit(to)));
        }
        self.mark(Kind::Segments, colour, self.hairline())
    }

    /// A horizontal dashed line, sharp as a hairline.
    pub(super) fn dashes(&mut self, (from, to): (f64, f64), y: f64, colour: Colour) -> Drawn<DB> {
        const DASH: f64 = 5.0;
        const SPACE: f64 = 4.0;
        let count = ((to - from) / (DASH + SPACE)).ceil().clamp(0.0, 4096.0) as usize;
        let dash = move |i: usize| {
            let start = from + i as f64 * (DASH + SPACE);
            (start, (start + DASH).min(to), y)
        };
        self.hairlines((0..count).map(dash), colour)
    }

    /// Diagonal hairlines over a rectangle (left, top, right, bottom).
    pub(super) fn hatch(&mut self, (left, top, right, bottom): (f64, f64, f64, f64), colour: Colour) -> Drawn<DB> {
        const STRIDE: f64 = 6.0;
        let height = bottom - top;
        if !(right - left >= 1.0 && height >= 1.0) {
            return Ok(());
        }
        // Lines x + y = n · STRIDE, so that neighbouring hatches meet.
        let first = ((left + top) / STRIDE).ceil();
        let count = ((right + bottom - left - top) / STRIDE).floor().clamp(0.0, 4096.0) as usize;
        let ends = (0..=count).flat_map(|i| {
            let sum = (first + i as f64) * STRIDE;
            let upper = if sum - top <= right { (sum - top, top) } else { (right, sum - right) };
            let lower = if sum - bottom >= left { (sum - bottom, bottom) } else { (left, sum - left) };
            [lower, upper]
        });
        self.segments(ends, 1.0, colour)
    }

    /// Words beside or centred on a point; `y` is their middle.
    pub(super) fn text(&self, text: &str, (x, y): (f64, f64), anchor: Anchor, lettering: Lettering<'_>) -> Drawn<DB> {
        let style = self.text_style(lettering, anchor);
        self.area.draw_text(text, &style, (self.unit(x), self.unit(y)))
    }

    /// Room for a text in CSS pixels: its width as the backend estimates it, at least half an em a letter, so that the
    /// layout does not move with every narrow digit.
    pub(super) fn text_width(&self, text: &str, lettering: Lettering<'_>) -> f64 {
        let style = self.text_style(lettering, Anchor::Left);
        let width = self.area.estimate_text_size(text, &style).map_or(0, |(width, _)| width);
        let least = text.chars().count() as f64 * lettering.size / 2.0;
        least.max(f64::from(width) / self.density.units_per_pixel)
    }

    fn text_style<'b>(&self, lettering: Lettering<'b>, anchor: Anchor) -> TextStyle<'b> {
        let h_pos = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Centre => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let weight = if lettering.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        let size = lettering.size * self.density.units_per_pixel;
        TextStyle {
            font: FontDesc::new(FontFamily::Name(lettering.font), size, weight),
            color: paint(lettering.colour).to_backend_color(),
            pos: Pos { h_pos, v_pos: VPos::Center },
        }
    }

    fn collect(&mut self, points: impl IntoIterator<Item = (f64, f64)>) {
        let units = self.density.units_per_pixel;
        self.points.clear();
        self.points.extend(points.into_iter().map(|(x, y)| ((x * units).round() as i32, (y * units).round() as i32)));
    }

    fn mark(&self, kind: Kind, colour: Colour, stroke_width: u32) -> Drawn<DB> {
        if self.points.len() < 2 {
            return Ok(());
        }
        let style = ShapeStyle { color: paint(colour), filled: matches!(kind, Kind::Fill), stroke_width };
        self.area.draw(&Mark { kind, points: &self.points, style })
    }

    fn unit(&self, pixels: f64) -> i32 {
        (pixels * self.density.units_per_pixel).round() as i32
    }

    fn units(&self, pixels: f64) -> u32 {
        ((pixels * self.density.units_per_pixel).round() as u32).max(1)
    }

    /// The width of a line of about one CSS pixel in whole dots.
    fn hairline(&self) -> u32 {
        self.dots(1.0).round().max(1.0) as u32 * self.density.units_per_dot.unsigned_abs()
    }

    /// The unit at which a hairline covers whole dots.
    fn crisp(&self, pixels: f64) -> i32 {
        let dot = self.density.units_per_dot.max(1);
        let whole = self.dots(pixels).round() as i32 * dot;
        let is_odd = self.hairline() / dot.unsigned_abs() % 2 == 1;
        if is_odd { whole + dot / 2 } else { whole }
    }
}

const fn paint(colour: Colour) -> RGBAColor {
    RGBAColor(colour.red, colour.green, colour.blue, colour.alpha)
}
