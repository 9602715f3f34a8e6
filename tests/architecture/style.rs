//! Colours stand in style/tokens.css and nowhere else; markup is built, never pasted.

use std::fs;

use crate::source::{files, none_wrong, shipped_lines, shown};

/// Ways to write a colour besides `#rrggbb`.
const FUNCTIONS: &[&str] =
    &["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(", "color(", "RGBColor(", "HSLColor("];
/// Colours by name; `transparent` and `currentColor` are none.
const NAMES: &[&str] = &[
    "white", "black", "red", "green", "blue", "gray", "grey", "yellow", "orange", "purple", "silver", "navy", "teal",
    "maroon", "olive", "lime", "aqua", "fuchsia", "pink", "brown", "cyan", "magenta", "gold",
];

#[test]
fn no_colour_in_rust() {
    let mut wrong = Vec::new();
    for file in files(&["src"], "rs") {
        for (line, code) in shipped_lines(&file) {
            let named = code.contains("full_palette") || code.contains("style::colors");
            if has_hex(&code, &['"', ' ', ':', '(', ',']) || FUNCTIONS.iter().any(|f| calls(&code, f)) || named {
                wrong.push(format!("{}:{line}: {}", shown(&file), code.trim()));
            }
        }
    }
    none_wrong("Rust names no colour; the canvas palette is read from the tokens.", &wrong);
}

#[test]
fn no_colour_in_css_but_in_tokens() {
    let mut wrong = Vec::new();
    for file in files(&["style"], "css") {
        if shown(&file) == "style/tokens.css" {
            continue;
        }
        let css = without_css_comments(&fs::read_to_string(&file).unwrap());
        for (line, value) in values(&css) {
            let words = value.split(|c: char| !(c.is_alphanumeric() || c == '-'));
            let named = words.into_iter().any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()));
            if has_hex(&value, &[' ', ':', '(', ',']) || FUNCTIONS.iter().any(|f| calls(&value, f)) || named {
                wrong.push(format!("{}:{line}: {}", shown(&file), value.trim()));
            }
        }
    }
    none_wrong("Only style/tokens.css holds a colour; elsewhere name a token.", &wrong);
}

#[test]
fn markup_is_built_and_never_pasted() {
    let banned = ["inner_html", "outer_html", "insert_adjacent_html", "document_write", "dangerously"];
    let mut wrong = Vec::new();
    for file in files(&["src"], "rs") {
        for (line, code) in shipped_lines(&file) {
            let style = code.match_indices("style").any(|(at, word)| {
                let before = code[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '"');
                let after = code[at + word.len()..].trim_start();
                let attribute = after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>");
                let is_binding = code[..at].trim_end().ends_with("let") || code[..at].trim_end().ends_with("mut");
                before && attribute && !is_binding && shown(&file).starts_with("src/ui/")
            });
            let set = code.contains("set_attribute(\"style\"");
            if style || set || banned.iter().any(|word| code.contains(word)) {
                wrong.push(format!("{}:{line}: {}", shown(&file), code.trim()));
            }
        }
    }
    none_wrong("The policy blocks style=\"…\" (style:width=… works), and no text is ever taken for markup.", &wrong);
}

/// Whether a colour such as `#fff` or `#a1b2c3d4` follows one of these characters (or stands at the start).
fn has_hex(text: &str, after: &[char]) -> bool {
    text.match_indices('#').any(|(at, _)| {
        let rest = &text[at + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let ends = !rest[digits..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
        let starts = text[..at].chars().next_back().is_none_or(|c| after.contains(&c));
        matches!(digits, 3 | 4 | 6 | 8) && ends && starts
    })
}

fn calls(text: &str, function: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices(function).any(|(at, _)| !text[..at].ends_with(inside) && !text[..at].ends_with("fn "))
}

/// CSS without comments, line breaks kept.
pub(crate) fn without_css_comments(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        let end = rest[start..].find("*/").map_or(rest.len(), |end| start + end + 2);
        out.push_str(&rest[..start]);
        out.extend(rest[start..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    out + rest
}

/// The values of all declarations, with their lines.
fn values(css: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in css.char_indices() {
        if matches!(c, '{' | '}' | ';') {
            // What ends in `{` is a selector or an at-rule, not a declaration.
            if c != '{'
                && let Some((_, value)) = css[start..at].split_once(':')
            {
                found.push((css[..at].matches('\n').count() + 1, value.to_owned()));
            }
            start = at + 1;
        }
    }
    found
}

#[test]
fn colours_are_recognised() {
    for colour in ["\"#fff\"", "x: #A1B2C3;", "(#12345678)", "#abcd"] {
        assert!(has_hex(colour, &['"', ' ', '(']), "{colour}");
    }
    for other in ["\"#/line\"", "#[derive(Debug)]", "r#\"x\"#", "\"#12\"", "\"#face-off\"", "a#fff"] {
        assert!(!has_hex(other, &['"', ' ', '(']), "{other}");
    }
    assert!(calls("fill(rgb(1,2,3))", "rgb(") && !calls("fn rgb(x)", "rgb(") && !calls("to_rgb(x)", "rgb("));
    let css = "a:hover #fff { color: var(--x); background: red }";
    assert_eq!(values(css).into_iter().map(|(_, value)| value).collect::<Vec<_>>(), [" var(--x)", " red "]);
}
