//! Correlates two planes with a pattern at every circular shift, at the price of one.
//!
//! Two real planes a, b are one complex plane a + i·b; the pattern is real, so
//! the correlation is again (a's) + i·(b's).

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use super::Plane;
use super::blur::transpose;

/// A square pattern against which pairs of planes of its size are correlated.
#[derive(Clone)]
pub struct PairCorrelator {
    side: usize,
    forward: Arc<dyn Fft<f32>>,
    back: Arc<dyn Fft<f32>>,
    /// Conjugate spectrum, horizontal frequency first; its mean is taken away.
    conjugate: Vec<Complex32>,
}

/// Working memory of one thread.
#[derive(Default)]
pub struct PairScratch {
    lines: Vec<Complex32>,
    turned: Vec<Complex32>,
    fft: Vec<Complex32>,
}

impl PairCorrelator {
    /// For a square `pattern`.
    pub fn new(pattern: &Plane) -> Self {
        let side = pattern.nrows();
        let mut planner = FftPlanner::new();
        let mut correlator = Self {
            side,
            forward: planner.plan_fft_forward(side),
            back: planner.plan_fft_inverse(side),
            conjugate: Vec::new(),
        };
        let mut scratch = PairScratch {
            lines: pattern.iter().map(|&p| Complex32::new(p, 0.0)).collect(),
            ..PairScratch::default()
        };
        correlator.spectrum(&mut scratch);
        let scale = 1.0 / (side * side) as f32;
        correlator.conjugate = scratch.turned.iter().map(|c| c.conj() * scale).collect();
        if let Some(mean) = correlator.conjugate.first_mut() {
            *mean = Complex32::default();
        }
        correlator
    }

    /// Correlates `pair`, row-major, in place: the real and the imaginary part
    /// each become Σ plane[y + dy, x + dx] · (pattern − its mean)[y, x] at
    /// (dy, dx), indices modulo the side.
    pub fn correlate(&self, pair: &mut Vec<Complex32>, scratch: &mut PairScratch) {
        std::mem::swap(pair, &mut scratch.lines);
        self.spectrum(scratch);
        for (value, by) in scratch.turned.iter_mut().zip(&self.conjugate) {
            *value *= by;
        }
        let PairScratch { lines, turned, fft } = scratch;
        self.back.process_with_scratch(turned, fft);
        transpose(turned, lines, self.side, self.side);
        self.back.process_with_scratch(lines, fft);
        std::mem::swap(pair, &mut scratch.lines);
    }

    /// `lines` to its spectrum in `turned`.
    fn spectrum(&self, scratch: &mut PairScratch) {
        let PairScratch { lines, turned, fft } = scratch;
        let need =
            (self.forward.get_inplace_scratch_len()).max(self.back.get_inplace_scratch_len());
        fft.resize(need, Complex32::default());
        turned.resize(self.side * self.side, Complex32::default());
        self.forward.process_with_scratch(lines, fft);
        transpose(lines, turned, self.side, self.side);
        self.forward.process_with_scratch(turned, fft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn each_of_two_planes_correlates_as_the_textbook_says() {
        let n = 16;
        let made = |a: usize, b: usize, m: usize| {
            Array2::from_shape_fn((n, n), |(y, x)| ((y * a + x * b + y * x) % m) as f32)
        };
        let (pattern, one, other) = (made(3, 5, 7), made(11, 2, 5), made(4, 9, 11));
        let mean = pattern.sum() / (n * n) as f32;
        let textbook = |plane: &Plane, dy: usize, dx: usize| -> f32 {
            pattern
                .indexed_iter()
                .map(|((y, x), p)| (p - mean) * plane[[(y + dy) % n, (x + dx) % n]])
                .sum()
        };
        let mut pair: Vec<Complex32> = one
            .iter()
            .zip(&other)
            .map(|(&a, &b)| Complex32::new(a, b))
            .collect();
        PairCorrelator::new(&pattern).correlate(&mut pair, &mut PairScratch::default());
        for (at, found) in pair.iter().enumerate() {
            let (dy, dx) = (at / n, at % n);
            assert!((found.re - textbook(&one, dy, dx)).abs() < 2e-2);
            assert!((found.im - textbook(&other, dy, dx)).abs() < 2e-2);
        }
    }
}
