//! The tokens can be read: text 4.5:1 and shapes 3:1 on every ground, in both themes; 7:1 and 4.5:1 in high contrast.

use std::collections::BTreeMap;

use crate::source::{none_wrong, text};
use crate::style::without_css_comments;

/// What things stand on.
const GROUNDS: &[&str] = &["canvas", "surface", "raised"];
/// What is read.
const TEXT: &[&str] = &["ink", "ink-2", "ink-3", "focus"];
/// What is seen.
const SHAPES: &[&str] = &[
    "critical", "high", "medium", "low", "shelved", "series-1", "series-2", "series-3", "series-4", "series-5",
    "series-6", "series-7", "series-8",
];

#[test]
fn tokens_can_be_read_in_every_theme() {
    let css = without_css_comments(&text("style/tokens.css"));
    let declarations = declarations(&css);
    let mut wrong = Vec::new();
    for theme in [Theme::Light, Theme::Dark, Theme::Contrast] {
        let (for_text, for_shapes) = if theme == Theme::Contrast { (7.0, 4.5) } else { (4.5, 3.0) };
        let tokens = tokens_of(&declarations, theme, &mut wrong);
        let mut colour = |name: &str| {
            let found = tokens.iter().find(|(token, _)| *token == name || token.ends_with(&format!("-{name}")));
            let colour = found.and_then(|(_, value)| resolved(value, &tokens, theme, 0));
            if colour.is_none() {
                wrong.push(format!("{theme:?}: no token --{name} (or --…-{name}) with a colour as #rrggbb"));
            }
            colour
        };
        let grounds: Vec<_> = GROUNDS.iter().filter_map(|name| Some((*name, colour(name)?))).collect();
        let text = TEXT.iter().filter_map(|name| Some((*name, colour(name)?, for_text))).collect::<Vec<_>>();
        let shapes = SHAPES.iter().filter_map(|name| Some((*name, colour(name)?, for_shapes))).collect::<Vec<_>>();
        for (name, colour, least) in text.into_iter().chain(shapes) {
            for (ground, below) in &grounds {
                let ratio = contrast(colour, *below);
                if ratio < least {
                    wrong.push(format!("{theme:?}: --{name} on --{ground} is {ratio:.2}:1, needs {least}:1"));
                }
            }
        }
    }
    none_wrong(
        "Text needs a contrast of 4.5:1, shapes 3:1 (7:1 and 4.5:1 in high contrast), on every ground (style/tokens.css).",
        &wrong,
    );
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    Light,
    Dark,
    Contrast,
}

/// Every custom property with the selectors and at-rules around it.
fn declarations(css: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut around: Vec<String> = Vec::new();
    let mut start = 0;
    for (at, c) in css.char_indices().filter(|(_, c)| matches!(c, '{' | '}' | ';')) {
        let piece = css[start..at].trim();
        start = at + 1;
        if c == '{' {
            around.push(piece.to_owned());
            continue;
        }
        if let Some((name, value)) = piece.split_once(':').filter(|(name, _)| name.starts_with("--")) {
            found.push((around.join(" "), name.trim()[2..].to_owned(), value.trim().to_owned()));
        }
        if c == '}' {
            around.pop();
        }
    }
    found
}

/// The tokens in force under a theme. Where a theme is written twice (for the system's setting and for the user's
/// choice) both must say the same.
fn tokens_of(
    declarations: &[(String, String, String)],
    theme: Theme,
    wrong: &mut Vec<String>,
) -> BTreeMap<String, String> {
    let mut base = BTreeMap::new();
    let mut dark: BTreeMap<String, String> = BTreeMap::new();
    let mut contrast: BTreeMap<String, String> = BTreeMap::new();
    for (around, name, value) in declarations {
        let around = around.replace(['"', '\'', ' '], "");
        if around.contains("data-theme=contrast") {
            if theme == Theme::Contrast {
                contrast.insert(name.clone(), value.clone());
            }
            continue;
        }
        let is_alternative = around.contains("palette") || around.contains("contrast:") || around.contains("forced");
        if is_alternative {
            continue;
        }
        if around.contains("prefers-color-scheme:dark") || around.contains("data-theme=dark") {
            let before = dark.insert(name.clone(), value.clone());
            if theme == Theme::Dark && before.is_some_and(|before| before != *value) {
                wrong.push(format!("--{name} has two different values for the dark theme"));
            }
        } else {
            base.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    if theme == Theme::Dark {
        base.extend(dark);
    }
    base.extend(contrast);
    base
}

/// A token's colour, through `var()` and `light-dark()`.
fn resolved(value: &str, tokens: &BTreeMap<String, String>, theme: Theme, depth: usize) -> Option<[f64; 3]> {
    if depth > 8 {
        return None;
    }
    if let Some(name) = value.strip_prefix("var(--").and_then(|rest| rest.strip_suffix(')')) {
        return resolved(tokens.get(name.trim())?, tokens, theme, depth + 1);
    }
    if let Some(pair) = value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')')) {
        let (light, dark) = pair.split_once(',')?;
        let one = if theme == Theme::Light { light } else { dark };
        return resolved(one.trim(), tokens, theme, depth + 1);
    }
    let digits = value.strip_prefix('#')?;
    let digits: String = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok().map(|n| f64::from(n) / 255.0);
    Some([channel(0)?, channel(2)?, channel(4)?])
}

/// WCAG 2.2, contrast ratio.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let [r, g, b] = colour.map(|c| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_computed_as_the_guideline_says() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    let css = ":root{--c:#fff;--i:var(--x);--x:light-dark(#777777,#000)}@media(prefers-color-scheme: dark){:root{--c:#121518}}";
    let found = declarations(css);
    let mut wrong = Vec::new();
    let light = tokens_of(&found, Theme::Light, &mut wrong);
    let dark = tokens_of(&found, Theme::Dark, &mut wrong);
    assert_eq!((light["c"].as_str(), dark["c"].as_str()), ("#fff", "#121518"));
    let grey = resolved(&light["i"], &light, Theme::Light, 0).unwrap();
    assert!((contrast(grey, [1.0; 3]) - 4.478).abs() < 1e-2);
    assert_eq!(resolved(&dark["i"], &dark, Theme::Dark, 0), Some([0.0; 3]));
    assert!(wrong.is_empty());
}
