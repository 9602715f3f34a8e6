//! One value alone, as text: a number, a switch, or words.

use super::{Found, FoundValue, MOST_TEXT, bare, size_of};

/// Reads trimmed text. Whole numbers stay exact; a number that would lose something (`007`, `1e999`) stays text, as do
/// words such as `ON`, whose meaning only the plant knows. `None` for text that is too long or holds control bytes.
pub(super) fn read(text: &str) -> Option<FoundValue<'_>> {
    match text {
        "true" | "True" | "TRUE" => return Some(FoundValue::Bool(true)),
        "false" | "False" | "FALSE" => return Some(FoundValue::Bool(false)),
        "null" => return Some(FoundValue::Null),
        _ => {}
    }
    number(text).or_else(|| is_readable(text).then_some(FoundValue::Text(text)))
}

/// Text that began like JSON and was none: shown as it is where it can be.
pub(super) fn unread(text: &str, size: usize, found: &mut dyn FnMut(Found<'_>)) {
    let value = if is_readable(text) { FoundValue::Text(text) } else { FoundValue::Raw { size: size_of(size) } };
    found(bare(value));
}

fn is_readable(text: &str) -> bool {
    text.len() <= MOST_TEXT && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
}

fn number(text: &str) -> Option<FoundValue<'_>> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    let leading = digits.first()?;
    let padded = *leading == b'0' && digits.get(1).is_some_and(u8::is_ascii_digit);
    if !(leading.is_ascii_digit() || *leading == b'.') || padded || text.len() > 64 {
        return None;
    }
    if let Ok(int) = text.parse::<i64>() {
        return Some(FoundValue::Int(int));
    }
    if let Ok(uint) = text.parse::<u64>() {
        return Some(FoundValue::UInt(uint));
    }
    // A whole number beyond u64 would lose digits.
    let float: f64 = text.parse().ok()?;
    (float.is_finite() && !digits.iter().all(u8::is_ascii_digit)).then_some(FoundValue::Float(float))
}
