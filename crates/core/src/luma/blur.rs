//! Blurs planes in time independent of the width of the blur.
//!
//! A Gaussian is approached by three box blurs of widths chosen so that the
//! variances add up (Kovesi, "Fast almost-Gaussian filtering", DICTA 2010);
//! below `SHORT` the kernel itself is cheaper and exact. Edges repeat the
//! outermost sample.

use multiversion::multiversion;
use ndarray::Array2;

use super::Plane;

/// The standard deviation, in samples, up to which the kernel is applied directly.
const SHORT: f32 = 1.6;

/// `plane` blurred by a Gaussian of standard deviation `sigma` samples.
pub fn gaussian(plane: &Plane, sigma: f32) -> Plane {
    if sigma <= 0.0 || plane.is_empty() {
        return plane.clone();
    }
    if sigma <= SHORT {
        let radius = (3.0 * sigma).ceil() as usize;
        let kernel = kernel(sigma, radius);
        return transposed(&along_rows(
            &transposed(&along_rows(plane, &kernel)),
            &kernel,
        ));
    }
    let mut out = transposed(plane);
    for radius in box_radii(sigma) {
        out = boxes_down_columns(&out, radius);
    }
    let mut out = transposed(&out);
    for radius in box_radii(sigma) {
        out = boxes_down_columns(&out, radius);
    }
    out
}

/// The plane with its axes exchanged, in standard layout.
pub fn transposed(plane: &Plane) -> Plane {
    let (rows, columns) = plane.dim();
    let mut out = Array2::zeros((columns, rows));
    let (Some(from), Some(to)) = (plane.as_slice(), out.as_slice_mut()) else {
        return plane.t().as_standard_layout().into_owned();
    };
    transpose(from, to, rows, columns);
    out
}

/// Exchanges the axes of a row-major array in blocks that fit the cache.
pub(super) fn transpose<T: Copy>(from: &[T], to: &mut [T], rows: usize, columns: usize) {
    const BLOCK: usize = 16;
    for y0 in (0..rows).step_by(BLOCK) {
        for x0 in (0..columns).step_by(BLOCK) {
            for y in y0..(y0 + BLOCK).min(rows) {
                for x in x0..(x0 + BLOCK).min(columns) {
                    to[x * rows + y] = from[y * columns + x];
                }
            }
        }
    }
}

fn kernel(sigma: f32, radius: usize) -> Vec<f32> {
    let weights: Vec<f32> = (0..=2 * radius)
        .map(|i| (-((i as f32 - radius as f32) / sigma).powi(2) / 2.0).exp())
        .collect();
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

fn along_rows(plane: &Plane, kernel: &[f32]) -> Plane {
    let radius = kernel.len() / 2;
    let (rows, columns) = plane.dim();
    let mut out = Array2::zeros((rows, columns));
    let mut padded = vec![0.0_f32; columns + 2 * radius];
    for (from, mut to) in plane.rows().into_iter().zip(out.rows_mut()) {
        for (x, value) in padded.iter_mut().enumerate() {
            *value = from[x.saturating_sub(radius).min(columns - 1)];
        }
        if let Some(to) = to.as_slice_mut() {
            for (k, &weight) in kernel.iter().enumerate() {
                for (sum, value) in to.iter_mut().zip(&padded[k..]) {
                    *sum += weight * value;
                }
            }
        }
    }
    out
}

/// Three odd box widths, as radii, whose variances add up to `sigma`²
/// (Kovesi 2010, eq. 5).
fn box_radii(sigma: f32) -> [usize; 3] {
    let ideal = (4.0 * sigma * sigma + 1.0).sqrt();
    let mut lower = ideal.floor() as usize;
    if lower.is_multiple_of(2) {
        lower -= 1;
    }
    let l = lower as f32;
    let count = ((12.0 * sigma * sigma - 3.0 * l * l - 12.0 * l - 9.0) / (-4.0 * l - 4.0)).round();
    std::array::from_fn(|i| {
        if (i as f32) < count {
            lower / 2
        } else {
            lower / 2 + 1
        }
    })
}

/// Every column a running sum: a row of them is added up at once.
fn boxes_down_columns(plane: &Plane, radius: usize) -> Plane {
    let rows = plane.nrows();
    let mut out = Array2::zeros(plane.dim());
    let (Some(from), Some(to)) = (plane.as_slice(), out.as_slice_mut()) else {
        return boxes_down_columns(&plane.as_standard_layout().into_owned(), radius);
    };
    let columns = plane.ncols().max(1);
    let row = |y: usize| {
        let y = y.saturating_sub(radius).min(rows - 1);
        &from[y * columns..(y + 1) * columns]
    };
    let scale = 1.0 / (2 * radius + 1) as f32;
    let mut sums = vec![0.0; columns];
    for y in 0..2 * radius {
        add_row(&mut sums, row(y));
    }
    for (y, out) in to.chunks_exact_mut(columns).enumerate() {
        slide(&mut sums, row(y + 2 * radius), row(y), scale, out);
    }
    out
}

#[multiversion(targets("x86_64+avx2"))]
fn add_row(sums: &mut [f32], row: &[f32]) {
    sums.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
}

/// The box that ends with `last`, scaled; then its `first` row is taken away.
#[multiversion(targets("x86_64+avx2"))]
fn slide(sums: &mut [f32], last: &[f32], first: &[f32], scale: f32, out: &mut [f32]) {
    for (((sum, last), first), out) in sums.iter_mut().zip(last).zip(first).zip(out) {
        *sum += last;
        *out = *sum * scale;
        *sum -= first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook: every sample against every other, edges repeated.
    fn slow(plane: &Plane, sigma: f32) -> Plane {
        let radius = (4.0 * sigma).ceil() as usize;
        let kernel = kernel(sigma, radius);
        transposed(&along_rows(
            &transposed(&along_rows(plane, &kernel)),
            &kernel,
        ))
    }

    #[test]
    fn the_fast_blur_is_close_to_the_textbook() {
        let plane = Array2::from_shape_fn((61, 83), |(y, x)| {
            40.0 * (y as f32 / 9.0 + (x as f32 / 7.0).sin()).sin()
                + if x > 40 && y < 30 { 50.0 } else { 0.0 }
        });
        for sigma in [0.8, 1.5, 2.4, 4.0, 8.0] {
            let worst = (gaussian(&plane, sigma) - slow(&plane, sigma))
                .iter()
                .fold(0.0_f32, |m, d| m.max(d.abs()));
            assert!(worst < 8.0, "sigma {sigma}: off by {worst} of 130");
        }
    }

    #[test]
    fn a_flat_plane_stays_flat() {
        let plane = Array2::from_elem((20, 30), 7.0_f32);
        assert!(gaussian(&plane, 5.0).iter().all(|v| (v - 7.0).abs() < 1e-3));
    }
}
