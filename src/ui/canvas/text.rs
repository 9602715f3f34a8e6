//! Strings and widths that a canvas is asked for again and again: fonts, colours, advances of letters.
//!
//! Refuses: measuring in the document. A letter is measured once, by the canvas itself, and remembered until the theme
//! changes.

use std::collections::BTreeMap;

use web_sys::CanvasRenderingContext2d;

/// Size in dots (by bits) and weight.
type FontKey = (u32, bool);

/// What has been written before.
#[derive(Debug, Default)]
pub(super) struct TextCache {
    family: String,
    fonts: BTreeMap<FontKey, Font>,
    colours: Vec<([u8; 4], String)>,
}

#[derive(Debug)]
struct Font {
    css: String,
    /// Advance in dots; of ASCII by index, NaN where not yet measured.
    ascii: Box<[f32; 128]>,
    others: BTreeMap<char, f32>,
}

/// More colours than a page has palettes for: then something is wrong, and the cache begins anew.
const MOST_COLOURS: usize = 64;

impl TextCache {
    /// Forgets everything, and writes in this family from now on.
    pub(super) fn reset(&mut self, family: &str) {
        family.clone_into(&mut self.family);
        self.fonts.clear();
        self.colours.clear();
    }

    /// CSS of a colour.
    pub(super) fn colour(&mut self, (red, green, blue): (u8, u8, u8), alpha: f64) -> &str {
        let key = [red, green, blue, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8];
        let found = self.colours.iter().position(|(other, _)| *other == key);
        let index = found.unwrap_or_else(|| {
            if self.colours.len() >= MOST_COLOURS {
                self.colours.clear();
            }
            let css = format!("#{:08x}", u32::from_be_bytes(key));
            self.colours.push((key, css));
            self.colours.len() - 1
        });
        self.colours.get(index).map_or("", |(_, css)| css)
    }

    /// CSS of a font, size in dots.
    pub(super) fn font(&mut self, size: f32, is_bold: bool) -> &str {
        &self.entry(size, is_bold).css
    }

    /// Width of a text in dots: the sum of its letters, kerning apart.
    pub(super) fn width(&mut self, context: &CanvasRenderingContext2d, text: &str, size: f32, is_bold: bool) -> f32 {
        let font = self.entry(size, is_bold);
        let mut is_set = false;
        let mut measure = |letter: char, css: &str| {
            if !is_set {
                context.set_font(css);
                is_set = true;
            }
            context.measure_text(letter.encode_utf8(&mut [0; 4])).map_or(0.0, |metrics| metrics.width() as f32)
        };
        let mut sum = 0.0;
        for letter in text.chars() {
            let known = match font.ascii.get(letter as usize) {
                Some(advance) => Some(*advance).filter(|advance| !advance.is_nan()),
                None => font.others.get(&letter).copied(),
            };
            sum += known.unwrap_or_else(|| {
                let advance = measure(letter, &font.css);
                match font.ascii.get_mut(letter as usize) {
                    Some(slot) => *slot = advance,
                    None => {
                        font.others.insert(letter, advance);
                    }
                }
                advance
            });
        }
        sum
    }

    fn entry(&mut self, size: f32, is_bold: bool) -> &mut Font {
        let family = &self.family;
        self.fonts.entry((size.to_bits(), is_bold)).or_insert_with(|| Font {
            css: format!("{} {size}px {family}", if is_bold { 600 } else { 400 }),
            ascii: Box::new([f32::NAN; 128]),
            others: BTreeMap::new(),
        })
    }
}
