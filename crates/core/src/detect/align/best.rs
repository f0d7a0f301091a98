//! Finds which part of the title an exhibit shows.
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

use super::alignment::{Alignment, Times};
use super::path::{Lanes, Stand};
use super::slots::{slots_at, slots_of};
use crate::detect::bins::BIN_S;
use crate::detect::pilot::{PilotKey, Track};
use crate::mark::SLOT_S;

/// Step of the offsets, in seconds: half a bin.
const STEP_S: f64 = BIN_S / 2.0;
/// Offsets a slot.
const STEPS_A_SLOT: usize = (SLOT_S / STEP_S) as usize;
/// What a jump costs among so many slots, in standard deviations of one bin's
/// correlation: a jump to the best of 43,000 offsets, those of three hours, gains 8.6 by
/// chance in the four bins of a slot. The best of more gains more, as the root of their
/// logarithm.
fn jump(slots: usize) -> f32 {
    const USUAL: (f32, f64) = (10.0, 5402.0 * STEPS_A_SLOT as f64);
    let offsets = (slots * STEPS_A_SLOT) as f64;
    USUAL.0 * (offsets.max(USUAL.1).ln() / USUAL.1.ln()).sqrt() as f32
}
/// Pictures tell the time and the place finely: they are moved to where the pilot is strongest
/// only if that is beyond what chance gives.
pub(crate) const MOVED_FROM: f32 = 6.0;
/// By what factor the pilot must grow before the rate is moved off its step.
const RATE_MARGIN: f32 = 1.004;

impl PilotKey {
    /// The best alignment at each of `rates`, best first. The pilot is looked for
    /// where the geometry says: at shift zero.
    pub(crate) fn align(&self, tracks: &[Track], rates: &[f64]) -> Vec<Alignment> {
        self.align_without(&[], tracks, rates)
    }

    /// [`align`](Self::align) without the slots whose roll and sign are those of the
    /// `seeming` ones. Where the picture stands still, what is left of the host holds other
    /// slots' marks with the other sign, and about every other slot has a twin of that
    /// roll and sign somewhere in the title: a pilot, but not there.
    pub(crate) fn align_without(
        &self,
        seeming: &[usize],
        tracks: &[Track],
        rates: &[f64],
    ) -> Vec<Alignment> {
        let mut pulled: Vec<Vec<f32>> = tracks.par_iter().map(|t| self.at_every_slot(t)).collect();
        let twin = |slot: &usize| seeming.iter().any(|&s| self.codes[s] == self.codes[*slot]);
        let twins: Vec<usize> = match seeming {
            [] => Vec::new(),
            _ => (0..self.codes.len()).filter(twin).collect(),
        };
        for pulled in &mut pulled {
            twins.iter().for_each(|&slot| pulled[slot] = 0.0);
        }
        let mut found: Vec<Alignment> = rates
            .par_iter()
            .map(|&rate| best_path(tracks, &pulled, rate))
            .collect();
        found.sort_by(|a, b| b.merit().total_cmp(&a.merit()));
        found
    }

    /// An alignment with offsets and rate moved a little to where the pilot
    /// is strongest: the steps of the search are coarse.
    pub(crate) fn align_finely(&self, alignment: &Alignment, tracks: &[Track]) -> Alignment {
        let pulled: Vec<Vec<f32>> = tracks.iter().map(|t| self.at_every_slot(t)).collect();
        let middle = tracks.get(tracks.len() / 2).map_or(0.0, |t| t.time_s);
        let mut best = alignment.clone();
        for change in [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6] {
            let rate = alignment.rate * (1.0 + f64::from(change) * 0.001);
            for step in -5..=5 {
                let shift = f64::from(step) * 0.05 - (rate - alignment.rate) * middle;
                let offsets_s: Vec<f64> = alignment.offsets_s.iter().map(|o| o + shift).collect();
                let seen = &alignment.seen;
                let z = path_z(tracks, &pulled, rate, &offsets_s, seen.is_some());
                let moved = Alignment {
                    z,
                    rate,
                    offsets_s,
                    seen: seen.clone(),
                };
                let margin = if change == 0 { 1.0 } else { RATE_MARGIN };
                if moved.merit() > best.merit() * margin {
                    best = moved;
                }
            }
        }
        match best.seen.is_some() && best.z < MOVED_FROM {
            true => alignment.clone(),
            false => best,
        }
    }

    /// The alignment at times that pictures told.
    pub(crate) fn align_seen(&self, tracks: &[Track], times: &Times) -> Alignment {
        let pulled: Vec<Vec<f32>> = tracks.iter().map(|t| self.at_every_slot(t)).collect();
        let z = path_z(tracks, &pulled, times.rate, &times.offsets_s, true);
        Alignment::at(times.clone(), z)
    }

    /// The weighted correlation of a bin with each slot's pilot.
    fn at_every_slot(&self, track: &Track) -> Vec<f32> {
        let value = |slot: usize| {
            track.weight * f32::from(self.codes[slot].sign) * track.map[self.roll(slot)]
        };
        (0..self.codes.len()).map(value).collect()
    }
}

fn best_path(tracks: &[Track], pulled: &[Vec<f32>], rate: f64) -> Alignment {
    let Some(last) = tracks.last() else {
        return Alignment {
            z: 0.0,
            rate,
            offsets_s: Vec::new(),
            seen: None,
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
        .best(jump(pulled[0].len()))
        .into_iter()
        .map(|state| offset_s(state.k * STEPS_A_SLOT + state.phase))
        .collect();
    let z = path_z(tracks, pulled, rate, &offsets_s, false);
    Alignment {
        z,
        rate,
        offsets_s,
        seen: None,
    }
}

/// The path's score over the standard deviation of such a score.
/// Jumps cost nothing if they were seen.
fn path_z(tracks: &[Track], pulled: &[Vec<f32>], rate: f64, offsets_s: &[f64], seen: bool) -> f32 {
    let (mut sum, mut shares) = (0.0, 0.0);
    for ((track, pulled), offset) in tracks.iter().zip(pulled).zip(offsets_s) {
        for (slot, share) in slots_of(offset + rate * track.time_s, rate, pulled.len()) {
            sum += share * pulled[slot];
            shares += share * share;
        }
    }
    let jumps = offsets_s.windows(2).filter(|o| o[0] != o[1]).count() as f32;
    let jump = match seen {
        true => 0.0,
        false => jump(pulled.first().map_or(0, Vec::len)),
    };
    if shares > 0.0 {
        (sum - jumps * jump) / f32::sqrt(shares)
    } else {
        0.0
    }
}
