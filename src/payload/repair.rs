//! JSON as careless writers send it, put right: `NaN` and `Infinity` (Python, JavaScript by hand), numbers beyond a
//! double, half a surrogate pair. Nothing else is guessed at: what is missing or misplaced stays broken.

/// Writes `text` to `out` with those slips put right. False when there were none, or the text is too long to be worth
/// a second reading; then the text is broken for another reason.
pub(super) fn repair(text: &str, out: &mut String) -> bool {
    out.clear();
    out.shrink_to(MOST_BYTES);
    if text.len() > MOST_BYTES {
        return false;
    }
    let mut is_changed = false;
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let (piece, instead) = match first {
            b'"' => {
                let length = string_length(rest);
                is_changed |= write_string(&rest[..length], out);
                rest = &rest[length..];
                continue;
            }
            b if is_word(b) => {
                let length = rest.bytes().position(|b| !is_word(b)).unwrap_or(rest.len());
                let word = &rest[..length];
                (word, if is_no_number(word) { "null" } else { word })
            }
            _ => {
                let length = rest.bytes().position(|b| b == b'"' || is_word(b)).unwrap_or(rest.len());
                (&rest[..length], &rest[..length])
            }
        };
        is_changed |= piece != instead;
        out.push_str(instead);
        rest = &rest[piece.len()..];
    }
    is_changed
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// Whether a bare word stands for a number that JSON cannot write.
fn is_no_number(word: &str) -> bool {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_overflow = |word: &str| word.parse::<f64>().is_ok_and(f64::is_infinite);
    match unsigned.as_bytes().first() {
        Some(b'0'..=b'9') => !word.starts_with('+') && is_overflow(word),
        Some(b'N' | b'n') => unsigned.eq_ignore_ascii_case("nan"),
        Some(b'I' | b'i') => unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity"),
        _ => false,
    }
}

/// The length of the JSON string at the start of `text`, quotes included; to the end where it is not closed.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Writes a string with lone surrogates replaced by U+FFFD. True when there were any.
fn write_string(string: &str, out: &mut String) -> bool {
    let mut is_changed = false;
    let mut rest = string;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match unit(rest) {
            Some(0xD800..=0xDBFF) if matches!(rest.get(6..).and_then(unit), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                is_changed = true;
                out.push('\u{FFFD}');
                rest = &rest[6..];
                continue;
            }
            // The escape's sign with what it escapes, whatever that is.
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    is_changed
}

/// The UTF-16 unit of a `\uXXXX` at the start.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Longer texts are not read a second time.
const MOST_BYTES: usize = 64 * 1024;
