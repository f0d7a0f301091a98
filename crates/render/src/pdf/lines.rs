//! Breaks words into lines.

use super::fonts::{Face, Fonts};
use crate::document::{Style, Text};
use crate::drawing::Color;

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The size of the font.
    pub size: f32,
    /// From line to line.
    pub leading: f32,
    /// Its color.
    pub color: Color,
    /// True if it is set without serifs, as labels and tables are.
    pub sans: bool,
    /// True if all of it stands out.
    pub strong: bool,
}

/// Thin lines between parts.
pub const RULE: Color = Color::of(0xd9dde3);

/// Running text.
pub const fn serif(size: f32, leading: f32, color: Color) -> Setting {
    Setting {
        size,
        leading,
        color,
        sans: false,
        strong: false,
    }
}

/// What stands out.
pub const fn strong(setting: Setting) -> Setting {
    Setting {
        strong: true,
        ..setting
    }
}

/// Labels and tables.
pub const fn sans(size: f32, leading: f32, color: Color) -> Setting {
    Setting {
        sans: true,
        ..serif(size, leading, color)
    }
}

/// Words in one font on one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Where it begins, from the line's beginning.
    pub x: f32,
    /// How wide it is.
    pub width: f32,
    /// The font.
    pub face: Face,
    /// The size of the font.
    pub size: f32,
    /// The words.
    pub words: String,
}

/// A line: its runs, from left to right.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// The runs.
    pub runs: Vec<Run>,
    /// How wide they are together.
    pub width: f32,
}

/// Letters by letter are set this much smaller: they look larger.
const MONO: f32 = 0.84;

impl Setting {
    fn face(&self, style: Style) -> (Face, f32) {
        match (style, self.sans) {
            (Style::Code, _) => (Face::Mono, self.size * MONO),
            (Style::Strong, true) => (Face::SansStrong, self.size),
            (_, true) if self.strong => (Face::SansStrong, self.size),
            (_, true) => (Face::Sans, self.size),
            (Style::Strong, false) => (Face::SerifStrong, self.size),
            (Style::Title, false) => (Face::SerifTitle, self.size),
            (_, false) if self.strong => (Face::SerifStrong, self.size),
            (Style::Plain, false) => (Face::Serif, self.size),
        }
    }
}

/// The lines of `text`, none wider than `width`. A word that is wider alone is
/// broken where the line ends.
pub fn lines(fonts: &Fonts, text: &Text, setting: &Setting, width: f32) -> Vec<Line> {
    let mut breaker = Breaker {
        fonts,
        width,
        lines: vec![Line::default()],
        space: None,
    };
    // A word may go on in another style: what is not parted by a space stays together.
    let mut word: Vec<(Face, f32, String)> = Vec::new();
    for span in &text.0 {
        let (face, size) = setting.face(span.style);
        for (i, part) in span.words.split(' ').enumerate() {
            if i > 0 {
                breaker.word(&std::mem::take(&mut word));
                breaker.space = Some((face, size));
            }
            if !part.is_empty() {
                word.push((face, size, part.to_owned()));
            }
        }
    }
    breaker.word(&word);
    breaker.lines
}

struct Breaker<'a> {
    fonts: &'a Fonts,
    width: f32,
    lines: Vec<Line>,
    /// A space is due before the next word.
    space: Option<(Face, f32)>,
}

impl Breaker<'_> {
    fn word(&mut self, parts: &[(Face, f32, String)]) {
        if parts.is_empty() {
            return;
        }
        let wide =
            |(face, size, words): &(Face, f32, String)| self.fonts.width(*face, *size, words);
        let word: f32 = parts.iter().map(wide).sum();
        let used = self.lines.last().map_or(0.0, |l| l.width);
        let space = self.space.take().filter(|_| used > 0.0);
        let gap = space.map_or(0.0, |(face, size)| self.fonts.width(face, size, " "));
        if used > 0.0 && used + gap + word > self.width {
            self.lines.push(Line::default());
        } else if let Some((face, size)) = space {
            self.push(face, size, " ");
        }
        for (face, size, words) in parts {
            self.part(*face, *size, words);
        }
    }

    /// Adds a part of a word, broken if it is too wide for a line of its own.
    fn part(&mut self, face: Face, size: f32, words: &str) {
        let mut rest = words;
        loop {
            let room = self.width - self.lines.last().map_or(0.0, |l| l.width);
            let fits = self.fitting(face, size, rest, room);
            if fits == rest.len() {
                self.push(face, size, rest);
                return;
            }
            let empty = self.lines.last().is_none_or(|l| l.runs.is_empty());
            let first = rest.chars().next().map_or(rest.len(), char::len_utf8);
            let now = if fits == 0 && empty { first } else { fits };
            self.push(face, size, &rest[..now]);
            rest = &rest[now..];
            if rest.is_empty() {
                return;
            }
            self.lines.push(Line::default());
        }
    }

    /// How many bytes of `words` fit into `room`.
    fn fitting(&self, face: Face, size: f32, words: &str, room: f32) -> usize {
        let mut used = 0.0;
        for shown in self.fonts.shown(face, words) {
            used += shown.width * size;
            if used > room + 0.01 {
                return shown.bytes.0;
            }
        }
        words.len()
    }

    fn push(&mut self, face: Face, size: f32, words: &str) {
        let Some(line) = self.lines.last_mut().filter(|_| !words.is_empty()) else {
            return;
        };
        let width = self.fonts.width(face, size, words);
        match line.runs.last_mut() {
            Some(last) if last.face == face && last.size == size => {
                last.words.push_str(words);
                last.width += width;
            }
            _ => line.runs.push(Run {
                x: line.width,
                width,
                face,
                size,
                words: words.to_owned(),
            }),
        }
        line.width += width;
    }
}

#[cfg(test)]
mod tests {
    use super::super::fonts::fonts;
    use super::*;

    const SETTING: Setting = Setting {
        size: 10.0,
        leading: 14.0,
        color: Color::of(0),
        sans: false,
        strong: false,
    };

    fn broken(text: &Text, width: f32) -> Vec<String> {
        let lines = lines(fonts().unwrap(), text, &SETTING, width);
        assert!(lines.iter().all(|l| l.width <= width + 0.02), "{lines:?}");
        let words = |l: &Line| l.runs.iter().map(|r| r.words.as_str()).collect();
        lines.iter().map(words).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_lose_nothing() {
        let text = Text::of(
            "This file is a copy of _{}_ issued to *{}*.",
            &["The Interview", "Kernel"],
        );
        let lines = broken(&text, 90.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.join(" "), text.words());
        assert!(lines.last().unwrap().ends_with("Kernel."), "{lines:?}");
    }

    #[test]
    fn a_word_without_end_is_broken() {
        let long = "x".repeat(4000);
        let lines = broken(&Text::code(&long), 120.0);
        assert!(lines.len() > 100);
        assert_eq!(lines.concat(), long);
    }
}
