//! This module cancels the host and weighs what is left.
//!
//! The mark changes every slot, the host often does not. Each block of a bin is
//! predicted by regression on the same block at other times, far enough away to
//! carry another slot's mark; what the prediction misses is divided by its own
//! power: the matched filter in coloured noise (Turin, "An introduction to
//! matched filters", IRE Trans. IT-6, 1960), block by block. Where the picture
//! stands still the prediction takes the host away, where it moves the
//! regression finds nothing and the bin stays as it was.
//!
//! Nothing here needs to know where in the title the exhibit begins.

use rayon::prelude::*;
use rustfft::num_complex::Complex32;

use super::bins::Bin;
use crate::luma::blur::gaussian;
use crate::luma::lapped::{ACROSS, BLOCK, BlockSpectra, DOWN, KEPT, Lapped, TOP};
use crate::luma::Plane;

/// Bins averaged into one reference, in seconds.
const REFERENCE_S: f64 = 2.0;
/// A reference is used only if all of it is at least this far from the bin, so
/// that it shows another slot: a slot lasts at most 2.22 s of exhibit time.
const AWAY_S: f64 = 2.49;
/// References regressed on, the nearest ones.
const REFERENCES: usize = 6;
/// Ridge of the regression: references carry noise of this standard deviation, code values.
const REFERENCE_NOISE: f32 = 0.5;
/// Noise added to every block's own, code values: what coding leaves behind
/// even where the picture looks clean.
const CODING_NOISE: f32 = 2.5;
/// Samples of the blur that takes slow gradients away before blocks are cut.
const GRADIENT: f32 = 12.0;
/// Upper ends of the bands that are regressed on their own, in cycles a block.
const BANDS: [f32; 3] = [4.5, 8.0, 12.0];

/// Whitened bins: the host cancelled, each sample weighted by the inverse of
/// its noise power. All pictures must have the size of the first; others are left out.
pub fn whitened(bins: &[Bin]) -> Vec<(f64, Plane)> {
    let Some(dim) = bins.first().map(|b| b.picture.dim()) else {
        return Vec::new();
    };
    let bins: Vec<&Bin> = bins.iter().filter(|b| b.picture.dim() == dim).collect();
    let lapped = Lapped::new(dim.0, dim.1);
    let spectra: Vec<BlockSpectra> = bins
        .par_iter()
        .map(|bin| lapped.forward(&(&bin.picture - &gaussian(&bin.picture, GRADIENT))))
        .collect();
    let references = references(&bins, &spectra);
    let filter = Filter::new(&lapped);
    bins.par_iter()
        .zip(&spectra)
        .map(|(bin, spectra)| {
            let near = nearest(&references, bin.time_s);
            (bin.time_s, lapped.inverse(&filter.residual(spectra, &near)))
        })
        .collect()
}

/// The mean of the bins of one stretch of time.
struct Reference {
    first_s: f64,
    last_s: f64,
    spectra: BlockSpectra,
}

impl Reference {
    fn distance_s(&self, time_s: f64) -> f64 {
        (self.first_s - time_s).max(time_s - self.last_s)
    }
}

fn references(bins: &[&Bin], spectra: &[BlockSpectra]) -> Vec<Reference> {
    let mut groups: Vec<(i64, Vec<usize>)> = Vec::new();
    for (index, bin) in bins.iter().enumerate() {
        let number = (bin.time_s / REFERENCE_S).floor() as i64;
        match groups.last_mut() {
            Some((n, members)) if *n == number => members.push(index),
            _ => groups.push((number, vec![index])),
        }
    }
    groups.into_par_iter().map(|(_, members)| mean(bins, spectra, &members)).collect()
}

fn mean(bins: &[&Bin], spectra: &[BlockSpectra], members: &[usize]) -> Reference {
    let mut sum = spectra[members[0]].clone();
    for &member in &members[1..] {
        sum.iter_mut().zip(&spectra[member]).for_each(|(a, b)| *a += b);
    }
    let scale = 1.0 / members.len() as f32;
    sum.iter_mut().for_each(|a| *a *= scale);
    Reference {
        first_s: bins[members[0]].time_s,
        last_s: bins[members[members.len() - 1]].time_s,
        spectra: sum,
    }
}

/// The nearest references that show other slots than the bin at `time_s`.
fn nearest(references: &[Reference], time_s: f64) -> Vec<&BlockSpectra> {
    let mut far: Vec<&Reference> = references.iter().filter(|r| r.distance_s(time_s) >= AWAY_S).collect();
    far.sort_by(|a, b| a.distance_s(time_s).total_cmp(&b.distance_s(time_s)));
    far.iter().take(REFERENCES).map(|r| &r.spectra).collect()
}

/// What is the same for every block.
struct Filter {
    /// The chip's spectrum at each kept frequency: what the mark looks like.
    chip: Vec<f32>,
    /// The band of each kept frequency; `BANDS.len()` beyond the last.
    band: Vec<u8>,
    ridge: f32,
    floor: f32,
}

impl Filter {
    fn new(lapped: &Lapped) -> Self {
        let frequency = |kept: usize| ((kept / DOWN) as f32, (kept % DOWN) as f32 - TOP as f32);
        let band = |kept: usize| {
            let (u, v) = frequency(kept);
            BANDS.iter().position(|&end| u.hypot(v) < end).unwrap_or(BANDS.len()) as u8
        };
        let per_chip = 3.0 / BLOCK as f32;
        let chip = |kept: usize| {
            let (u, v) = frequency(kept);
            chip_spectrum(u * per_chip) * chip_spectrum(v * per_chip)
        };
        Self {
            chip: (0..KEPT).map(chip).collect(),
            band: (0..KEPT).map(band).collect(),
            ridge: REFERENCE_NOISE.powi(2) * lapped.white_power(),
            floor: CODING_NOISE.powi(2) * lapped.white_power(),
        }
    }

    fn residual(&self, spectra: &BlockSpectra, references: &[&BlockSpectra]) -> BlockSpectra {
        let mut out = spectra.clone();
        let mut power = vec![0.0; KEPT];
        for (index, block) in out.chunks_exact_mut(KEPT).enumerate() {
            let part = index * KEPT..(index + 1) * KEPT;
            let references: Vec<&[Complex32]> = references.iter().map(|r| &r[part.clone()]).collect();
            if !references.is_empty() {
                self.predict_away(block, &references);
            }
            smoothed_power(block, &mut power);
            for ((value, power), chip) in block.iter_mut().zip(&power).zip(&self.chip) {
                *value *= chip / (power + self.floor);
            }
        }
        out
    }

    /// Subtracts from a block, band by band, its best prediction from the references.
    fn predict_away(&self, block: &mut [Complex32], references: &[&[Complex32]]) {
        for band in 0..BANDS.len() as u8 {
            let members: Vec<usize> = (0..KEPT).filter(|&k| self.band[k] == band).collect();
            let dot = |a: &[Complex32], b: &[Complex32]| members.iter().map(|&k| a[k].re * b[k].re + a[k].im * b[k].im).sum::<f32>();
            let count = references.len();
            let mut gram = vec![0.0_f32; count * count];
            for i in 0..count {
                for j in 0..=i {
                    gram[i * count + j] = dot(references[i], references[j]);
                }
                gram[i * count + i] += self.ridge * members.len() as f32;
            }
            let mut weights: Vec<f32> = references.iter().map(|r| dot(r, block)).collect();
            solve(&mut gram, &mut weights);
            for &k in &members {
                let prediction: Complex32 = references.iter().zip(&weights).map(|(r, w)| r[k] * *w).sum();
                block[k] -= prediction;
            }
        }
    }
}

/// Solves a positive definite system in place by Cholesky's decomposition; only
/// the lower triangle of `gram` is read. The solution replaces `right`.
fn solve(gram: &mut [f32], right: &mut [f32]) {
    let n = right.len();
    for i in 0..n {
        for j in 0..=i {
            let sum: f32 = (0..j).map(|k| gram[i * n + k] * gram[j * n + k]).sum();
            let value = gram[i * n + j] - sum;
            gram[i * n + j] = if i == j { value.max(f32::MIN_POSITIVE).sqrt() } else { value / gram[j * n + j] };
        }
    }
    for i in 0..n {
        let sum: f32 = (0..i).map(|k| gram[i * n + k] * right[k]).sum();
        right[i] = (right[i] - sum) / gram[i * n + i];
    }
    for i in (0..n).rev() {
        let sum: f32 = (i + 1..n).map(|k| gram[k * n + i] * right[k]).sum();
        right[i] = (right[i] - sum) / gram[i * n + i];
    }
}

/// |F|² smoothed over neighbouring frequencies with weights ¼ ½ ¼ each way. At
/// horizontal frequency zero the neighbour on the left is the conjugate of the
/// one on the right, upside down.
fn smoothed_power(block: &[Complex32], out: &mut [f32]) {
    let power: Vec<f32> = block.iter().map(|c| c.norm_sqr()).collect();
    let at = |u: isize, v: isize| {
        let (u, v) = if u < 0 { (-u, -v) } else { (u, v) };
        let (u, v) = (u.min(ACROSS as isize - 1), v.clamp(-(TOP as isize), TOP as isize));
        power[u as usize * DOWN + (v + TOP as isize) as usize]
    };
    let down: Vec<f32> = (-1..=ACROSS as isize)
        .flat_map(|u| (0..DOWN as isize).map(move |v| (u, v - TOP as isize)))
        .map(|(u, v)| 0.25 * at(u, v - 1) + 0.5 * at(u, v) + 0.25 * at(u, v + 1))
        .collect();
    for (kept, out) in out.iter_mut().enumerate() {
        *out = 0.25 * down[kept] + 0.5 * down[kept + DOWN] + 0.25 * down[kept + 2 * DOWN];
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
