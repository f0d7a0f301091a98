//! Measures how busy a picture is, block by block: where it is busy, the eye
//! forgives more and the detector needs more.

use multiversion::multiversion;
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

/// No block may be larger: sums of squares of 8-bit samples fit 32 bits down to there.
const LARGEST: usize = 1 << 16;

/// The blocks of a plane, `side` pixels each, 1 to 65,536; `None` if its samples
/// are cut short.
pub fn blocks(view: &LumaView<'_>, side: usize) -> Option<Blocks> {
    if !view.is_whole() || side == 0 || side > LARGEST {
        return None;
    }
    Some(match view.samples {
        Samples::U8(samples) => measured(view, samples, side),
        Samples::U16(samples) => measured(view, samples, side),
    })
}

fn measured<T: Sample>(view: &LumaView<'_>, samples: &[T], side: usize) -> Blocks {
    let (width, height, stride) = (view.format.width, view.format.height, view.format.stride);
    let scale = 1.0 / f64::from(view.format.code_value());
    let shape = (height.div_ceil(side), width.div_ceil(side));
    let (mut mean, mut deviation) = (Array2::zeros(shape), Array2::zeros(shape));
    let mut columns = ColumnSums::<T>::new(width);
    for block_row in 0..shape.0 {
        let rows = block_row * side..((block_row + 1) * side).min(height);
        columns.clear();
        for y in rows.clone() {
            let row = &samples[y * stride..y * stride + width];
            T::add(row, &mut columns.sums, &mut columns.squares);
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
    Blocks {
        side,
        mean,
        deviation,
    }
}

/// Samples whose squares are added up in whole numbers.
trait Sample: Copy {
    /// Holds the sum of the squares of [`LARGEST`] samples.
    type Squares: Copy + Default + Into<u64>;

    /// Adds each sample of a row, and its square, to the sums of its column.
    fn add(row: &[Self], sums: &mut [u32], squares: &mut [Self::Squares]);
}

impl Sample for u8 {
    type Squares = u32;

    fn add(row: &[Self], sums: &mut [u32], squares: &mut [u32]) {
        add_u8(row, sums, squares);
    }
}

impl Sample for u16 {
    type Squares = u64;

    fn add(row: &[Self], sums: &mut [u32], squares: &mut [u64]) {
        add_u16(row, sums, squares);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn add_u8(row: &[u8], sums: &mut [u32], squares: &mut [u32]) {
    for ((&sample, sum), square) in row.iter().zip(sums).zip(squares) {
        *sum += u32::from(sample);
        *square += u32::from(u16::from(sample) * u16::from(sample));
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn add_u16(row: &[u16], sums: &mut [u32], squares: &mut [u64]) {
    for ((&sample, sum), square) in row.iter().zip(sums).zip(squares) {
        *sum += u32::from(sample);
        *square += u64::from(u32::from(sample) * u32::from(sample));
    }
}

/// Sums over some rows of every column, in whole numbers: first down, where
/// columns are independent, then across.
struct ColumnSums<T: Sample> {
    sums: Vec<u32>,
    squares: Vec<T::Squares>,
}

impl<T: Sample> ColumnSums<T> {
    fn new(width: usize) -> Self {
        Self {
            sums: vec![0; width],
            squares: vec![T::Squares::default(); width],
        }
    }

    fn clear(&mut self) {
        self.sums.fill(0);
        self.squares.fill(T::Squares::default());
    }

    /// Σ and Σ of squares over some columns.
    fn sums(&self, columns: std::ops::Range<usize>) -> (u64, u64) {
        let sum = self.sums[columns.clone()].iter().map(|&s| u64::from(s));
        let square = self.squares[columns].iter().map(|&s| s.into());
        (sum.sum(), square.sum())
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
