//! Folds all tiles of a whitened picture onto one.

use multiversion::multiversion;

use crate::detect::geometry::Geometry;
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
pub(crate) fn each_chip(plane: &Plane, geometry: &Geometry, mut visit: impl FnMut(i64, i64, f32)) {
    let (rows, columns) = plane.dim();
    let Some(samples) = plane.as_slice() else {
        return;
    };
    let [first_u, first_v, last_u, last_v] = geometry.chips_in(rows, columns);
    let chips = usize::try_from(last_u - first_u + 1).unwrap_or(0);
    let mut row = Row::new(chips);
    for v in first_v..=last_v {
        row.place(geometry, v, first_u, (rows, columns));
        let places = row.samples.iter().zip(&row.rights).zip(&row.downs);
        for (u, ((&sample, &right), &down)) in (first_u..).zip(places) {
            if let Some(value) = read(samples, sample as usize, columns, right, down) {
                visit(u, v, value);
            }
        }
    }
}

/// Where the middles of one row of chips lie among the samples of a plane.
struct Row {
    x: Vec<f32>,
    y: Vec<f32>,
    /// The sample to the upper left; [`NOWHERE`] if the middle is not between samples.
    samples: Vec<u32>,
    /// How far it is from there to the next column.
    rights: Vec<f32>,
    /// How far it is to the next row.
    downs: Vec<f32>,
}

impl Row {
    fn new(chips: usize) -> Self {
        let zeros = || vec![0.0; chips];
        Self {
            x: zeros(),
            y: zeros(),
            samples: vec![NOWHERE; chips],
            rights: zeros(),
            downs: zeros(),
        }
    }

    /// Places row `v` from chip `first_u` on in a plane of (rows, columns).
    fn place(&mut self, geometry: &Geometry, v: i64, first_u: i64, dim: (usize, usize)) {
        if geometry.is_straight() {
            let line = Line::new(geometry, v as f64, first_u as f64);
            middles(&line, &mut self.x, &mut self.y);
        } else {
            for (u, (x, y)) in (first_u..).zip(self.x.iter_mut().zip(&mut self.y)) {
                let at = geometry.at(u as f64, v as f64);
                (*x, *y) = (at.0 as f32, at.1 as f32);
            }
        }
        place(self, dim);
    }
}

/// No plane has as many samples.
const NOWHERE: u32 = u32::MAX;

/// The plane between four samples, the first of them at `at`.
#[inline]
fn read(samples: &[f32], at: usize, columns: usize, right: f32, down: f32) -> Option<f32> {
    let (&[a, b], &[c, d]) = (pair(samples, at)?, pair(samples, at + columns)?);
    let (above, below) = (a + (b - a) * right, c + (d - c) * right);
    Some(above + (below - above) * down)
}

fn pair(samples: &[f32], at: usize) -> Option<&[f32; 2]> {
    samples.get(at..)?.first_chunk()
}

#[multiversion(targets("x86_64+avx2"))]
fn place(row: &mut Row, (rows, columns): (usize, usize)) {
    let (last_x, last_y) = (columns as f32 - 1.0, rows as f32 - 1.0);
    let columns = columns as u32;
    let parts = row.rights.iter_mut().zip(&mut row.downs);
    let middles = row.x.iter().zip(&row.y);
    for ((&x, &y), (sample, (right, down))) in middles.zip(row.samples.iter_mut().zip(parts)) {
        let inside = (x >= 0.0) & (y >= 0.0) & (x < last_x) & (y < last_y);
        let (left, upper) = (whole(x), whole(y));
        let at = upper.1.wrapping_mul(columns).wrapping_add(left.1);
        *sample = if inside { at } else { NOWHERE };
        *right = x - left.0;
        *down = y - upper.0;
    }
}

/// The whole part of a number from 0 to 2²², twice: added to 2²³ less a half it
/// leaves no bits for a fraction. Of a whole number it may be the one before.
#[inline(always)]
fn whole(x: f32) -> (f32, u32) {
    const WHOLE: f32 = 8_388_608.0;
    let sum = (x - 0.5).max(0.0) + WHOLE;
    (sum - WHOLE, sum.to_bits() & 0x7f_ffff)
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
}

/// The middle of each chip from the line's first on.
#[multiversion(targets("x86_64+avx2"))]
fn middles(line: &Line, x: &mut [f32], y: &mut [f32]) {
    let Line { from, step } = line;
    for (along, (x, y)) in x.iter_mut().zip(y).enumerate() {
        let along = along as u32 as f32;
        let scale = 1.0 / (from[2] + step[2] * along);
        *x = (from[0] + step[0] * along) * scale;
        *y = (from[1] + step[1] * along) * scale;
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::detect::geometry::{Adjust, Orientation, Region};

    /// On a plane whose samples say where they are, chips are read where the
    /// geometry has them, and none that lies inside is left out.
    #[test]
    fn chips_are_read_where_they_are() {
        let (rows, columns) = (90_usize, 160_usize);
        let plane = Array2::from_shape_fn((rows, columns), |(y, x)| (x + 1000 * y) as f32);
        let region = Region {
            x: 0.0,
            y: 0.0,
            width: columns as f64,
            height: rows as f64,
        };
        for bend in [0.0, 0.01] {
            let adjust = Adjust {
                turn: 0.05,
                tilt_x: 0.02,
                right: 0.3,
                bend,
                ..Adjust::default()
            };
            let geometry =
                Geometry::whole(region, (53.0, 30.0), Orientation::default()).adjusted(adjust);
            let mut seen = 0;
            each_chip(&plane, &geometry, |u, v, value| {
                let (x, y) = geometry.at(u as f64, v as f64);
                assert!((f64::from(value) - x - 1000.0 * y).abs() < 0.1);
                seen += 1;
            });
            let inside = |&(u, v): &(i64, i64)| {
                let (x, y) = geometry.at(u as f64, v as f64);
                x > 0.001 && y > 0.001 && x < 158.999 && y < 88.999
            };
            let all = (-9..70).flat_map(|u| (-9..40).map(move |v| (u, v)));
            let missing = all.filter(inside).count().abs_diff(seen);
            assert!(missing <= 1, "{missing} of {seen}");
        }
    }
}
