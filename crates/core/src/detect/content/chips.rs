//! Brings a picture to one sample a chip of the title's.

use ndarray::Array2;

use crate::detect::geometry::Geometry;
use crate::luma::Plane;
use crate::mark::LONG_CHIPS;

/// Samples taken of a chip along each side.
const SAMPLES: usize = 3;
/// No picture has more chips across or down.
const MOST: usize = LONG_CHIPS as usize + 1;
/// Chips around one whose mean is taken away, to each side.
const AROUND: usize = 3;

/// A title's picture, one sample a chip, without its slow gradients; NaN where nothing is shown.
pub(super) struct Chips(pub Plane);

impl Chips {
    /// Of a plane on which `geometry` says where the chips of `extent` (across, down) lie.
    pub fn of(plane: &Plane, geometry: &Geometry, extent: (f64, f64)) -> Self {
        let side = |chips: f64| (chips.round().max(1.0) as usize).min(MOST);
        let (rows, columns) = (side(extent.1), side(extent.0));
        let place = |i: usize| (i as f64 + 0.5) / SAMPLES as f64 - 0.5;
        let chip = |(v, u): (usize, usize)| {
            let mut sum = 0.0;
            for dv in 0..SAMPLES {
                for du in 0..SAMPLES {
                    let (x, y) = geometry.at(u as f64 + place(du), v as f64 + place(dv));
                    sum += bilinear(plane, x, y);
                }
            }
            sum / (SAMPLES * SAMPLES) as f32
        };
        Self(flattened(&Array2::from_shape_fn((rows, columns), chip)))
    }
}

/// The plane between samples; NaN outside of it.
fn bilinear(plane: &Plane, x: f64, y: f64) -> f32 {
    let (rows, columns) = plane.dim();
    let inside = |at: f64, length: usize| at >= 0.0 && at <= length as f64 - 1.0;
    if !(inside(x, columns) && inside(y, rows)) {
        return f32::NAN;
    }
    let (left, upper) = (x.floor() as usize, y.floor() as usize);
    let (right, lower) = ((left + 1).min(columns - 1), (upper + 1).min(rows - 1));
    let (fx, fy) = ((x - left as f64) as f32, (y - upper as f64) as f32);
    let row = |y: usize| plane[[y, left]] * (1.0 - fx) + plane[[y, right]] * fx;
    row(upper) * (1.0 - fy) + row(lower) * fy
}

/// Each chip less the mean of those around it.
fn flattened(chips: &Plane) -> Plane {
    let (rows, columns) = chips.dim();
    // (sum, number) of the chips above and to the left, one row and column more.
    let mut sums = Array2::from_elem((rows + 1, columns + 1), (0.0_f64, 0_u32));
    for v in 0..rows {
        for u in 0..columns {
            let value = chips[[v, u]];
            let own = if value.is_nan() {
                (0.0, 0)
            } else {
                (f64::from(value), 1)
            };
            let (above, left, corner) = (sums[[v, u + 1]], sums[[v + 1, u]], sums[[v, u]]);
            sums[[v + 1, u + 1]] = (
                own.0 + above.0 + left.0 - corner.0,
                own.1 + above.1 + left.1 - corner.1,
            );
        }
    }
    Array2::from_shape_fn((rows, columns), |(v, u)| {
        let (top, bottom) = (v.saturating_sub(AROUND), (v + AROUND + 1).min(rows));
        let (left, right) = (u.saturating_sub(AROUND), (u + AROUND + 1).min(columns));
        let (a, b) = (sums[[bottom, right]], sums[[top, left]]);
        let (c, d) = (sums[[top, right]], sums[[bottom, left]]);
        let number = (a.1 + b.1) - (c.1 + d.1);
        let mean = (a.0 + b.0 - c.0 - d.0) / f64::from(number.max(1));
        chips[[v, u]] - mean as f32
    })
}
