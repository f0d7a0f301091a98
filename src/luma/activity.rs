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
    let scale = 1.0 / f64::from(view.format.code_value());
    let shape = (height.div_ceil(side), width.div_ceil(side));
    let (mut mean, mut deviation) = (Array2::zeros(shape), Array2::zeros(shape));
    let mut columns = ColumnSums::new(width);
    for block_row in 0..shape.0 {
        let rows = block_row * side..((block_row + 1) * side).min(height);
        columns.clear();
        for y in rows.clone() {
            match view.samples {
                Samples::U8(s) => columns.add(&s[y * stride..y * stride + width]),
                Samples::U16(s) => columns.add(&s[y * stride..y * stride + width]),
            }
        }
        for column in 0..shape.1 {
            let part = column * side..((column + 1) * side).min(width);
            let (sum, square) = columns.sums(part.clone());
            let count = (rows.len() * part.len()) as f64;
            let m = sum as f64 / count;
            mean[[block_row, column]] = (m * scale) as f32;
            let variance = (square as f64 / count - m * m).max(0.0);
            deviation[[block_row, column]] = (variance.sqrt() * scale) as f32;
        }
    }
    Some(Blocks {
        side,
        mean,
        deviation,
    })
}

/// Sums over some rows of every column, in whole numbers: first down, where
/// columns are independent, then across.
struct ColumnSums {
    sums: Vec<u32>,
    squares: Vec<u64>,
}

impl ColumnSums {
    fn new(width: usize) -> Self {
        Self {
            sums: vec![0; width],
            squares: vec![0; width],
        }
    }

    fn clear(&mut self) {
        self.sums.fill(0);
        self.squares.fill(0);
    }

    fn add<T: Copy + Into<u32>>(&mut self, row: &[T]) {
        for ((sum, square), &sample) in self.sums.iter_mut().zip(&mut self.squares).zip(row) {
            let value: u32 = sample.into();
            *sum += value;
            *square += u64::from(value) * u64::from(value);
        }
    }

    /// Σ and Σ of squares over some columns.
    fn sums(&self, columns: std::ops::Range<usize>) -> (u64, u64) {
        let sum = self.sums[columns.clone()].iter().map(|&s| u64::from(s));
        (sum.sum(), self.squares[columns].iter().sum())
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
