//! The likeliest path of a picture through all shifts: a random walk observed
//! in noise (Viterbi).

use super::walk::{AROUND, BY_CHANCE, Time};
use crate::detect::align::slots_of;
use crate::detect::bins::BIN_S;
use crate::detect::pilot::{PilotKey, Track};
use crate::mark::TILE;

/// Standard deviation of the picture's movement from bin to bin, chips.
const RESTLESS: f32 = 1.2;
/// The furthest that the picture moves from bin to bin, chips.
const FURTHEST: usize = 4;
/// Limits of the pilot's amplitude in a bin that a path assumes, standard deviations.
const AMPLITUDE: (f32, f32) = (2.0, 8.0);

/// Where the picture is in each bin.
pub(super) struct Trail {
    /// Σ of the pilot's correlations along it, in standard deviations of such a sum.
    pub z: f32,
    /// Chips (right, down) by which each bin's picture is shifted.
    pub shifts: Vec<(f64, f64)>,
}

/// The likeliest path under a title time.
pub(super) fn likeliest(key: &PilotKey, tracks: &[Track], time: &Time) -> Trail {
    let amplitude = (time.z / (tracks.len().min(2 * AROUND) as f32).sqrt() + BY_CHANCE)
        .clamp(AMPLITUDE.0, AMPLITUDE.1);
    let seen: Vec<Vec<f32>> = tracks.iter().map(|track| along(key, track, time)).collect();
    let mut total = vec![0.0_f32; TILE * TILE];
    let mut origins: Vec<Vec<u16>> = Vec::new();
    for (bin, seen) in seen.iter().enumerate() {
        let passed_s = if bin == 0 {
            BIN_S
        } else {
            tracks[bin].time_s - tracks[bin - 1].time_s
        };
        let spread = RESTLESS * RESTLESS * (passed_s / BIN_S).max(0.1) as f32;
        let (moved, origin) = moved(&total, 0.5 / spread);
        total = moved;
        total
            .iter_mut()
            .zip(seen)
            .for_each(|(t, s)| *t += amplitude * s);
        origins.push(origin);
    }
    let mut cell = (0..total.len())
        .max_by(|&a, &b| total[a].total_cmp(&total[b]))
        .unwrap_or(0);
    let mut cells = vec![0; tracks.len()];
    let mut sum = 0.0;
    for bin in (0..tracks.len()).rev() {
        cells[bin] = cell;
        sum += seen[bin][cell];
        cell = usize::from(origins[bin][cell]);
    }
    Trail {
        shifts: unwrapped(&cells),
        z: sum / (tracks.len().max(1) as f32).sqrt(),
    }
}

/// A bin's correlation with what it shows at `time`, at every shift.
fn along(key: &PilotKey, track: &Track, time: &Time) -> Vec<f32> {
    let mut sum = vec![0.0; TILE * TILE];
    let title_s = time.offset_s + time.rate * track.time_s;
    for (slot, share) in slots_of(title_s, time.rate, key.codes.len()) {
        let code = key.codes[slot];
        let weight = share * track.weight * f32::from(code.sign);
        if weight != 0.0 {
            let shifted = track.shifted(code.rows, code.columns);
            sum.iter_mut()
                .zip(&shifted.map)
                .for_each(|(s, m)| *s += weight * m);
        }
    }
    sum
}

/// Each cell's best origin within [`FURTHEST`], at a cost of `stiff` · distance²;
/// with what it is worth.
fn moved(total: &[f32], stiff: f32) -> (Vec<f32>, Vec<u16>) {
    let pass = |values: &[(f32, u16)], place: &dyn Fn(usize, usize) -> usize| {
        (0..TILE * TILE)
            .map(|cell| {
                (0..=2 * FURTHEST)
                    .map(|i| {
                        let far = i as f32 - FURTHEST as f32;
                        let (value, origin) = values[place(cell, TILE + i - FURTHEST)];
                        (value - stiff * far * far, origin)
                    })
                    .fold((f32::NEG_INFINITY, 0), |a, b| if b.0 > a.0 { b } else { a })
            })
            .collect::<Vec<(f32, u16)>>()
    };
    let numbered: Vec<(f32, u16)> = total.iter().copied().zip(0..).collect();
    let along = pass(&numbered, &|cell, by| {
        cell / TILE * TILE + (cell % TILE + by) % TILE
    });
    pass(&along, &|cell, by| {
        (cell / TILE + by) % TILE * TILE + cell % TILE
    })
    .into_iter()
    .unzip()
}

/// Cells of a tile as a path of (right, down) that leaves its edges where it likes.
fn unwrapped(cells: &[usize]) -> Vec<(f64, f64)> {
    let nearest = |from: i64, to: usize| {
        let tile = TILE as i64;
        from + (to as i64 - from + tile / 2).rem_euclid(tile) - tile / 2
    };
    let mut at = (0, 0);
    let mut path = Vec::with_capacity(cells.len());
    for &cell in cells {
        at = (nearest(at.0, cell % TILE), nearest(at.1, cell / TILE));
        path.push((at.0 as f64, at.1 as f64));
    }
    path
}
