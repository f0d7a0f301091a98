//! Adds aligned bins up to the tiles of slots.

use std::collections::BTreeMap;

use crate::detect::align::Alignment;
use crate::detect::pilot::{PilotKey, Track, root_mean_square};
use crate::mark::TILE;
use crate::units::SlotIndex;

/// Bins' shares in a slot below this add up to nothing worth reading.
const LEAST_SHARE: f32 = 0.3;

/// The normalized tile of one slot: cells of mean 0 and variance 1.
pub(crate) struct SlotTile {
    pub slot: SlotIndex,
    /// The middle of its bins, seconds of exhibit time.
    pub exhibit_s: f64,
    pub cells: Vec<f32>,
    /// The pilot's correlation in standard deviations.
    pub pilot_z: f32,
}

impl PilotKey {
    /// The tiles of all slots on the path.
    pub(crate) fn slot_tiles(&self, tracks: &[Track], alignment: &Alignment) -> Vec<SlotTile> {
        let mut sums: BTreeMap<usize, (Vec<f32>, f32, f64)> = BTreeMap::new();
        for (track, &offset) in tracks.iter().zip(&alignment.offsets_s) {
            for (slot, share) in alignment.shown(offset, track.time_s, self.codes.len()) {
                if share > 0.0 {
                    let (cells, shares, times) = sums
                        .entry(slot)
                        .or_insert_with(|| (vec![0.0; TILE * TILE], 0.0, 0.0));
                    cells
                        .iter_mut()
                        .zip(&track.tile)
                        .for_each(|(sum, cell)| *sum += share * track.weight * cell);
                    *shares += share;
                    *times += f64::from(share) * track.time_s;
                }
            }
        }
        sums.into_iter()
            .filter(|(_, (_, shares, _))| *shares >= LEAST_SHARE)
            .map(|(slot, (cells, shares, times))| {
                self.slot_tile(slot, cells, times / f64::from(shares))
            })
            .collect()
    }

    fn slot_tile(&self, slot: usize, mut cells: Vec<f32>, exhibit_s: f64) -> SlotTile {
        let mean = cells.iter().sum::<f32>() / cells.len() as f32;
        cells.iter_mut().for_each(|c| *c -= mean);
        let deviation = root_mean_square(&cells);
        let scale = if deviation > 0.0 {
            1.0 / deviation
        } else {
            0.0
        };
        cells.iter_mut().for_each(|c| *c *= scale);
        let code = self.codes[slot];
        let pilot =
            |cell: usize| f32::from(self.pilot.chips[code.pilot_cell(cell / TILE, cell % TILE)]);
        let sum: f32 = cells
            .iter()
            .enumerate()
            .map(|(cell, value)| value * pilot(cell))
            .sum();
        let pilot_z = f32::from(code.sign) * sum / (self.pilot.cells() as f32).sqrt();
        SlotTile {
            slot: SlotIndex(slot as u32),
            exhibit_s,
            cells,
            pilot_z,
        }
    }
}
