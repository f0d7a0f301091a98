//! Measures how strong the pilot is where time and geometry are known.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::detect::align::Alignment;
use crate::detect::geometry::Geometry;
use crate::detect::pilot::{PilotKey, fold};
use crate::luma::Plane;
use crate::mark::TILE;

impl PilotKey {
    /// The whitened bins of each slot on a known path, added up: a bin counts for
    /// the slot that it shows most of.
    pub(crate) fn slot_planes(
        &self,
        whitened: &[(f64, Plane)],
        alignment: &Alignment,
    ) -> Vec<(usize, Plane)> {
        let mut planes: BTreeMap<usize, Plane> = BTreeMap::new();
        for ((time_s, plane), &offset) in whitened.iter().zip(&alignment.offsets_s) {
            let [now, next] = alignment.shown(offset, *time_s, self.codes.len());
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
    pub(crate) fn pilot_along(&self, slots: &[(usize, Plane)], geometry: &Geometry) -> f32 {
        self.pilot_in(slots.iter().map(|(slot, plane)| (*slot, plane, *geometry)))
    }

    /// The pilot's strength in planes that each show a slot in a geometry, in
    /// standard deviations.
    pub(crate) fn pilot_in<'a>(
        &self,
        seen: impl Iterator<Item = (usize, &'a Plane, Geometry)>,
    ) -> f32 {
        let seen: Vec<(usize, &Plane, Geometry)> = seen.collect();
        let one = |&(slot, plane, geometry): &(usize, &Plane, Geometry)| {
            let tile = fold(plane, &geometry);
            let mean = tile.iter().sum::<f32>() / tile.len() as f32;
            let power: f32 =
                tile.iter().map(|t| (t - mean).powi(2)).sum::<f32>() / tile.len() as f32;
            (self.dot(&tile, slot), power)
        };
        let parts: Vec<(f32, f32)> = seen.par_iter().map(one).collect();
        let (sum, power) = parts.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        sum / (power * self.pilot.cells() as f32)
            .sqrt()
            .max(f32::MIN_POSITIVE)
    }

    /// The correlation of a tile with one slot's pilot.
    fn dot(&self, tile: &[f32], slot: usize) -> f32 {
        let code = self.codes[slot];
        let mut sum = 0.0;
        for row in 0..TILE {
            let from = &self.pilot.chips[(row + TILE - code.rows) % TILE * TILE..][..TILE];
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
}
