//! Renders a tile at the size of the picture, with smooth chips.
//!
//! The chip is the cubic convolution kernel (Keys, "Cubic convolution
//! interpolation for digital image processing", IEEE ASSP 1981) with
//! a = −0.75: little energy above the chips' own band, so that a rescale to a
//! few pixels a chip keeps it.

use super::{LONG_CHIPS, TILE};

/// Keys' parameter: the slope of the kernel at 1.
const CUBIC: f64 = -0.75;

/// Chips along (width, height) of an active picture of this display size.
pub fn chip_extent(width: f64, height: f64) -> (f64, f64) {
    let per_unit = LONG_CHIPS / width.max(height).max(1.0);
    (width * per_unit, height * per_unit)
}

/// A rendered tile: one amplitude per pixel of the active picture, row-major.
pub struct Carrier {
    /// `width · height` amplitudes, about −1.5 to 1.5, root mean square near 0.8.
    pub values: Vec<f32>,
}

/// The four chips around a pixel along one axis, and their weights.
struct Around {
    chips: [usize; 4],
    weights: [f32; 4],
}

impl Carrier {
    /// `chips` ([`TILE`]², row-major) over `width` × `height` pixels that span
    /// `extent` chips (across, down).
    pub fn new(chips: &[f32], width: usize, height: usize, extent: (f64, f64)) -> Self {
        let columns = axis(width, extent.0);
        let rows = axis(height, extent.1);
        let mut values = vec![0.0; width * height];
        let mut line = [0.0_f32; TILE];
        for (row, out) in rows.iter().zip(values.chunks_exact_mut(width.max(1))) {
            for (x, sum) in line.iter_mut().enumerate() {
                *sum = (0..4)
                    .map(|k| row.weights[k] * chips[row.chips[k] * TILE + x])
                    .sum();
            }
            for (column, value) in columns.iter().zip(out) {
                *value = (0..4)
                    .map(|k| column.weights[k] * line[column.chips[k]])
                    .sum();
            }
        }
        Self { values }
    }
}

fn axis(pixels: usize, chips: f64) -> Vec<Around> {
    (0..pixels)
        .map(|i| {
            let at = (i as f64 + 0.5) * chips / pixels as f64 - 0.5;
            let first = at.floor();
            let part = at - first;
            Around {
                chips: std::array::from_fn(|k| {
                    (first as i64 + k as i64 - 1).rem_euclid(TILE as i64) as usize
                }),
                weights: std::array::from_fn(|k| cubic(part + 1.0 - k as f64) as f32),
            }
        })
        .collect()
}

/// Keys' kernel at distance `x` chips.
fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x <= 1.0 {
        ((CUBIC + 2.0) * x - (CUBIC + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((x - 5.0) * x + 8.0) * x * CUBIC - 4.0 * CUBIC
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_stand_where_they_should_at_any_size() {
        let chips: Vec<f32> = (0..TILE * TILE)
            .map(|i| if (i * 7919) % 5 < 2 { 1.0 } else { -1.0 })
            .collect();
        // Twelve pixels a chip: the centre of chip (r, c) lies between four pixels.
        let carrier = Carrier::new(&chips, 1920, 1080, chip_extent(1920.0, 1080.0));
        for (row, column) in [(0, 0), (5, 17), (63, 63), (80, 150)] {
            let (y, x) = (row * 12 + 6, column * 12 + 6);
            let got = carrier.values[y * 1920 + x];
            let want = chips[row % TILE * TILE + column % TILE];
            assert!(
                (got - want).abs() < 0.1,
                "chip ({row}, {column}): {got}, not {want}"
            );
        }
    }

    #[test]
    fn the_kernel_interpolates_and_its_weights_add_up_to_one() {
        assert_eq!([cubic(0.0), cubic(1.0), cubic(2.0)], [1.0, 0.0, 0.0]);
        let sum: f64 = [-1.3, -0.3, 0.7, 1.7].iter().map(|&x| cubic(x)).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
