//! Colours as the caller read them from the style sheet.
//!
//! Refuses: a colour of its own.

/// A colour with its opacity (0..=1).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
    /// 0 is clear, 1 covers.
    pub alpha: f64,
}

impl Colour {
    /// Reads what CSS gives as a computed colour: `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(…)`, `rgba(…)`,
    /// `color(srgb …)`. Anything else is `None`.
    pub fn from_css(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(digits) = text.strip_prefix('#') {
            return Self::from_hex(digits);
        }
        let (name, rest) = text.split_once('(')?;
        let inner = rest.strip_suffix(')')?;
        let (inner, unit) = match name {
            "rgb" | "rgba" => (inner, 1.0),
            "color" => (inner.trim_start().strip_prefix("srgb ")?, 255.0),
            _ => return None,
        };
        let mut parts = inner.split([',', '/', ' ']).filter(|part| !part.is_empty());
        let mut channel = || -> Option<u8> {
            let value: f64 = parts.next()?.parse().ok()?;
            Some((value * unit).round().clamp(0.0, 255.0) as u8)
        };
        let (red, green, blue) = (channel()?, channel()?, channel()?);
        let alpha = match parts.next() {
            None => 1.0,
            Some(part) => match part.strip_suffix('%') {
                Some(percent) => percent.parse::<f64>().ok()? / 100.0,
                None => part.parse().ok()?,
            },
        };
        parts.next().is_none().then_some(Self { red, green, blue, alpha: alpha.clamp(0.0, 1.0) })
    }

    fn from_hex(digits: &str) -> Option<Self> {
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let byte = |shift: u32| (value >> shift) as u8;
        let nibble = |shift: u32| (value >> shift & 15) as u8 * 17;
        let (red, green, blue, alpha) = match digits.len() {
            3 => (nibble(8), nibble(4), nibble(0), 255),
            6 => (byte(16), byte(8), byte(0), 255),
            8 => (byte(24), byte(16), byte(8), byte(0)),
            _ => return None,
        };
        Some(Self { red, green, blue, alpha: f64::from(alpha) / 255.0 })
    }

    /// The same colour, thinned to a share of its opacity.
    #[must_use]
    pub fn faded(self, share: f64) -> Self {
        Self { alpha: self.alpha * share, ..self }
    }
}

/// What charts are painted with; each field is a role, not a hue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// Text that matters, and at 8 % the grid.
    pub ink: Colour,
    /// Axis labels.
    pub ink_2: Colour,
    /// What is not vouched for: stale values, the hatch of gaps.
    pub ink_3: Colour,
    /// The line of the data.
    pub series: Colour,
    /// Series 1–8, of which the first is that of a single line.
    pub hues: [Colour; 8],
    /// Limit lines by rank: critical, high, medium, low.
    pub limits: [Colour; 4],
    /// CSS font family of all text.
    pub font: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn css_colours() {
        let read = |text| Colour::from_css(text).map(|c| (c.red, c.green, c.blue, (c.alpha * 1000.0).round() as u32));
        assert_eq!(read(" #171B20 "), Some((0x17, 0x1b, 0x20, 1000)));
        assert_eq!(read("#fa0"), Some((255, 170, 0, 1000)));
        assert_eq!(read("#01020380"), Some((1, 2, 3, 502)));
        assert_eq!(read("rgb(1, 2, 3)"), Some((1, 2, 3, 1000)));
        assert_eq!(read("rgba(1, 2, 3, 0.5)"), Some((1, 2, 3, 500)));
        assert_eq!(read("rgb(1 2 3 / 25%)"), Some((1, 2, 3, 250)));
        assert_eq!(read("color(srgb 1 0.5 0 / 0.1)"), Some((255, 128, 0, 100)));
        for bad in ["", "#", "#12", "#1234567", "#+12", "red", "rgb(1,2)", "rgb(1,2,3", "rgb(a,b,c)", "#é12"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
