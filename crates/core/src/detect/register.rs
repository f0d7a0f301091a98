//! This module finds where the title's picture lies in the exhibit's, by the pilot.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::align::{Alignment, align, slots_of};
use super::drift::Waypoint;
use super::fold::fold;
use super::geometry::{Adjust, Geometry, Orientation, Region};
use super::level::{Level, View};
use super::locate::{Shift, locate};
use super::pilot::{PilotKey, Track, tracks};
use super::search::BREADTH;
use crate::luma::Plane;
use crate::mark::TILE;

/// A pilot this many standard deviations strong needs no other geometry to be tried.
pub(super) const BEYOND_DOUBT: f32 = 10.0;
/// Alignments kept of each place of a whole picture.
const ALIGNMENTS: usize = 3;
/// Speeds tried for turned and mirrored pictures and negatives: the first ones.
const COMMON_RATES: usize = 3;
/// A pilot weaker than this is not asked whether the picture is bent out of
/// shape: it would answer what chance likes.
const BENDS_FROM: f32 = 7.0;
/// First steps of the refinement, in the order of [`Adjust::axes`]: at the
/// picture's edge each moves the tile by about a third of a chip, which costs a
/// fifth of the pilot.
const FIRST_STEPS: [f64; Adjust::AXES] =
    [0.3, 0.3, 0.003, 0.004, 0.003, 0.006, 0.004, 0.007, 0.004];
/// Axes that move the picture without bending it out of shape, searched first.
pub(super) const RIGID_AXES: usize = 5;
/// How often the steps are halved.
const HALVINGS: usize = 3;
/// Rounds over all axes at each size of steps, at most.
const ROUNDS: usize = 4;
/// By how much z² must grow: four or five axes searched in pure noise add about
/// this much, twice the log likelihood that each fits by chance.
const BELIEVED: f32 = 8.0;

/// What the freedom to step is worth for each bin of a picture that wanders: the
/// entropy of a step, ln(2πe) + 2 ln(1.2 chips).
const A_STEP: f64 = 3.2;

/// A geometry and an alignment under it.
#[derive(Clone)]
pub(super) struct Candidate {
    pub geometry: Geometry,
    pub orientation: Orientation,
    pub alignment: Alignment,
    /// Chips (across, down) of the title's whole picture, as far as is known.
    pub extent: (f64, f64),
    /// How the geometry moves; empty if it stands still.
    pub waypoints: Vec<Waypoint>,
    /// The pilot's strength along the path of a picture that wanders, before
    /// its geometries were refined: what decoys' paths are compared with.
    pub path_z: Option<f32>,
    /// The view whose grid the geometry is of.
    pub view: View,
    /// True if it was found by sweeping over shapes and shifts.
    pub swept: bool,
}

impl Candidate {
    /// The geometry at an exhibit time in seconds.
    pub fn geometry_at(&self, time_s: f64) -> Geometry {
        let passed = self.waypoints.iter().take_while(|w| w.0 <= time_s);
        passed
            .last()
            .or(self.waypoints.first())
            .map_or(self.geometry, |w| w.1)
    }

    /// ln of the likelihood of the pilot, less what the choice is worth.
    pub fn likelihood(&self) -> f64 {
        let merit = f64::from(self.alignment.merit().max(0.0));
        let chosen = if self.swept { BREADTH } else { 0.0 };
        let wandered = match self.path_z {
            Some(_) => self.alignment.offsets_s.len() as f64 * A_STEP,
            None => 0.0,
        };
        merit * merit / 2.0 - chosen - wandered
    }
}

/// The best candidates, best first: every region × extent × orientation × rate,
/// in that order of likelihood, stopping once one is beyond doubt. The upright
/// ones are also looked for black for white: where white is black, the pilot is
/// its own negative.
pub(super) fn candidates(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    regions: &[Region],
    extents: &[(f64, f64)],
    rates: &[f64],
) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    // Few exhibits are turned, fewer are turned and re-timed.
    let common = &rates[..COMMON_RATES.min(rates.len())];
    for (orientations, rates) in [
        (&Orientation::ALL[..1], rates),
        (&Orientation::ALL[1..], common),
    ] {
        let tries: Vec<Try> = orientations
            .iter()
            .flat_map(|&orientation| extents.iter().map(move |&extent| (orientation, extent)))
            .flat_map(|(orientation, extent)| {
                regions.iter().map(move |&region| Try {
                    geometry: Geometry::whole(region, extent, orientation),
                    orientation,
                    extent,
                })
            })
            .collect();
        let of = |t: &Try| t.candidates(key, whitened, rates, common);
        found.extend(tries.par_iter().flat_map_iter(of).collect::<Vec<_>>());
        found.sort_by(|a, b| b.alignment.merit().total_cmp(&a.alignment.merit()));
        if found.first().is_some_and(|c| c.alignment.z > BEYOND_DOUBT) {
            break;
        }
    }
    found
}

/// A place where a whole picture may lie.
struct Try {
    geometry: Geometry,
    orientation: Orientation,
    extent: (f64, f64),
}

impl Try {
    /// The best alignments there, and at the `common` rates that of a negative.
    fn candidates(
        &self,
        key: &PilotKey,
        whitened: &[(f64, Plane)],
        rates: &[f64],
        common: &[f64],
    ) -> Vec<Candidate> {
        let candidate = |view: View| {
            move |alignment: Alignment| Candidate {
                geometry: self.geometry,
                orientation: self.orientation,
                alignment,
                extent: self.extent,
                waypoints: Vec::new(),
                path_z: None,
                view,
                swept: false,
            }
        };
        let mut tracks = tracks(key, whitened, |_| self.geometry);
        let aligned = align(key, &tracks, rates).into_iter().take(ALIGNMENTS);
        let mut found: Vec<Candidate> = aligned.map(candidate(View::Whole)).collect();
        if self.orientation == Orientation::default() {
            tracks.iter_mut().for_each(|t| t.weight = -t.weight);
            let inverted = align(key, &tracks, common).into_iter().take(1);
            found.extend(inverted.map(candidate(View::Inverted)));
        }
        found
    }
}

/// The candidate with its geometry moved to where the pilot is strongest, if
/// that is worth believing, and the bins as folded there. A swept candidate is
/// coarse: its alignment may change with its geometry, so it is moved twice.
pub(super) fn refined(
    key: &PilotKey,
    level: &Level<'_>,
    candidate: &Candidate,
    rates: &[f64],
) -> (Candidate, Vec<Track>) {
    let mut refined = candidate.clone();
    let mut folded = Vec::new();
    let rounds = if candidate.swept { 2 } else { 1 };
    if candidate.swept {
        folded = tracks(key, &level.whitened, |_| refined.geometry);
        if let Some(best) = align(key, &folded, rates).into_iter().next() {
            refined.alignment = best;
        }
    }
    for _ in 0..rounds {
        let slots = slot_planes(key, &level.whitened, &refined.alignment);
        refined.geometry = moved(key, &slots, &refined.geometry);
        (refined, folded) = realigned(key, level, refined);
    }
    (refined, folded)
}

/// The candidate aligned anew under its geometry, and the bins as folded there.
pub(super) fn realigned(
    key: &PilotKey,
    level: &Level<'_>,
    candidate: Candidate,
) -> (Candidate, Vec<Track>) {
    let folded = tracks(key, &level.whitened, |time_s| candidate.geometry_at(time_s));
    let mut again = align(key, &folded, &[candidate.alignment.rate]);
    let alignment = again.swap_remove(0).refined(key, &folded);
    (
        Candidate {
            alignment,
            ..candidate
        },
        folded,
    )
}

/// The geometry moved as a whole, then also bent out of shape, each if it pays.
fn moved(key: &PilotKey, slots: &[(usize, Plane)], geometry: &Geometry) -> Geometry {
    let score = |adjust| pilot_along(key, slots, &geometry.adjusted(adjust));
    let rigid = best_adjust(Adjust::default(), RIGID_AXES, &score);
    if score(rigid) < BENDS_FROM {
        return geometry.adjusted(rigid);
    }
    geometry.adjusted(best_adjust(rigid, Adjust::AXES, &score))
}

/// The change for which `score`, a number of standard deviations, is highest, by
/// coordinate search over the first `axes` from `start`; `start` if the best
/// gains too little to be believed.
pub(super) fn best_adjust(start: Adjust, axes: usize, score: &impl Fn(Adjust) -> f32) -> Adjust {
    let unchanged = score(start);
    let mut best = (unchanged, start.axes());
    let mut scale = 1.0;
    for _ in 0..HALVINGS {
        for _ in 0..ROUNDS {
            let before = best.0;
            for (axis, step) in FIRST_STEPS.iter().enumerate().take(axes) {
                for step in [scale * step, -scale * step] {
                    let mut tried = best.1;
                    tried[axis] += step;
                    let z = score(Adjust::of_axes(tried));
                    if z > best.0 {
                        best = (z, tried);
                        break;
                    }
                }
            }
            if best.0 == before {
                break;
            }
        }
        scale /= 2.0;
    }
    let believed = best.0 * best.0 - unchanged * unchanged > BELIEVED && best.0 > 1.01 * unchanged;
    if believed {
        Adjust::of_axes(best.1)
    } else {
        start
    }
}

/// The whitened bins of each slot on a known path, added up: a bin counts for
/// the slot that it shows most of.
pub(super) fn slot_planes(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    alignment: &Alignment,
) -> Vec<(usize, Plane)> {
    let mut planes: BTreeMap<usize, Plane> = BTreeMap::new();
    for ((time_s, plane), offset) in whitened.iter().zip(&alignment.offsets_s) {
        let [now, next] = slots_of(
            offset + alignment.rate * time_s,
            alignment.rate,
            key.codes.len(),
        );
        let (slot, share) = if now.1 >= next.1 { now } else { next };
        if share > 0.5 {
            planes
                .entry(slot)
                .and_modify(|sum| *sum += plane)
                .or_insert_with(|| plane.clone());
        }
    }
    planes.into_iter().collect()
}

/// The pilot's strength in slots under a geometry, in standard deviations.
pub(super) fn pilot_along(key: &PilotKey, slots: &[(usize, Plane)], geometry: &Geometry) -> f32 {
    pilot_in(
        key,
        slots.iter().map(|(slot, plane)| (*slot, plane, *geometry)),
    )
}

/// The pilot's strength in planes that each show a slot in a geometry, in
/// standard deviations.
pub(super) fn pilot_in<'a>(
    key: &PilotKey,
    seen: impl Iterator<Item = (usize, &'a Plane, Geometry)>,
) -> f32 {
    let seen: Vec<(usize, &Plane, Geometry)> = seen.collect();
    let one = |&(slot, plane, geometry): &(usize, &Plane, Geometry)| {
        let tile = fold(plane, &geometry);
        let mean = tile.iter().sum::<f32>() / tile.len() as f32;
        let power: f32 = tile.iter().map(|t| (t - mean).powi(2)).sum::<f32>() / tile.len() as f32;
        (dot(key, &tile, slot), power)
    };
    let parts: Vec<(f32, f32)> = seen.par_iter().map(one).collect();
    let (sum, power) = parts.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    sum / (power * key.pilot.cells() as f32)
        .sqrt()
        .max(f32::MIN_POSITIVE)
}

/// The correlation of a tile with one slot's pilot.
fn dot(key: &PilotKey, tile: &[f32], slot: usize) -> f32 {
    let code = key.codes[slot];
    let mut sum = 0.0;
    for row in 0..TILE {
        let from = &key.pilot.chips[(row + TILE - code.rows) % TILE * TILE..][..TILE];
        let cells = &tile[row * TILE..(row + 1) * TILE];
        let (left, right) = from.split_at(TILE - code.columns);
        let chips = right.iter().chain(left);
        sum += cells
            .iter()
            .zip(chips)
            .map(|(c, &p)| c * f32::from(p))
            .sum::<f32>();
    }
    sum * f32::from(code.sign)
}

/// The strongest pilot that `decoy`, an unrelated secret, finds under the same
/// geometry over the same rates: what chance gives on this picture. With
/// `anywhere` the decoy may lie at any shift, as the pilot of a swept candidate might.
pub(super) fn decoy_z(decoy: &PilotKey, base: &[Track], rates: &[f64], anywhere: bool) -> f32 {
    let again: Vec<Track> = base.iter().map(|t| t.correlated(decoy)).collect();
    let strongest = |tracks: &[Track]| align(decoy, tracks, rates).first().map_or(0.0, |a| a.z);
    if !anywhere {
        return strongest(&again);
    }
    let shifted = |shift: Shift| -> Vec<Track> {
        again
            .iter()
            .map(|t| t.shifted(shift.rows, shift.columns))
            .collect()
    };
    locate(decoy, &again)
        .into_iter()
        .map(|shift| strongest(&shifted(shift)))
        .fold(0.0, f32::max)
}
