//! Finds a picture that wanders by several chips: a screen filmed by hand.
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
//!    the highest value within two chips: 130,000 walks, a table look-up a step.
//! 2. Under the best times, the likeliest path through all 64 × 64 shifts, a
//!    random walk observed in noise (Viterbi).
//! 3. The path's geometries are refined second by second ([`drift`](super::drift)).
//!
//! The decoys' walks are as free ([`strongest_path`](PilotKey::strongest_path)).

use rayon::prelude::*;

use super::trail::likeliest;
use super::walk::{PHASES, Steps, Time, beginnings, best_walk};
use crate::detect::align::{Alignment, COMMON_RATES};
use crate::detect::bins::BIN_S;
use crate::detect::pilot::{PilotKey, Track};
use crate::detect::register::{Candidate, Lattice, Waypoint};
use crate::mark::{LONG_CHIPS, SLOT_S};

/// Title times whose path is looked for.
const TIMES: usize = 3;

/// A path of the picture: where it is in each bin.
#[derive(Debug, Clone)]
pub(crate) struct Wander {
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
        let waypoint = |(track, &(right, down)): (&Track, &(f64, f64))| Waypoint {
            from_s: track.time_s - BIN_S / 2.0,
            geometry: lattice.geometry.renamed(right, down),
        };
        Candidate {
            geometry: lattice.geometry,
            orientation: lattice.orientation,
            alignment: Alignment {
                seen: None,
                z: self.z,
                rate: self.rate,
                offsets_s: vec![self.offset_s; tracks.len()],
            },
            extent: (LONG_CHIPS, LONG_CHIPS),
            waypoints: tracks.iter().zip(&self.shifts).map(waypoint).collect(),
            path_z: Some(self.z),
            scale: lattice.scale,
            swept: true,
        }
    }
}

impl PilotKey {
    /// The strength of the strongest path that this key finds in tracks folded for
    /// another: what chance gives.
    pub(crate) fn strongest_path(&self, tracks: &[Track]) -> f32 {
        let again = self.correlated(tracks);
        let paths = self.wanders(&again);
        paths.iter().map(|path| path.z).fold(0.0, f32::max)
    }

    /// The likeliest paths of the picture under the tracks' geometry, best first.
    pub(crate) fn wanders(&self, tracks: &[Track]) -> Vec<Wander> {
        let path = |time: &Time| {
            let trail = likeliest(self, tracks, time);
            Wander {
                rate: time.rate,
                offset_s: time.offset_s,
                shifts: trail.shifts,
                z: trail.z,
            }
        };
        let mut paths: Vec<Wander> = self.times(tracks).par_iter().map(path).collect();
        paths.sort_by(|a, b| b.z.total_cmp(&a.z));
        paths
    }

    /// The title times under which walks go best, best first.
    fn times(&self, tracks: &[Track]) -> Vec<Time> {
        let steps: Vec<Steps> = tracks.par_iter().map(Steps::new).collect();
        let tries: Vec<(usize, f64, usize)> = beginnings(tracks)
            .into_iter()
            .flat_map(|bin| COMMON_RATES.map(|rate| (bin, rate)))
            .flat_map(|(bin, rate)| (0..PHASES).map(move |phase| (bin, rate, phase)))
            .collect();
        let mut times: Vec<Time> = tries
            .par_iter()
            .map(|&(bin, rate, phase)| best_walk(self, tracks, &steps, bin, rate, phase))
            .collect();
        times.sort_by(|a, b| b.z.total_cmp(&a.z));
        let mut kept: Vec<Time> = Vec::new();
        for time in times {
            let same = |k: &Time| (k.offset_s - time.offset_s).abs() < SLOT_S;
            if kept.len() < TIMES && !kept.iter().any(same) {
                kept.push(time);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::geometry::{Geometry, Orientation};
    use crate::detect::pilot::cell_of;
    use crate::detect::register::Scale;
    use crate::key::Secret;
    use crate::mark::TILE;

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
        let found = key.wanders(&tracks);
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
        let chance = key.wanders(&noise)[0].z;
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
            scale: Scale::Whole,
        };
        let candidate = key
            .wanders(&tracks)
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
