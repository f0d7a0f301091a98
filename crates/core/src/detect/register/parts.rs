//! Cuts a candidate's bins into parts that show one slot in one geometry.

use std::borrow::Cow;

use super::candidate::Candidate;
use crate::detect::bins::BIN_S;
use crate::detect::detector::Detector;
use crate::detect::geometry::Geometry;
use crate::luma::Plane;
use crate::mark::SLOT_S;

/// Whitened samples that show one slot in one geometry.
pub(crate) struct Part<'a> {
    /// Exhibit time at which they begin, seconds.
    pub begins_s: f64,
    pub slot: usize,
    pub plane: Cow<'a, Plane>,
    pub geometry: Geometry,
}

impl Detector<'_> {
    /// The candidate's bins with their slots and geometries; those of a slot added
    /// up if the picture stands still.
    pub fn parts(&self, candidate: &Candidate) -> Vec<Part<'_>> {
        let whitened = &self.level(candidate.scale).whitened;
        if candidate.waypoints.is_empty() {
            let slots = self.key.slot_planes(whitened, &candidate.alignment);
            let part = |(slot, plane)| Part {
                begins_s: begins_s(whitened, candidate, slot),
                slot,
                plane: Cow::Owned(plane),
                geometry: candidate.geometry,
            };
            return slots.into_iter().map(part).collect();
        }
        let alignment = &candidate.alignment;
        let bins = whitened.iter().zip(&alignment.offsets_s);
        bins.filter_map(|((time_s, plane), &offset)| {
            let [now, next] = alignment.shown(offset, *time_s, self.key.codes.len());
            let (slot, share) = if now.1 >= next.1 { now } else { next };
            (share > 0.0).then(|| Part {
                begins_s: time_s - BIN_S / 2.0,
                slot,
                plane: Cow::Borrowed(plane),
                geometry: candidate.geometry_at(*time_s),
            })
        })
        .collect()
    }
}

/// The exhibit time of the first bin that shows `slot` or a later one.
fn begins_s(whitened: &[(f64, Plane)], candidate: &Candidate, slot: usize) -> f64 {
    let alignment = &candidate.alignment;
    whitened
        .iter()
        .zip(&alignment.offsets_s)
        .find(|((time_s, _), offset)| {
            let title_s = *offset + alignment.rate * time_s;
            title_s >= slot as f64 * SLOT_S
        })
        .map_or(f64::INFINITY, |((time_s, _), _)| *time_s)
}
