//! This module finds which stretch of the title an exhibit shows.
//!
//! ```text
//! title time = offset + rate · exhibit time
//!
//! offset  ┤        ┌──────── piece 2 (something was cut out)
//!         ┤────────┘ piece 1
//!         └──────────────────→ exhibit time
//! ```
//!
//! Each slot's pilot has its own roll and sign, so the correlation of a bin with
//! the pilot at the roll of slot i is large only if the bin shows slot i. For
//! each rate, the best path through (bin, offset) with costly jumps is found by
//! dynamic programming (Viterbi), over every start in the longest title.

use rayon::prelude::*;

use super::bins::BIN_S;
use super::path::{Lanes, Stand};
use super::pilot::{PilotKey, Track};
use crate::mark::SLOT_S;

/// Step of the offsets, in seconds: half a bin.
const STEP_S: f64 = BIN_S / 2.0;
/// Offsets a slot.
const STEPS_A_SLOT: usize = (SLOT_S / STEP_S) as usize;
/// What a jump costs, in standard deviations of one bin's correlation: a jump to
/// the best of 43,000 offsets gains 8.6 by chance in the four bins of a slot.
const JUMP: f32 = 10.0;
/// By how many standard deviations, and by what share of the pilot, a changed
/// speed must be better than an unchanged one: there are many more of them, few
/// exhibits need one, and encoders let a new slot's mark come late, which looks
/// like a change of speed.
const ODD_RATE: (f32, f32) = (0.8, 0.06);
/// The same for the ratios of film and PAL.
const PAL_RATE: (f32, f32) = (0.4, 0.035);
/// By what factor the pilot must grow before the rate is moved off its step.
const RATE_MARGIN: f32 = 1.004;
/// Bins further apart than this are not of one run, seconds.
const GAP_S: f64 = 4.0;
/// Percent by which the speed may have been changed, each way.
const SPEED_PERCENT: i32 = 12;

/// A stretch of the exhibit that runs through the title without a jump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// Where it begins in the title, seconds.
    pub title_start_s: f64,
}

/// How a window of the exhibit lies in the title.
#[derive(Debug, Clone)]
pub(super) struct Alignment {
    /// Σ of the pilot's correlations along the path less what its jumps cost,
    /// in standard deviations of such a sum at a place chosen beforehand.
    pub z: f32,
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// The offset of each bin, seconds of title time.
    pub offsets_s: Vec<f64>,
}

/// The slots that a bin shows and their shares, which add up to at most 1:
/// less where the bin lies before the title's beginning or after its end.
pub(super) fn slots_of(middle_s: f64, rate: f64, slots: usize) -> [(usize, f32); 2] {
    let (first, now, next) = slots_at(middle_s, rate);
    let inside = |slot: i64, share: f32| {
        usize::try_from(slot)
            .ok()
            .filter(|&s| s < slots)
            .map_or((0, 0.0), |s| (s, share))
    };
    [inside(first, now), inside(first + 1, next)]
}

/// The speeds tried: unchanged and PAL's first, then every percent.
pub(super) fn rates() -> Vec<f64> {
    let percents = (1..=SPEED_PERCENT)
        .flat_map(|p| [p, -p])
        .map(|p| 1.0 + f64::from(p) / 100.0);
    [1.0, 25.0 / 24.0, 24.0 / 25.0]
        .into_iter()
        .chain(percents)
        .collect()
}

/// The best alignment at each of `rates`, best first. The pilot is looked for
/// where the geometry says: at shift zero.
pub(super) fn align(key: &PilotKey, tracks: &[Track], rates: &[f64]) -> Vec<Alignment> {
    let pulled: Vec<Vec<f32>> = tracks.par_iter().map(|t| at_every_slot(key, t)).collect();
    let mut found: Vec<Alignment> = rates
        .par_iter()
        .map(|&rate| best_path(tracks, &pulled, rate))
        .collect();
    found.sort_by(|a, b| b.merit().total_cmp(&a.merit()));
    found
}

/// The weighted correlation of a bin with each slot's pilot.
fn at_every_slot(key: &PilotKey, track: &Track) -> Vec<f32> {
    let value =
        |slot: usize| track.weight * f32::from(key.codes[slot].sign) * track.map[key.roll(slot)];
    (0..key.codes.len()).map(value).collect()
}

fn best_path(tracks: &[Track], pulled: &[Vec<f32>], rate: f64) -> Alignment {
    let Some(last) = tracks.last() else {
        return Alignment {
            z: 0.0,
            rate,
            offsets_s: Vec::new(),
        };
    };
    // Offsets from the one that ends the exhibit at title time 0 on.
    let lead = ((last.time_s * rate / SLOT_S).ceil() as usize + 1) * STEPS_A_SLOT;
    let length = lead / STEPS_A_SLOT + pulled[0].len();
    let offset_s = |state: usize| (state as f64 - lead as f64) * STEP_S;
    let stands: Vec<Vec<Stand>> = tracks
        .iter()
        .map(|track| {
            (0..STEPS_A_SLOT)
                .map(|phase| slots_at(offset_s(phase) + rate * track.time_s, rate))
                .collect()
        })
        .collect();
    let offsets_s: Vec<f64> = Lanes::new(length, pulled, &stands)
        .best(JUMP)
        .into_iter()
        .map(|state| offset_s(state.k * STEPS_A_SLOT + state.phase))
        .collect();
    let z = path_z(tracks, pulled, rate, &offsets_s);
    Alignment { z, rate, offsets_s }
}

/// The first slot that a bin shows, which may be before the title, and the shares of it and the next.
fn slots_at(middle_s: f64, rate: f64) -> (i64, f32, f32) {
    let length = BIN_S * rate;
    let first = ((middle_s - length / 2.0) / SLOT_S).floor();
    let share = ((middle_s + length / 2.0 - (first + 1.0) * SLOT_S).max(0.0) / length) as f32;
    (first as i64, 1.0 - share, share)
}

/// The path's score over the standard deviation of such a score.
fn path_z(tracks: &[Track], pulled: &[Vec<f32>], rate: f64, offsets_s: &[f64]) -> f32 {
    let (mut sum, mut shares) = (0.0, 0.0);
    for ((track, pulled), offset) in tracks.iter().zip(pulled).zip(offsets_s) {
        for (slot, share) in slots_of(offset + rate * track.time_s, rate, pulled.len()) {
            sum += share * pulled[slot];
            shares += share * share;
        }
    }
    let jumps = offsets_s.windows(2).filter(|o| o[0] != o[1]).count() as f32;
    if shares > 0.0 {
        (sum - jumps * JUMP) / f32::sqrt(shares)
    } else {
        0.0
    }
}

impl Alignment {
    /// How good it is beside others at other speeds: z less what an unlikely speed costs.
    pub fn merit(&self) -> f32 {
        let near = |rate: f64| (self.rate / rate - 1.0).abs() < 0.0015;
        let (cost, share) = if near(1.0) {
            (0.0, 0.0)
        } else if near(25.0 / 24.0) || near(24.0 / 25.0) {
            PAL_RATE
        } else {
            ODD_RATE
        };
        self.z * (1.0 - share) - cost
    }

    /// The path, cut where the offset jumps or bins are missing.
    pub fn runs(&self, tracks: &[Track]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut last = f64::NAN;
        for (track, &offset) in tracks.iter().zip(&self.offsets_s) {
            let (start, end) = (track.time_s - BIN_S / 2.0, track.time_s + BIN_S / 2.0);
            match runs.last_mut() {
                Some(run) if offset == last && start < run.exhibit_end_s + GAP_S => {
                    run.exhibit_end_s = end;
                }
                _ => runs.push(Run {
                    exhibit_start_s: start.max(0.0),
                    exhibit_end_s: end,
                    title_start_s: offset + self.rate * start.max(0.0),
                }),
            }
            last = offset;
        }
        runs
    }

    /// This alignment with offsets and rate moved a little to where the pilot
    /// is strongest: the steps of the search are coarse.
    pub fn refined(&self, key: &PilotKey, tracks: &[Track]) -> Self {
        let pulled: Vec<Vec<f32>> = tracks.iter().map(|t| at_every_slot(key, t)).collect();
        let middle = tracks.get(tracks.len() / 2).map_or(0.0, |t| t.time_s);
        let mut best = self.clone();
        for change in [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6] {
            let rate = self.rate * (1.0 + f64::from(change) * 0.001);
            for step in -5..=5 {
                let shift = f64::from(step) * 0.05 - (rate - self.rate) * middle;
                let offsets_s: Vec<f64> = self.offsets_s.iter().map(|o| o + shift).collect();
                let z = path_z(tracks, &pulled, rate, &offsets_s);
                let moved = Self { z, rate, offsets_s };
                let margin = if change == 0 { 1.0 } else { RATE_MARGIN };
                if moved.merit() > best.merit() * margin {
                    best = moved;
                }
            }
        }
        best
    }
}
