//! Walks over correlation maps under every title time.

use crate::detect::pilot::{PilotKey, Track, cell_of, shift_of};
use crate::mark::{SLOT_S, TILE};

/// Chips by which a walk may step, each way.
const REACH: usize = 2;
/// What the highest of the (2 · REACH + 1)² values of pure noise is on average,
/// in standard deviations.
pub(super) const BY_CHANCE: f32 = 1.97;
/// A walk steps only to a value this high: lower ones are noise.
const STEPS_TO: f32 = 3.0;
/// What one bin counts at most in a walk, standard deviations.
const MOST: f32 = 6.0;
/// Bins from which walks begin, those with the highest peaks.
const BEGINNINGS: usize = 4;
/// Bins walked over each way.
pub(super) const AROUND: usize = 24;
/// Title times tried a slot.
pub(super) const PHASES: usize = 4;

/// A title time, and how well a walk under it goes.
#[derive(Clone, Copy)]
pub(super) struct Time {
    pub z: f32,
    pub rate: f64,
    pub offset_s: f64,
}

/// Where a walk goes from each cell of a bin's correlation map.
pub(super) struct Steps {
    /// To the highest value, and to the lowest.
    up: Vec<(f32, u16)>,
    down: Vec<(f32, u16)>,
}

impl Steps {
    pub fn new(track: &Track) -> Self {
        let signed = |sign: f32| -> Vec<f32> {
            let scale = sign * track.weight;
            track.map.iter().map(|m| m * scale).collect()
        };
        Self {
            up: highest_near(&signed(1.0)),
            down: highest_near(&signed(-1.0)),
        }
    }

    fn of(&self, sign: i8) -> &[(f32, u16)] {
        if sign > 0 { &self.up } else { &self.down }
    }
}

/// The highest value within [`REACH`] of each cell, and its cell.
fn highest_near(map: &[f32]) -> Vec<(f32, u16)> {
    let higher = |a: (f32, u16), b: (f32, u16)| if b.0 > a.0 { b } else { a };
    let around = |i: usize| (TILE + i - REACH..=TILE + i + REACH).map(|i| i % TILE);
    let along: Vec<(f32, u16)> = (0..TILE * TILE)
        .map(|cell| {
            let row = cell / TILE * TILE;
            around(cell % TILE)
                .map(|column| (map[row + column], (row + column) as u16))
                .fold((f32::NEG_INFINITY, 0), higher)
        })
        .collect();
    (0..TILE * TILE)
        .map(|cell| {
            around(cell / TILE)
                .map(|row| along[row * TILE + cell % TILE])
                .fold((f32::NEG_INFINITY, 0), higher)
        })
        .collect()
}

/// The bins with the highest peaks.
pub(super) fn beginnings(tracks: &[Track]) -> Vec<usize> {
    let mut peaks: Vec<(f32, usize)> = tracks
        .iter()
        .map(|t| t.weight * t.map.iter().fold(0.0_f32, |m, v| m.max(v.abs())))
        .zip(0..)
        .collect();
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    peaks.truncate(BEGINNINGS);
    peaks.into_iter().map(|(_, bin)| bin).collect()
}

/// The title time under which the walk from the highest peak of `bin` goes best.
pub(super) fn best_walk(
    key: &PilotKey,
    tracks: &[Track],
    steps: &[Steps],
    bin: usize,
    rate: f64,
    phase: usize,
) -> Time {
    let first = bin.saturating_sub(AROUND);
    let last = (bin + AROUND + 1).min(tracks.len());
    let begins_s = (phase as f64 + 0.5) * SLOT_S / PHASES as f64;
    let later: Vec<i64> = tracks
        .iter()
        .map(|t| ((begins_s + rate * (t.time_s - tracks[bin].time_s)) / SLOT_S).floor() as i64)
        .collect();
    let map = &tracks[bin].map;
    let cell = (0..map.len())
        .max_by(|&a, &b| map[a].abs().total_cmp(&map[b].abs()))
        .unwrap_or(0);
    let sign = if map[cell] > 0.0 { 1 } else { -1 };
    let scale = 1.0 / ((last - first) as f32).sqrt();
    let mut best = (f32::NEG_INFINITY, 0);
    for slot in (0..key.codes.len()).filter(|&s| key.codes[s].sign == sign) {
        let begin = shift_of(cell, key.codes[slot]);
        let mut sum = 0.0;
        let mut walk = |bins: &mut dyn Iterator<Item = usize>| {
            let mut shift = begin;
            for bin in bins {
                let shown = usize::try_from(slot as i64 + later[bin]).ok();
                let Some(&code) = shown.and_then(|s| key.codes.get(s)) else {
                    continue;
                };
                let (value, to) = steps[bin].of(code.sign)[cell_of(shift, code)];
                sum += value.min(MOST) - BY_CHANCE;
                if value > STEPS_TO {
                    shift = shift_of(usize::from(to), code);
                }
            }
        };
        walk(&mut (bin..last));
        walk(&mut (first..bin).rev());
        if sum > best.0 {
            best = (sum, slot);
        }
    }
    Time {
        z: best.0 * scale,
        rate,
        offset_s: best.1 as f64 * SLOT_S + begins_s - rate * tracks[bin].time_s,
    }
}
