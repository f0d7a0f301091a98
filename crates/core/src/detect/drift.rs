//! This module follows a picture that moves: hand-held cameras, slow zooms.
//!
//! ```text
//! chunks   │ … │ ← ← │ strongest │ → → │ … │
//!           each begins its search where its neighbour ended
//! ```
//!
//! The geometry found so far is a start; a chunk leaves it only if its own
//! pilot gains more than chance would give. A chunk is four seconds of a picture
//! that seemed to stand still, and one second of one that [wanders](super::wander).

use std::borrow::Cow;

use super::align::slots_of;
use super::bins::BIN_S;
use super::geometry::{Adjust, Geometry, RADIUS};
use super::level::Level;
use super::pilot::PilotKey;
use super::register::{Candidate, RIGID_AXES, best_adjust, pilot_in, slot_planes};
use crate::luma::Plane;

/// A pilot weaker than this over the whole window is too weak in a chunk to be followed.
const FOLLOWED_FROM: f32 = 12.0;
/// Bins mostly further apart than this, seconds, are keyframes: too far apart to follow.
const DENSE_S: f64 = 1.0;
/// Chips by which some chunk must have moved: less is noise, and costs little.
const MOVES_FROM: f64 = 0.8;
/// Parts in a chunk: slots, or bins of a picture that wanders.
const CHUNK: usize = 2;

/// A geometry and the exhibit time from which it holds, seconds.
pub(super) type Waypoint = (f64, Geometry);

/// Whitened samples that show one slot in one geometry.
pub(super) struct Part<'a> {
    /// Exhibit time at which they begin, seconds.
    pub begins_s: f64,
    pub slot: usize,
    pub plane: Cow<'a, Plane>,
    pub geometry: Geometry,
}

/// The candidate's bins with their slots and geometries; those of a slot added
/// up if the picture stands still.
pub(super) fn parts<'a>(
    key: &PilotKey,
    level: &'a Level<'_>,
    candidate: &Candidate,
) -> Vec<Part<'a>> {
    if candidate.waypoints.is_empty() {
        let slots = slot_planes(key, &level.whitened, &candidate.alignment);
        let part = |(slot, plane)| Part {
            begins_s: begins_s(level, candidate, slot),
            slot,
            plane: Cow::Owned(plane),
            geometry: candidate.geometry,
        };
        return slots.into_iter().map(part).collect();
    }
    let alignment = &candidate.alignment;
    let part = |((time_s, plane), offset): (&'a (f64, Plane), &f64)| {
        let title_s = offset + alignment.rate * time_s;
        let [now, next] = slots_of(title_s, alignment.rate, key.codes.len());
        let (slot, share) = if now.1 >= next.1 { now } else { next };
        (share > 0.0).then(|| Part {
            begins_s: time_s - BIN_S / 2.0,
            slot,
            plane: Cow::Borrowed(plane),
            geometry: candidate.geometry_at(*time_s),
        })
    };
    let bins = level.whitened.iter().zip(&alignment.offsets_s);
    bins.filter_map(part).collect()
}

/// The candidate's geometry chunk by chunk, in order of time; empty if it
/// stands still.
pub(super) fn followed(key: &PilotKey, level: &Level<'_>, candidate: &Candidate) -> Vec<Waypoint> {
    let gaps = level
        .whitened
        .windows(2)
        .filter(|w| w[1].0 - w[0].0 > DENSE_S);
    if 2 * gaps.count() > level.whitened.len() || candidate.alignment.z < FOLLOWED_FROM {
        return candidate.waypoints.clone();
    }
    let parts = parts(key, level, candidate);
    if parts.len() < 2 * CHUNK {
        return candidate.waypoints.clone();
    }
    let moved = moved(key, &parts);
    if candidate.waypoints.is_empty() && moved.iter().all(|m| chips_moved(*m) < MOVES_FROM) {
        return Vec::new();
    }
    parts
        .iter()
        .enumerate()
        .map(|(i, part)| (part.begins_s, part.geometry.adjusted(moved[i / CHUNK])))
        .collect()
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
        pilot_in(key, seen)
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
