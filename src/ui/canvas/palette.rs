//! The theme's colours, as the style sheet has them now.
//!
//! Reads the custom properties `--ink`, `--ink-2`, `--ink-3`, `--series-1` to `--series-8`, `--critical`, `--high`, `--medium`,
//! `--low`. A probe's `color` is set to each in turn and read back computed, so that whatever CSS can express
//! (`light-dark()`, `color-mix()`) arrives as plain numbers.

use web_sys::{HtmlElement, Window};

use crate::chart::{Colour, Palette};

/// Reads the palette as it applies to an element. Slow: once per theme, not per frame.
pub(super) fn read_palette(window: &Window, probe: &HtmlElement) -> Palette {
    let style = probe.style();
    let computed = window.get_computed_style(probe).ok().flatten();
    let read = |property: &str| {
        computed.as_ref().and_then(|computed| computed.get_property_value(property).ok()).unwrap_or_default()
    };
    let colour = |name: &str| {
        let _ = style.set_property("color", &format!("var({name})"));
        Colour::from_css(&read("color")).unwrap_or_default()
    };
    let palette = Palette {
        ink: colour("--ink"),
        ink_2: colour("--ink-2"),
        ink_3: colour("--ink-3"),
        series: colour("--series-1"),
        hues: std::array::from_fn(|i| colour(&format!("--series-{}", i + 1))),
        limits: ["--critical", "--high", "--medium", "--low"].map(colour),
        font: read("font-family"),
    };
    let _ = style.remove_property("color");
    palette
}
