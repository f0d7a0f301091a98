//! Finds where a picture of known shape lies on the tile, together with where it
//! lies in the title.
//!
//! A peak of the correlation map at cell p says only that p = shift + roll of
//! the slot shown, and neither is known. But for every title time the roll is:
//! each half second of the longest title (21,600 in three hours) turns a peak into a
//! shift, and under the right one the other seconds' pilots add up.

use rayon::prelude::*;

use super::rates::COMMON_RATES;
use crate::detect::pilot::{PilotKey, Track, cell_of, shift_of};
use crate::mark::{SLOT_S, TILE};

/// Title times tried a slot.
const PHASES: usize = 4;
/// Pairs of seconds whose peaks are tried, the strongest ones.
const PAIRS: usize = 3;
/// Peaks tried of each.
const PEAKS: usize = 2;
/// Seconds around a pair that are added up.
const AROUND: usize = 12;
/// What one second counts at most, in standard deviations: a single strong slot
/// fits thousands of title times, each at a shift of its own.
const MOST: f32 = 6.0;
/// Shifts returned.
const KEPT: usize = 3;

/// A shift of the tile in chips, and how well it explains the seconds around
/// its peak, in standard deviations of such a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shift {
    pub rows: usize,
    pub columns: usize,
    pub z: f32,
}

/// A second's correlation map, of variance 1.
struct Second {
    time_s: f64,
    map: Vec<f32>,
}

impl PilotKey {
    /// The likeliest shifts, best first.
    pub(crate) fn locate(&self, tracks: &[Track]) -> Vec<Shift> {
        let seconds = seconds(tracks);
        let tries: Vec<(usize, usize, f64)> = strongest(&seconds)
            .into_iter()
            .flat_map(|(second, cell)| COMMON_RATES.map(|rate| (second, cell, rate)))
            .collect();
        let mut found: Vec<Shift> = tries
            .par_iter()
            .map(|&(second, cell, rate)| best_time(self, &seconds, second, cell, rate))
            .collect();
        found.sort_by(|a, b| b.z.total_cmp(&a.z));
        let mut kept: Vec<Shift> = Vec::new();
        for shift in found {
            if kept.len() < KEPT && !kept.iter().any(|k| beside(k, &shift)) {
                kept.push(shift);
            }
        }
        kept
    }
}

fn beside(a: &Shift, b: &Shift) -> bool {
    let near = |a: usize, b: usize| (a + TILE + 1 - b) % TILE <= 2;
    near(a.rows, b.rows) && near(a.columns, b.columns)
}

fn seconds(tracks: &[Track]) -> Vec<Second> {
    let mut seconds: Vec<(i64, f64, f64, Vec<f32>)> = Vec::new();
    for track in tracks {
        let number = track.time_s.floor() as i64;
        let weighted = track.map.iter().map(|m| track.weight * m);
        match seconds.last_mut() {
            Some((n, times, count, map)) if *n == number => {
                *times += track.time_s;
                *count += 1.0;
                map.iter_mut().zip(weighted).for_each(|(a, b)| *a += b);
            }
            _ => seconds.push((number, track.time_s, 1.0, weighted.collect())),
        }
    }
    let mut seconds: Vec<Second> = seconds
        .into_iter()
        .map(|(_, times, count, map)| Second {
            time_s: times / count,
            map,
        })
        .collect();
    let power: f32 = seconds
        .iter()
        .flat_map(|s| &s.map)
        .map(|m| m * m)
        .sum::<f32>();
    let count = (seconds.len().max(1) * TILE * TILE) as f32;
    let scale = 1.0 / (power / count).sqrt().max(f32::MIN_POSITIVE);
    for second in &mut seconds {
        second.map.iter_mut().for_each(|m| *m *= scale);
    }
    seconds
}

/// (second, cell) of the highest peaks of two seconds together.
fn strongest(seconds: &[Second]) -> Vec<(usize, usize)> {
    let mut peaks: Vec<(f32, usize, Vec<usize>)> = (0..seconds.len())
        .into_par_iter()
        .map(|first| {
            let next = seconds
                .get(first + 1)
                .filter(|n| n.time_s - seconds[first].time_s < 1.5);
            let sum: Vec<f32> = match next {
                Some(next) => seconds[first]
                    .map
                    .iter()
                    .zip(&next.map)
                    .map(|(a, b)| (a + b).abs())
                    .collect(),
                None => seconds[first].map.iter().map(|a| a.abs()).collect(),
            };
            let cells = highest(&sum);
            (cells.first().map_or(0.0, |&c| sum[c]), first, cells)
        })
        .collect();
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    peaks
        .into_iter()
        .take(PAIRS)
        .flat_map(|(_, second, cells)| cells.into_iter().map(move |c| (second, c)))
        .collect()
}

/// The cells of the [`PEAKS`] highest values that are not beside each other.
fn highest(map: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..map.len()).collect();
    let some = (PEAKS * 9).min(order.len().saturating_sub(1));
    order.select_nth_unstable_by(some, |&a, &b| map[b].total_cmp(&map[a]));
    order.truncate(some);
    order.sort_by(|&a, &b| map[b].total_cmp(&map[a]));
    let place = |cell: usize| Shift {
        rows: cell / TILE,
        columns: cell % TILE,
        z: 0.0,
    };
    let mut kept: Vec<usize> = Vec::new();
    for cell in order {
        if kept.len() < PEAKS && !kept.iter().any(|&k| beside(&place(k), &place(cell))) {
            kept.push(cell);
        }
    }
    kept
}

/// The shift that `cell` means if `second` shows the title time under which
/// the seconds around it agree best.
fn best_time(key: &PilotKey, seconds: &[Second], second: usize, cell: usize, rate: f64) -> Shift {
    let first = second.saturating_sub(AROUND / 2);
    let around = &seconds[first..(first + AROUND).min(seconds.len())];
    let scale = 1.0 / (around.len() as f32).sqrt();
    let here = seconds[second].time_s;
    let step = SLOT_S / PHASES as f64;
    let mut best = Shift {
        rows: 0,
        columns: 0,
        z: f32::NEG_INFINITY,
    };
    for phase in 0..PHASES {
        let begins = (phase as f64 + 0.5) * step;
        let later: Vec<(i64, &[f32])> = around
            .iter()
            .map(|s| ((begins + rate * (s.time_s - here)) / SLOT_S).floor() as i64)
            .zip(around.iter().map(|s| s.map.as_slice()))
            .collect();
        for slot in 0..key.codes.len() {
            let code = key.codes[slot];
            let shift = shift_of(cell, code);
            let mut sum = 0.0;
            for (later, map) in &later {
                let shown = usize::try_from(slot as i64 + later).ok();
                if let Some(&code) = shown.and_then(|s| key.codes.get(s)) {
                    sum += (f32::from(code.sign) * map[cell_of(shift, code)]).min(MOST);
                }
            }
            if sum * scale > best.z {
                best = Shift {
                    rows: shift.0,
                    columns: shift.1,
                    z: sum * scale,
                };
            }
        }
    }
    best
}
