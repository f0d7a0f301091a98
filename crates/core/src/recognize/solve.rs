//! Fits the changes of a geometry, and of time, to what is off, by least squares.

use crate::detect::{Adjust, RADIUS};
use crate::luma::least_squares::solved;

/// The axes of [`Adjust::axes`], then two of time.
pub(super) const AXES: usize = SPACE + 2;
const SPACE: usize = Adjust::AXES;

/// How far a chip (u, v) from the picture's middle moves, right and down, for each axis.
pub(super) fn moves(u: f64, v: f64) -> [(f64, f64); SPACE] {
    let (tilt_x, tilt_y) = (-u / RADIUS, -v / RADIUS);
    let bend = (u * u + v * v) / (RADIUS * RADIUS);
    [
        (1.0, 0.0),
        (0.0, 1.0),
        (u, 0.0),
        (0.0, v),
        (-v, u),
        (v, 0.0),
        (tilt_x * u, tilt_x * v),
        (tilt_y * u, tilt_y * v),
        (bend * u, bend * v),
    ]
}

/// Normal equations of what is off.
#[derive(Debug, Clone)]
pub(super) struct Equations {
    matrix: [[f64; AXES]; AXES],
    right: [f64; AXES],
}

impl Equations {
    /// That each axis is 0, give or take `usual`; an axis with 0 stays as it is.
    pub fn expecting(usual: [f64; AXES]) -> Self {
        let mut matrix = [[0.0; AXES]; AXES];
        for (axis, usual) in usual.into_iter().enumerate() {
            matrix[axis][axis] = 1.0 / (usual * usual).max(1e-18);
        }
        Self {
            matrix,
            right: [0.0; AXES],
        }
    }

    /// Adds that a geometry moves by `off`, the sum of `row` times its axes.
    pub fn add_place(&mut self, row: &[f64; SPACE], off: f64, weight: f64) {
        let mut all = [0.0; AXES];
        all[..SPACE].copy_from_slice(row);
        self.add(&all, off, weight);
    }

    /// Adds that the sum of `row` times the axes is `off`.
    pub fn add(&mut self, row: &[f64; AXES], off: f64, weight: f64) {
        for (axis, value) in row.iter().enumerate() {
            let scaled = weight * value;
            for (sum, other) in self.matrix[axis].iter_mut().zip(row) {
                *sum += scaled * other;
            }
            self.right[axis] += scaled * off;
        }
    }

    /// Adds those of another sum.
    pub fn merge(&mut self, other: &Self) {
        for (row, others) in self.matrix.iter_mut().zip(&other.matrix) {
            row.iter_mut().zip(others).for_each(|(a, b)| *a += b);
        }
        let sums = self.right.iter_mut().zip(&other.right);
        sums.for_each(|(a, b)| *a += b);
    }

    /// No equations yet, not even that the axes are small.
    pub fn none() -> Self {
        Self {
            matrix: [[0.0; AXES]; AXES],
            right: [0.0; AXES],
        }
    }

    /// The axes that fit best; none if nothing says which.
    pub fn solve(&self) -> Option<[f64; AXES]> {
        solved(&self.matrix, &self.right)
    }
}

/// The geometry's part of axes.
pub(super) fn adjust(axes: &[f64; AXES]) -> Adjust {
    let mut space = [0.0; SPACE];
    space.copy_from_slice(&axes[..SPACE]);
    Adjust::of_axes(space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Geometry, Orientation, Region};

    #[test]
    fn moves_are_those_of_a_geometry_that_is_adjusted() {
        let region = Region {
            x: 0.0,
            y: 0.0,
            width: 480.0,
            height: 270.0,
        };
        let extent = (160.0, 90.0);
        let whole = Geometry::whole(region, extent, Orientation::default());
        for axis in 0..SPACE {
            let mut axes = [0.0; AXES];
            axes[axis] = 1e-4;
            let adjusted = whole.adjusted(adjust(&axes));
            let (x, y) = adjusted.at(30.0, 70.0);
            let (u, v) = whole.chip_at(x, y);
            let expected = moves(30.0 - 79.5, 70.0 - 44.5)[axis];
            let off = (
                (u - 30.0) / 1e-4 - expected.0,
                (v - 70.0) / 1e-4 - expected.1,
            );
            assert!(off.0.hypot(off.1) < 0.05, "axis {axis}: {off:?}");
        }
    }

    #[test]
    fn equations_are_solved() {
        let mut equations = Equations::expecting([1e3; AXES]);
        let truth = [1.0, -2.0, 0.1, 0.2, 0.3, -0.1, 0.05, 0.02, 0.01];
        for i in 0..40 {
            let (u, v) = (
                f64::from(i * 37 % 160) - 80.0,
                f64::from(i * 23 % 90) - 45.0,
            );
            let each = moves(u, v);
            for part in [each.map(|m| m.0), each.map(|m| m.1)] {
                let off = part.iter().zip(truth).map(|(a, b)| a * b).sum();
                equations.add_place(&part, off, 1.0);
            }
        }
        let axes = equations.solve().unwrap();
        let worst = axes.iter().zip(truth).map(|(a, b)| (a - b).abs());
        assert!(worst.fold(0.0, f64::max) < 1e-4, "{axes:?}");
        assert!(Equations::none().solve().is_none());
    }
}
