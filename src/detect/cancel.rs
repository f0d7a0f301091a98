//! This module cancels the host and weighs what is left.
//!
//! The mark changes every slot, the host often does not. Each block of a bin is
//! predicted from the same block at other times, far enough away to carry
//! another slot's mark. Frequency by frequency, a complex factor, measured over
//! neighbouring frequencies and blocks, maps a reference onto the bin: a factor
//! that turns with frequency is a shift, so small movements are followed.
//! References count by their coherence with the bin: where the picture stands
//! still or glides the prediction takes the host away, elsewhere nothing
//! coheres and the bin stays as it was.
//!
//! What the prediction misses is divided by its own power: the matched filter in
//! coloured noise (Turin, "An introduction to matched filters", IRE Trans. IT-6,
//! 1960), block by block.
//!
//! Nothing here needs to know where in the title the exhibit begins.

use std::collections::VecDeque;

use multiversion::multiversion;
use rayon::prelude::*;
use rustfft::num_complex::Complex32;

use super::bins::Bin;
use crate::luma::Plane;
use crate::luma::blur::gaussian;
use crate::luma::lapped::{ACROSS, BLOCK, BlockSpectra, DOWN, KEPT, Lapped, TOP};
use crate::luma::smooth::{Symmetry, smooth};

/// Bins averaged into one reference, in seconds.
const REFERENCE_S: f64 = 2.0;
/// A reference is used only if all of it is at least this far from the bin, so
/// that it shows another slot: a slot lasts at most 2.27 s of exhibit time.
const AWAY_S: f64 = 2.49;
/// References used, the nearest ones.
const REFERENCES: usize = 6;
/// Noise assumed in bins and references when coherence is measured, code values:
/// without it, what is only noise would cohere by chance.
const COHERENCE_NOISE: f32 = 4.0;
/// Noise added to every block's own, code values: what coding leaves behind
/// even where the picture looks clean.
const CODING_NOISE: f32 = 3.0;
/// Samples of the blur that takes slow gradients away before blocks are cut.
const GRADIENT: f32 = 12.0;

/// References are made in batches of so many.
const BATCH: usize = 4;
/// Batches on either side of a bin's own that may hold its references: the
/// nearest ones, beyond two that are not far enough away.
const AROUND: usize = (REFERENCES + 2).div_ceil(BATCH);

/// Whitened bins: the host cancelled, each sample weighted by the inverse of
/// its noise power. All pictures must have the size of the first; others are left out.
///
/// Spectra are half as large again as the pictures, so they are made as they are
/// needed and dropped soon after.
pub fn whitened(bins: &[Bin]) -> Vec<(f64, Plane)> {
    let Some(dim) = bins.first().map(|b| b.picture.dim()) else {
        return Vec::new();
    };
    let bins: Vec<&Bin> = bins.iter().filter(|b| b.picture.dim() == dim).collect();
    let lapped = Lapped::new(dim.0, dim.1);
    let filter = Filter::new(&lapped);
    let groups = groups(&bins);
    let mut coming = groups.chunks(BATCH);
    let mut batches: VecDeque<Batch<'_>> = VecDeque::new();
    let mut white = Vec::with_capacity(bins.len());
    for number in 0..groups.len().div_ceil(BATCH) {
        let place = number.min(AROUND);
        while batches.len() <= place + AROUND {
            let Some(groups) = coming.next() else { break };
            batches.push_back(Batch::new(groups, &lapped, &filter));
        }
        let references: Vec<&Reference> = batches.iter().flat_map(|b| &b.references).collect();
        let one = |(bin, spectra): &(&Bin, BlockSpectra)| {
            let near = nearest(&references, bin.time_s);
            (bin.time_s, lapped.inverse(&filter.residual(spectra, &near)))
        };
        let due = &batches[place].bins;
        white.extend(due.par_iter().map(one).collect::<Vec<_>>());
        batches[place].bins = Vec::new();
        if place == AROUND {
            batches.pop_front();
        }
    }
    white
}

/// Neighbouring groups of bins, and the reference that each comes to.
struct Batch<'a> {
    bins: Vec<(&'a Bin, BlockSpectra)>,
    references: Vec<Reference>,
}

impl<'a> Batch<'a> {
    fn new(groups: &[Vec<&'a Bin>], lapped: &Lapped, filter: &Filter) -> Self {
        let spectra = |bin: &&'a Bin| {
            let picture = &bin.picture;
            (
                *bin,
                lapped.forward(&(picture - &gaussian(picture, GRADIENT))),
            )
        };
        let groups: Vec<Vec<_>> = groups
            .par_iter()
            .map(|bins| bins.par_iter().map(spectra).collect())
            .collect();
        Self {
            references: groups.par_iter().map(|group| mean(group, filter)).collect(),
            bins: groups.into_iter().flatten().collect(),
        }
    }
}

/// The mean of the bins of one stretch of time.
struct Reference {
    first_s: f64,
    last_s: f64,
    spectra: BlockSpectra,
    /// Smoothed |spectra|².
    power: Vec<f32>,
}

impl Reference {
    fn distance_s(&self, time_s: f64) -> f64 {
        (self.first_s - time_s).max(time_s - self.last_s)
    }
}

/// Bins by the stretch of time that they are in, in order.
fn groups<'a>(bins: &[&'a Bin]) -> Vec<Vec<&'a Bin>> {
    let number = |bin: &&Bin| (bin.time_s / REFERENCE_S).floor() as i64;
    let together = |a: &&Bin, b: &&Bin| number(a) == number(b);
    bins.chunk_by(together).map(<[_]>::to_vec).collect()
}

fn mean(group: &[(&Bin, BlockSpectra)], filter: &Filter) -> Reference {
    let mut sum = group[0].1.clone();
    for (_, spectra) in &group[1..] {
        sum.iter_mut().zip(spectra).for_each(|(a, b)| *a += b);
    }
    let scale = 1.0 / group.len() as f32;
    sum.iter_mut().for_each(|a| *a *= scale);
    Reference {
        first_s: group[0].0.time_s,
        last_s: group[group.len() - 1].0.time_s,
        power: filter.power(&sum),
        spectra: sum,
    }
}

/// The nearest references that show other slots than the bin at `time_s`.
fn nearest<'a>(references: &[&'a Reference], time_s: f64) -> Vec<&'a Reference> {
    let mut far: Vec<&Reference> = references
        .iter()
        .copied()
        .filter(|r| r.distance_s(time_s) >= AWAY_S)
        .collect();
    far.sort_by(|a, b| a.distance_s(time_s).total_cmp(&b.distance_s(time_s)));
    far.truncate(REFERENCES);
    far
}

/// What is the same for every block.
struct Filter {
    /// The chip's spectrum at each kept frequency: what the mark looks like.
    chip: Vec<f32>,
    /// Blocks in a row.
    across: usize,
    /// Power of [`COHERENCE_NOISE`].
    uncertain: f32,
    /// Power of [`CODING_NOISE`].
    floor: f32,
}

impl Filter {
    fn new(lapped: &Lapped) -> Self {
        let frequency = |kept: usize| ((kept / DOWN) as f32, (kept % DOWN) as f32 - TOP as f32);
        let per_chip = 3.0 / BLOCK as f32;
        let chip = |kept: usize| {
            let (u, v) = frequency(kept);
            chip_spectrum(u * per_chip) * chip_spectrum(v * per_chip)
        };
        Self {
            chip: (0..KEPT).map(chip).collect(),
            across: lapped.blocks().1,
            uncertain: COHERENCE_NOISE.powi(2) * lapped.white_power(),
            floor: CODING_NOISE.powi(2) * lapped.white_power(),
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

    fn residual(&self, spectra: &BlockSpectra, references: &[&Reference]) -> BlockSpectra {
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
