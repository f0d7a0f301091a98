//! Finds every circular shift of a pattern at once.

use rustfft::num_complex::Complex32;

use super::Plane;
use super::fft2::{Fft2, Spectrum};

/// A pattern against which many planes of its size are correlated.
#[derive(Clone)]
pub struct Correlator {
    fft: Fft2,
    conjugate: Spectrum,
}

impl Correlator {
    /// For `pattern`, any size.
    pub fn new(pattern: &Plane) -> Self {
        let (rows, columns) = pattern.dim();
        let fft = Fft2::new(rows, columns);
        let scale = 1.0 / (rows * columns) as f32;
        let conjugate = fft.forward(pattern).mapv(|c| c.conj() * scale);
        Self { fft, conjugate }
    }

    /// `out[dy, dx] = Σ plane[y + dy, x + dx] · pattern[y, x]`, indices modulo
    /// the size: the pattern's correlation with the plane rolled back by (dy, dx).
    pub fn correlate(&self, plane: &Plane) -> Plane {
        let mut spectrum = self.fft.forward(plane);
        spectrum.zip_mut_with(&self.conjugate, |a: &mut Complex32, b| *a *= b);
        self.fft.inverse(spectrum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn the_fast_correlation_is_the_textbook_one() {
        let n = 8;
        let pattern = Array2::from_shape_fn((n, n), |(y, x)| ((y * 3 + x * 5) % 7) as f32 - 3.0);
        let plane = Array2::from_shape_fn((n, n), |(y, x)| ((y * 11 + x * 2) % 5) as f32);
        let fast = Correlator::new(&pattern).correlate(&plane);
        for dy in 0..n {
            for dx in 0..n {
                let slow: f32 = pattern
                    .indexed_iter()
                    .map(|((y, x), p)| p * plane[[(y + dy) % n, (x + dx) % n]])
                    .sum();
                assert!((fast[[dy, dx]] - slow).abs() < 1e-3);
            }
        }
    }
}
