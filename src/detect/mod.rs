//! This module reads the mark out of an exhibit's picture, without the host.
//!
//! ```text
//! bins ─ cancel host ─ whitened bins ─ fold (a geometry) ─ tiles ─ align (time) ─ slots ─ soft symbols
//!                                         ↑ register: which geometry, by the pilot alone
//! ```
//!
//! Nothing here looks at a distributor: geometry, alignment and reliabilities
//! are chosen by the pilot and by how well the data chips agree with each other.

mod align;
mod bins;
mod cancel;
mod fold;
mod geometry;
mod path;
mod pilot;
mod read;
mod register;
mod soft;

pub use align::Piece;
pub use bins::{BIN_S, Bin, BinGatherer, GRID_LONG, grid_size};
pub use cancel::whitened;
pub use fold::Tile;
pub use geometry::{Adjust, Geometry, Orientation, Region};
pub use pilot::PilotKey;
pub use read::{Reading, Search, Sync, read, read_keyframes};
pub use soft::{SlotSoft, TitleReading, read_title};
