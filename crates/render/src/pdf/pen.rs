//! Writes words with fonts as krilla has them.

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::fonts::{Face, Fonts};

/// The fonts as krilla has them.
pub struct Pen {
    /// The same fonts as they are measured.
    pub fonts: &'static Fonts,
    faces: [Font; 6],
}

const FACES: [Face; 6] = [
    Face::Serif,
    Face::SerifStrong,
    Face::SerifTitle,
    Face::Sans,
    Face::SansStrong,
    Face::Mono,
];

impl Pen {
    /// With these fonts; `None` if one is broken.
    pub fn new(fonts: &'static Fonts) -> Option<Self> {
        let font = |face: Face| Font::new(fonts.file(face).into(), 0);
        let [a, b, c, d, e, f] = FACES;
        Some(Self {
            fonts,
            faces: [font(a)?, font(b)?, font(c)?, font(d)?, font(e)?, font(f)?],
        })
    }

    /// Writes words from the baseline's beginning.
    pub fn write(&self, surface: &mut Surface<'_>, at: Point, face: Face, size: f32, words: &str) {
        let glyph = |shown: super::fonts::Shown| KrillaGlyph {
            glyph_id: GlyphId::new(shown.glyph),
            text_range: shown.bytes.0..shown.bytes.1,
            x_advance: shown.width,
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        };
        let glyphs: Vec<KrillaGlyph> = self
            .fonts
            .shown(face, words)
            .into_iter()
            .map(glyph)
            .collect();
        let font = self.faces[face as usize].clone();
        surface.draw_glyphs(at, &glyphs, font, words, size, false);
    }
}
