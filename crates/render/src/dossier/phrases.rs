//! Figures and captions that every part of a dossier's document uses.

use crate::document::{self, Block, Figure, Text};
use crate::drawing::Drawing;

/// A drawing with its words.
pub fn figure(drawing: Drawing, description: &str, caption: Text) -> Block {
    Block::Figure(Box::new(Figure {
        drawing,
        description: description.to_owned(),
        caption,
    }))
}

/// The beginning of a digest.
pub fn short(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}

/// A figure to one decimal, or a dash.
pub fn decimal(value: Option<f64>) -> String {
    value.map_or("–".into(), document::decimal)
}

/// The middle value; the upper one of two.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
