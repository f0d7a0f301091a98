//! Reads soft symbols from aligned tiles.
//!
//! A slot's tile is the sum of its bins' tiles. A soft symbol is the sum of the
//! symbol's cells, each times its sign, in units of its noise. How much it
//! should be trusted follows from the pilot, whose chips have the same
//! amplitude as the data's: if a cell's amplitude is a in units of its noise, a
//! symbol of n cells has mean ±a·√n. No distributor's symbols are looked at.

use std::sync::Arc;

use super::tiles::SlotTile;
use crate::detect::fit::Fit;
use crate::detect::pilot::PilotKey;
use crate::detect::reading::Piece;
use crate::mark::{DataCells, SYMBOLS, SlotCells};
use crate::units::SlotIndex;

/// One slot as read.
#[derive(Debug, Clone)]
pub struct SlotSoft {
    /// The slot of the title.
    pub slot: SlotIndex,
    /// Where in the exhibit it was read: the middle of its bins, seconds.
    pub exhibit_s: f64,
    /// The pilot's correlation in standard deviations.
    pub pilot_z: f32,
    /// Soft symbols in units of their noise; 0 is erased.
    pub z: [f32; SYMBOLS],
    /// The mean of z expected under a symbol +1.
    pub reliability: [f32; SYMBOLS],
    /// Where exactly it was read.
    pub fit: Arc<Fit>,
}

/// The slots of a window that show one title, as read under its key.
#[derive(Debug, Clone)]
pub struct TitleReading {
    /// The title's id.
    pub title: String,
    /// Slot by slot, in order.
    pub slots: Vec<SlotSoft>,
    /// ln of the likelihood that the cells agree with each other as this
    /// title's symbols, over that of noise, symbols unknown.
    pub agreement: f64,
    /// Where in the exhibit it is shown, in order of time.
    pub pieces: Vec<Piece>,
}

impl TitleReading {
    /// The part of [`agreement`](Self::agreement) that comes from slots whose
    /// cells disagree, at most 0.
    pub(crate) fn disagreement(&self) -> f64 {
        self.slots.iter().map(agreement).filter(|a| *a < 0.0).sum()
    }
}

impl PilotKey {
    /// Reads the symbols of a title from slot tiles that lie as `fit` says. Where pictures
    /// say so (`seen`), data that are plainer than the pilot are believed: the pilot may
    /// have been taken out.
    pub(crate) fn read_title(
        &self,
        tiles: &[SlotTile],
        title: &str,
        fit: &Arc<Fit>,
        seen: bool,
    ) -> TitleReading {
        let mut amplitudes = self.amplitudes(tiles);
        if seen {
            let of_data = tiles.iter().map(|tile| self.amplitude_of_data(tile, title));
            let both = amplitudes.iter_mut().zip(of_data);
            both.for_each(|(amplitude, data)| *amplitude = amplitude.max(data));
        }
        let slots: Vec<SlotSoft> = tiles
            .iter()
            .zip(amplitudes)
            .map(|(tile, a)| self.read_slot(tile, a, title, fit))
            .collect();
        let agreement = slots.iter().map(agreement).sum();
        TitleReading {
            title: title.to_owned(),
            slots,
            agreement,
            pieces: Vec::new(),
        }
    }

    fn read_slot(&self, tile: &SlotTile, amplitude: f32, title: &str, fit: &Arc<Fit>) -> SlotSoft {
        let data = DataCells::new(&self.secret, title, tile.slot);
        let code = self.codes[tile.slot.0 as usize];
        let cells = SlotCells::new(&self.pilot, code, &data);
        let (z, counts) = cells.soft_symbols(&tile.cells);
        SlotSoft {
            slot: tile.slot,
            exhibit_s: tile.exhibit_s,
            pilot_z: tile.pilot_z,
            z,
            reliability: counts.map(|n| amplitude * n.sqrt()),
            fit: Arc::clone(fit),
        }
    }

    /// The amplitude of a cell in a slot, by how far its data go beyond noise, less two
    /// standard deviations: Σ(z² − 1) over Σn is its square.
    fn amplitude_of_data(&self, tile: &SlotTile, title: &str) -> f32 {
        let data = DataCells::new(&self.secret, title, tile.slot);
        let code = self.codes[tile.slot.0 as usize];
        let (z, counts) = SlotCells::new(&self.pilot, code, &data).soft_symbols(&tile.cells);
        let beyond = z.iter().map(|z| z * z - 1.0).sum::<f32>();
        let cells = counts.iter().sum::<f32>();
        let deviation = (2.0 * SYMBOLS as f32).sqrt();
        ((beyond - 2.0 * deviation) / cells.max(1.0))
            .max(0.0)
            .sqrt()
    }

    /// The amplitude of a cell in each slot, in units of its noise: the pilot's
    /// estimate, drawn towards the mean of all slots by as much as the estimates
    /// scatter no more than noise would (James and Stein, 1961), never below 0.
    fn amplitudes(&self, tiles: &[SlotTile]) -> Vec<f32> {
        let cells = self.pilot.cells() as f32;
        let found: Vec<f32> = tiles.iter().map(|t| t.pilot_z / cells.sqrt()).collect();
        let count = found.len().max(1) as f32;
        let mean = found.iter().sum::<f32>() / count;
        let scatter = found.iter().map(|a| (a - mean).powi(2)).sum::<f32>() / count;
        let own = ((scatter - 1.0 / cells) / scatter.max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
        found
            .iter()
            .map(|a| (mean + own * (a - mean)).max(0.0))
            .collect()
    }
}

/// ln of the mean over both signs of each symbol of f(z | sign) / f(z | no mark).
pub(crate) fn agreement(slot: &SlotSoft) -> f64 {
    let one = |(&z, &mu): (&f32, &f32)| {
        let x = f64::from((z * mu).abs());
        // ln cosh x without overflow.
        x + (-2.0 * x).exp().ln_1p() - std::f64::consts::LN_2 - f64::from(mu * mu) / 2.0
    };
    slot.z.iter().zip(&slot.reliability).map(one).sum()
}
