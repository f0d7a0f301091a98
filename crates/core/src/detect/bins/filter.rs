//! Predicts a bin's host from references, takes it away, and weighs what is
//! left: the filter that [`super::cancel`] describes.

use multiversion::multiversion;
use rustfft::num_complex::Complex32;

use super::gather::Bin;
use crate::luma::lapped::{ACROSS, BLOCK, BlockSpectra, DOWN, KEPT, Lapped, TOP};
use crate::luma::smooth::{Symmetry, smooth};

/// Noise assumed in bins and references when coherence is measured, code values:
/// without it, what is only noise would cohere by chance.
const COHERENCE_NOISE: f32 = 4.0;
/// The same where hosts are known: what is left of a bin without its host is smaller.
const INFORMED_COHERENCE_NOISE: f32 = 1.4;
/// Noise added to every block's own, code values: what coding leaves behind
/// even where the picture looks clean.
const CODING_NOISE: f32 = 3.0;
/// The same where hosts are known: blocks from which all of the host was taken look
/// cleaner than what coding did to the mark in them.
const INFORMED_CODING_NOISE: f32 = 6.0;

/// The mean of the bins of two seconds or so.
pub(super) struct Reference {
    pub first_s: f64,
    pub last_s: f64,
    pub spectra: BlockSpectra,
    /// Smoothed |spectra|².
    pub power: Vec<f32>,
}

impl Reference {
    pub fn distance_s(&self, time_s: f64) -> f64 {
        (self.first_s - time_s).max(time_s - self.last_s)
    }
}

/// What is the same for every block.
pub(super) struct Filter {
    /// The chip's spectrum at each kept frequency: what the mark looks like.
    chip: Vec<f32>,
    /// Blocks in a row.
    across: usize,
    /// Power of the noise assumed when coherence is measured.
    uncertain: f32,
    /// Power of the noise added to every block's own.
    floor: f32,
}

impl Filter {
    /// For the blocks of `lapped`; `informed` if hosts are known.
    pub fn new(lapped: &Lapped, informed: bool) -> Self {
        let (uncertain, floor) = match informed {
            true => (INFORMED_COHERENCE_NOISE, INFORMED_CODING_NOISE),
            false => (COHERENCE_NOISE, CODING_NOISE),
        };
        let frequency = |kept: usize| ((kept / DOWN) as f32, (kept % DOWN) as f32 - TOP as f32);
        let per_chip = 3.0 / BLOCK as f32;
        let chip = |kept: usize| {
            let (u, v) = frequency(kept);
            chip_spectrum(u * per_chip) * chip_spectrum(v * per_chip)
        };
        Self {
            chip: (0..KEPT).map(chip).collect(),
            across: lapped.blocks().1,
            uncertain: uncertain.powi(2) * lapped.white_power(),
            floor: floor.powi(2) * lapped.white_power(),
        }
    }

    /// The spectra of what was shown from one bin to another.
    pub fn reference(&self, first: &Bin, last: &Bin, spectra: BlockSpectra) -> Reference {
        Reference {
            first_s: first.time_s,
            last_s: last.time_s,
            power: self.power(&spectra),
            spectra,
        }
    }

    /// Smoothed |spectra|².
    fn power(&self, spectra: &BlockSpectra) -> Vec<f32> {
        let mut power: Vec<f32> = spectra.iter().map(Complex32::norm_sqr).collect();
        smooth(&mut power, self.across, Symmetry::Even);
        power
    }

    /// Smoothed a · b̄, as real and imaginary parts.
    fn cross(&self, a: &BlockSpectra, b: &BlockSpectra) -> (Vec<f32>, Vec<f32>) {
        let (mut re, mut im) = (vec![0.0; a.len()], vec![0.0; a.len()]);
        multiply(a, b, &mut re, &mut im);
        smooth(&mut re, self.across, Symmetry::Even);
        smooth(&mut im, self.across, Symmetry::Odd);
        (re, im)
    }

    pub fn residual(&self, spectra: &BlockSpectra, references: &[&Reference]) -> BlockSpectra {
        let mut out = spectra.clone();
        if !references.is_empty() {
            self.subtract(&mut out, &self.prediction(spectra, references));
        }
        let mut power = vec![0.0; KEPT];
        for block in out.chunks_exact_mut(KEPT) {
            smoothed_power(block, &mut power);
            for ((value, power), chip) in block.iter_mut().zip(&power).zip(&self.chip) {
                *value *= chip / (power + self.floor);
            }
        }
        out
    }

    /// The mean of the references, each mapped onto the bin, weighted by how
    /// well it coheres: γ² / (1 − γ²) is the gain in signal-to-noise ratio of a
    /// predictor with squared coherence γ².
    fn prediction(&self, spectra: &BlockSpectra, references: &[&Reference]) -> BlockSpectra {
        let power = self.power(spectra);
        let mut sum = vec![Complex32::default(); spectra.len()];
        let mut weights = vec![1e-3_f32; spectra.len()];
        for reference in references {
            let (re, im) = self.cross(spectra, &reference.spectra);
            add_mapped(
                Sums {
                    sum: &mut sum,
                    weights: &mut weights,
                },
                (&re, &im),
                &power,
                reference,
                self.uncertain,
            );
        }
        sum.iter_mut().zip(&weights).for_each(|(s, w)| *s /= *w);
        sum
    }

    /// Subtracts as much of the prediction as the bin holds.
    fn subtract(&self, spectra: &mut BlockSpectra, prediction: &BlockSpectra) {
        let (re, im) = self.cross(spectra, prediction);
        let power = self.power(prediction);
        take_away(
            spectra,
            prediction,
            (&re, &im),
            &power,
            0.1 * self.uncertain,
        );
    }
}

/// a · b̄ as real and imaginary parts.
#[multiversion(targets("x86_64+avx2"))]
fn multiply(a: &[Complex32], b: &[Complex32], re: &mut [f32], im: &mut [f32]) {
    for (((a, b), re), im) in a.iter().zip(b).zip(re).zip(im) {
        *re = a.re * b.re + a.im * b.im;
        *im = a.im * b.re - a.re * b.im;
    }
}

/// What the references predict together, and the weight that they have.
struct Sums<'a> {
    sum: &'a mut [Complex32],
    weights: &'a mut [f32],
}

/// Adds one reference, mapped by its cross spectrum with a bin of this power.
#[multiversion(targets("x86_64+avx2"))]
fn add_mapped(
    sums: Sums<'_>,
    cross: (&[f32], &[f32]),
    power: &[f32],
    reference: &Reference,
    uncertain: f32,
) {
    let cross = cross.0.iter().zip(cross.1);
    let other = reference.spectra.iter().zip(&reference.power);
    let sums = sums.sum.iter_mut().zip(sums.weights);
    for (((sum, weights), (&re, &im)), ((&from, &other), &power)) in
        sums.zip(cross).zip(other.zip(power))
    {
        let other = other + uncertain;
        let coherence = (re * re + im * im) / ((power + uncertain) * other);
        let weight = coherence / (1.02 - coherence.min(1.0));
        *weights += weight;
        *sum += Complex32::new(re, im) * from * (weight / other);
    }
}

/// Takes away the prediction, mapped by its cross spectrum with the bin.
#[multiversion(targets("x86_64+avx2"))]
fn take_away(
    spectra: &mut [Complex32],
    prediction: &[Complex32],
    cross: (&[f32], &[f32]),
    power: &[f32],
    floor: f32,
) {
    let cross = cross.0.iter().zip(cross.1);
    let predicted = prediction.iter().zip(power);
    for ((value, (&re, &im)), (&from, &power)) in spectra.iter_mut().zip(cross).zip(predicted) {
        *value -= from * Complex32::new(re, im) / (power + floor);
    }
}

/// |F|² smoothed over neighbouring frequencies with weights ¼ ½ ¼ each way. At
/// horizontal frequency zero the neighbour on the left is the conjugate of the
/// one on the right, upside down; beyond the outermost it is repeated.
#[multiversion(targets("x86_64+avx2"))]
fn smoothed_power(block: &[Complex32], out: &mut [f32]) {
    let mut down = [0.0_f32; (ACROSS + 2) * DOWN];
    for (column, out) in block
        .chunks_exact(DOWN)
        .zip(down[DOWN..].chunks_exact_mut(DOWN))
    {
        let mut line = [0.0_f32; DOWN + 2];
        for (power, c) in line[1..].iter_mut().zip(column) {
            *power = c.norm_sqr();
        }
        (line[0], line[DOWN + 1]) = (line[1], line[DOWN]);
        for (i, out) in out.iter_mut().enumerate() {
            *out = 0.25 * (line[i] + line[i + 2]) + 0.5 * line[i + 1];
        }
    }
    for v in 0..DOWN {
        down[v] = down[2 * DOWN + DOWN - 1 - v];
        down[(ACROSS + 1) * DOWN + v] = down[ACROSS * DOWN + v];
    }
    for (i, out) in out.iter_mut().enumerate().take(KEPT) {
        *out = 0.25 * (down[i] + down[i + 2 * DOWN]) + 0.5 * down[i + DOWN];
    }
}

/// The Fourier transform of the marker's chip at `frequency` cycles a chip (cubic
/// convolution with a = −0.75), by summing its samples: 1 at zero, near 0 from 0.8 on.
fn chip_spectrum(frequency: f32) -> f32 {
    const A: f32 = -0.75;
    const STEPS: i32 = 64;
    let kernel = |x: f32| {
        if x <= 1.0 {
            ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
        } else {
            ((x - 5.0) * x + 8.0) * x * A - 4.0 * A
        }
    };
    let sample = |i: i32| {
        let x = 2.0 * i as f32 / STEPS as f32;
        let weight = if i == 0 { 1.0 } else { 2.0 };
        weight * kernel(x) * (std::f32::consts::TAU * frequency * x).cos()
    };
    (0..STEPS).map(sample).sum::<f32>() * 2.0 / STEPS as f32
}
