//! Puts a mark into a picture.
//!
//! ```text
//! title time ─ slot ─ tile of 64 × 64 chips ─ carrier at picture size ─ × gain ─ + luma
//!                      pilot │ data cells × symbols
//! ```
//!
//! The longer side of the active picture is [`LONG_CHIPS`] chips; the tile is
//! repeated over the picture from its upper left corner. Coordinates are
//! relative to the active picture, so any rescale of the whole picture is
//! invisible to the detector.

mod add;
mod alphabet;
mod carrier;
mod cells;
mod chips;
mod embed;
mod gain;
mod gain_map;
mod timeline;

pub use alphabet::Alphabet;
pub use carrier::{Carrier, chip_extent};
pub use cells::SlotCells;
pub use chips::{DataCells, Pilot, SlotCode, Symbols, tile};
pub use embed::{EmbedSettings, Embedder};
pub use gain::Gain;
pub use gain_map::GainMap;
pub use timeline::{SLOT_S, SlotMix, TITLE_LIMIT_S, segment_of, slot_mix, slot_of};

/// The version of the signal: everything that decides how a copy is marked and read.
pub const SIGNAL_FORMAT: u32 = 1;
/// Chips along each side of the periodic tile.
pub const TILE: usize = 64;
/// Chips along the longer side of the active picture.
pub const LONG_CHIPS: f64 = 160.0;
/// Code symbols in each slot.
pub const SYMBOLS: usize = 64;
