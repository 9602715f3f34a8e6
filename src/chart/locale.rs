//! How a reader wants numbers and times written; the page brings its own, tests and fallbacks the plain one.

use crate::time::{Millis, Timestamp, civil_from_days};

/// How coarse a time label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// Hours, minutes and seconds.
    Second,
    /// Hours and minutes.
    Minute,
    /// A day: midnight of it.
    Day,
    /// A month: its first midnight.
    Month,
    /// A year: its first midnight.
    Year,
}

/// The reader's locale and the plant's time zone.
pub trait Locale {
    /// The zone's offset from UTC at an instant (east is positive).
    fn offset(&self, at: Timestamp) -> Millis;

    /// A number with this many decimals.
    fn number(&self, value: f64, decimals: usize) -> String;

    /// A time of the wall, given as if it were UTC.
    fn time(&self, wall: Timestamp, grain: Grain) -> String;
}

/// English month names, a full stop before decimals, narrow spaces between thousands, one fixed offset.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainLocale {
    /// Offset from UTC.
    pub offset: Millis,
}

impl Locale for PlainLocale {
    fn offset(&self, _at: Timestamp) -> Millis {
        self.offset
    }

    fn number(&self, value: f64, decimals: usize) -> String {
        if value != 0.0 && (value.abs() >= 1e9 || decimals > 6) {
            return format!("{value:.3e}").replace('-', "\u{2212}");
        }
        let text = format!("{:.*}", decimals, value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let negative = value < 0.0 && text.bytes().any(|digit| matches!(digit, b'1'..=b'9'));
        let mut out = String::from(if negative { "\u{2212}" } else { "" });
        for (i, digit) in whole.chars().enumerate() {
            // Four digits stay together; from five on, thousands part.
            if i > 0 && whole.len() > 4 && (whole.len() - i).is_multiple_of(3) {
                out.push('\u{202f}');
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        out
    }

    fn time(&self, wall: Timestamp, grain: Grain) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, day) = civil_from_days(wall.0.div_euclid(86_400_000));
        let second = wall.0.rem_euclid(86_400_000) / 1000;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let month = usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).unwrap_or(&"");
        match grain {
            Grain::Second => format!("{hour:02}:{minute:02}:{second:02}"),
            Grain::Minute => format!("{hour:02}:{minute:02}"),
            Grain::Day => format!("{day} {month}"),
            Grain::Month => (*month).to_owned(),
            Grain::Year => year.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn plain_numbers() {
        let plain = |value, decimals| PlainLocale::default().number(value, decimals);
        assert_eq!(plain(0.0, 0), "0");
        assert_eq!(plain(-0.001, 1), "0.0");
        assert_eq!(plain(1234.0, 0), "1234");
        assert_eq!(plain(-12_345.67, 1), "\u{2212}12\u{202f}345.7");
        assert_eq!(plain(1_234_567.0, 0), "1\u{202f}234\u{202f}567");
        assert_eq!(plain(2.5e12, 0), "2.500e12");
    }

    #[test]
    fn plain_times() {
        let plain = |grain| PlainLocale::default().time(Timestamp(1_722_265_337_185), grain);
        assert_eq!(plain(Grain::Second), "15:02:17");
        assert_eq!(plain(Grain::Minute), "15:02");
        assert_eq!(plain(Grain::Day), "29 Jul");
        assert_eq!(plain(Grain::Month), "Jul");
        assert_eq!(plain(Grain::Year), "2024");
    }
}
