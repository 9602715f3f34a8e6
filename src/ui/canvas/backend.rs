//! plotters' backend over a canvas: coordinates are eighths of a dot of the display, single lines of one style become
//! one path, colours, fonts and text widths are remembered.
//!
//! Refuses: bitmaps, and measuring text in the document.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};
use web_sys::CanvasRenderingContext2d;

use super::text::TextCache;

/// Backend units per dot: a 1.5 px line on a plain display is 12 of them.
pub(super) const UNITS: i32 = 8;

/// Half the height of digits and capitals, as a share of the font size: what "vertically centred" looks like.
const HALF_CAP: f64 = 0.36;

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// Colour and width of a stroke, to tell whether the next goes into the same path.
type Stroke = ((u8, u8, u8), u64, u32);

/// A canvas for one painting.
#[derive(Debug)]
pub(super) struct CanvasBackend {
    context: CanvasRenderingContext2d,
    /// In units.
    size: (u32, u32),
    cache: Rc<RefCell<TextCache>>,
    /// The path of single lines that is open.
    pending: Option<Stroke>,
}

impl CanvasBackend {
    /// Paints on a canvas of so many dots.
    pub(super) const fn new(
        context: CanvasRenderingContext2d,
        (width, height): (u32, u32),
        cache: Rc<RefCell<TextCache>>,
    ) -> Self {
        let units = UNITS.unsigned_abs();
        Self { context, size: (width * units, height * units), cache, pending: None }
    }

    fn flush(&mut self) {
        if let Some((rgb, alpha, width)) = self.pending.take() {
            self.stroke(rgb, f64::from_bits(alpha), width);
        }
    }

    fn stroke(&self, rgb: (u8, u8, u8), alpha: f64, width: u32) {
        self.context.set_stroke_style_str(self.cache.borrow_mut().colour(rgb, alpha));
        self.context.set_line_width(f64::from(width) / f64::from(UNITS));
        self.context.stroke();
    }

    fn trace(&self, points: impl IntoIterator<Item = BackendCoord>) {
        self.context.begin_path();
        for (i, point) in points.into_iter().enumerate() {
            let (x, y) = dots(point);
            if i == 0 { self.context.move_to(x, y) } else { self.context.line_to(x, y) }
        }
    }

    fn fill_colour(&self, color: BackendColor) {
        self.context.set_fill_style_str(self.cache.borrow_mut().colour(color.rgb, color.alpha));
    }
}

fn dots((x, y): BackendCoord) -> (f64, f64) {
    (f64::from(x) / f64::from(UNITS), f64::from(y) / f64::from(UNITS))
}

fn font_of<S: BackendTextStyle>(style: &S) -> (f32, bool) {
    ((style.size() / f64::from(UNITS)) as f32, matches!(style.style(), FontStyle::Bold))
}

impl DrawingBackend for CanvasBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        self.flush();
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Done {
        self.flush();
        self.fill_colour(color);
        let (x, y) = dots(point);
        self.context.fill_rect(x, y, 1.0, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        let BackendColor { alpha, rgb } = style.color();
        let stroke = (rgb, alpha.to_bits(), style.stroke_width());
        if self.pending != Some(stroke) {
            self.flush();
            self.context.begin_path();
            self.pending = Some(stroke);
        }
        let ((x0, y0), (x1, y1)) = (dots(from), dots(to));
        self.context.move_to(x0, y0);
        self.context.line_to(x1, y1);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.flush();
        self.context.set_line_join("round");
        self.trace(path);
        let BackendColor { alpha, rgb } = style.color();
        self.stroke(rgb, alpha, style.stroke_width());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.flush();
        self.trace(path);
        self.fill_colour(style.color());
        self.context.fill();
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, position: BackendCoord) -> Done {
        self.flush();
        let (size, is_bold) = font_of(style);
        let (mut x, y) = dots(position);
        let mut cache = self.cache.borrow_mut();
        let width = f64::from(cache.width(&self.context, text, size, is_bold));
        x -= match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => width / 2.0,
            HPos::Right => width,
        };
        self.context.set_font(cache.font(size, is_bold));
        let BackendColor { alpha, rgb } = style.color();
        self.context.set_fill_style_str(cache.colour(rgb, alpha));
        // A baseline on a whole dot keeps the digits sharp. A refused text is a missing label, nothing worse.
        let _ = self.context.fill_text(text, x, (y + f64::from(size) * HALF_CAP).round());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let (size, is_bold) = font_of(style);
        let width = self.cache.borrow_mut().width(&self.context, text, size, is_bold);
        Ok(((width * UNITS as f32).ceil() as u32, style.size().ceil() as u32))
    }
}
