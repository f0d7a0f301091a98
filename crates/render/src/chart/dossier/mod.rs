//! Draws the charts of a dossier.

mod classes;
mod innocents;
mod limits;
mod matrix;

pub use classes::classes;
pub use innocents::innocents;
pub use limits::limits;
pub use matrix::{MOST_COLUMNS, matrix};

use super::style::FAINT;
use crate::drawing::{Color, Stroke};

/// Somebody was named who had no part in it.
const WRONG: Color = Color::of(0xb3261e);

/// The outline of a mark that is not filled.
const OUTLINE: Stroke = Stroke {
    color: FAINT,
    width: 0.8,
    dash: None,
};
