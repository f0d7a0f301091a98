//! Transforms real planes to half spectra and back.
//!
//! A plane of `rows` × `columns` has a half spectrum of `columns / 2 + 1`
//! horizontal by `rows` vertical frequencies, kept transposed (the vertical
//! axis contiguous), which saves two transpositions per filter. Neither
//! direction scales: forward then inverse multiplies by `rows · columns`.

use std::sync::Arc;

use ndarray::Array2;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use super::Plane;
use super::blur::transpose;

/// Half spectrum, axes (horizontal frequency, vertical frequency).
pub type Spectrum = Array2<Complex32>;

/// The plans for planes of one size; shared by threads, each with its own scratch.
#[derive(Clone)]
pub struct Fft2 {
    rows: usize,
    columns: usize,
    along_rows: Arc<dyn RealToComplex<f32>>,
    back_along_rows: Arc<dyn ComplexToReal<f32>>,
    along_columns: Arc<dyn Fft<f32>>,
    back_along_columns: Arc<dyn Fft<f32>>,
}

impl Fft2 {
    /// Plans for planes of `rows` × `columns`, each at least 1.
    pub fn new(rows: usize, columns: usize) -> Self {
        let (mut real, mut complex) = (RealFftPlanner::new(), FftPlanner::new());
        Self {
            rows,
            columns,
            along_rows: real.plan_fft_forward(columns),
            back_along_rows: real.plan_fft_inverse(columns),
            along_columns: complex.plan_fft_forward(rows),
            back_along_columns: complex.plan_fft_inverse(rows),
        }
    }

    /// (rows, columns) of the planes.
    pub fn dim(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// The half spectrum of `plane`, whose size must be [`dim`](Self::dim).
    pub fn forward(&self, plane: &Plane) -> Spectrum {
        let half = self.columns / 2 + 1;
        let mut lines = vec![Complex32::default(); self.rows * half];
        let mut row = self.along_rows.make_input_vec();
        let mut scratch = self.along_rows.make_scratch_vec();
        for (from, to) in plane.rows().into_iter().zip(lines.chunks_exact_mut(half)) {
            for (a, b) in row.iter_mut().zip(from) {
                *a = *b;
            }
            // The lengths are the plan's own, so this cannot fail.
            let _ = self
                .along_rows
                .process_with_scratch(&mut row, to, &mut scratch);
        }
        let mut spectrum = vec![Complex32::default(); self.rows * half];
        transpose(&lines, &mut spectrum, self.rows, half);
        self.along_columns.process(&mut spectrum);
        Array2::from_shape_vec((half, self.rows), spectrum).unwrap_or_default()
    }

    /// The plane of a half spectrum, times `rows · columns`.
    pub fn inverse(&self, spectrum: Spectrum) -> Plane {
        let half = self.columns / 2 + 1;
        let mut lines = spectrum.into_raw_vec_and_offset().0;
        self.back_along_columns.process(&mut lines);
        let mut rows = vec![Complex32::default(); lines.len()];
        transpose(&lines, &mut rows, half, self.rows);
        let mut plane = vec![0.0; self.rows * self.columns];
        let mut scratch = self.back_along_rows.make_scratch_vec();
        for (from, to) in rows
            .chunks_exact_mut(half)
            .zip(plane.chunks_exact_mut(self.columns))
        {
            from[0].im = 0.0;
            if self.columns.is_multiple_of(2) {
                from[half - 1].im = 0.0;
            }
            let _ = self
                .back_along_rows
                .process_with_scratch(from, to, &mut scratch);
        }
        Array2::from_shape_vec((self.rows, self.columns), plane).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_gives_the_plane_again() {
        for (rows, columns) in [(8, 10), (9, 7), (64, 64), (5, 12)] {
            let plane =
                Array2::from_shape_fn((rows, columns), |(y, x)| ((y * 13 + x * 7) % 11) as f32);
            let fft = Fft2::new(rows, columns);
            let back = fft.inverse(fft.forward(&plane)) / (rows * columns) as f32;
            assert!(
                (back - plane).iter().all(|d| d.abs() < 1e-4),
                "{rows}x{columns}"
            );
        }
    }

    #[test]
    fn the_spectrum_is_the_textbook_sum() {
        let (rows, columns) = (6, 8);
        let plane = Array2::from_shape_fn((rows, columns), |(y, x)| ((y * 5 + x * 3) % 7) as f32);
        let fast = Fft2::new(rows, columns).forward(&plane);
        for u in 0..=columns / 2 {
            for v in 0..rows {
                let slow: Complex32 = plane
                    .indexed_iter()
                    .map(|((y, x), &value)| {
                        let turn = (u * x) as f32 / columns as f32 + (v * y) as f32 / rows as f32;
                        Complex32::from_polar(value, -std::f32::consts::TAU * turn)
                    })
                    .sum();
                assert!((fast[[u, v]] - slow).norm() < 1e-3);
            }
        }
    }
}
