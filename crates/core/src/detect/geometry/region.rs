//! A part of the analysis grid, and the ways a picture can be turned in it.

use super::matrix::Matrix;

/// A part of the analysis grid, in samples; edges need not be whole.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Region {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Columns.
    pub width: f64,
    /// Rows.
    pub height: f64,
}

/// How the exhibit's picture is turned against the title's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Orientation {
    /// Quarter turns clockwise from the title's picture to the exhibit's, 0 to 3.
    pub quarter_turns: u8,
    /// True if the title's picture is mirrored left to right before it is turned.
    pub mirrored: bool,
}

impl Orientation {
    /// All eight, the common ones first.
    pub const ALL: [Self; 8] = {
        const fn o(quarter_turns: u8, mirrored: bool) -> Orientation {
            Orientation {
                quarter_turns,
                mirrored,
            }
        }
        [
            o(0, false),
            o(0, true),
            o(1, false),
            o(3, false),
            o(2, false),
            o(2, true),
            o(1, true),
            o(3, true),
        ]
    };

    /// The mirror, then the quarter turns, about (0, 0), y pointing down.
    pub(super) fn matrix(self) -> Matrix {
        let mirror = if self.mirrored { -1.0 } else { 1.0 };
        let (sin, cos) = match self.quarter_turns % 4 {
            0 => (0.0, 1.0),
            1 => (1.0, 0.0),
            2 => (0.0, -1.0),
            _ => (-1.0, 0.0),
        };
        [
            [cos * mirror, -sin, 0.0],
            [sin * mirror, cos, 0.0],
            [0.0, 0.0, 1.0],
        ]
    }
}
