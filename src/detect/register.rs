//! This module finds where the title's picture lies in the exhibit's, by the pilot.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::align::{Alignment, align, slots_of};
use super::fold::fold;
use super::geometry::{Adjust, Geometry, Orientation, Region};
use super::pilot::{PilotKey, Track, tracks};
use crate::luma::Plane;
use crate::mark::TILE;

/// A pilot this many standard deviations strong needs no other geometry to be tried.
pub(super) const BEYOND_DOUBT: f32 = 10.0;
/// First steps of the refinement: at the picture's edge each moves the tile by
/// about a third of a chip, which costs a fifth of the pilot.
const FIRST_STEPS: Adjust = Adjust {
    grow_x: 0.003,
    grow_y: 0.004,
    right: 0.3,
    down: 0.3,
    turn: 0.003,
};
/// How often the steps are halved.
const HALVINGS: usize = 3;
/// Rounds over all axes at each size of steps, at most.
const ROUNDS: usize = 4;
/// By how much z² must grow: five axes searched in pure noise add about this
/// much, twice the log likelihood that each fits by chance.
const BELIEVED: f32 = 8.0;

/// A geometry and an alignment under it.
#[derive(Clone)]
pub(super) struct Candidate {
    pub geometry: Geometry,
    pub orientation: Orientation,
    pub adjust: Adjust,
    pub alignment: Alignment,
}

/// The best candidates, best first: every region × extent × orientation × rate,
/// in that order of likelihood, stopping once one is beyond doubt.
pub(super) fn candidates(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    regions: &[Region],
    extents: &[(f64, f64)],
    rates: &[f64],
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for orientations in [&Orientation::ALL[..1], &Orientation::ALL[1..]] {
        let mut tries = Vec::new();
        for orientation in orientations {
            for &chips in extents {
                tries.extend(
                    regions
                        .iter()
                        .map(|&r| (Geometry::whole(r, chips, *orientation), *orientation)),
                );
            }
        }
        let of = |&(geometry, orientation): &(Geometry, Orientation)| {
            let tracks = tracks(key, whitened, &geometry);
            let aligned = align(key, &tracks, rates);
            let best = aligned.into_iter().take(3);
            best.map(|alignment| Candidate {
                geometry,
                orientation,
                adjust: Adjust::default(),
                alignment,
            })
            .collect::<Vec<_>>()
        };
        found.extend(
            tries
                .par_iter()
                .map(of)
                .collect::<Vec<_>>()
                .into_iter()
                .flatten(),
        );
        found.sort_by(|a: &Candidate, b| b.alignment.merit().total_cmp(&a.alignment.merit()));
        if found.first().is_some_and(|c| c.alignment.z > BEYOND_DOUBT) {
            break;
        }
    }
    found
}

/// The candidate with its geometry moved to where the pilot is strongest, if
/// that is worth believing, and the bins as folded there.
pub(super) fn refined(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    candidate: &Candidate,
) -> (Candidate, Vec<Track>) {
    let slots = slot_planes(key, whitened, &candidate.alignment);
    let adjust =
        best_adjust(|adjust| pilot_along(key, &slots, &candidate.geometry.adjusted(adjust)));
    let geometry = candidate.geometry.adjusted(adjust);
    let tracks = tracks(key, whitened, &geometry);
    let mut again = align(key, &tracks, &[candidate.alignment.rate]);
    let alignment = again.swap_remove(0).refined(key, &tracks);
    let refined = Candidate {
        geometry,
        adjust,
        alignment,
        ..candidate.clone()
    };
    (refined, tracks)
}

/// The change for which `score`, a number of standard deviations, is highest, by
/// coordinate search; no change if the best gains too little to be believed.
fn best_adjust(score: impl Fn(Adjust) -> f32) -> Adjust {
    let unchanged = score(Adjust::default());
    let mut best = (unchanged, Adjust::default());
    let mut steps = FIRST_STEPS;
    for _ in 0..HALVINGS {
        for _ in 0..ROUNDS {
            let before = best.0;
            for axis in 0..5 {
                let tries = [1.0, -1.0].map(|sign| stepped(best.1, steps, axis, sign));
                for adjust in tries {
                    let z = score(adjust);
                    if z > best.0 {
                        best = (z, adjust);
                        break;
                    }
                }
            }
            if best.0 == before {
                break;
            }
        }
        steps = halved(steps);
    }
    let believed = best.0 * best.0 - unchanged * unchanged > BELIEVED && best.0 > 1.01 * unchanged;
    if believed { best.1 } else { Adjust::default() }
}

fn halved(steps: Adjust) -> Adjust {
    Adjust {
        grow_x: steps.grow_x / 2.0,
        grow_y: steps.grow_y / 2.0,
        right: steps.right / 2.0,
        down: steps.down / 2.0,
        turn: steps.turn / 2.0,
    }
}

fn stepped(from: Adjust, steps: Adjust, axis: usize, sign: f64) -> Adjust {
    let mut to = from;
    match axis {
        0 => to.right += sign * steps.right,
        1 => to.down += sign * steps.down,
        2 => to.grow_x += sign * steps.grow_x,
        3 => to.grow_y += sign * steps.grow_y,
        _ => to.turn += sign * steps.turn,
    }
    to
}

/// The whitened bins of each slot on a known path, added up: a bin counts for
/// the slot that it shows most of.
fn slot_planes(
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
fn pilot_along(key: &PilotKey, slots: &[(usize, Plane)], geometry: &Geometry) -> f32 {
    let one = |(slot, plane): &(usize, Plane)| {
        let tile = fold(plane, geometry);
        let mean = tile.iter().sum::<f32>() / tile.len() as f32;
        let power: f32 = tile.iter().map(|t| (t - mean).powi(2)).sum::<f32>() / tile.len() as f32;
        (dot(key, &tile, *slot), power)
    };
    let parts: Vec<(f32, f32)> = slots.par_iter().map(one).collect();
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
/// geometry over the same rates: what chance gives on this picture.
pub(super) fn decoy_z(decoy: &PilotKey, base: &[Track], rates: &[f64]) -> f32 {
    let again: Vec<Track> = base
        .iter()
        .map(|t| Track {
            time_s: t.time_s,
            map: super::pilot::correlate(decoy, &t.tile),
            tile: Vec::new(),
            weight: t.weight,
        })
        .collect();
    align(decoy, &again, rates).first().map_or(0.0, |a| a.z)
}
