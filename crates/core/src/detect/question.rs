//! What a detector is asked: where to look, and how hard.

use serde::{Deserialize, Serialize};

use super::geometry::Region;

/// Where to look.
#[derive(Debug, Clone)]
pub struct Search {
    /// Active pictures to try, on the analysis grid, likeliest first.
    pub regions: Vec<Region>,
    /// Chips (across, down) of the pictures to try, likeliest first.
    pub extents: Vec<(f64, f64)>,
    /// Width of a grid sample over its height, as shown.
    pub sample_aspect: f64,
    /// How hard to look for other geometries.
    pub effort: Effort,
    /// The titles of the registry.
    pub titles: Vec<String>,
}

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// Whole pictures only: rescaled, stretched, mirrored, turned by quarters, black for white.
    Quick,
    /// Also cropped, zoomed, turned or stretched pictures, pictures in pictures.
    #[default]
    Normal,
    /// Also pictures that are turned and stretched at once.
    Deep,
}

impl std::fmt::Display for Effort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Quick => "quick",
            Self::Normal => "normal",
            Self::Deep => "deep",
        })
    }
}
