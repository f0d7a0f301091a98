//! Scales, turns, mirrors and moves the plane.

use crate::detect::{Geometry, Orientation};

/// A map of the plane as complex numbers: p goes to `turn` · p + `shift`, or to
/// `turn` · (−p̄) + `shift` if it is `mirrored` left to right before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Similarity {
    pub turn: (f64, f64),
    pub shift: (f64, f64),
    pub mirrored: bool,
}

/// A place with a size and a direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub x: f64,
    pub y: f64,
    pub size: f64,
    /// Radians clockwise from the right.
    pub angle: f64,
}

impl Similarity {
    /// That which brings `from` to `to`.
    pub fn between(from: &Spot, to: &Spot, mirrored: bool) -> Self {
        let angle = match mirrored {
            true => to.angle + from.angle - std::f64::consts::PI,
            false => to.angle - from.angle,
        };
        let (sin, cos) = angle.sin_cos();
        let size = to.size / from.size;
        let mut map = Self {
            turn: (size * cos, size * sin),
            shift: (0.0, 0.0),
            mirrored,
        };
        let (x, y) = map.at(from.x, from.y);
        map.shift = (to.x - x, to.y - y);
        map
    }

    /// Where (x, y) goes.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let x = if self.mirrored { -x } else { x };
        let (re, im) = self.turn;
        (
            re * x - im * y + self.shift.0,
            re * y + im * x + self.shift.1,
        )
    }

    /// The factor by which it enlarges.
    pub fn size(&self) -> f64 {
        self.turn.0.hypot(self.turn.1)
    }

    /// The angle by which it turns clockwise, radians.
    pub fn angle(&self) -> f64 {
        self.turn.1.atan2(self.turn.0)
    }

    /// The same as a geometry of a title of `extent` chips (across, down).
    pub fn geometry(&self, extent: (f64, f64)) -> Geometry {
        let middle = ((extent.0 - 1.0) / 2.0, (extent.1 - 1.0) / 2.0);
        let size = self.size();
        let orientation = Orientation {
            quarter_turns: 0,
            mirrored: self.mirrored,
        };
        let centre = self.at(middle.0, middle.1);
        Geometry::about(centre, (size, size), self.angle(), orientation)
            .renamed(-middle.0, -middle.1)
    }
}

/// The difference of two angles, −π to π.
pub(super) fn angle_between(a: f64, b: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    (a - b + turn * 1.5).rem_euclid(turn) - turn / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_brings_one_spot_to_the_other_and_so_does_its_geometry() {
        for mirrored in [false, true] {
            let from = Spot {
                x: 30.0,
                y: 20.0,
                size: 2.0,
                angle: 0.4,
            };
            let to = Spot {
                x: 100.0,
                y: 50.0,
                size: 7.0,
                angle: 1.5,
            };
            let map = Similarity::between(&from, &to, mirrored);
            let (x, y) = map.at(30.0, 20.0);
            assert!((x - 100.0).hypot(y - 50.0) < 1e-9);
            // A step in the one's direction goes in the other's direction.
            let (sx, sy) = map.at(30.0 + 0.4_f64.cos(), 20.0 + 0.4_f64.sin());
            assert!(
                angle_between((sy - y).atan2(sx - x), 1.5).abs() < 1e-9,
                "{mirrored}"
            );
            assert!(((sx - x).hypot(sy - y) - 3.5).abs() < 1e-9);
            let geometry = map.geometry((160.0, 90.0));
            let (gx, gy) = geometry.at(12.0, 77.0);
            let (mx, my) = map.at(12.0, 77.0);
            assert!((gx - mx).hypot(gy - my) < 1e-9, "{mirrored}");
        }
    }
}
