//! This module follows a picture that moves: hand-held cameras, slow zooms.
//!
//! ```text
//! chunks of two slots  │ … │ ← ← │ strongest │ → → │ … │
//!                       each begins its search where its neighbour ended
//! ```
//!
//! The geometry of the whole window is a start; a chunk leaves it only if its
//! own pilot gains more than chance would give.

use super::geometry::{Adjust, Geometry, RADIUS};
use super::level::Level;
use super::pilot::PilotKey;
use super::register::{Candidate, RIGID_AXES, best_adjust, pilot_along, slot_planes};
use crate::luma::Plane;

/// A pilot weaker than this over the whole window is too weak in a chunk to be followed.
const FOLLOWED_FROM: f32 = 12.0;
/// Bins mostly further apart than this, seconds, are keyframes: too far apart to follow.
const DENSE_S: f64 = 1.0;
/// Chips by which some chunk must have moved: less is noise, and costs little.
const MOVES_FROM: f64 = 0.8;
/// Slots in a chunk.
const CHUNK: usize = 2;

/// A geometry and the exhibit time from which it holds, seconds.
pub(super) type Waypoint = (f64, Geometry);

/// The candidate's geometry chunk by chunk, in order of time; empty if it stands still.
pub(super) fn followed(key: &PilotKey, level: &Level<'_>, candidate: &Candidate) -> Vec<Waypoint> {
    let still = Adjust::default();
    let gaps = level
        .whitened
        .windows(2)
        .filter(|w| w[1].0 - w[0].0 > DENSE_S);
    if 2 * gaps.count() > level.whitened.len() {
        return Vec::new();
    }
    let slots = slot_planes(key, &level.whitened, &candidate.alignment);
    if candidate.alignment.z < FOLLOWED_FROM || slots.len() < 2 * CHUNK {
        return Vec::new();
    }
    let chunks: Vec<&[(usize, Plane)]> = slots.chunks(CHUNK).collect();
    let score = |chunk: usize, adjust: Adjust| {
        pilot_along(key, chunks[chunk], &candidate.geometry.adjusted(adjust))
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
    if moved.iter().all(|m| chips_moved(*m) < MOVES_FROM) {
        return Vec::new();
    }
    let begins = |chunk: &[(usize, Plane)]| begins_s(level, candidate, chunk[0].0);
    chunks
        .iter()
        .zip(moved)
        .map(|(chunk, adjust)| (begins(chunk), candidate.geometry.adjusted(adjust)))
        .collect()
}

/// By how many chips, at most, a change of the rigid axes moves the picture's edge.
fn chips_moved(adjust: Adjust) -> f64 {
    let grow = adjust.grow_x.abs().max(adjust.grow_y.abs());
    adjust.right.hypot(adjust.down) + RADIUS * (grow + adjust.turn.abs())
}

/// The exhibit time of the first bin that shows `slot` or a later one.
fn begins_s(level: &Level<'_>, candidate: &Candidate, slot: usize) -> f64 {
    let alignment = &candidate.alignment;
    level
        .whitened
        .iter()
        .zip(&alignment.offsets_s)
        .find(|((time_s, _), offset)| {
            let title_s = *offset + alignment.rate * time_s;
            title_s >= slot as f64 * crate::mark::SLOT_S
        })
        .map_or(f64::INFINITY, |((time_s, _), _)| *time_s)
}
