//! Says where in the exhibit's frame the title's picture lies.

use serde::{Deserialize, Serialize};

use crate::detect::geometry::{Geometry, Orientation, Region};

/// How the title's picture lies in the exhibit's frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Width of the title's whole picture as shown over that of the exhibit's
    /// active picture, both along the exhibit's rows: 1 is the whole, more is cropped.
    pub scale_x: f64,
    /// Its height over that of the active picture, both along the exhibit's columns.
    pub scale_y: f64,
    /// Degrees by which the picture is turned clockwise, beside quarter turns.
    pub angle_deg: f64,
    /// Quarter turns clockwise from the title's picture to the exhibit's, 0 to 3.
    pub quarter_turns: u8,
    /// True if the picture is mirrored left to right before it is turned.
    pub mirrored: bool,
    /// True if black is shown for white.
    pub inverted: bool,
    /// True if the geometry moves within the piece; then this is its middle's.
    pub moving: bool,
    /// The corners of the title's whole picture, upper left, upper right, lower
    /// right, lower left as the title has them: (x, y) in widths and heights of
    /// the exhibit's frame, outside 0 to 1 where they were cropped away.
    pub corners: [(f64, f64); 4],
}

impl Placement {
    /// Of a geometry on a grid of `dim` (rows, columns) under which a picture
    /// of `extent` chips is shown in the active picture `region`.
    pub(crate) fn new(
        geometry: &Geometry,
        orientation: Orientation,
        region: Region,
        extent: (f64, f64),
        dim: (usize, usize),
    ) -> Self {
        let (u, v) = ((extent.0 - 1.0) / 2.0, (extent.1 - 1.0) / 2.0);
        let whole = Geometry::whole(region, extent, orientation);
        let change = quotient(geometry.jacobian(u, v), whole.jacobian(u, v));
        let length = |a: f64, b: f64| a.hypot(b);
        let corner = |u: f64, v: f64| {
            let (x, y) = geometry.at(u - 0.5, v - 0.5);
            ((x + 0.5) / dim.1 as f64, (y + 0.5) / dim.0 as f64)
        };
        Self {
            scale_x: length(change[0][0], change[1][0]),
            scale_y: length(change[0][1], change[1][1]),
            angle_deg: f64::atan2(change[1][0] - change[0][1], change[0][0] + change[1][1])
                .to_degrees(),
            quarter_turns: orientation.quarter_turns,
            mirrored: orientation.mirrored,
            inverted: false,
            moving: false,
            corners: [
                corner(0.0, 0.0),
                corner(extent.0, 0.0),
                corner(extent.0, extent.1),
                corner(0.0, extent.1),
            ],
        }
    }
}

/// a · b⁻¹.
fn quotient(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let determinant = b[0][0] * b[1][1] - b[0][1] * b[1][0];
    let inverse = [
        [b[1][1] / determinant, -b[0][1] / determinant],
        [-b[1][0] / determinant, b[0][0] / determinant],
    ];
    std::array::from_fn(|i| std::array::from_fn(|j| (0..2).map(|k| a[i][k] * inverse[k][j]).sum()))
}
