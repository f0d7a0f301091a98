//! Says what a part of the exhibit shows, and how.

use serde::{Deserialize, Serialize};

use super::placement::Placement;

/// A part of the exhibit that runs through the title without a jump, shown
/// in one geometry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// Where it begins in the title, seconds.
    pub title_start_s: f64,
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// How the title's picture lies in the exhibit's frame.
    pub geometry: Placement,
}

impl Piece {
    /// The title time of an exhibit time, seconds.
    pub fn title_s(&self, exhibit_s: f64) -> f64 {
        self.title_start_s + self.rate * (exhibit_s - self.exhibit_start_s)
    }
}
