//! One value against another: a curve of working points, the newest marked.

use plotters_backend::DrawingBackend;

use super::pen::Drawn;
use super::sheet::Sheet;

/// Points of two values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Xy {
    /// x and y in order of time; what is not finite is left out.
    pub points: Vec<(f64, f64)>,
    /// Name and unit of x, of y.
    pub names: (String, String),
}

pub(super) fn draw_xy<DB: DrawingBackend>(sheet: &mut Sheet<'_, DB>, xy: &Xy) -> Drawn<DB> {
    let seen = xy.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite());
    let none = ((f64::MAX, f64::MIN), (f64::MAX, f64::MIN));
    let (x, y) = seen.clone().fold(none, |(a, b), (x, y)| ((a.0.min(x), a.1.max(x)), (b.0.min(y), b.1.max(y))));
    let domain = |(low, high): (f64, f64)| match low < high {
        _ if low > high => (0.0, 1.0),
        true => (low, high),
        false => (low - 1.0, high + 1.0),
    };
    let (frame, y) = sheet.value_axis(sheet.frame(), domain(y), &xy.names.1)?;
    let x = sheet.level_axis(frame, domain(x), &xy.names.0)?;
    // One mark for each two pixels square, however many points fall there.
    let across = (frame.width() / 2.0).max(0.0) as usize + 1;
    let down = (frame.height() / 2.0).max(0.0) as usize + 1;
    let mut taken = vec![false; across.saturating_mul(down).min(1 << 22)];
    let (colour, ink) = (sheet.palette.series.faded(0.6), sheet.palette.ink);
    let mut newest = None;
    for (value_x, value_y) in seen {
        let (at_x, at_y) = (x.pixel(value_x), y.pixel(value_y));
        newest = Some((at_x, at_y));
        let cell = ((at_y - frame.top) / 2.0) as usize * across + ((at_x - frame.left) / 2.0) as usize;
        if let Some(taken) = taken.get_mut(cell).filter(|taken| !**taken) {
            *taken = true;
            sheet.pen.rect((at_x - 1.5, at_y - 1.5, at_x + 1.5, at_y + 1.5), colour)?;
        }
    }
    match newest {
        Some((x, y)) => sheet.pen.fill([(x - 5.0, y), (x, y - 5.0), (x + 5.0, y), (x, y + 5.0)], ink),
        None => Ok(()),
    }
}
