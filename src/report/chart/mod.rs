//! This module draws the charts of a report.

mod frame_view;
mod recorder;
mod score_chart;
mod symbol_strip;
mod time_chart;

pub use frame_view::frame_view;
pub use score_chart::score_chart;
pub use symbol_strip::symbol_strip;
pub use time_chart::time_chart;

use plotters::style::{Color as _, IntoFont, RGBAColor, TextStyle};

use super::drawing::{Anchor, Color, Drawing, Encoding, Label, Place, Shape, Stroke};
use recorder::UNITS;

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

fn drawing(height: f32) -> Drawing {
    Drawing {
        width: WIDTH,
        height,
        shapes: Vec::new(),
    }
}

/// A color as plotters has it.
fn paint(color: Color) -> RGBAColor {
    let [r, g, b] = color.rgb;
    plotters::style::RGBColor(r, g, b).mix(f64::from(color.opacity))
}

/// Points as plotters' units.
fn units(points: f32) -> u32 {
    (points * UNITS) as u32
}

fn axis_words(color: Color) -> TextStyle<'static> {
    ("sans-serif", f64::from(WORDS * UNITS))
        .into_font()
        .color(&paint(color))
}

fn dashed(color: Color) -> Stroke {
    Stroke {
        color,
        width: 1.2,
        dash: Some(4.0),
    }
}

fn label(at: Place, anchor: Anchor, color: Color, words: impl Into<String>) -> Shape {
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

fn strong_label(at: Place, anchor: Anchor, color: Color, words: impl Into<String>) -> Shape {
    match label(at, anchor, color, words) {
        Shape::Label(label) => Shape::Label(Label {
            strong: true,
            ..label
        }),
        other => other,
    }
}

/// A number on an axis, with a proper minus sign.
fn whole(value: f64) -> String {
    format!("{:.0}", value + 0.0).replace('-', "−")
}

/// Names in a chart are cut to this many characters.
const LONGEST_NAME: usize = 32;

/// The beginning of a name that is too long for a chart.
fn short(name: &str) -> String {
    let name = super::plain::plain(name);
    if name.chars().count() <= LONGEST_NAME {
        return name;
    }
    let start: String = name.chars().take(LONGEST_NAME - 1).collect();
    format!("{start}…")
}
