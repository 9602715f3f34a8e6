//! Instants and spans: milliseconds since the Unix epoch, and the civil-date maths to read and write them.
//!
//! Refuses: clocks (only `web/clock` reads one), names of zones and locales (the page formats for people).

mod zone;

use serde::{Deserialize, Serialize};

pub use zone::ZoneTable;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// A span in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Millis(pub i64);

impl Millis {
    /// A span of whole seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }
}

impl std::ops::Add for Millis {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Add<Millis> for Timestamp {
    type Output = Self;
    fn add(self, span: Millis) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Millis> for Timestamp {
    type Output = Self;
    fn sub(self, span: Millis) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl std::ops::Sub for Timestamp {
    type Output = Millis;
    fn sub(self, other: Self) -> Millis {
        Millis(self.0.saturating_sub(other.0))
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (`month` 1..=12, `day` 1..=31, unchecked).
pub const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = (month + 9) % 12;
    let doy = (153 * mp + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// The proleptic Gregorian (year, month, day) of a day count since 1970-01-01.
pub const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// A time read from text, and whether it named its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The instant; a text without a zone is read as UTC.
    pub timestamp: Timestamp,
    /// Whether the text named an offset (`Z`, `+02:00`).
    pub zoned: bool,
}

/// Reads RFC 3339 and its common relaxations: `T` or a space between date and time, 0 to 9 fraction digits, a
/// missing zone (said in [`Parsed::zoned`]). Anything else, a date out of range included, is `None`.
pub fn parse_rfc3339(text: &str) -> Option<Parsed> {
    let b = text.as_bytes();
    if b.len() < 19 || b.len() > 40 {
        return None;
    }
    let digits = |from: usize, to: usize| -> Option<i64> {
        let mut n = 0i64;
        for &c in b.get(from..to)? {
            if !c.is_ascii_digit() {
                return None;
            }
            n = n * 10 + i64::from(c - b'0');
        }
        Some(n)
    };
    if b[4] != b'-' || b[7] != b'-' || !matches!(b[10], b'T' | b't' | b' ') || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month) || day < 1 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_from_civil(year, month, day);
    if civil_from_days(days) != (year, month, day) {
        return None; // 30 February and its like
    }
    let mut at = 19;
    let mut millis = 0i64;
    if b.get(at) == Some(&b'.') || b.get(at) == Some(&b',') {
        at += 1;
        let start = at;
        while b.get(at).is_some_and(u8::is_ascii_digit) {
            if at - start < 3 {
                millis = millis * 10 + i64::from(b[at] - b'0');
            }
            at += 1;
        }
        let seen = at - start;
        if seen == 0 || seen > 9 {
            return None;
        }
        for _ in seen..3 {
            millis *= 10;
        }
    }
    let (offset_minutes, zoned) = match b.get(at) {
        None => (0, false),
        Some(b'Z' | b'z') if at + 1 == b.len() => (0, true),
        Some(sign @ (b'+' | b'-')) => {
            let hours = digits(at + 1, at + 3)?;
            let minutes = match b.len() - at {
                6 if b[at + 3] == b':' => digits(at + 4, at + 6)?,
                5 => digits(at + 3, at + 5)?,
                3 => 0,
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            let total = hours * 60 + minutes;
            (if *sign == b'-' { -total } else { total }, true)
        }
        Some(_) => return None,
    };
    let secs = days * 86_400 + hour * 3600 + minute * 60 + second - offset_minutes * 60;
    Some(Parsed { timestamp: Timestamp(secs * 1000 + millis), zoned })
}

/// Writes RFC 3339 in UTC with milliseconds, as `2026-11-23T02:00:00.000Z`.
pub fn format_rfc3339(at: Timestamp) -> String {
    let days = at.0.div_euclid(86_400_000);
    let ms = at.0.rem_euclid(86_400_000);
    let (year, month, day) = civil_from_days(days);
    let (hour, minute, second, milli) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Reads a number as an instant by its magnitude: seconds (1e9..1e11), milliseconds (1e12..1e14), microseconds
/// (1e15..1e17), nanoseconds (from 1e18). `None` outside 2000-01-01 .. `now` + 1 day: then it is not a time.
pub fn from_number(number: f64, now: Timestamp) -> Option<Timestamp> {
    let millis = match number {
        n if (1e9..1e11).contains(&n) => n * 1e3,
        n if (1e12..1e14).contains(&n) => n,
        n if (1e15..1e17).contains(&n) => n / 1e3,
        n if (1e18..1e20).contains(&n) => n / 1e6,
        _ => return None,
    };
    const YEAR_2000: i64 = 946_684_800_000;
    const DAY: Millis = Millis(86_400_000);
    let at = Timestamp(millis as i64);
    (at.0 >= YEAR_2000 && at <= now + DAY).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn civil_dates_round_trip_over_eight_centuries() {
        for days in (-200_000..200_000).step_by(37) {
            let (y, m, d) = civil_from_days(days);
            assert_eq!(days_from_civil(y, m, d), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(days_from_civil(2024, 2, 29), 19_782);
    }

    #[test]
    fn rfc3339_and_its_relaxations() {
        let at = |s: &str| parse_rfc3339(s).map(|p| (p.timestamp.0, p.zoned));
        assert_eq!(at("1970-01-01T00:00:00Z"), Some((0, true)));
        assert_eq!(at("2024-07-29T15:02:17.1858435Z"), Some((1_722_265_337_185, true)));
        assert_eq!(at("2024-05-01 10:00:00"), Some((1_714_557_600_000, false)));
        assert_eq!(at("2024-05-01T12:00:00.5+02:00"), Some((1_714_557_600_500, true)));
        assert_eq!(at("2024-05-01T12:00:00+0200"), Some((1_714_557_600_000, true)));
        for bad in [
            "",
            "2024-02-30T00:00:00Z",
            "2024-05-01",
            "2024-05-01T25:00:00Z",
            "2024-05-01T10:00:00.Z",
            "2024-05-01T10:00:00+2:00",
            "2024-05-01T10:00:00Zx",
            "2024-05-01T10:00:00é",
        ] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_become_times_by_magnitude() {
        let now = Timestamp(1_790_000_000_000);
        for n in [1_700_000_000.0, 1.7e12, 1.7e15, 1.7e18] {
            assert_eq!(from_number(n, now), Some(Timestamp(1_700_000_000_000)), "{n}");
        }
        for n in [0.0, 42.0, 1.9e12, f64::NAN, f64::INFINITY, -1.7e12] {
            assert_eq!(from_number(n, now), None, "{n}");
        }
    }

    #[test]
    fn formats_what_it_parses() {
        let at = Timestamp(1_722_265_337_185);
        assert_eq!(format_rfc3339(at), "2024-07-29T15:02:17.185Z");
        assert_eq!(parse_rfc3339(&format_rfc3339(at)).map(|p| p.timestamp), Some(at));
    }
}
