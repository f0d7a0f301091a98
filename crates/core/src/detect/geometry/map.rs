//! Maps chips to the analysis grid.

use serde::{Deserialize, Serialize};

use super::adjust::Adjust;
use super::matrix::{Matrix, adjugate, product, scale_shift};
use super::region::{Orientation, Region};

/// Half the longer side of a whole picture, in chips: where tilt and bend are stated.
pub const RADIUS: f64 = 80.0;

/// A map from chip coordinates (u, v) to grid samples (x, y): a radial bend about
/// the middle, then a projective map. Chip (0, 0) has its centre at (0, 0);
/// sample (0, 0) likewise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    /// Rows of the projective map of (u, v, 1) to (x · w, y · w, w).
    matrix: Matrix,
    /// The chip (u, v) about which the picture is bent.
    middle: (f64, f64),
    /// Share by which a circle of 80 chips grows before the map: 0 if lines are straight.
    bend: f64,
    /// Chips (first u, first v, last u, last v) outside of which nothing is read; null if
    /// there is no such edge.
    bounds: Option<[f64; 4]>,
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
        let turned = orientation.matrix();
        // The turn is about (0, 0): about the middle of the unit square it is this.
        let centred = scale_shift(1.0, 1.0, -0.5, -0.5);
        let back = scale_shift(1.0, 1.0, 0.5, 0.5);
        let onto = scale_shift(region.width, region.height, region.x - 0.5, region.y - 0.5);
        let inside = product(&back, &product(&turned, &centred));
        let matrix = product(&onto, &product(&inside, &to_unit));
        Self {
            matrix,
            middle: ((extent.0 - 1.0) / 2.0, (extent.1 - 1.0) / 2.0),
            bend: 0.0,
            bounds: None,
        }
    }

    /// Chip (0, 0) lies at grid sample `centre` and chips are `pitch` samples
    /// apart (across and down, before the turn by `turn` radians clockwise).
    pub fn about(
        centre: (f64, f64),
        pitch: (f64, f64),
        turn: f64,
        orientation: Orientation,
    ) -> Self {
        let (sin, cos) = turn.sin_cos();
        let scaled = [
            [cos * pitch.0, -sin * pitch.1, centre.0],
            [sin * pitch.0, cos * pitch.1, centre.1],
            [0.0, 0.0, 1.0],
        ];
        Self {
            matrix: product(&scaled, &orientation.matrix()),
            middle: (0.0, 0.0),
            bend: 0.0,
            bounds: None,
        }
    }

    /// This map with chip (u, v) renamed (u − right, v − down).
    pub fn renamed(&self, right: f64, down: f64) -> Self {
        Self {
            matrix: product(&self.matrix, &scale_shift(1.0, 1.0, right, down)),
            middle: (self.middle.0 - right, self.middle.1 - down),
            bounds: self
                .bounds
                .map(|[a, b, c, d]| [a - right, b - down, c - right, d - down]),
            ..*self
        }
    }

    /// This map, reading only chips from (0, 0) up to `extent`.
    pub fn within(&self, extent: (f64, f64)) -> Self {
        Self {
            bounds: Some([0.0, 0.0, extent.0 - 1.0, extent.1 - 1.0]),
            ..*self
        }
    }

    /// This map onto a grid of which each sample is `factor` of this one's.
    pub fn rescaled(&self, factor: f64) -> Self {
        let shift = (1.0 / factor - 1.0) / 2.0;
        let onto = scale_shift(1.0 / factor, 1.0 / factor, shift, shift);
        Self {
            matrix: product(&onto, &self.matrix),
            ..*self
        }
    }

    /// The grid sample of a chip.
    pub fn at(&self, u: f64, v: f64) -> (f64, f64) {
        let [x, y, w] = self.homogeneous(u, v);
        (x / w, y / w)
    }

    /// The grid sample of a chip as (x · w, y · w, w).
    pub fn homogeneous(&self, u: f64, v: f64) -> [f64; 3] {
        let (u, v) = self.bent(u, v);
        self.matrix.map(|r| r[0] * u + r[1] * v + r[2])
    }

    fn bent(&self, u: f64, v: f64) -> (f64, f64) {
        if self.bend == 0.0 {
            return (u, v);
        }
        let (du, dv) = (u - self.middle.0, v - self.middle.1);
        let grow = self.bend * (du * du + dv * dv) / (RADIUS * RADIUS);
        (u + grow * du, v + grow * dv)
    }

    /// True if a row of chips lies on a straight line, evenly up to perspective.
    pub fn is_straight(&self) -> bool {
        self.bend == 0.0
    }

    /// The chip of a grid sample; a bend is undone to first order.
    pub fn chip_at(&self, x: f64, y: f64) -> (f64, f64) {
        let inverse = Self {
            matrix: adjugate(&self.matrix),
            bend: 0.0,
            ..*self
        };
        let (u, v) = inverse.at(x, y);
        let (bent_u, bent_v) = self.bent(u, v);
        (2.0 * u - bent_u, 2.0 * v - bent_v)
    }

    /// The derivative of (x, y) by (u, v) at a chip: rows x and y, columns u and v.
    pub fn jacobian(&self, u: f64, v: f64) -> [[f64; 2]; 2] {
        const HALF: f64 = 0.5;
        let (right, left) = (self.at(u + HALF, v), self.at(u - HALF, v));
        let (lower, upper) = (self.at(u, v + HALF), self.at(u, v - HALF));
        [
            [right.0 - left.0, lower.0 - upper.0],
            [right.1 - left.1, lower.1 - upper.1],
        ]
    }

    /// This geometry with a small change in the title's picture.
    pub fn adjusted(&self, adjust: Adjust) -> Self {
        let (u, v) = self.middle;
        let (sin, cos) = adjust.turn.sin_cos();
        let (sx, sy) = (adjust.grow_x.exp(), adjust.grow_y.exp());
        let change = [
            [cos * sx, cos * sx * adjust.shear - sin * sy, adjust.right],
            [sin * sx, sin * sx * adjust.shear + cos * sy, adjust.down],
            [adjust.tilt_x / RADIUS, adjust.tilt_y / RADIUS, 1.0],
        ];
        let (to, from) = (scale_shift(1.0, 1.0, u, v), scale_shift(1.0, 1.0, -u, -v));
        let about_middle = product(&to, &product(&change, &from));
        Self {
            matrix: product(&self.matrix, &about_middle),
            bend: self.bend + adjust.bend,
            ..*self
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
        let shown = [least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1)];
        let Some(bounds) = self.bounds else {
            return shown;
        };
        [
            shown[0].max(bounds[0].ceil() as i64),
            shown[1].max(bounds[1].ceil() as i64),
            shown[2].min(bounds[2].floor() as i64),
            shown[3].min(bounds[3].floor() as i64),
        ]
    }
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
                shear: 0.02,
                tilt_x: 0.03,
                tilt_y: -0.02,
                bend: 0.0,
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
