//! This module folds all tiles of a whitened picture onto one.

use super::geometry::Geometry;
use crate::luma::Plane;
use crate::mark::TILE;

/// [`TILE`] × [`TILE`] sums over all the places of each cell, row-major.
pub type Tile = Vec<f32>;

/// The tile of `plane` under a geometry.
pub fn fold(plane: &Plane, geometry: &Geometry) -> Tile {
    let mut tile = vec![0.0_f32; TILE * TILE];
    let wrapped = |c: i64| c.rem_euclid(TILE as i64) as usize;
    each_chip(plane, geometry, |u, v, value| {
        tile[wrapped(v) * TILE + wrapped(u)] += value;
    });
    tile
}

/// Calls `visit` with every chip (u, v) that `plane` shows under a geometry and
/// its value, read at its centre by linear interpolation.
pub(super) fn each_chip(plane: &Plane, geometry: &Geometry, mut visit: impl FnMut(i64, i64, f32)) {
    let (rows, columns) = plane.dim();
    let Some(samples) = plane.as_slice() else {
        return;
    };
    let straight = geometry.is_straight();
    let [first_u, first_v, last_u, last_v] = geometry.chips_in(rows, columns);
    for v in first_v..=last_v {
        let line = Line::new(geometry, v as f64, first_u as f64);
        for u in first_u..=last_u {
            let (x, y) = if straight {
                line.at((u - first_u) as f32)
            } else {
                let (x, y) = geometry.at(u as f64, v as f64);
                (x as f32, y as f32)
            };
            if x < 0.0 || y < 0.0 {
                continue;
            }
            let (left, upper) = (x as usize, y as usize);
            if left + 1 >= columns || upper + 1 >= rows {
                continue;
            }
            let (part_x, part_y) = (x - left as f32, y - upper as f32);
            let at = upper * columns + left;
            let above = samples[at] + (samples[at + 1] - samples[at]) * part_x;
            let below = samples[at + columns]
                + (samples[at + columns + 1] - samples[at + columns]) * part_x;
            visit(u, v, above + (below - above) * part_y);
        }
    }
}

/// One row of chips: numerators and denominator are linear along it.
struct Line {
    from: [f32; 3],
    step: [f32; 3],
}

impl Line {
    fn new(geometry: &Geometry, v: f64, u: f64) -> Self {
        let (a, b) = (geometry.homogeneous(u, v), geometry.homogeneous(u + 1.0, v));
        Self {
            from: a.map(|x| x as f32),
            step: std::array::from_fn(|i| (b[i] - a[i]) as f32),
        }
    }

    fn at(&self, along: f32) -> (f32, f32) {
        let [x, y, w]: [f32; 3] = std::array::from_fn(|i| self.from[i] + self.step[i] * along);
        let scale = 1.0 / w;
        (x * scale, y * scale)
    }
}
