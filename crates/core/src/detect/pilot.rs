//! This module correlates tiles with the pilot.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::bins::BIN_S;
use super::fold::{Tile, fold};
use super::geometry::Geometry;
use crate::key::Secret;
use crate::luma::Plane;
use crate::luma::correlate::Correlator;
use crate::luma::twin::TwinCorrelator;
use crate::mark::{Pilot, SLOT_S, SlotCode, TILE, TITLE_LIMIT_S};
use crate::units::SlotIndex;

/// No bin counts for more than this many times the median bin.
const MOST_WEIGHT: f32 = 2.0;
/// Decoy secrets that say what chance finds.
const DECOYS: u32 = 6;

/// What the detector needs of the secret to find the pilot.
#[derive(Clone)]
pub struct PilotKey {
    pub(super) secret: Secret,
    pub(super) pilot: Pilot,
    /// Roll and sign of every slot of the longest title.
    pub(super) codes: Vec<SlotCode>,
    correlator: Correlator,
    /// The same for pairs of tiles, their means left out.
    pub(super) twin: TwinCorrelator,
    /// Drawn when first asked for: it takes some hundredths of a second.
    decoys: Arc<OnceLock<Vec<PilotKey>>>,
}

impl PilotKey {
    /// Of a registry's secret.
    pub fn new(secret: &Secret) -> Self {
        let pilot = Pilot::new(secret);
        let slots = (TITLE_LIMIT_S / SLOT_S) as u32 + 2;
        let chips = pilot.chips.iter().map(|&c| f32::from(c)).collect();
        let pattern = Plane::from_shape_vec((TILE, TILE), chips).unwrap_or_default();
        Self {
            secret: secret.clone(),
            codes: (0..slots)
                .map(|i| SlotCode::new(secret, SlotIndex(i)))
                .collect(),
            correlator: Correlator::new(&pattern),
            twin: TwinCorrelator::new(&pattern),
            decoys: Arc::default(),
            pilot,
        }
    }

    /// The keys of unrelated secrets, the same at every call.
    pub(super) fn decoys(&self) -> &[PilotKey] {
        self.decoys.get_or_init(|| {
            // Not in parallel: a pool's thread that waits for others may take on
            // another scan meanwhile, and come here again.
            let decoy = |i| Self::new(&self.secret.decoy(i));
            (0..DECOYS).map(decoy).collect()
        })
    }

    /// The index of a slot's roll in a correlation map.
    pub(super) fn roll(&self, slot: usize) -> usize {
        self.codes[slot].rows * TILE + self.codes[slot].columns
    }
}

/// The shift (rows, columns) of a picture whose slot peaks at `cell` of a correlation map.
pub(super) fn shift_of(cell: usize, code: SlotCode) -> (usize, usize) {
    (
        (cell / TILE + TILE - code.rows) % TILE,
        (cell % TILE + TILE - code.columns) % TILE,
    )
}

/// The cell at which a slot peaks in a picture with this shift (rows, columns).
pub(super) fn cell_of((rows, columns): (usize, usize), code: SlotCode) -> usize {
    (code.rows + rows) % TILE * TILE + (code.columns + columns) % TILE
}

/// One bin, folded and correlated with the pilot at every shift.
pub(super) struct Track {
    pub time_s: f64,
    /// The folded bin, its mean taken away.
    pub tile: Tile,
    /// Correlation at every (row, column) shift, row-major.
    pub map: Vec<f32>,
    /// By what tile and map are multiplied when bins are added up.
    pub weight: f32,
}

impl Track {
    /// The bin correlated with another key's pilot, without its tile.
    pub fn correlated(&self, key: &PilotKey) -> Self {
        Self {
            time_s: self.time_s,
            tile: Vec::new(),
            map: correlate(key, &self.tile),
            weight: self.weight,
        }
    }

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

/// Folds every whitened bin under its time's geometry and correlates it with the pilot.
/// Weights are such that the sum of as many weighted maps as a slot has bins has
/// a variance of that many, as it would if bins were independent.
pub(super) fn tracks(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    geometry: impl Fn(f64) -> Geometry + Sync,
) -> Vec<Track> {
    let one = |(time_s, plane): &(f64, Plane)| {
        let mut tile = fold(plane, &geometry(*time_s));
        let mean = tile.iter().sum::<f32>() / tile.len() as f32;
        tile.iter_mut().for_each(|t| *t -= mean);
        Track {
            time_s: *time_s,
            map: correlate(key, &tile),
            tile,
            weight: 0.0,
        }
    };
    let mut tracks: Vec<Track> = whitened.par_iter().map(one).collect();
    weigh(&mut tracks);
    tracks
}

/// The correlation of a tile with the pilot at every shift.
fn correlate(key: &PilotKey, tile: &Tile) -> Vec<f32> {
    let plane = Plane::from_shape_vec((TILE, TILE), tile.clone()).unwrap_or_default();
    key.correlator.correlate(&plane).into_raw_vec_and_offset().0
}

/// Whitened samples are already weighted by the inverse of their noise power,
/// so bins are simply added, but none may drown the others: a picture that
/// coding has wiped clean looks quieter than it is.
fn weigh(tracks: &mut [Track]) {
    let deviations: Vec<f32> = tracks.iter().map(|t| root_mean_square(&t.map)).collect();
    let mut sorted = deviations.clone();
    sorted.sort_by(f32::total_cmp);
    let most = MOST_WEIGHT * sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let kept: Vec<f32> = deviations.iter().map(|d| d.min(most)).collect();
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

pub(super) fn root_mean_square(values: &[f32]) -> f32 {
    (values.iter().map(|v| v * v).sum::<f32>() / values.len().max(1) as f32).sqrt()
}
