//! What charts have in common: size, colors, words.

use crate::drawing::{Anchor, Color, Drawing, Label, Place, Shape, Stroke};

/// A chart is as wide as the text of an HTML report, points.
pub const WIDTH: f32 = 680.0;
/// The size of words in a chart, points.
const WORDS: f32 = 11.0;

/// Words and axes.
pub const INK: Color = Color::of(0x1c2430);
/// Words and lines that matter less.
pub const FAINT: Color = Color::of(0x5a6475);
/// What the report is about.
pub const ACCENT: Color = Color::of(0x1f4e79);
/// What is compared with it.
pub const OTHER: Color = Color::of(0x7ea3c4);
/// What chance gives.
pub const CHANCE: Color = Color::of(0xb4bac4);
/// What has to be reached.
pub const BAR: Color = Color::of(0xa0522d);

pub fn drawing(height: f32) -> Drawing {
    Drawing {
        width: WIDTH,
        height,
        shapes: Vec::new(),
    }
}

pub fn dashed(color: Color) -> Stroke {
    Stroke {
        color,
        width: 1.2,
        dash: Some(4.0),
    }
}

pub fn label(at: Place, anchor: Anchor, color: Color, words: impl Into<String>) -> Shape {
    Shape::Label(Label {
        at,
        size: WORDS,
        anchor,
        upwards: false,
        strong: false,
        color,
        words: words.into(),
    })
}

pub fn strong_label(at: Place, anchor: Anchor, color: Color, words: impl Into<String>) -> Shape {
    match label(at, anchor, color, words) {
        Shape::Label(label) => Shape::Label(Label {
            strong: true,
            ..label
        }),
        other => other,
    }
}

/// A number on an axis, with a proper minus sign.
pub fn whole(value: f64) -> String {
    format!("{:.0}", value + 0.0).replace('-', "−")
}

/// The beginning of a name that is too long for a chart, or the id of a name
/// with letters that the fonts of charts may lack.
pub fn short(name: &str, id: &str, longest: usize) -> String {
    let known = |c: char| (c as u32) < 0x500 || (0x2000..0x2200).contains(&(c as u32));
    let name = if name.chars().all(known) { name } else { id };
    let name = leakmark_evidence::escape::plain(name);
    if name.chars().count() <= longest {
        return name;
    }
    let start: String = name.chars().take(longest - 1).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_chart_is_short_and_legible() {
        assert_eq!(short("Aurora Cinémas", "aur", 20), "Aurora Cinémas");
        assert_eq!(short("Aurora Cinémas", "aur", 8), "Aurora …");
        assert_eq!(short("株式会社", "kk", 8), "kk");
        assert_eq!(short("a\u{202e}b", "c", 20), r"a\u{202e}b");
    }
}
