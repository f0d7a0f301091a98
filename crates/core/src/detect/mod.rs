//! This module reads the mark out of an exhibit's picture, without the host.
//!
//! ```text
//! bins ─ cancel host ─ whitened bins ─ fold (a geometry) ─ tiles ─ align (time) ─ slots ─ soft symbols
//!                                         ↑ register: which geometry, by the pilot alone; wander: how it moves
//! ```
//!
//! Nothing here looks at a distributor: geometry, alignment and reliabilities
//! are chosen by the pilot and by how well the data chips agree with each other.

mod absent;
mod align;
mod bins;
mod cancel;
mod drift;
mod filter;
mod fold;
mod geometry;
mod illustrate;
mod judge;
mod level;
mod locate;
mod path;
mod piece;
mod pilot;
mod place;
mod read;
mod register;
mod search;
mod shapes;
mod soft;
mod sweep;
mod wander;

pub use bins::{BIN_S, Bin, BinGatherer, GRID_LONG, grid_size};
pub use cancel::whitened;
pub use fold::Tile;
pub use geometry::{Adjust, Geometry, Orientation, Region};
pub use illustrate::Sight;
pub use piece::Piece;
pub use pilot::PilotKey;
pub use place::Placement;
pub use read::{Reading, Search, Sync, read, read_keyframes};
pub use search::Effort;
pub use shapes::SCALES;
pub use soft::{SlotSoft, TitleReading, read_title};
