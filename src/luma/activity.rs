//! This module measures how busy a picture is, block by block: where it is
//! busy, the eye forgives more and the detector needs more.

use ndarray::Array2;

use super::Plane;
use super::view::{LumaView, Samples};

/// Mean and standard deviation of the luma in square blocks.
#[derive(Debug, Clone)]
pub struct Blocks {
    /// The side of a block in pixels; blocks at the right and lower edge are smaller.
    pub side: usize,
    /// Mean, 8-bit code values, axes (block row, block column).
    pub mean: Plane,
    /// Standard deviation, 8-bit code values, same axes.
    pub deviation: Plane,
}

/// The blocks of a plane, `side` pixels each; `None` if its samples are cut short.
pub fn blocks(view: &LumaView<'_>, side: usize) -> Option<Blocks> {
    if !view.is_whole() || side == 0 {
        return None;
    }
    let (width, height, stride) = (view.format.width, view.format.height, view.format.stride);
    let scale = 1.0 / view.format.code_value();
    let shape = (height.div_ceil(side), width.div_ceil(side));
    let (mut mean, mut deviation) = (Array2::zeros(shape), Array2::zeros(shape));
    for block_row in 0..shape.0 {
        let rows = block_row * side..((block_row + 1) * side).min(height);
        let (mut sums, mut squares) = (vec![0.0_f32; shape.1], vec![0.0_f32; shape.1]);
        for y in rows.clone() {
            match view.samples {
                Samples::U8(s) => add(
                    &s[y * stride..y * stride + width],
                    side,
                    scale,
                    &mut sums,
                    &mut squares,
                ),
                Samples::U16(s) => add(
                    &s[y * stride..y * stride + width],
                    side,
                    scale,
                    &mut sums,
                    &mut squares,
                ),
            }
        }
        for column in 0..shape.1 {
            let count = (rows.len() * (side.min(width - column * side))) as f32;
            let m = sums[column] / count;
            mean[[block_row, column]] = m;
            deviation[[block_row, column]] = (squares[column] / count - m * m).max(0.0).sqrt();
        }
    }
    Some(Blocks {
        side,
        mean,
        deviation,
    })
}

fn add<T: Copy + Into<f32>>(
    row: &[T],
    side: usize,
    scale: f32,
    sums: &mut [f32],
    squares: &mut [f32],
) {
    for (block, (sum, square)) in row.chunks(side).zip(sums.iter_mut().zip(squares)) {
        for &sample in block {
            let value: f32 = sample.into() * scale;
            *sum += value;
            *square += value * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luma::view::LumaFormat;

    #[test]
    fn blocks_have_the_textbook_moments() {
        let (width, height, stride) = (10, 7, 12);
        let samples: Vec<u16> = (0..stride * height)
            .map(|i| (i * 37 % 1021) as u16)
            .collect();
        let format = LumaFormat {
            width,
            height,
            stride,
            bit_depth: 10,
            full_range: true,
        };
        let found = blocks(
            &LumaView {
                format,
                samples: Samples::U16(&samples),
            },
            4,
        )
        .expect("blocks");
        assert_eq!(found.mean.dim(), (2, 3));
        for ((row, column), &mean) in found.mean.indexed_iter() {
            let values: Vec<f64> = (row * 4..(row * 4 + 4).min(height))
                .flat_map(|y| (column * 4..(column * 4 + 4).min(width)).map(move |x| (y, x)))
                .map(|(y, x)| f64::from(samples[y * stride + x]) / 4.0)
                .collect();
            let m = values.iter().sum::<f64>() / values.len() as f64;
            let v = values.iter().map(|x| (x - m).powi(2)).sum::<f64>() / values.len() as f64;
            assert!((f64::from(mean) - m).abs() < 1e-2);
            assert!((f64::from(found.deviation[[row, column]]) - v.sqrt()).abs() < 5e-2);
        }
    }
}
