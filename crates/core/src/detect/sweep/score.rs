//! Sweeps over scales, aspects and angles of the picture.
//!
//! Nothing is known of time yet: which slot a second shows, and with it the
//! pilot's roll and sign, is open. So each segment of two seconds is correlated
//! with the pilot at every shift, and what counts is how far its highest peak
//! stands out: ln of the likelihood that the pilot is there, somewhere, is
//! about p²/2 − ln(shifts × signs) for a peak of p standard deviations.
//!
//! ```text
//! whitened bins ─ segments of two seconds (16 lanes) ─ fold on a basis ─ correlate, two at a time ─ peaks ─ score
//! ```
//!
//! All segments are folded at once: their samples lie side by side, so that one
//! look-up serves sixteen. Bases are spaced so that half a step moves the
//! picture's edge by 0.6 chips, at which four tenths of the pilot are
//! lost at the edge and a fifth over the whole picture (from the chip's own
//! spectrum up to 0.81 cycles a chip); refined to an eighth of a step, a
//! hundredth. A basis takes about 0.3 ms of one core: of most, half the
//! segments promise nothing, and the others are not looked at.

use rayon::prelude::*;
use rustfft::num_complex::Complex32;

use super::basis::{Basis, Grid, STEP};
use super::stack::{LANES, Stack};
use crate::detect::geometry::Geometry;
use crate::detect::pilot::PilotKey;
use crate::luma::correlate_pair::PairScratch;
use crate::mark::TILE;

/// ln of the places and signs a peak can have.
const PLACES: f32 = 9.01;
/// How often steps are halved when a basis is refined.
const HALVINGS: i32 = 3;
/// What half of the lanes must score before the others are looked at: a basis
/// worth refining scores ten in all, chance mostly less than this in half.
const PROMISING: f32 = 1.5;

impl Stack {
    /// The bases scored, best first.
    pub fn sweep(&self, key: &PilotKey, bases: &[Basis]) -> Vec<(f32, Basis)> {
        let mut scored: Vec<(f32, Basis)> = bases
            .par_iter()
            .map_init(Scratch::default, |scratch, basis| {
                (self.score(key, basis, scratch, true), *basis)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored
    }

    /// The basis near by that scores best, by coordinate search.
    pub fn best_near(&self, key: &PilotKey, (score, basis): (f32, Basis)) -> (f32, Basis) {
        let mut scratch = Scratch::default();
        // The score may stand for less than the basis's own, so it is taken anew.
        let handicap = self.score(key, &basis, &mut scratch, false) - score;
        let mut best = (score + handicap, basis);
        for halving in 1..=HALVINGS {
            let part = STEP * 0.5_f64.powi(halving);
            let mut improved = true;
            while improved {
                improved = false;
                for tried in self.grid.around(best.1, part) {
                    let score = self.score(key, &tried, &mut scratch, false);
                    if score > best.0 {
                        best = (score, tried);
                        improved = true;
                    }
                }
            }
        }
        (best.0 - handicap, best.1)
    }

    /// How far the pilot stands out on a basis, in all lanes. With `promising`,
    /// only half of them are looked at if those promise nothing: every second
    /// pair, so that segments at both phases and of the whole time are among them.
    fn score(&self, key: &PilotKey, basis: &Basis, scratch: &mut Scratch, promising: bool) -> f32 {
        self.fold(&self.grid.geometry(basis), &mut scratch.tile);
        let mut score = 0.0;
        let pairs = |from: usize| (from..self.lanes).step_by(4);
        for (half, first) in pairs(0).map(|p| (0, p)).chain(pairs(2).map(|p| (1, p))) {
            if promising && half == 1 && score < PROMISING {
                break;
            }
            scratch.pair.clear();
            scratch.pair.extend(
                scratch
                    .tile
                    .iter()
                    .map(|c| Complex32::new(c[first].into(), c[first + 1].into())),
            );
            key.correlator
                .correlate(&mut scratch.pair, &mut scratch.fft);
            score += stands_out(&scratch.pair);
        }
        score
    }

    /// Every chip's nearest sample, added to its cell.
    fn fold(&self, geometry: &Geometry, tile: &mut Vec<[i16; LANES]>) {
        tile.clear();
        tile.resize(TILE * TILE, [0; LANES]);
        let Grid { rows, columns } = self.grid;
        let [first_u, first_v, last_u, last_v] = geometry.chips_in(rows, columns);
        let (right, lower) = (columns as f32 - 0.5, rows as f32 - 0.5);
        for v in first_v..=last_v {
            let cells = &mut tile[v.rem_euclid(TILE as i64) as usize * TILE..][..TILE];
            // A basis knows no perspective: steps are even.
            let from = geometry.at(first_u as f64, v as f64);
            let next = geometry.at(first_u as f64 + 1.0, v as f64);
            let step = ((next.0 - from.0) as f32, (next.1 - from.1) as f32);
            let from = (from.0 as f32, from.1 as f32);
            let mut cell = first_u.rem_euclid(TILE as i64) as usize;
            for along in 0..=last_u - first_u {
                let (x, y) = (
                    from.0 + step.0 * along as f32,
                    from.1 + step.1 * along as f32,
                );
                if x > -0.5 && y > -0.5 && x < right && y < lower {
                    let at = (y + 0.5) as usize * columns + (x + 0.5) as usize;
                    let (sum, samples) = (cells[cell], self.samples[at]);
                    cells[cell] = std::array::from_fn(|lane| sum[lane] + i16::from(samples[lane]));
                }
                cell = (cell + 1) % TILE;
            }
        }
    }
}

/// Working memory of one thread.
#[derive(Default)]
struct Scratch {
    tile: Vec<[i16; LANES]>,
    pair: Vec<Complex32>,
    fft: PairScratch,
}

/// By how much, in ln of likelihood, the highest peak of each of two maps
/// stands out from what its scatter gives by chance.
fn stands_out(pair: &[Complex32]) -> f32 {
    const SIDE_BY_SIDE: usize = 4;
    let (mut power, mut most) = ([[0.0_f32; 2]; SIDE_BY_SIDE], [[0.0_f32; 2]; SIDE_BY_SIDE]);
    for chunk in pair.chunks_exact(SIDE_BY_SIDE) {
        for (i, value) in chunk.iter().enumerate() {
            let squares = [value.re * value.re, value.im * value.im];
            for (part, square) in squares.into_iter().enumerate() {
                power[i][part] += square;
                if square > most[i][part] {
                    most[i][part] = square;
                }
            }
        }
    }
    let of = |part: usize| {
        let variance = power.iter().map(|p| p[part]).sum::<f32>() / pair.len() as f32;
        let most = most.iter().map(|m| m[part]).fold(0.0, f32::max);
        if variance > 0.0 {
            (most / variance / 2.0 - PLACES).max(0.0)
        } else {
            0.0
        }
    };
    of(0) + of(1)
}
