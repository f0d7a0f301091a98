//! Bins, folded and correlated with the pilot.

use rayon::prelude::*;
use rustfft::num_complex::Complex32;

use super::fold::{Tile, fold};
use super::key::PilotKey;
use crate::detect::bins::BIN_S;
use crate::detect::geometry::Geometry;
use crate::luma::Plane;
use crate::luma::correlate_pair::PairScratch;
use crate::mark::{SLOT_S, TILE};

/// No bin counts for more than this many times the median bin.
const MOST_WEIGHT: f32 = 2.0;

/// One bin, folded and correlated with the pilot at every shift.
pub(crate) struct Track {
    pub time_s: f64,
    /// The folded bin, its mean taken away.
    pub tile: Tile,
    /// Correlation at every (row, column) shift, row-major.
    pub map: Vec<f32>,
    /// By what tile and map are multiplied when bins are added up.
    pub weight: f32,
}

impl Track {
    /// The bin with its correlation map rolled back by (`rows`, `columns`), without its tile.
    pub fn shifted(&self, rows: usize, columns: usize) -> Self {
        let from = |row: usize, column: usize| {
            self.map[(row + rows) % TILE * TILE + (column + columns) % TILE]
        };
        Self {
            time_s: self.time_s,
            tile: Vec::new(),
            map: (0..TILE * TILE).map(|i| from(i / TILE, i % TILE)).collect(),
            weight: self.weight,
        }
    }
}

impl PilotKey {
    /// Folds every whitened bin under its time's geometry and correlates it with the pilot.
    /// Weights are such that the sum of as many weighted maps as a slot has bins has
    /// a variance of that many, as it would if bins were independent.
    pub(crate) fn tracks(
        &self,
        whitened: &[(f64, Plane)],
        geometry: impl Fn(f64) -> Geometry + Sync,
    ) -> Vec<Track> {
        let one = |(time_s, plane): &(f64, Plane)| {
            let tile = folded(plane, &geometry(*time_s));
            Track {
                time_s: *time_s,
                tile,
                map: Vec::new(),
                weight: 0.0,
            }
        };
        let mut tracks: Vec<Track> = whitened.par_iter().map(one).collect();
        let pairs = tracks.par_chunks(2);
        let maps: Vec<[Vec<f32>; 2]> = pairs
            .map_init(PairScratch::default, |scratch, pair| {
                self.maps(pair, scratch)
            })
            .collect();
        for (track, map) in tracks.iter_mut().zip(maps.into_iter().flatten()) {
            track.map = map;
        }
        weigh(&mut tracks);
        tracks
    }

    /// Bins that were folded for another key, correlated with this one's pilot;
    /// without their tiles.
    pub(crate) fn correlated(&self, tracks: &[Track]) -> Vec<Track> {
        let mut scratch = PairScratch::default();
        let maps = tracks
            .chunks(2)
            .flat_map(|pair| self.maps(pair, &mut scratch));
        tracks
            .iter()
            .zip(maps)
            .map(|(track, map)| Track {
                time_s: track.time_s,
                tile: Vec::new(),
                map,
                weight: track.weight,
            })
            .collect()
    }

    /// The correlations of one tile or two with the pilot at every shift.
    fn maps(&self, pair: &[Track], scratch: &mut PairScratch) -> [Vec<f32>; 2] {
        let mut both: Vec<Complex32> = match pair {
            [one, other] => {
                let values = one.tile.iter().zip(&other.tile);
                values.map(|(&a, &b)| Complex32::new(a, b)).collect()
            }
            _ => {
                let values = pair.iter().flat_map(|one| &one.tile);
                values.map(|&a| Complex32::new(a, 0.0)).collect()
            }
        };
        self.correlator.correlate(&mut both, scratch);
        [
            both.iter().map(|c| c.re).collect(),
            both.iter().map(|c| c.im).collect(),
        ]
    }
}

/// The tile of `plane` under a geometry, its mean taken away.
pub(crate) fn folded(plane: &Plane, geometry: &Geometry) -> Tile {
    let mut tile = fold(plane, geometry);
    let mean = tile.iter().sum::<f32>() / tile.len() as f32;
    tile.iter_mut().for_each(|t| *t -= mean);
    tile
}

/// Deviations, none more than [`MOST_WEIGHT`] times the median one.
pub(crate) fn capped(deviations: &[f32]) -> Vec<f32> {
    let mut sorted = deviations.to_vec();
    sorted.sort_by(f32::total_cmp);
    let most = MOST_WEIGHT * sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    deviations.iter().map(|d| d.min(most)).collect()
}

/// Whitened samples are already weighted by the inverse of their noise power,
/// so bins are simply added, but none may drown the others: a picture that
/// coding has wiped clean looks quieter than it is.
fn weigh(tracks: &mut [Track]) {
    let deviations: Vec<f32> = tracks.iter().map(|t| root_mean_square(&t.map)).collect();
    let kept = capped(&deviations);
    let power = kept.iter().map(|d| d * d).sum::<f32>() / kept.len().max(1) as f32;
    for ((track, &all), kept) in tracks.iter_mut().zip(&deviations).zip(kept) {
        track.weight = if all > 0.0 && power > 0.0 {
            kept / all / power.sqrt()
        } else {
            0.0
        };
    }
    let excess = excess(tracks);
    tracks.iter_mut().for_each(|t| t.weight /= excess);
}

/// By what factor the standard deviation of the sum of the bins of a slot
/// exceeds that of independent bins, at least 1: on a still picture, what is
/// left of the host is the same in all of them.
fn excess(tracks: &[Track]) -> f32 {
    const TOGETHER: usize = (SLOT_S / BIN_S) as usize;
    let (mut together, mut apart) = (0.0_f32, 0.0_f32);
    for group in tracks.chunks_exact(TOGETHER) {
        let mut sum = vec![0.0_f32; TILE * TILE];
        for track in group {
            sum.iter_mut()
                .zip(&track.map)
                .for_each(|(s, m)| *s += track.weight * m);
            apart += track
                .map
                .iter()
                .map(|m| (track.weight * m).powi(2))
                .sum::<f32>();
        }
        together += sum.iter().map(|s| s * s).sum::<f32>();
    }
    if apart > 0.0 {
        (together / apart).sqrt().max(1.0)
    } else {
        1.0
    }
}

pub(crate) fn root_mean_square(values: &[f32]) -> f32 {
    (values.iter().map(|v| v * v).sum::<f32>() / values.len().max(1) as f32).sqrt()
}
