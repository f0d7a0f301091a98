//! A part of a picture.

use serde::{Deserialize, Serialize};

/// A rectangle of whole pixels of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rect {
    /// Columns of pixels left of it.
    pub x: usize,
    /// Rows of pixels above it.
    pub y: usize,
    /// Its width, columns of pixels.
    pub width: usize,
    /// Its height, rows of pixels.
    pub height: usize,
}

impl Rect {
    /// The whole of a picture.
    pub fn whole(width: usize, height: usize) -> Self {
        Self {
            x: 0,
            y: 0,
            width,
            height,
        }
    }

    /// The part of it that lies inside a picture of this size.
    pub fn within(self, width: usize, height: usize) -> Self {
        let (x, y) = (self.x.min(width), self.y.min(height));
        Self {
            x,
            y,
            width: self.width.min(width - x),
            height: self.height.min(height - y),
        }
    }
}
