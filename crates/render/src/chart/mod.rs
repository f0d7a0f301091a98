//! Draws the charts of a report.

mod axes;
pub mod dossier;
mod frame_view;
mod score_chart;
mod style;
mod symbol_strip;
mod threshold;
mod time_chart;

pub use frame_view::frame_view;
pub use score_chart::score_chart;
pub use style::{ACCENT, FAINT, INK};
pub use symbol_strip::symbol_strip;
pub use time_chart::time_chart;
