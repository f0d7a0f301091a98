//! Knows the fonts: which glyph shows a letter, and how wide it is.

use std::sync::OnceLock;

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

use leakmark_core::error::{Error, Result};

/// A font, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Prose.
    Serif,
    /// Prose that stands out, and headings.
    SerifStrong,
    /// Titles in prose.
    SerifTitle,
    /// Labels, tables and charts.
    Sans,
    /// The same where they stand out.
    SansStrong,
    /// What is read letter by letter.
    Mono,
}

const FILES: [&[u8]; 6] = [
    include_bytes!("../../assets/fonts/LibertinusSerif-Regular.otf"),
    include_bytes!("../../assets/fonts/LibertinusSerif-Semibold.otf"),
    include_bytes!("../../assets/fonts/LibertinusSerif-Italic.otf"),
    include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansMono-Regular.ttf"),
];

/// A glyph that shows a part of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Its number in the font.
    pub glyph: u32,
    /// Its width over the size of the font.
    pub width: f32,
    /// The letter's first byte in the text, and the byte after it.
    pub bytes: (usize, usize),
}

/// One font.
struct Font {
    file: &'static [u8],
    /// Glyph and width of each character that the font has, in order.
    letters: Vec<(char, u32, f32)>,
}

/// All fonts.
pub struct Fonts([Font; 6]);

/// The fonts, read once.
///
/// # Errors
/// [`Error::Internal`] if one is broken.
pub fn fonts() -> Result<&'static Fonts> {
    static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
    let broken = || Error::Internal("a font of the PDF report is broken".into());
    FONTS.get_or_init(Fonts::read).as_ref().ok_or_else(broken)
}

impl Font {
    fn read(file: &'static [u8]) -> Option<Self> {
        let font = skrifa::FontRef::new(file).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let units = f32::from(
            font.metrics(Size::unscaled(), LocationRef::default())
                .units_per_em,
        );
        let mut letters: Vec<(char, u32, f32)> = font
            .charmap()
            .mappings()
            .filter_map(|(code, glyph)| {
                let width = metrics.advance_width(glyph)? / units;
                Some((char::from_u32(code)?, glyph.to_u32(), width))
            })
            .collect();
        letters.sort_by_key(|letter| letter.0);
        (!letters.is_empty()).then_some(Self { file, letters })
    }

    fn letter(&self, letter: char) -> Option<(u32, f32)> {
        let own = |letter: char| {
            let at = self.letters.binary_search_by_key(&letter, |l| l.0).ok()?;
            self.letters.get(at).map(|l| (l.1, l.2))
        };
        // Noto Sans has no minus sign; its dash looks the same.
        own(letter).or_else(|| own('–').filter(|_| letter == '−'))
    }
}

impl Fonts {
    fn read() -> Option<Self> {
        let [a, b, c, d, e, f] = FILES;
        let read = Font::read;
        Some(Self([
            read(a)?,
            read(b)?,
            read(c)?,
            read(d)?,
            read(e)?,
            read(f)?,
        ]))
    }

    /// The file of a font.
    pub fn file(&self, face: Face) -> &'static [u8] {
        self.0[face as usize].file
    }

    /// The glyphs that show `words`. A letter that the font lacks is shown as its
    /// code point, `\u{682a}`, and stays what it is for whoever copies the text.
    pub fn shown(&self, face: Face, words: &str) -> Vec<Shown> {
        let font = &self.0[face as usize];
        let mut shown = Vec::with_capacity(words.len());
        for (start, letter) in words.char_indices() {
            let bytes = (start, start + letter.len_utf8());
            let mut push = |(glyph, width)| {
                shown.push(Shown {
                    glyph,
                    width,
                    bytes,
                });
            };
            match font.letter(letter) {
                Some(found) => push(found),
                None => letter
                    .escape_unicode()
                    .filter_map(|c| font.letter(c))
                    .for_each(push),
            }
        }
        shown
    }

    /// How wide `words` are, points.
    pub fn width(&self, face: Face, size: f32, words: &str) -> f32 {
        self.shown(face, words).iter().map(|s| s.width).sum::<f32>() * size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_shown_somehow() {
        let fonts = fonts().unwrap();
        assert_eq!(fonts.shown(Face::Serif, "aé−≥ε").len(), 5);
        assert_eq!(fonts.shown(Face::Sans, "−1").len(), 2);
        let code_point = fonts.shown(Face::Sans, "株");
        assert_eq!(code_point.len(), r"\u{682a}".len());
        assert!(
            code_point
                .iter()
                .all(|s| s.bytes == (0, 3) && s.width > 0.0)
        );
        let hexadecimal = fonts.width(Face::Mono, 10.0, "0123456789abcdef");
        assert!((hexadecimal - 96.0).abs() < 1.0, "{hexadecimal}");
    }
}
