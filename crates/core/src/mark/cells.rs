//! Holds the data cells of one slot as they can be opened: what it takes to read
//! that slot's soft symbols, and nothing of another slot.

use sha2::{Digest, Sha256};

use super::chips::{DataCells, Pilot, SlotCode};
use super::{SYMBOLS, TILE};

/// Cells of a tile.
const CELLS: usize = TILE * TILE;
/// The byte of a cell that carries none of the symbols.
const NONE: u8 = 0x40;

/// Which cell of a slot's tile carries which symbol, with which sign.
///
/// One byte a cell, row by row, [`TILE`]² of them: bit 7 is set for a positive
/// sign, bits 0 to 5 are the symbol's number. A cell of the pilot is 40 (hexadecimal):
/// where the pilot lies in this slot can be seen, its chips cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotCells(Vec<u8>);

impl SlotCells {
    /// The cells of a slot in which the pilot has this code.
    pub fn new(pilot: &Pilot, code: SlotCode, data: &DataCells) -> Self {
        let mut bytes = Vec::with_capacity(CELLS);
        for (row, carried) in data.bytes().chunks_exact(TILE).enumerate() {
            let above = (row + TILE - code.rows) % TILE * TILE;
            let (left, right) = pilot.chips[above..above + TILE].split_at(TILE - code.columns);
            let cells = carried.iter().zip(right.iter().chain(left));
            bytes.extend(cells.map(|(byte, chip)| if *chip == 0 { byte & !NONE } else { NONE }));
        }
        Self(bytes)
    }

    /// The cells in [`bytes`](Self::bytes); `None` if they are none.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let sound = |byte: &u8| *byte == NONE || byte & NONE == 0;
        (bytes.len() == CELLS && bytes.iter().all(sound)).then_some(Self(bytes))
    }

    /// One byte a cell.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What a commitment binds to.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// How many cells carry each symbol.
    pub fn counts(&self) -> [u16; SYMBOLS] {
        let mut counts = [0; SYMBOLS];
        self.carried()
            .for_each(|(_, _, symbol)| counts[symbol] += 1);
        counts
    }

    /// The soft symbols of a slot's tile, cells of mean 0 and variance 1: each the sum of
    /// its cells, times their signs, in units of its noise; 0 if no cell carries it.
    /// With how many cells carry each.
    pub fn soft_symbols(&self, tile: &[f32]) -> ([f32; SYMBOLS], [f32; SYMBOLS]) {
        let (mut sums, mut counts) = ([0.0_f32; SYMBOLS], [0.0_f32; SYMBOLS]);
        for (cell, sign, symbol) in self.carried() {
            sums[symbol] += f32::from(sign) * tile[cell];
            counts[symbol] += 1.0;
        }
        let z = std::array::from_fn(|j| sums[j] / counts[j].max(1.0).sqrt());
        (z, counts)
    }

    /// (cell, sign, symbol) of every cell that carries one.
    fn carried(&self) -> impl Iterator<Item = (usize, i8, usize)> {
        let cells = self.0.iter().enumerate();
        cells
            .filter(|(_, byte)| **byte != NONE)
            .map(|(cell, byte)| {
                let sign = if byte & 0x80 == 0 { -1 } else { 1 };
                (cell, sign, usize::from(byte & 0x3F))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Secret;
    use crate::mark::tile;
    use crate::units::SlotIndex;

    fn drawn(secret: &Secret, slot: SlotIndex) -> (Pilot, SlotCode, DataCells) {
        (
            Pilot::new(secret),
            SlotCode::new(secret, slot),
            DataCells::new(secret, "film", slot),
        )
    }

    #[test]
    fn what_is_opened_reads_the_symbols_and_holds_no_chip_of_the_pilot() {
        let secret = Secret::from_bytes([3; 32]);
        let (pilot, code, data) = drawn(&secret, SlotIndex(9));
        let cells = SlotCells::new(&pilot, code, &data);
        let symbols: [i8; SYMBOLS] = std::array::from_fn(|j| if j % 3 == 0 { 1 } else { -1 });
        let (z, _) = cells.soft_symbols(&tile(&pilot, code, &data, &symbols));
        for (j, count) in cells.counts().into_iter().enumerate() {
            let expected = f32::from(symbols[j]) * f32::from(count).sqrt();
            assert!((z[j] - expected).abs() < 1e-4, "{j}: {} {expected}", z[j]);
        }
        // Another pilot on the same cells, every chip turned over, opens to the same.
        let mut other = pilot.clone();
        other.chips.iter_mut().for_each(|c| *c = -*c);
        assert_eq!(SlotCells::new(&other, code, &data), cells);
        let sum: usize = cells.counts().iter().map(|&n| usize::from(n)).sum();
        assert_eq!(sum, CELLS - pilot.cells());
    }

    #[test]
    fn cells_survive_their_bytes_and_nothing_else_is_read() {
        let secret = Secret::from_bytes([3; 32]);
        let (pilot, code, data) = drawn(&secret, SlotIndex(0));
        let cells = SlotCells::new(&pilot, code, &data);
        let bytes = cells.bytes().to_vec();
        assert_eq!(SlotCells::from_bytes(bytes.clone()), Some(cells));
        assert_eq!(SlotCells::from_bytes(bytes[1..].to_vec()), None);
        let mut odd = bytes;
        odd[7] = 0xC1;
        assert_eq!(SlotCells::from_bytes(odd), None);
    }
}
