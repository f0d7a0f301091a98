//! Follows a picture that moves: hand-held cameras, slow zooms.
//!
//! ```text
//! chunks   │ … │ ← ← │ strongest │ → → │ … │
//!           each begins its search where its neighbour ended
//! ```
//!
//! The geometry found so far is a start; a chunk leaves it only if its own
//! pilot gains more than chance would give. A chunk is four seconds of a picture
//! that seemed to stand still, and one second of one that [wanders](super::wander).

use crate::detect::detector::Detector;
use crate::detect::geometry::{Adjust, RADIUS};
use crate::detect::pilot::PilotKey;
use crate::detect::register::{Candidate, Part, RIGID_AXES, Waypoint, best_adjust};

/// A pilot weaker than this over the whole window is too weak in a chunk to be followed.
const FOLLOWED_FROM: f32 = 12.0;
/// Bins mostly further apart than this, seconds, are keyframes: too far apart to follow.
const DENSE_S: f64 = 1.0;
/// Chips by which some chunk must have moved: less is noise, and costs little.
const MOVES_FROM: f64 = 0.8;
/// Parts in a chunk: slots, or bins of a picture that wanders.
const CHUNK: usize = 2;

impl Detector<'_> {
    /// The candidate's geometry chunk by chunk, in order of time; empty if it
    /// stands still.
    pub fn followed(&self, candidate: &Candidate) -> Vec<Waypoint> {
        let whitened = &self.level(candidate.scale).whitened;
        let gaps = whitened.windows(2).filter(|w| w[1].0 - w[0].0 > DENSE_S);
        if 2 * gaps.count() > whitened.len() || candidate.alignment.z < FOLLOWED_FROM {
            return candidate.waypoints.clone();
        }
        let parts = self.parts(candidate);
        if parts.len() < 2 * CHUNK {
            return candidate.waypoints.clone();
        }
        let moved = moved(self.key, &parts);
        if candidate.waypoints.is_empty() && moved.iter().all(|m| chips_moved(*m) < MOVES_FROM) {
            return Vec::new();
        }
        parts
            .iter()
            .enumerate()
            .map(|(i, part)| Waypoint {
                from_s: part.begins_s,
                geometry: part.geometry.adjusted(moved[i / CHUNK]),
            })
            .collect()
    }
}

/// How each chunk's geometries are best changed.
fn moved(key: &PilotKey, parts: &[Part<'_>]) -> Vec<Adjust> {
    let still = Adjust::default();
    let chunks: Vec<&[Part<'_>]> = parts.chunks(CHUNK).collect();
    let score = |chunk: usize, adjust: Adjust| {
        let seen = chunks[chunk].iter().map(|part| {
            (
                part.slot,
                part.plane.as_ref(),
                part.geometry.adjusted(adjust),
            )
        });
        key.pilot_in(seen)
    };
    let strongest = (0..chunks.len())
        .max_by(|&a, &b| score(a, still).total_cmp(&score(b, still)))
        .unwrap_or(0);
    let mut moved = vec![still; chunks.len()];
    let forward = (strongest..chunks.len()).map(|i| (i, i.saturating_sub(1).max(strongest)));
    let backward = (0..strongest).rev().map(|i| (i, i + 1));
    for (chunk, neighbour) in forward.chain(backward) {
        let start = [still, moved[neighbour]]
            .into_iter()
            .max_by(|&a, &b| score(chunk, a).total_cmp(&score(chunk, b)))
            .unwrap_or_default();
        moved[chunk] = best_adjust(start, RIGID_AXES, &|adjust| score(chunk, adjust));
    }
    moved
}

/// By how many chips, at most, a change of the rigid axes moves the picture's edge.
fn chips_moved(adjust: Adjust) -> f64 {
    let grow = adjust.grow_x.abs().max(adjust.grow_y.abs());
    adjust.right.hypot(adjust.down) + RADIUS * (grow + adjust.turn.abs())
}
