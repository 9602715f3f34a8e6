//! plotters' backend over a canvas or an SVG element: coordinates are eighths of a dot of the display, single lines of
//! one style become one path, colours, fonts and text widths are remembered.
//!
//! Refuses: bitmaps, text in SVG, and measuring text in the document.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};
use web_sys::CanvasRenderingContext2d;

use super::paths::Paths;
use super::text::TextCache;

/// Backend units per dot: a 1.5 px line on a plain display is 12 of them.
pub(super) const UNITS: i32 = 8;

/// Half the height of digits and capitals, as a share of the font size: what "vertically centred" looks like.
const HALF_CAP: f64 = 0.36;

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// Colour and width of a stroke, to tell whether the next goes into the same path.
type Stroke = ((u8, u8, u8), u64, u32);

/// What is painted on.
#[derive(Clone, Debug)]
pub(super) enum Surface {
    /// Any picture. The browser composes each canvas as a layer of its own, which costs every frame of the page.
    Canvas(CanvasRenderingContext2d),
    /// A picture of a few paths, of which a page may have hundreds.
    Svg(Paths),
}

/// A surface for one painting.
#[derive(Debug)]
pub(super) struct SurfaceBackend {
    surface: Surface,
    /// In units.
    size: (u32, u32),
    cache: Rc<RefCell<TextCache>>,
    /// The path of single lines that is open.
    pending: Option<Stroke>,
}

impl SurfaceBackend {
    /// Paints on a cleared surface of so many dots.
    pub(super) fn new(surface: Surface, (width, height): (u32, u32), cache: Rc<RefCell<TextCache>>) -> Self {
        let units = UNITS.unsigned_abs();
        let size = (width * units, height * units);
        if let Surface::Svg(paths) = &surface {
            paths.begin(size);
        }
        Self { surface, size, cache, pending: None }
    }

    fn flush(&mut self) {
        if let Some((rgb, alpha, width)) = self.pending.take() {
            self.stroke(rgb, f64::from_bits(alpha), width);
        }
    }

    fn stroke(&self, rgb: (u8, u8, u8), alpha: f64, width: u32) {
        let mut cache = self.cache.borrow_mut();
        let colour = cache.colour(rgb, alpha);
        match &self.surface {
            Surface::Canvas(context) => {
                context.set_stroke_style_str(colour);
                context.set_line_width(f64::from(width) / f64::from(UNITS));
                context.stroke();
            }
            Surface::Svg(paths) => paths.stroke(colour, width),
        }
    }

    fn fill(&self, color: BackendColor) {
        let mut cache = self.cache.borrow_mut();
        let colour = cache.colour(color.rgb, color.alpha);
        match &self.surface {
            Surface::Canvas(context) => {
                context.set_fill_style_str(colour);
                context.fill();
            }
            Surface::Svg(paths) => paths.fill(colour),
        }
    }

    fn begin(&self) {
        if let Surface::Canvas(context) = &self.surface {
            context.begin_path();
        }
    }

    fn move_to(&self, point: BackendCoord) {
        match &self.surface {
            Surface::Canvas(context) => {
                let (x, y) = dots(point);
                context.move_to(x, y);
            }
            Surface::Svg(paths) => paths.go('M', point),
        }
    }

    fn line_to(&self, point: BackendCoord) {
        match &self.surface {
            Surface::Canvas(context) => {
                let (x, y) = dots(point);
                context.line_to(x, y);
            }
            Surface::Svg(paths) => paths.go('L', point),
        }
    }

    fn trace(&self, points: impl IntoIterator<Item = BackendCoord>) {
        self.begin();
        for (i, point) in points.into_iter().enumerate() {
            if i == 0 { self.move_to(point) } else { self.line_to(point) }
        }
    }
}

fn dots((x, y): BackendCoord) -> (f64, f64) {
    (f64::from(x) / f64::from(UNITS), f64::from(y) / f64::from(UNITS))
}

fn font_of<S: BackendTextStyle>(style: &S) -> (f32, bool) {
    ((style.size() / f64::from(UNITS)) as f32, matches!(style.style(), FontStyle::Bold))
}

impl DrawingBackend for SurfaceBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        self.flush();
        if let Surface::Svg(paths) = &self.surface {
            paths.end();
        }
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Done {
        self.flush();
        self.trace([(x, y), (x + UNITS, y), (x + UNITS, y + UNITS), (x, y + UNITS)]);
        self.fill(color);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        let BackendColor { alpha, rgb } = style.color();
        let stroke = (rgb, alpha.to_bits(), style.stroke_width());
        if self.pending != Some(stroke) {
            self.flush();
            self.begin();
            self.pending = Some(stroke);
        }
        self.move_to(from);
        self.line_to(to);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.flush();
        if let Surface::Canvas(context) = &self.surface {
            context.set_line_join("round");
        }
        self.trace(path);
        let BackendColor { alpha, rgb } = style.color();
        self.stroke(rgb, alpha, style.stroke_width());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.flush();
        self.trace(path);
        self.fill(style.color());
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, position: BackendCoord) -> Done {
        self.flush();
        let Surface::Canvas(context) = &self.surface else { return Ok(()) };
        let (size, is_bold) = font_of(style);
        let (mut x, y) = dots(position);
        let mut cache = self.cache.borrow_mut();
        let width = f64::from(cache.width(context, text, size, is_bold));
        x -= match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => width / 2.0,
            HPos::Right => width,
        };
        context.set_font(cache.font(size, is_bold));
        let BackendColor { alpha, rgb } = style.color();
        context.set_fill_style_str(cache.colour(rgb, alpha));
        // A baseline on a whole dot keeps the digits sharp. A refused text is a missing label, nothing worse.
        let _ = context.fill_text(text, x, (y + f64::from(size) * HALF_CAP).round());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let Surface::Canvas(context) = &self.surface else { return Ok((0, 0)) };
        let (size, is_bold) = font_of(style);
        let width = self.cache.borrow_mut().width(context, text, size, is_bold);
        Ok(((width * UNITS as f32).ceil() as u32, style.size().ceil() as u32))
    }
}
