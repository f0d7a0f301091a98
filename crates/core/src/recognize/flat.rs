//! Brings pictures to the title's chips, without what brightness, contrast and tone change.
//!
//! ```text
//! picture ─ blurred to the step ─ sampled where the geometry says ─ slow gradients taken away ─ contrast evened
//! ```

use ndarray::{Array2, Zip};

use crate::detect::Geometry;
use crate::luma::Plane;
use crate::luma::blur::gaussian;

/// Blur of a picture before it is sampled, in steps.
const BLUR: f64 = 0.45;
/// Blur that a picture is taken to have already, samples.
const OWN: f64 = 0.5;
/// Nodes of the blurs that take away gradients and measure contrast.
const GRADIENT: f32 = 4.0;
const CONTRAST: f32 = 5.0;
/// Contrast that counts as none, 8-bit code values.
const FLOOR: f32 = 1.5;

/// Samples of a title's picture, so many chips apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nodes {
    /// Chips across and down the title's picture.
    pub extent: (f64, f64),
    /// Chips from one to the next.
    pub step: f64,
}

impl Nodes {
    /// Rows and columns.
    pub fn dim(&self) -> (usize, usize) {
        let side = |chips: f64| ((chips / self.step).round() as usize).clamp(1, 400);
        (side(self.extent.1), side(self.extent.0))
    }

    /// The chip (u, v) of a node.
    pub fn chip(&self, row: usize, column: usize) -> (f64, f64) {
        let at = |i: usize| (i as f64 + 0.5) * self.step - 0.5;
        (at(column), at(row))
    }

    /// The chip in the middle of the picture.
    pub fn middle(&self) -> (f64, f64) {
        ((self.extent.0 - 1.0) / 2.0, (self.extent.1 - 1.0) / 2.0)
    }
}

/// A picture on nodes: values of mean about 0 and deviation about 1, and where they are.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    /// 0 where nothing is shown.
    pub values: Plane,
    /// 1 where it is shown, 0 elsewhere.
    pub shown: Plane,
}

/// A picture made smaller and blurred so that it may be sampled at nodes under a geometry.
#[derive(Debug, Clone)]
pub(super) struct Blurred {
    plane: Plane,
    /// Samples of the picture along each side of one of the plane's.
    factor: usize,
}

impl Blurred {
    /// Of 8-bit code values on the grid that `geometry` leads to.
    pub fn of(picture: &Plane, geometry: &Geometry, nodes: &Nodes) -> Self {
        let (u, v) = nodes.middle();
        let [[a, b], [c, d]] = geometry.jacobian(u, v);
        let samples = nodes.step * (a * d - b * c).abs().sqrt();
        // Two samples of the smaller picture from node to node, or a little more.
        let factor = ((samples / 2.0) as usize).clamp(1, 16);
        let sigma = (BLUR * samples / factor as f64).powi(2) - OWN * OWN;
        let sigma = sigma.max(0.0).sqrt() as f32;
        Self {
            plane: match factor {
                1 => gaussian(picture, sigma),
                _ => gaussian(&smaller(picture, factor), sigma),
            },
            factor,
        }
    }

    /// On nodes under a geometry, flattened.
    pub fn flat(&self, geometry: &Geometry, nodes: &Nodes) -> Flat {
        let sampled = self.sampled(geometry, nodes);
        sampled.flat_where(&sampled.shown)
    }

    /// On nodes under a geometry, which may differ a little from the one before.
    pub fn sampled(&self, geometry: &Geometry, nodes: &Nodes) -> Sampled {
        let geometry = geometry.rescaled(self.factor as f64);
        let (rows, columns) = self.plane.dim();
        let (right, lower) = (columns as f64 - 1.0, rows as f64 - 1.0);
        let samples = self.plane.as_slice().unwrap_or_default();
        let dim = nodes.dim();
        let mut values = Plane::zeros(dim);
        let mut shown = Plane::zeros(dim);
        for ((row, column), value) in values.indexed_iter_mut() {
            let (u, v) = nodes.chip(row, column);
            let [x, y, w] = geometry.homogeneous(u, v);
            let (x, y) = (x / w, y / w);
            if w > 0.0 && x >= 0.0 && y >= 0.0 && x <= right && y <= lower {
                *value = between(samples, columns, rows, x, y);
                shown[[row, column]] = 1.0;
            }
        }
        Sampled { values, shown }
    }
}

/// A picture on nodes, 8-bit code values.
#[derive(Debug, Clone)]
pub(super) struct Sampled {
    values: Plane,
    /// 1 where it is shown, 0 elsewhere.
    pub shown: Plane,
}

impl Sampled {
    /// Flattened as if nothing else were shown of it than `shown`, of which all must be.
    pub fn flat_where(&self, shown: &Plane) -> Flat {
        flattened(&self.values * shown, shown.clone())
    }
}

/// The means of squares of `factor` samples; what is over at the edges is left out.
fn smaller(picture: &Plane, factor: usize) -> Plane {
    let (rows, columns) = (picture.nrows() / factor, picture.ncols() / factor);
    let mut out = Plane::zeros((rows.max(1), columns.max(1)));
    let scale = 1.0 / (factor * factor) as f32;
    for (row, line) in picture.rows().into_iter().take(rows * factor).enumerate() {
        let Some(line) = line.as_slice() else {
            continue;
        };
        let mut sums = out.row_mut(row / factor);
        for (sum, part) in sums.iter_mut().zip(line.chunks_exact(factor)) {
            *sum += scale * part.iter().sum::<f32>();
        }
    }
    out
}

fn between(samples: &[f32], columns: usize, rows: usize, x: f64, y: f64) -> f32 {
    let (left, upper) = (x as usize, y as usize);
    let (right, lower) = ((left + 1).min(columns - 1), (upper + 1).min(rows - 1));
    let (fx, fy) = ((x - left as f64) as f32, (y - upper as f64) as f32);
    let row =
        |y: usize| samples[y * columns + left] * (1.0 - fx) + samples[y * columns + right] * fx;
    row(upper) * (1.0 - fy) + row(lower) * fy
}

fn flattened(mut values: Plane, shown: Plane) -> Flat {
    let mean = Local::new(&shown, GRADIENT).mean(&values);
    Zip::from(&mut values)
        .and(&mean)
        .and(&shown)
        .for_each(|v, m, s| *v = (*v - m) * s);
    let power = Local::new(&shown, CONTRAST).mean(&values.mapv(|v| v * v));
    Zip::from(&mut values)
        .and(&power)
        .for_each(|v, p| *v /= (p + FLOOR * FLOOR).sqrt());
    Flat { values, shown }
}

/// Means over what is shown around each node.
pub(super) struct Local {
    count: Plane,
    sigma: f32,
}

impl Local {
    /// Weighted by a Gaussian of so many nodes.
    pub fn new(shown: &Plane, sigma: f32) -> Self {
        let count = gaussian(shown, sigma).mapv(|c| c.max(1e-3));
        Self { count, sigma }
    }

    /// Of values that are 0 where nothing is shown.
    pub fn mean(&self, values: &Plane) -> Plane {
        gaussian(values, self.sigma) / &self.count
    }
}

/// How alike two pictures are around each node, −1 to 1; 0 where one of them shows nothing.
pub(super) fn alike(a: &Flat, b: &Flat) -> Plane {
    let both = &a.shown * &b.shown;
    let local = Local::new(&both, CONTRAST);
    let product = |a: &Plane, b: &Plane| {
        let mut product = a * b;
        product *= &both;
        local.mean(&product)
    };
    let (ab, aa, bb) = (
        product(&a.values, &b.values),
        product(&a.values, &a.values),
        product(&b.values, &b.values),
    );
    // What is flat in either is like nothing.
    const FLAT: f32 = 0.05;
    Array2::from_shape_fn(both.dim(), |at| {
        both[at] * ab[at] / ((aa[at] + FLAT) * (bb[at] + FLAT)).sqrt()
    })
}

/// A picture black for white.
pub(super) fn negative(picture: &Plane) -> Plane {
    picture.mapv(|v| 255.0 - v)
}
