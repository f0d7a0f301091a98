//! Brings a master's picture onto the grid of an exhibit's bins.

use ndarray::Array2;

use crate::detect::geometry::Geometry;
use crate::luma::Plane;
use crate::luma::blur::gaussian;

/// From this many samples of the master's picture to one of the bin's on it is blurred
/// first, so that nothing folds over.
const BLURRED_FROM: f64 = 1.15;

/// Where on a master's picture the samples of a bin lie.
pub(super) struct Warp {
    dim: (usize, usize),
    /// (row, column) of the master's picture for each sample, row-major; NaN outside of it.
    places: Vec<(f32, f32)>,
    /// Standard deviation of the blur, samples of the master's picture; 0 for none.
    blur: f32,
}

impl Warp {
    /// From a bin of `dim` (rows, columns), on which `bin` says where chips lie, to a
    /// picture of `size` on which `master` says it.
    pub fn new(
        dim: (usize, usize),
        bin: &Geometry,
        master: &Geometry,
        size: (usize, usize),
    ) -> Self {
        let (rows, columns) = dim;
        let inside = |at: f64, length: usize| at > -0.5 && at < length as f64 - 0.5;
        let place = |y: usize, x: usize| {
            let (u, v) = bin.chip_at(x as f64, y as f64);
            let (x, y) = master.at(u, v);
            match inside(x, size.1) && inside(y, size.0) {
                true => (y as f32, x as f32),
                false => (f32::NAN, f32::NAN),
            }
        };
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| place(y, x)));
        Self {
            dim,
            places: places.collect(),
            blur: blur(bin, master, dim),
        }
    }

    /// The picture as the bin shows it, NaN where the bin shows something else.
    pub fn apply(&self, picture: &Plane) -> Plane {
        let blurred = (self.blur > 0.0).then(|| gaussian(picture, self.blur));
        let picture = blurred.as_ref().unwrap_or(picture);
        let (rows, columns) = self.dim;
        let at = |place: &(f32, f32)| match place.0.is_nan() {
            true => f32::NAN,
            false => cubic(picture, *place),
        };
        let values: Vec<f32> = self.places.iter().map(at).collect();
        Array2::from_shape_fn((rows, columns), |(y, x)| values[y * columns + x])
    }
}

fn blur(bin: &Geometry, master: &Geometry, dim: (usize, usize)) -> f32 {
    let (u, v) = bin.chip_at(dim.1 as f64 / 2.0, dim.0 as f64 / 2.0);
    let area = |[a, b]: [[f64; 2]; 2]| (a[0] * b[1] - a[1] * b[0]).abs().sqrt();
    let samples = area(master.jacobian(u, v)) / area(bin.jacobian(u, v));
    match samples > BLURRED_FROM {
        true => (0.45 * (samples * samples - 1.0).sqrt()) as f32,
        false => 0.0,
    }
}

/// The plane between samples, by cubic convolution (Keys, "Cubic convolution interpolation
/// for digital image processing", 1981); beyond its edges the outermost sample is repeated.
fn cubic(plane: &Plane, (y, x): (f32, f32)) -> f32 {
    let (rows, columns) = plane.dim();
    let (top, left) = (y.floor(), x.floor());
    let (down, across) = (weights(y - top), weights(x - left));
    let (top, left) = (top as i64 - 1, left as i64 - 1);
    let within = |at: i64, length: usize| at.clamp(0, length as i64 - 1) as usize;
    let mut sum = 0.0;
    for (i, weight) in down.into_iter().enumerate() {
        let row = within(top + i as i64, rows);
        let mut line = 0.0;
        for (j, weight) in across.into_iter().enumerate() {
            line += weight * plane[[row, within(left + j as i64, columns)]];
        }
        sum += weight * line;
    }
    sum
}

/// The weights of the samples at −1, 0, 1 and 2 for a place `t` after sample 0.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        -0.5 * t + t2 - 0.5 * t3,
        1.0 - 2.5 * t2 + 1.5 * t3,
        0.5 * t + 2.0 * t2 - 1.5 * t3,
        -0.5 * t2 + 0.5 * t3,
    ]
}
