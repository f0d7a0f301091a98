//! This module says where in the exhibit the title's picture lies.
//!
//! A sweep finds the tile's lattice, not which of its tiles is the picture's
//! first: places 64 chips apart look alike. Where the picture ends, the pilot
//! ends. Of the rectangles that the title's picture could fill, the one that
//! holds the pilot best is taken, and of those that hold it equally well (a
//! crop shows no edges) the most central.

use serde::{Deserialize, Serialize};

use super::drift::{Part, parts};
use super::fold::each_chip;
use super::geometry::{Geometry, Orientation, Region};
use super::level::Level;
use super::pilot::PilotKey;
use super::register::Candidate;
use crate::mark::TILE;

/// By what factor a rectangle must hold more of the pilot than everything does
/// before the rest is left out.
const WORTH: f64 = 1.02;
/// What a rectangle loses if the middle of what is seen is at its edge.
const OFF_CENTRE: f64 = 1e-3;
/// What it loses for each likelier shape of the picture before its own.
const LATER: f64 = 3e-3;

/// Names the candidate's chips from the corner of the title's picture, and lets
/// only those inside it be read if that pays. `extents` are the shapes, in chips
/// across and down, that the picture may have.
pub(super) fn anchored(
    key: &PilotKey,
    level: &Level<'_>,
    candidate: &mut Candidate,
    extents: &[(f64, f64)],
) {
    let parts = parts(key, level, candidate);
    let (rows, columns) = level.dim();
    let shown = parts
        .iter()
        .map(|part| part.geometry.chips_in(rows, columns))
        .reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        });
    let Some(shown) = shown else {
        return;
    };
    let sums = Sums::new(key, &parts, shown);
    let everything = sums.z([shown[0], shown[1], shown[2] + 1, shown[3] + 1]);
    let middle = (
        (shown[0] + shown[2]) as f64 / 2.0,
        (shown[1] + shown[3]) as f64 / 2.0,
    );
    let mut best = (f64::NEG_INFINITY, 0.0, (0.0, 0.0), (0.0, 0.0));
    for (later, &extent) in extents.iter().enumerate() {
        let starts = |first: i64, last: i64, extent: f64| {
            let from = (first as f64 - extent) / TILE as f64;
            let to = last as f64 / TILE as f64;
            (from.ceil() as i64..=to.floor() as i64).map(|i| i * TILE as i64)
        };
        for u in starts(shown[0], shown[2], extent.0) {
            for v in starts(shown[1], shown[3], extent.1) {
                let (right, down) = (extent.0 as i64, extent.1 as i64);
                let z = sums.z([u, v, u + right, v + down]);
                let off = |at: f64, middle: f64, extent: f64| {
                    ((at + extent / 2.0 - middle) / extent).abs()
                };
                let off = off(u as f64, middle.0, extent.0) + off(v as f64, middle.1, extent.1);
                let worth = z * (1.0 - OFF_CENTRE * off - LATER * later as f64);
                if worth > best.0 {
                    best = (worth, z, (u as f64, v as f64), extent);
                }
            }
        }
    }
    let (_, z, (u, v), extent) = best;
    let named = |geometry: &Geometry| {
        let named = geometry.renamed(u, v);
        if z > WORTH * everything {
            named.within(extent)
        } else {
            named
        }
    };
    candidate.extent = extent;
    candidate.geometry = named(&candidate.geometry);
    for (_, geometry) in &mut candidate.waypoints {
        *geometry = named(geometry);
    }
}

/// The pilot, chip by chip, summed from the upper left corner.
struct Sums {
    shown: [i64; 4],
    /// (product with the pilot, power) of all chips above and left, one row and column more.
    sums: Vec<(f64, f64)>,
}

impl Sums {
    fn new(key: &PilotKey, parts: &[Part<'_>], shown: [i64; 4]) -> Self {
        let across = (shown[2] - shown[0] + 1).max(0) as usize;
        let down = (shown[3] - shown[1] + 1).max(0) as usize;
        let mut sums = vec![(0.0_f64, 0.0_f64); (across + 1) * (down + 1)];
        for part in parts {
            let code = key.codes[part.slot];
            each_chip(&part.plane, &part.geometry, |u, v, value| {
                let wrapped = |c: i64| c.rem_euclid(TILE as i64) as usize;
                let chip = key.pilot.chips[code.pilot_cell(wrapped(v), wrapped(u))];
                if chip != 0 {
                    let (column, row) = ((u - shown[0]) as usize, (v - shown[1]) as usize);
                    let cell = &mut sums[(row + 1) * (across + 1) + column + 1];
                    cell.0 += f64::from(value * f32::from(chip) * f32::from(code.sign));
                    cell.1 += f64::from(value * value);
                }
            });
        }
        for row in 1..=down {
            let mut line = (0.0, 0.0);
            for column in 1..=across {
                let at = row * (across + 1) + column;
                line = (line.0 + sums[at].0, line.1 + sums[at].1);
                let above = sums[at - across - 1];
                sums[at] = (above.0 + line.0, above.1 + line.1);
            }
        }
        Self { shown, sums }
    }

    /// The pilot in the chips from (first u, first v) up to, not with, (end u,
    /// end v), in standard deviations.
    fn z(&self, [first_u, first_v, end_u, end_v]: [i64; 4]) -> f64 {
        let across = self.shown[2] - self.shown[0] + 1;
        let down = self.shown[3] - self.shown[1] + 1;
        let at = |u: i64, v: i64| {
            let column = (u - self.shown[0]).clamp(0, across.max(0)) as usize;
            let row = (v - self.shown[1]).clamp(0, down.max(0)) as usize;
            self.sums[row * (across.max(0) as usize + 1) + column]
        };
        let corners = [
            at(end_u, end_v),
            at(first_u, first_v),
            at(first_u, end_v),
            at(end_u, first_v),
        ];
        let total = |f: fn(&(f64, f64)) -> f64| {
            f(&corners[0]) + f(&corners[1]) - f(&corners[2]) - f(&corners[3])
        };
        let (product, power) = (total(|c| c.0), total(|c| c.1));
        if power > 0.0 {
            product / power.sqrt()
        } else {
            0.0
        }
    }
}

/// How the title's picture lies in the exhibit's frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Width of the title's whole picture as shown over that of the exhibit's
    /// active picture, both along the exhibit's rows: 1 is the whole, more is cropped.
    pub scale_x: f64,
    /// The same, down.
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
    pub(super) fn new(
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
