//! This module finds a picture that wanders by several chips: a screen filmed by hand.
//!
//! Each slot's roll is known once the title's time is. A wrong time can explain
//! every slot by a jump of the picture and a cut in time; the right one explains
//! all of them by one picture that moves a little from bin to bin.
//!
//! ```text
//! shift ┤      ●─●
//!       ┤  ●─●     ╲●─●      peak of a bin's correlation less the roll of the slot shown
//!       ┤●             ╲●
//!       └────────────────→ exhibit time
//! ```
//!
//! 1. From the highest peaks, walk both ways under every title time, always to
//!    the highest value within [`REACH`] chips: 130,000 walks, a table look-up a step.
//! 2. Under the best times, the likeliest path through all 64 × 64 shifts, a
//!    random walk observed in noise (Viterbi).
//! 3. The path's geometries are refined second by second ([`drift`](super::drift)).
//!
//! The decoys' walks are as free ([`strongest_path`]).

use rayon::prelude::*;

use super::align::{Alignment, slots_of};
use super::bins::BIN_S;
use super::locate::RATES;
use super::pilot::{PilotKey, Track, cell_of, shift_of};
use super::register::Candidate;
use super::search::Lattice;
use crate::mark::{LONG_CHIPS, SLOT_S, TILE};

/// Chips by which a walk may step, each way.
const REACH: usize = 2;
/// What the highest of the (2 · REACH + 1)² values of pure noise is on average,
/// in standard deviations.
const BY_CHANCE: f32 = 1.97;
/// A walk steps only to a value this high: lower ones are noise.
const STEPS_TO: f32 = 3.0;
/// What one bin counts at most in a walk, standard deviations.
const MOST: f32 = 6.0;
/// Bins from which walks begin, those with the highest peaks.
const BEGINNINGS: usize = 4;
/// Bins walked over each way.
const AROUND: usize = 24;
/// Title times tried a slot.
const PHASES: usize = 4;
/// Title times whose path is looked for.
const TIMES: usize = 3;
/// Standard deviation of the picture's movement from bin to bin, chips.
const RESTLESS: f32 = 1.2;
/// The furthest that the picture moves from bin to bin, chips.
const FURTHEST: usize = 4;
/// Limits of the pilot's amplitude in a bin that a path assumes, standard deviations.
const AMPLITUDE: (f32, f32) = (2.0, 8.0);

/// A path of the picture: where it is in each bin.
#[derive(Debug, Clone)]
pub(super) struct Wander {
    /// Seconds of title for each second of exhibit.
    rate: f64,
    /// Title time at exhibit time zero, seconds.
    offset_s: f64,
    /// Chips (right, down) by which each bin's picture is shifted.
    shifts: Vec<(f64, f64)>,
    /// Σ of the pilot's correlations along it, in standard deviations of such a sum.
    pub z: f32,
}

impl Wander {
    /// The picture on this path over a lattice on which its bins were folded into `tracks`.
    pub fn candidate(self, lattice: Lattice, tracks: &[Track]) -> Candidate {
        let waypoint = |(track, &(right, down)): (&Track, &(f64, f64))| {
            let geometry = lattice.geometry.renamed(right, down);
            (track.time_s - BIN_S / 2.0, geometry)
        };
        Candidate {
            geometry: lattice.geometry,
            orientation: lattice.orientation,
            alignment: Alignment {
                z: self.z,
                rate: self.rate,
                offsets_s: vec![self.offset_s; tracks.len()],
            },
            extent: (LONG_CHIPS, LONG_CHIPS),
            waypoints: tracks.iter().zip(&self.shifts).map(waypoint).collect(),
            path_z: Some(self.z),
            view: lattice.view,
            swept: true,
        }
    }
}

/// The strength of the strongest path that a key finds in tracks folded for
/// another: what chance gives.
pub(super) fn strongest_path(key: &PilotKey, tracks: &[Track]) -> f32 {
    let again: Vec<Track> = tracks.iter().map(|t| t.correlated(key)).collect();
    let paths = wanders(key, &again);
    paths.iter().map(|path| path.z).fold(0.0, f32::max)
}

/// A title time, and how well a walk under it goes.
#[derive(Clone, Copy)]
struct Time {
    z: f32,
    rate: f64,
    offset_s: f64,
}

/// The likeliest paths of the picture under the tracks' geometry, best first.
pub(super) fn wanders(key: &PilotKey, tracks: &[Track]) -> Vec<Wander> {
    let steps: Vec<Steps> = tracks.par_iter().map(Steps::new).collect();
    let tries: Vec<(usize, f64, usize)> = beginnings(tracks)
        .into_iter()
        .flat_map(|bin| RATES.map(|rate| (bin, rate)))
        .flat_map(|(bin, rate)| (0..PHASES).map(move |phase| (bin, rate, phase)))
        .collect();
    let mut times: Vec<Time> = tries
        .par_iter()
        .map(|&(bin, rate, phase)| best_walk(key, tracks, &steps, bin, rate, phase))
        .collect();
    times.sort_by(|a, b| b.z.total_cmp(&a.z));
    let mut kept: Vec<Time> = Vec::new();
    for time in times {
        let same = |k: &Time| (k.offset_s - time.offset_s).abs() < SLOT_S;
        if kept.len() < TIMES && !kept.iter().any(same) {
            kept.push(time);
        }
    }
    let mut paths: Vec<Wander> = kept
        .par_iter()
        .map(|time| path(key, tracks, time))
        .collect();
    paths.sort_by(|a, b| b.z.total_cmp(&a.z));
    paths
}

/// Where a walk goes from each cell of a bin's correlation map.
struct Steps {
    /// To the highest value, and to the lowest.
    up: Vec<(f32, u16)>,
    down: Vec<(f32, u16)>,
}

impl Steps {
    fn new(track: &Track) -> Self {
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
fn beginnings(tracks: &[Track]) -> Vec<usize> {
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
fn best_walk(
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

/// The likeliest path under a title time.
fn path(key: &PilotKey, tracks: &[Track], time: &Time) -> Wander {
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
    Wander {
        rate: time.rate,
        offset_s: time.offset_s,
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

#[cfg(test)]
mod tests {
    use super::super::level::View;
    use super::*;
    use crate::detect::{Geometry, Orientation};
    use crate::key::Secret;

    const FIRST_SLOT: usize = 812;
    const SEED: u32 = 20_261_123;

    /// Twelve seconds of noise, with the pilot of slots from [`FIRST_SLOT`] on
    /// `height` standard deviations high where `at` says.
    fn wandering(key: &PilotKey, height: f32, at: impl Fn(usize) -> (usize, usize)) -> Vec<Track> {
        let mut state = SEED;
        let mut uniform = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0
        };
        // A sum of twelve is normal enough, and of variance 1.
        let mut normal = || (0..12).map(|_| uniform()).sum::<f32>() - 6.0;
        (0..24)
            .map(|bin| {
                let mut map: Vec<f32> = (0..TILE * TILE).map(|_| normal()).collect();
                let code = key.codes[FIRST_SLOT + bin / 4];
                map[cell_of(at(bin), code)] += height * f32::from(code.sign);
                Track {
                    time_s: bin as f64 * BIN_S + BIN_S / 2.0,
                    tile: Vec::new(),
                    map,
                    weight: 1.0,
                }
            })
            .collect()
    }

    #[test]
    fn a_path_across_the_tiles_edge_is_found_and_noise_has_none_like_it() {
        let key = PilotKey::new(&Secret::from_bytes([3; 32]));
        // Two chips to the right and one up every second, from near the corner.
        let at = |bin: usize| ((TILE + 5 - bin / 2) % TILE, (TILE - 9 + bin) % TILE);
        let tracks = wandering(&key, 6.0, at);
        let found = wanders(&key, &tracks);
        let best = &found[0];
        let title_s = best.offset_s + best.rate * tracks[9].time_s;
        assert!(
            (title_s / SLOT_S - FIRST_SLOT as f64 - 2.5).abs() < 0.7,
            "title time {title_s}, seed {SEED}"
        );
        let cell = |chips: f64| chips.rem_euclid(TILE as f64) as usize;
        let wrong = (0..tracks.len())
            .filter(|&bin| (cell(best.shifts[bin].1), cell(best.shifts[bin].0)) != at(bin))
            .count();
        assert!(wrong <= 2, "{wrong} bins of 24, seed {SEED}");
        let steps = best.shifts.windows(2);
        assert!(
            steps.map(|s| s[1].0 - s[0].0).all(|step| step.abs() < 4.0),
            "the path leaves the tile without a jump"
        );

        let noise = wandering(&key, 0.0, at);
        let chance = wanders(&key, &noise)[0].z;
        assert!(chance < LEAST_SEEN, "{chance}, seed {SEED}");
        assert!(best.z > 1.5 * chance, "{} against {chance}", best.z);
    }

    /// More than twelve seconds of noise give, standard deviations.
    const LEAST_SEEN: f32 = 13.0;

    #[test]
    fn a_paths_geometries_are_its_shifts() {
        let key = PilotKey::new(&Secret::from_bytes([3; 32]));
        let tracks = wandering(&key, 8.0, |bin| (10, 20 + bin / 4));
        let lattice = Lattice {
            geometry: Geometry::about((100.0, 50.0), (3.0, 3.0), 0.0, Orientation::ALL[0]),
            orientation: Orientation::ALL[0],
            view: View::Whole,
        };
        let candidate = wanders(&key, &tracks)
            .swap_remove(0)
            .candidate(lattice, &tracks);
        let at = |bin: usize| candidate.geometry_at(tracks[bin].time_s).at(0.0, 0.0);
        let ((x, y), (later, _)) = (at(0), at(20));
        let wrapped = |chips: f64| chips.rem_euclid(TILE as f64);
        assert!((wrapped((x - 100.0) / 3.0) - 20.0).abs() < 1e-6);
        assert!((wrapped((y - 50.0) / 3.0) - 10.0).abs() < 1e-6);
        assert!((later - x - 15.0).abs() < 1e-6);
    }
}
