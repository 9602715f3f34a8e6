//! Words of an expression with their places.

use super::ExpressionError;
use crate::time::Millis;

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Span(Millis),
    Text(String),
    /// A path in brackets.
    Path(String),
    /// Letters, in lower case.
    Word(String),
    Sign(&'static str),
    End,
}

impl Token {
    /// As it is named in an error.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Span(_) => "a span".into(),
            Self::Text(_) => "a text".into(),
            Self::Path(path) => format!("[{path}]"),
            Self::Word(word) => format!("{word:?}"),
            Self::Sign(sign) => format!("{sign:?}"),
            Self::End => "the end".into(),
        }
    }
}

/// All words, each with the character that it begins at, from 1; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExpressionError> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let wrong = |message: String| ExpressionError { position: at + 1, message };
        if found.len() >= MOST_TOKENS {
            return Err(wrong("the expression is too long".into()));
        }
        let (token, end) = match c {
            '0'..='9' => number(&chars, at).map_err(wrong)?,
            '\'' | '"' => {
                let (text, end) = quoted(&chars, at, c).ok_or_else(|| wrong("a text that has no end".into()))?;
                (Token::Text(text), end)
            }
            '[' => {
                let (path, end) = quoted(&chars, at, ']').ok_or_else(|| wrong("a path that has no end".into()))?;
                if path.trim().is_empty() {
                    return Err(wrong("an empty path; expected the path of a tag".into()));
                }
                (Token::Path(path.trim().to_owned()), end)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = run(&chars, at, |c| c.is_ascii_alphanumeric() || c == '_');
                (Token::Word(chars[at..end].iter().collect::<String>().to_ascii_lowercase()), end)
            }
            _ => {
                let two: String = chars[at..chars.len().min(at + 2)].iter().collect();
                let sign = SIGNS.iter().find(|(sign, _)| two.starts_with(sign));
                let Some((sign, meaning)) = sign else {
                    return Err(wrong(format!("{:?} has no meaning here", c.to_string())));
                };
                (Token::Sign(meaning), at + sign.len())
            }
        };
        found.push((at + 1, token));
        at = end;
    }
    found.push((chars.len() + 1, Token::End));
    Ok(found)
}

/// A number, or a span where a unit of time follows at once.
fn number(chars: &[char], at: usize) -> Result<(Token, usize), String> {
    let digits = |at| run(chars, at, |c| c.is_ascii_digit());
    let mut end = digits(at);
    if chars.get(end) == Some(&'.') {
        end = digits(end + 1);
    }
    if matches!(chars.get(end), Some('e' | 'E')) {
        let sign = usize::from(matches!(chars.get(end + 1), Some('+' | '-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let shown: String = chars[at..end].iter().collect();
    let number: f64 = shown.parse().map_err(|_odd| format!("{shown:?} is not a number"))?;
    let after = run(chars, end, |c| c.is_ascii_alphabetic());
    let unit: String = chars[end..after].iter().collect();
    let millis = match unit.as_str() {
        "" => {
            return if number.is_finite() {
                Ok((Token::Number(number), end))
            } else {
                Err("the number is too large".into())
            };
        }
        "ms" => 1.0,
        "s" => 1e3,
        "m" | "min" => 60e3,
        "h" => 3600e3,
        "d" => 86_400e3,
        other => return Err(format!("unknown unit of time {other:?}; known: ms, s, m, h, d")),
    };
    let span = number * millis;
    if span > MOST_SPAN {
        Err("the span is too long; at most 7 days".into())
    } else {
        Ok((Token::Span(Millis(span as i64)), after))
    }
}

/// What stands between the sign at `at` and the next `close`; no escapes.
fn quoted(chars: &[char], at: usize, close: char) -> Option<(String, usize)> {
    let length = chars[at + 1..].iter().position(|&c| c == close)?;
    Some((chars[at + 1..at + 1 + length].iter().collect(), at + length + 2))
}

fn run(chars: &[char], at: usize, belongs: impl Fn(char) -> bool) -> usize {
    at + chars[at.min(chars.len())..].iter().take_while(|c| belongs(**c)).count()
}

/// Longer signs first; written on the left, meant on the right.
const SIGNS: [(&str, &str); 16] = [
    ("<=", "<="),
    (">=", ">="),
    ("!=", "!="),
    ("<>", "!="),
    ("==", "="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("%", "%"),
    ("(", "("),
    (")", ")"),
    (",", ","),
];
const MOST_TOKENS: usize = 400;
const MOST_SPAN: f64 = 7.0 * 86_400e3;
