//! From values to pixels.

use super::decimate::Spot;

/// A straight mapping of a domain onto a stretch of pixels; downwards when `start` is the greater pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    start: f64,
    end: f64,
    pixels_per_unit: f64,
}

impl Scale {
    /// Maps `low` to pixel `start` and `high` to pixel `end`. An empty domain maps to the middle.
    pub fn new((low, high): (f64, f64), start: f64, end: f64) -> Self {
        let span = high - low;
        if span > 0.0 && span.is_finite() {
            Self { low, start, end, pixels_per_unit: (end - start) / span }
        } else {
            let middle = f64::midpoint(start, end);
            Self { low, start: middle, end: middle, pixels_per_unit: 0.0 }
        }
    }

    /// The pixel of a value, never outside the stretch.
    pub fn pixel(&self, value: f64) -> f64 {
        let pixel = self.start + (value - self.low) * self.pixels_per_unit;
        pixel.clamp(self.start.min(self.end), self.start.max(self.end))
    }
}

/// The domain in which to show these spots: their extremes, widened to `wanted` where given, and to each limit that is
/// near enough not to squeeze the data below a quarter of the height. Noise on a steady value is not blown up: the
/// span is at least 1 % of the value. `None` without spots and without `wanted`.
pub fn domain_of(
    spots: &[Spot],
    wanted: Option<(f64, f64)>,
    limits: impl IntoIterator<Item = f64>,
) -> Option<(f64, f64)> {
    let data = spots.iter().map(|spot| (f64::from(spot.min), f64::from(spot.max)));
    let wanted = wanted.filter(|(low, high)| low.is_finite() && high.is_finite() && low < high);
    let (low, high) = data.chain(wanted).reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))?;
    let least = (low.abs().max(high.abs()) * 0.01).max(f64::MIN_POSITIVE.sqrt());
    let missing = (least - (high - low)).max(0.0) / 2.0;
    let (low, high) = if low == 0.0 && high == 0.0 { (-1.0, 1.0) } else { (low - missing, high + missing) };
    let reach = (high - low) * 3.0;
    let near = |limit: &f64| limit.is_finite() && limit.max(high) - limit.min(low) <= reach + (high - low);
    Some(limits.into_iter().filter(near).fold((low, high), |(low, high), limit| (low.min(limit), high.max(limit))))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn spot(min: f32, max: f32) -> Spot {
        Spot { x: 0.0, min, max, last: max }
    }

    #[test]
    fn maps_and_keeps_within() {
        let scale = Scale::new((10.0, 20.0), 100.0, 0.0);
        assert_eq!([9.0, 10.0, 15.0, 20.0, 99.0].map(|v| scale.pixel(v)), [100.0, 100.0, 50.0, 0.0, 0.0]);
        assert_eq!(Scale::new((5.0, 5.0), 100.0, 0.0).pixel(7.0), 50.0);
    }

    #[test]
    fn domains() {
        assert_eq!(domain_of(&[], None, [5.0]), None);
        assert_eq!(domain_of(&[], Some((0.0, 10.0)), []), Some((0.0, 10.0)));
        assert_eq!(domain_of(&[spot(0.0, 0.0)], None, []), Some((-1.0, 1.0)));
        assert_eq!(domain_of(&[spot(100.0, 100.0)], None, []), Some((99.5, 100.5)));
        // A near limit is shown, a far one would flatten the data.
        assert_eq!(domain_of(&[spot(50.0, 60.0)], None, [70.0, 500.0, f64::NAN]), Some((50.0, 70.0)));
        let (low, high) = domain_of(&[spot(f32::MIN, f32::MAX)], None, []).unwrap();
        assert!(low.is_finite() && high.is_finite() && low < high);
    }
}
