//! Numbers, spans and sizes as people read them. No locale machinery on the hot path; clock times are `ui/zone`.

use crate::time::Millis;
use crate::vocab::Value;

/// Chooses how many digits after the point a stream of numbers shows: so that the last one moves and the one before
/// mostly does not. Slow to change its mind, so that a tile does not flicker.
#[derive(Clone, Debug)]
pub struct Digits {
    shown: u8,
    /// The most digits that the source itself has given.
    source: u8,
    /// Smoothed size of a step between two values; 0 until there was one.
    step: f64,
    last: Option<f64>,
    /// The other choice, and how often in a row it would have been better.
    rival: (u8, u8),
    /// Values seen, up to [`EARLY`].
    seen: u8,
}

impl Default for Digits {
    fn default() -> Self {
        Self { shown: 0, source: 0, step: 0.0, last: None, rival: (0, 0), seen: 0 }
    }
}

impl Digits {
    /// Takes the next value and says how many digits to show, 0 to 6.
    pub fn observe(&mut self, value: f64) -> u8 {
        self.source = self.source.max(decimals_of(value));
        let Some(last) = self.last.replace(value) else {
            self.shown = by_magnitude(value).min(self.source);
            return self.shown;
        };
        let step = (value - last).abs();
        if step > 0.0 {
            self.step = if self.step == 0.0 { step } else { self.step * 0.9 + step * 0.1 };
        }
        let wanted = if self.step > 0.0 { by_step(self.step, value) } else { by_magnitude(value) }.min(self.source);
        if wanted == self.shown {
            self.rival.1 = 0;
        } else if wanted == self.rival.0 {
            self.rival.1 += 1;
        } else {
            self.rival = (wanted, 1);
        }
        // At first it only learns: a stream that began with a round number is not kept coarse for long.
        self.seen = self.seen.saturating_add(1).min(EARLY);
        let is_learning = self.seen < EARLY && wanted > self.shown;
        if self.rival.1 >= PATIENCE || is_learning {
            self.shown = wanted;
            self.rival.1 = 0;
        }
        self.shown
    }
}

/// Three to four figures in all.
fn by_magnitude(value: f64) -> u8 {
    match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    }
}

/// The first digit that a step of this size moves, within six figures.
fn by_step(step: f64, value: f64) -> u8 {
    let mut digits = 0;
    let mut unit = 1.0;
    let most = (999_999.0 / value.abs().max(1e-3)).max(1.0);
    while digits < MOST_DIGITS && step < unit && 10.0 / unit <= most {
        unit /= 10.0;
        digits += 1;
    }
    digits
}

/// How many digits after the point a value needs, at most [`MOST_DIGITS`].
fn decimals_of(value: f64) -> u8 {
    let mut scale = 1.0;
    for digits in 0..MOST_DIGITS {
        let scaled = value * scale;
        if (scaled - scaled.round()).abs() <= scaled.abs().max(1.0) * 1e-9 {
            return digits;
        }
        scale *= 10.0;
    }
    MOST_DIGITS
}

/// Writes a number with so many digits after the point, thousands set apart from five figures on. Very large or
/// very small numbers are written in powers of ten.
pub fn write_fixed(out: &mut String, value: f64, digits: u8, point: char) {
    if !value.is_finite() {
        out.push('—');
        return;
    }
    let magnitude = value.abs();
    let digits = digits.min(MOST_DIGITS);
    if magnitude >= 1e12 || (magnitude > 0.0 && magnitude < 5e-7) {
        return write_power(out, value, point);
    }
    let scale = 10_u64.pow(u32::from(digits));
    let scaled = (magnitude * scale as f64).round();
    if scaled >= 9e18 {
        return write_power(out, value, point);
    }
    let scaled = scaled as u64;
    if value < 0.0 && scaled > 0 {
        out.push('\u{2212}');
    }
    write_grouped(out, scaled / scale);
    if digits > 0 {
        out.push(point);
        let mut place = scale / 10;
        let rest = scaled % scale;
        while place > 0 {
            out.push(digit(rest / place % 10));
            place /= 10;
        }
    }
}

/// Writes a whole number, thousands set apart from five figures on.
pub fn write_grouped(out: &mut String, number: u64) {
    let mut figures = [0_u8; 20];
    let mut count = 0;
    let mut rest = number;
    loop {
        figures[count] = (rest % 10) as u8;
        count += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    for index in (0..count).rev() {
        out.push(char::from(b'0' + figures[index]));
        if count > 4 && index > 0 && index % 3 == 0 {
            out.push('\u{202f}');
        }
    }
}

fn digit(number: u64) -> char {
    char::from(b'0' + (number % 10) as u8)
}

fn write_power(out: &mut String, value: f64, point: char) {
    let mut exponent = value.abs().log10().floor() as i32;
    let mut mantissa = value / 10_f64.powi(exponent);
    if mantissa.abs() >= 9.9995 {
        mantissa /= 10.0;
        exponent += 1;
    }
    write_fixed(out, mantissa, 3, point);
    out.push_str("·10^");
    if exponent < 0 {
        out.push('\u{2212}');
    }
    write_grouped(out, u64::from(exponent.unsigned_abs()));
}

/// Writes any value as people read it; `digits` for real numbers.
pub fn write_value(out: &mut String, value: &Value, digits: u8, point: char) {
    match value {
        Value::Null => out.push('—'),
        Value::Text(text) if text.is_empty() => out.push('–'),
        Value::Bool(true) => out.push_str("on"),
        Value::Bool(false) => out.push_str("off"),
        Value::Int(number) => {
            if *number < 0 {
                out.push('\u{2212}');
            }
            write_grouped(out, number.unsigned_abs());
        }
        Value::UInt(number) => write_grouped(out, *number),
        Value::Float(number) => write_fixed(out, *number, digits, point),
        Value::Text(text) => {
            let mut rest = text.chars();
            out.extend(rest.by_ref().take(SHOWN_CHARS));
            if rest.next().is_some() {
                out.push('…');
            }
        }
        Value::Raw(bytes) => {
            out.push_str("raw, ");
            out.push_str(&size_words(u64::from(*bytes)));
        }
    }
}

/// A number with all its digits, at most six after the point.
pub fn number_words(value: f64) -> String {
    let mut words = String::new();
    write_fixed(&mut words, value, decimals_of(value), '.');
    words
}

/// A span in its two largest fitting units at most: "42 s", "3 min", "2 h 5 min", "4 d 3 h".
pub fn span_words(span: Millis) -> String {
    let secs = (span.0.max(0) / 1000) as u64;
    let (big, big_unit, small, small_unit) = match secs {
        0..60 => (secs, "s", 0, ""),
        60..3600 => (secs / 60, "min", 0, ""),
        3600..86_400 => (secs / 3600, "h", secs / 60 % 60, "min"),
        _ => (secs / 86_400, "d", secs / 3600 % 24, "h"),
    };
    let mut words = String::new();
    write_grouped(&mut words, big);
    words.push('\u{a0}');
    words.push_str(big_unit);
    if small > 0 {
        words.push('\u{a0}');
        write_grouped(&mut words, small);
        words.push('\u{a0}');
        words.push_str(small_unit);
    }
    words
}

/// A size in bytes: "812 B", "4.2 kB", "96.0 MB".
pub fn size_words(bytes: u64) -> String {
    let mut words = String::new();
    let (divisor, unit) = match bytes {
        0..1000 => (1.0, "B"),
        1000..1_000_000 => (1e3, "kB"),
        1_000_000..1_000_000_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    write_fixed(&mut words, bytes as f64 / divisor, u8::from(bytes >= 1000), '.');
    words.push('\u{a0}');
    words.push_str(unit);
    words
}

/// How a path's last levels read as a heading: `drive/motor_speed` is "drive / motor speed".
pub fn name_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    for (index, level) in name.split('/').enumerate() {
        if index > 0 {
            words.push_str(" / ");
        }
        if level.is_empty() {
            words.push_str("(empty)");
        } else {
            words.extend(level.chars().map(|c| if c == '_' { ' ' } else { c }));
        }
    }
    words
}

const MOST_DIGITS: u8 = 6;
const PATIENCE: u8 = 12;
const EARLY: u8 = 30;
const SHOWN_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn fixed(value: f64, digits: u8) -> String {
        let mut out = String::new();
        write_fixed(&mut out, value, digits, '.');
        out
    }

    #[test]
    fn numbers() {
        for (value, digits, text) in [
            (0.0, 0, "0"),
            (-0.0, 1, "0.0"),
            (-0.04, 1, "0.0"),
            (412.0, 0, "412"),
            (9999.5, 0, "10\u{202f}000"),
            (1234.0, 0, "1234"),
            (1_234_567.891, 2, "1\u{202f}234\u{202f}567.89"),
            (-71.449, 1, "\u{2212}71.4"),
            (0.005, 3, "0.005"),
            (1e15, 0, "1.000·10^15"),
            (9.9999e-9, 3, "1.000·10^\u{2212}8"),
            (f64::MAX, 6, "1.798·10^308"),
            (f64::MIN_POSITIVE, 6, "2.225·10^\u{2212}308"),
            (f64::NAN, 2, "—"),
        ] {
            assert_eq!(fixed(value, digits), text, "{value} {digits}");
        }
    }

    #[test]
    fn the_last_digit_moves_and_the_one_before_does_not() {
        let mut digits = Digits::default();
        let shown: Vec<u8> =
            (0..100).map(|n| digits.observe(71.4 + 0.03 * f64::from(n % 7) + 0.001_37 * f64::from(n))).collect();
        assert_eq!(shown[99], 2, "{shown:?}");
        let changes = shown.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes <= 2, "{shown:?}");
        let mut whole = Digits::default();
        assert!((0..50).all(|n| whole.observe(f64::from(n)) == 0));
        let mut coarse = Digits::default();
        assert!((0..50).all(|n| coarse.observe(f64::from(n) * 0.5) <= 1));
    }

    #[test]
    fn spans_and_sizes() {
        let words = |secs: i64| span_words(Millis::from_secs(secs)).replace('\u{a0}', " ");
        assert_eq!(words(-5), "0 s");
        assert_eq!(words(59), "59 s");
        assert_eq!(words(61), "1 min");
        assert_eq!(words(7500), "2 h 5 min");
        assert_eq!(words(7200), "2 h");
        assert_eq!(words(90_000), "1 d 1 h");
        assert_eq!(size_words(812).replace('\u{a0}', " "), "812 B");
        assert_eq!(size_words(4_200).replace('\u{a0}', " "), "4.2 kB");
    }

    #[test]
    fn values() {
        let shown = |value: Value| {
            let mut out = String::new();
            write_value(&mut out, &value, 1, ',');
            out.replace('\u{a0}', " ")
        };
        assert_eq!(shown(Value::Null), "—");
        assert_eq!(
            shown(Value::Int(i64::MIN)),
            "\u{2212}9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775\u{202f}808"
        );
        assert_eq!(shown(Value::Float(2.25)), "2,3");
        assert_eq!(shown(Value::Raw(12)), "raw, 12 B");
        assert_eq!(shown(Value::Text("é".repeat(300).into())).chars().count(), 201);
        assert_eq!(name_words("drive/motor_speed//x"), "drive / motor speed / (empty) / x");
    }
}
