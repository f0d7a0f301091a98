//! Correlates two planes with a pattern at the price of one.
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
pub struct TwinCorrelator {
    side: usize,
    forward: Arc<dyn Fft<f32>>,
    back: Arc<dyn Fft<f32>>,
    /// Conjugate spectrum, horizontal frequency first; its mean is taken away.
    conjugate: Vec<Complex32>,
}

/// Working memory of one thread.
#[derive(Default)]
pub struct TwinScratch {
    lines: Vec<Complex32>,
    turned: Vec<Complex32>,
    fft: Vec<Complex32>,
}

impl TwinCorrelator {
    /// For a square `pattern`.
    pub fn new(pattern: &Plane) -> Self {
        let side = pattern.nrows();
        let mut planner = FftPlanner::new();
        let mut twin = Self {
            side,
            forward: planner.plan_fft_forward(side),
            back: planner.plan_fft_inverse(side),
            conjugate: Vec::new(),
        };
        let mut scratch = TwinScratch {
            lines: pattern.iter().map(|&p| Complex32::new(p, 0.0)).collect(),
            ..TwinScratch::default()
        };
        twin.spectrum(&mut scratch);
        let scale = 1.0 / (side * side) as f32;
        twin.conjugate = scratch.turned.iter().map(|c| c.conj() * scale).collect();
        if let Some(mean) = twin.conjugate.first_mut() {
            *mean = Complex32::default();
        }
        twin
    }

    /// Correlates `pair`, row-major, in place: the real and the imaginary part
    /// each become Σ plane[y + dy, x + dx] · (pattern − its mean)[y, x] at
    /// (dy, dx), indices modulo the side.
    pub fn correlate(&self, pair: &mut Vec<Complex32>, scratch: &mut TwinScratch) {
        std::mem::swap(pair, &mut scratch.lines);
        self.spectrum(scratch);
        for (value, by) in scratch.turned.iter_mut().zip(&self.conjugate) {
            *value *= by;
        }
        let TwinScratch { lines, turned, fft } = scratch;
        self.back.process_with_scratch(turned, fft);
        transpose(turned, lines, self.side, self.side);
        self.back.process_with_scratch(lines, fft);
        std::mem::swap(pair, &mut scratch.lines);
    }

    /// `lines` to its spectrum in `turned`.
    fn spectrum(&self, scratch: &mut TwinScratch) {
        let TwinScratch { lines, turned, fft } = scratch;
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
    use crate::luma::correlate::Correlator;
    use ndarray::Array2;

    #[test]
    fn each_of_two_planes_correlates_as_if_it_were_alone() {
        let n = 16;
        let made = |a: usize, b: usize, m: usize| {
            Array2::from_shape_fn((n, n), |(y, x)| ((y * a + x * b + y * x) % m) as f32)
        };
        let (pattern, one, other) = (made(3, 5, 7), made(11, 2, 5), made(4, 9, 11));
        let mean = pattern.sum() / (n * n) as f32;
        let single = Correlator::new(&(&pattern - mean));
        let mut pair: Vec<Complex32> = one
            .iter()
            .zip(&other)
            .map(|(&a, &b)| Complex32::new(a, b))
            .collect();
        TwinCorrelator::new(&pattern).correlate(&mut pair, &mut TwinScratch::default());
        let (one, other) = (single.correlate(&one), single.correlate(&other));
        for ((pair, a), b) in pair.iter().zip(&one).zip(&other) {
            assert!((pair.re - a).abs() < 2e-2 && (pair.im - b).abs() < 2e-2);
        }
    }
}
