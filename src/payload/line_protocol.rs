//! InfluxDB's line protocol: `weather,location=us temp=82,hum=71i 1465839830100400200`, one point a line.

use super::FoundValue;
use super::time::time_of;
use super::told::{Told, With};

/// Tells the fields of all lines under `measurement,tag=value`. False, and nothing told, where any line is none: words
/// with a sign of equality are not meant, so a line needs tags or a time.
pub(super) fn tell(text: &str, told: &mut Told<'_>) -> bool {
    if !text.as_bytes().contains(&b'=') {
        return false;
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if lines().next().is_none() || !lines().all(|line| point(line).is_some_and(|point| fields(point.fields).is_ok())) {
        return false;
    }
    for point in lines().filter_map(point) {
        let time = point.time.and_then(|time| time_of(FoundValue::Int(time), told.now));
        let series = unescaped(point.series);
        told.at(&series, |told| {
            for (key, value) in split(point.fields, ',').filter_map(field) {
                told.at(&unescaped(key), |told| match value {
                    FoundValue::Text(text) if text.contains('\\') => {
                        let text = text.replace("\\\"", "\"").replace("\\\\", "\\");
                        told.value(FoundValue::Text(&text), With { time, ..With::default() });
                    }
                    value => told.value(value, With { time, ..With::default() }),
                });
            }
        });
    }
    true
}

struct Point<'t> {
    /// Measurement and tags.
    series: &'t str,
    fields: &'t str,
    time: Option<i64>,
}

fn point(line: &str) -> Option<Point<'_>> {
    let mut parts = split(line, ' ').filter(|part| !part.is_empty());
    let (series, fields, time) = (parts.next()?, parts.next()?, parts.next());
    let time = time.map(|time| time.parse().ok());
    let mut tags = split(series, ',');
    let measurement = tags.next().filter(|name| !name.is_empty() && !name.contains(['=', '"', '{', '[']))?;
    let is_tag = |tag: &str| tag.split_once('=').is_some_and(|(key, value)| !key.is_empty() && !value.is_empty());
    let is_meant = time.is_some() || measurement.len() < series.len();
    (is_meant && parts.next().is_none() && time != Some(None) && tags.all(is_tag)).then_some(Point {
        series,
        fields,
        time: time.flatten(),
    })
}

/// Whether all fields can be read.
fn fields(fields: &str) -> Result<(), ()> {
    split(fields, ',').all(|part| field(part).is_some()).then_some(()).ok_or(())
}

fn field(field: &str) -> Option<(&str, FoundValue<'_>)> {
    let (key, value) = field.split_once('=').filter(|(key, _)| !key.is_empty())?;
    let value = match value {
        "t" | "T" | "true" | "True" | "TRUE" => FoundValue::Bool(true),
        "f" | "F" | "false" | "False" | "FALSE" => FoundValue::Bool(false),
        text if text.starts_with('"') => FoundValue::Text(text.strip_prefix('"')?.strip_suffix('"')?),
        int if int.ends_with('i') => FoundValue::Int(int.strip_suffix('i')?.parse().ok()?),
        uint if uint.ends_with('u') => {
            let uint = uint.strip_suffix('u')?.parse::<u64>().ok()?;
            i64::try_from(uint).map_or(FoundValue::UInt(uint), FoundValue::Int)
        }
        // Rust reads `inf` and `nan` as numbers; the protocol does not.
        float => {
            let is_number = float.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
            FoundValue::Float(float.parse().ok().filter(|float: &f64| is_number && float.is_finite())?)
        }
    };
    Some((key, value))
}

/// Splits at a character that is neither escaped nor quoted.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut is_escaped, mut is_quoted) = (false, false);
    text.split(move |c: char| {
        let was_escaped = is_escaped;
        is_escaped = !was_escaped && c == '\\';
        let is_plain = !was_escaped && !is_escaped;
        is_quoted ^= is_plain && c == '"';
        is_plain && !is_quoted && c == at
    })
}

fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\\') {
        text.replace("\\ ", " ").replace("\\,", ",").replace("\\=", "=").into()
    } else {
        text.into()
    }
}
