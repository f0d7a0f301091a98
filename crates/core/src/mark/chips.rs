//! Draws the keyed chips of a tile.
//!
//! A third of the tile's cells carry the pilot, keyed by the registry alone and
//! the same for every title and copy. In each slot the pilot is rolled and
//! given a sign, so that the slot number can be read from it. The other cells
//! carry data: each has a keyed sign and belongs to one of [`SYMBOLS`] symbols.

use super::{SYMBOLS, TILE};
use crate::key::{Secret, Stream};
use crate::units::SlotIndex;

const CELLS: usize = TILE * TILE;
/// A third of the cells: what the reference measurements found to balance
/// finding the mark against reading it.
const PILOT_CELLS: usize = CELLS / 3;

/// The symbols of one copy in one slot, each +1 or −1.
pub type Symbols = [i8; SYMBOLS];

/// The pilot: +1, −1, or 0 where a cell carries data; row by row.
#[derive(Clone)]
pub struct Pilot {
    /// [`TILE`]² chips, row-major.
    pub chips: Vec<i8>,
}

impl Pilot {
    /// The pilot of a registry.
    pub fn new(secret: &Secret) -> Self {
        let mut numbers = secret.stream(&Stream::Pilot);
        let mut order: Vec<usize> = (0..CELLS).collect();
        let mut chips = vec![0; CELLS];
        for i in 0..PILOT_CELLS {
            let j = i + numbers.below((CELLS - i) as u32) as usize;
            order.swap(i, j);
            chips[order[i]] = if numbers.next_u32() & 1 == 0 { -1 } else { 1 };
        }
        Self { chips }
    }

    /// How many cells carry it.
    pub fn cells(&self) -> usize {
        PILOT_CELLS
    }
}

/// How the pilot stands in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotCode {
    /// Rows by which the pilot is rolled down.
    pub rows: usize,
    /// Columns by which it is rolled to the right.
    pub columns: usize,
    /// +1 or −1.
    pub sign: i8,
}

impl SlotCode {
    /// The code of a slot.
    pub fn new(secret: &Secret, slot: SlotIndex) -> Self {
        let word = secret.stream(&Stream::SlotCode(slot)).next_u32();
        Self {
            rows: word as usize % TILE,
            columns: (word >> 6) as usize % TILE,
            sign: if word >> 12 & 1 == 0 { -1 } else { 1 },
        }
    }

    /// The pilot cell that stands at cell (`row`, `column`) of the tile.
    pub fn pilot_cell(&self, row: usize, column: usize) -> usize {
        (row + TILE - self.rows) % TILE * TILE + (column + TILE - self.columns) % TILE
    }
}

/// What each cell of a slot's tile carries of the code, pilot or not.
pub struct DataCells {
    /// [`TILE`]² bytes, row-major: bit 7 is set for a positive sign, the low
    /// six bits are the symbol's number.
    bytes: Vec<u8>,
}

impl DataCells {
    /// The data cells of a title's slot.
    pub fn new(secret: &Secret, title: &str, slot: SlotIndex) -> Self {
        let mut bytes = vec![0; CELLS];
        secret
            .stream(&Stream::Data { title, slot })
            .fill(&mut bytes);
        Self { bytes }
    }

    /// One byte a cell: bit 7 is set for a positive sign, the low six bits are the symbol's
    /// number, bit 6 says nothing.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// (sign, symbol number) of a cell.
    pub fn at(&self, cell: usize) -> (i8, usize) {
        let byte = self.bytes[cell];
        (
            if byte & 0x80 == 0 { -1 } else { 1 },
            usize::from(byte) % SYMBOLS,
        )
    }
}

/// The tile of one copy in one slot: [`TILE`]² chips of ±1, row-major.
pub fn tile(pilot: &Pilot, code: SlotCode, data: &DataCells, symbols: &Symbols) -> Vec<f32> {
    (0..CELLS)
        .map(|cell| {
            let chip = pilot.chips[code.pilot_cell(cell / TILE, cell % TILE)];
            if chip != 0 {
                return f32::from(chip * code.sign);
            }
            let (sign, symbol) = data.at(cell);
            f32::from(sign * symbols[symbol])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_a_third_pilot_and_balanced() {
        let secret = Secret::from_bytes([3; 32]);
        let pilot = Pilot::new(&secret);
        assert_eq!(
            pilot.chips.iter().filter(|&&c| c != 0).count(),
            pilot.cells()
        );
        let slot = SlotIndex(9);
        let code = SlotCode::new(&secret, slot);
        let chips = tile(
            &pilot,
            code,
            &DataCells::new(&secret, "t", slot),
            &[1; SYMBOLS],
        );
        assert!(chips.iter().all(|c| c.abs() == 1.0));
        assert!(
            chips.iter().sum::<f32>().abs() < 320.0,
            "five standard deviations"
        );
        let rolled = pilot.chips[0];
        if rolled != 0 {
            assert_eq!(
                chips[code.rows * TILE + code.columns],
                f32::from(rolled * code.sign)
            );
        }
    }

    /// Frozen: computed apart from this code. The symbols are those frozen in `trace`.
    #[test]
    fn a_tile_is_what_it_always_was() {
        use sha2::{Digest, Sha256};
        let secret = Secret::from_bytes(std::array::from_fn(|i| i as u8));
        let slot = SlotIndex(5);
        let signs = "++-++---++--++---+---+--------+-+++--++++---++++--++-++-+++-+---".as_bytes();
        let symbols: Symbols = std::array::from_fn(|j| if signs[j] == b'+' { 1 } else { -1 });
        let code = SlotCode::new(&secret, slot);
        assert_eq!(
            code,
            SlotCode {
                rows: 19,
                columns: 3,
                sign: -1
            }
        );
        let chips = tile(
            &Pilot::new(&secret),
            code,
            &DataCells::new(&secret, "film", slot),
            &symbols,
        );
        let bytes: Vec<u8> = chips.iter().map(|&c| c as i8 as u8).collect();
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(
            digest,
            "a6f326f4a6cbcdfc4d72a4be1ecb5c1bac444368b9761ffbeb902c28bea56fac"
        );
        // Four pixels a chip, whatever the format's own number of chips is.
        let carrier = super::super::Carrier::new(&chips, 640, 360, (160.0, 90.0));
        for (y, x, value) in [
            (0, 0, 0.6465921_f32),
            (10, 333, -1.1315608),
            (123, 45, 0.2295151),
            (200, 511, 0.0216255),
            (359, 639, -1.4412341),
        ] {
            let got = carrier.values[y * 640 + x];
            assert!((got - value).abs() < 1e-5, "({y}, {x}): {got}, not {value}");
        }
    }
}
