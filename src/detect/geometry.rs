//! This module maps chips to the analysis grid.

use serde::Serialize;

/// A part of the analysis grid, in samples; edges need not be whole.
#[derive(Debug, Clone, Copy, PartialEq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
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
}

/// A small change of a geometry, about the middle of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Adjust {
    /// Natural logarithm of the factor by which the picture grows across.
    pub grow_x: f64,
    /// The same, down.
    pub grow_y: f64,
    /// Chips by which it moves to the right.
    pub right: f64,
    /// Chips by which it moves down.
    pub down: f64,
    /// Radians by which it turns clockwise.
    pub turn: f64,
}

/// A projective map from chip coordinates (u, v) to grid samples (x, y). Chip
/// (0, 0) has its centre at (0, 0); sample (0, 0) likewise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    matrix: [[f64; 3]; 3],
    middle: (f64, f64),
}

impl Geometry {
    /// The title's whole picture, `extent` chips (across, down), fills `region`
    /// after being turned.
    pub fn whole(region: Region, extent: (f64, f64), orientation: Orientation) -> Self {
        // Title picture to unit square, turned inside it, then onto the region.
        let to_unit = scale_shift(
            1.0 / extent.0,
            1.0 / extent.1,
            0.5 / extent.0,
            0.5 / extent.1,
        );
        let mirror = if orientation.mirrored {
            scale_shift(-1.0, 1.0, 1.0, 0.0)
        } else {
            scale_shift(1.0, 1.0, 0.0, 0.0)
        };
        let turn = match orientation.quarter_turns % 4 {
            0 => scale_shift(1.0, 1.0, 0.0, 0.0),
            1 => [[0.0, -1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
            2 => scale_shift(-1.0, -1.0, 1.0, 1.0),
            _ => [[0.0, 1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 1.0]],
        };
        let onto = scale_shift(region.width, region.height, region.x - 0.5, region.y - 0.5);
        let matrix = product(&onto, &product(&turn, &product(&mirror, &to_unit)));
        Self {
            matrix,
            middle: ((extent.0 - 1.0) / 2.0, (extent.1 - 1.0) / 2.0),
        }
    }

    /// The grid sample of a chip.
    pub fn at(&self, u: f64, v: f64) -> (f64, f64) {
        let [x, y, w] = self.homogeneous(u, v);
        (x / w, y / w)
    }

    /// The grid sample of a chip as (x · w, y · w, w).
    pub fn homogeneous(&self, u: f64, v: f64) -> [f64; 3] {
        self.matrix.map(|r| r[0] * u + r[1] * v + r[2])
    }

    /// The chip of a grid sample.
    pub fn chip_at(&self, x: f64, y: f64) -> (f64, f64) {
        let inverse = Self {
            matrix: adjugate(&self.matrix),
            middle: self.middle,
        };
        inverse.at(x, y)
    }

    /// This geometry with a small change in the title's picture.
    pub fn adjusted(&self, adjust: Adjust) -> Self {
        let (u, v) = self.middle;
        let (sin, cos) = adjust.turn.sin_cos();
        let (sx, sy) = (adjust.grow_x.exp(), adjust.grow_y.exp());
        let linear = [[cos * sx, -sin * sy], [sin * sx, cos * sy]];
        let shift = |row: [f64; 2], keep: f64, by: f64| keep - row[0] * u - row[1] * v + by;
        let change = [
            [
                linear[0][0],
                linear[0][1],
                shift(linear[0], u, adjust.right),
            ],
            [linear[1][0], linear[1][1], shift(linear[1], v, adjust.down)],
            [0.0, 0.0, 1.0],
        ];
        Self {
            matrix: product(&self.matrix, &change),
            middle: self.middle,
        }
    }

    /// The chips (first u, first v, last u, last v) that a grid of `rows` ×
    /// `columns` can show, bounded so that a wild map stays cheap.
    pub fn chips_in(&self, rows: usize, columns: usize) -> [i64; 4] {
        const MOST: f64 = 2048.0;
        let (right, lower) = (columns as f64 - 1.0, rows as f64 - 1.0);
        let corners = [(0.0, 0.0), (right, 0.0), (0.0, lower), (right, lower)]
            .map(|(x, y)| self.chip_at(x, y));
        let least = |f: fn(&(f64, f64)) -> f64| {
            corners
                .iter()
                .map(f)
                .fold(f64::INFINITY, f64::min)
                .clamp(-MOST, MOST)
                .ceil() as i64
        };
        let most = |f: fn(&(f64, f64)) -> f64| {
            corners
                .iter()
                .map(f)
                .fold(f64::NEG_INFINITY, f64::max)
                .clamp(-MOST, MOST)
                .floor() as i64
        };
        [least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1)]
    }
}

fn scale_shift(sx: f64, sy: f64, tx: f64, ty: f64) -> [[f64; 3]; 3] {
    [[sx, 0.0, tx], [0.0, sy, ty], [0.0, 0.0, 1.0]]
}

fn product(a: &[[f64; 3]; 3], b: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// The inverse up to a factor, which a projective map does not care for.
fn adjugate(m: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let minor =
        |r0: usize, c0: usize, r1: usize, c1: usize| m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
    [
        [minor(1, 1, 2, 2), minor(0, 2, 2, 1), minor(0, 1, 1, 2)],
        [minor(1, 2, 2, 0), minor(0, 0, 2, 2), minor(0, 2, 1, 0)],
        [minor(1, 0, 2, 1), minor(0, 1, 2, 0), minor(0, 0, 1, 1)],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGION: Region = Region {
        x: 10.0,
        y: 20.0,
        width: 576.0,
        height: 324.0,
    };

    #[test]
    fn chips_and_samples_are_each_others_inverse() {
        for orientation in Orientation::ALL {
            let adjust = Adjust {
                grow_x: 0.1,
                grow_y: -0.05,
                right: 3.0,
                down: 1.0,
                turn: 0.2,
            };
            let geometry = Geometry::whole(REGION, (192.0, 108.0), orientation).adjusted(adjust);
            let (x, y) = geometry.at(17.0, 40.0);
            let (u, v) = geometry.chip_at(x, y);
            assert!((u - 17.0).abs() < 1e-9 && (v - 40.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_first_chip_stands_where_the_turn_puts_it() {
        let first = |quarter_turns, mirrored| {
            Geometry::whole(
                REGION,
                (192.0, 108.0),
                Orientation {
                    quarter_turns,
                    mirrored,
                },
            )
            .at(-0.5, -0.5)
        };
        let (left, right, upper, lower) = (9.5, 585.5, 19.5, 343.5);
        let near = |a: (f64, f64), b: (f64, f64)| {
            assert!(
                (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9,
                "{a:?} {b:?}"
            )
        };
        near(first(0, false), (left, upper));
        near(first(0, true), (right, upper));
        near(first(1, false), (right, upper));
        near(first(2, false), (right, lower));
        near(first(3, false), (left, lower));
    }
}
