//! Adds aligned bins up to the tiles of slots.

use std::collections::BTreeMap;

use crate::detect::align::{Alignment, slots_of};
use crate::detect::pilot::{PilotKey, Tile, Track, root_mean_square};
use crate::mark::TILE;
use crate::units::SlotIndex;

/// Bins' shares in a slot below this add up to nothing worth reading.
const LEAST_SHARE: f32 = 0.3;

/// One bin on the path: what it adds to the slots that it shows.
pub(crate) struct Placed<'a> {
    /// Its middle, seconds of exhibit time.
    pub time_s: f64,
    /// Title time at exhibit time zero, seconds.
    pub offset_s: f64,
    /// By what its tile is multiplied.
    pub weight: f32,
    pub tile: &'a Tile,
}

/// The tile of one slot, whatever it carries.
pub(crate) struct SlotSum {
    pub slot: SlotIndex,
    /// The middle of its bins, seconds of exhibit time.
    pub exhibit_s: f64,
    /// Cells of mean 0 and variance 1, row-major.
    pub cells: Vec<f32>,
}

/// The tiles of all slots, of so many, that bins on a path show at a rate, in order.
pub(crate) fn slot_sums<'a>(
    bins: impl Iterator<Item = Placed<'a>>,
    rate: f64,
    slots: usize,
) -> Vec<SlotSum> {
    let mut sums: BTreeMap<usize, (Vec<f32>, f32, f64)> = BTreeMap::new();
    for bin in bins {
        let shown = slots_of(bin.offset_s + rate * bin.time_s, rate, slots);
        for (slot, share) in shown.into_iter().filter(|(_, share)| *share > 0.0) {
            let (cells, shares, times) = sums
                .entry(slot)
                .or_insert_with(|| (vec![0.0; TILE * TILE], 0.0, 0.0));
            cells
                .iter_mut()
                .zip(bin.tile)
                .for_each(|(sum, cell)| *sum += share * bin.weight * cell);
            *shares += share;
            *times += f64::from(share) * bin.time_s;
        }
    }
    let enough = |(_, (_, shares, _)): &(usize, (_, f32, _))| *shares >= LEAST_SHARE;
    sums.into_iter()
        .filter(enough)
        .map(|(slot, (cells, shares, times))| SlotSum {
            slot: SlotIndex(slot as u32),
            exhibit_s: times / f64::from(shares),
            cells: normalized(cells),
        })
        .collect()
}

/// The cells with mean 0 and variance 1.
fn normalized(mut cells: Vec<f32>) -> Vec<f32> {
    let mean = cells.iter().sum::<f32>() / cells.len() as f32;
    cells.iter_mut().for_each(|c| *c -= mean);
    let deviation = root_mean_square(&cells);
    let scale = if deviation > 0.0 {
        1.0 / deviation
    } else {
        0.0
    };
    cells.iter_mut().for_each(|c| *c *= scale);
    cells
}

/// The normalized tile of one slot, and the pilot in it.
pub(crate) struct SlotTile {
    pub slot: SlotIndex,
    /// The middle of its bins, seconds of exhibit time.
    pub exhibit_s: f64,
    pub cells: Vec<f32>,
    /// The pilot's correlation in standard deviations.
    pub pilot_z: f32,
}

impl PilotKey {
    /// The tiles of all slots that the bins named show on the path.
    pub(crate) fn slot_tiles(
        &self,
        tracks: &[Track],
        alignment: &Alignment,
        bins: &[usize],
    ) -> Vec<SlotTile> {
        let bins = bins.iter().map(|&bin| Placed {
            time_s: tracks[bin].time_s,
            offset_s: alignment.offsets_s[bin],
            weight: tracks[bin].weight,
            tile: &tracks[bin].tile,
        });
        let sums = slot_sums(bins, alignment.rate, self.codes.len()).into_iter();
        sums.map(|sum| self.slot_tile(sum)).collect()
    }

    fn slot_tile(&self, sum: SlotSum) -> SlotTile {
        let code = self.codes[sum.slot.0 as usize];
        let pilot =
            |cell: usize| f32::from(self.pilot.chips[code.pilot_cell(cell / TILE, cell % TILE)]);
        let cells = sum.cells.iter().enumerate();
        let product: f32 = cells.map(|(cell, value)| value * pilot(cell)).sum();
        SlotTile {
            slot: sum.slot,
            exhibit_s: sum.exhibit_s,
            pilot_z: f32::from(code.sign) * product / (self.pilot.cells() as f32).sqrt(),
            cells: sum.cells,
        }
    }
}
