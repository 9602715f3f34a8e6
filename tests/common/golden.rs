//! Drawing into SVG, and comparing with the file beside the tests.

#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, reason = "shared by several test files")]

use std::path::Path;

use andon::chart::{Colour, Palette};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_svg::SVGBackend;

fn colour(css: &str) -> Colour {
    Colour::from_css(css).unwrap()
}

/// The light theme's colours.
pub fn palette() -> Palette {
    Palette {
        ink: colour("#171B20"),
        ink_2: colour("#454D56"),
        ink_3: colour("#616973"),
        series: colour("#1F5FBF"),
        hues: ["#0063A6", "#B84300", "#00724F", "#8F3F76", "#85590A", "#1F7396", "#4F5761", "#6A6200"].map(colour),
        limits: ["#C62828", "#AA4E00", "#7A6300", "#2B66C2"].map(colour),
        font: "sans-serif".to_owned(),
    }
}

/// Draws on an area of so many dots per CSS pixel.
pub fn draw((width, height): (u32, u32), dots: u32, draw: impl Fn(&DrawingArea<SVGBackend<'_>, Shift>)) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width * dots, height * dots)).into_drawing_area();
        draw(&area);
        area.present().unwrap();
    }
    svg
}

/// Compares with the file of this name, or writes it.
pub fn check(name: &str, size: (u32, u32), dots: u32, paint: impl Fn(&DrawingArea<SVGBackend<'_>, Shift>)) {
    let svg = draw(size, dots, paint);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name).with_extension("svg");
    if std::env::var("ANDON_GOLDEN").is_ok_and(|mode| mode == "write") {
        std::fs::write(&path, &svg).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = golden.lines().zip(svg.lines()).position(|(a, b)| a != b);
    assert!(
        golden == svg,
        "{name} differs from its golden{}; if that is meant, run with ANDON_GOLDEN=write and look at it",
        differs.map_or(String::new(), |line| format!(" in line {}", line + 1))
    );
}
