//! Half-second means of the picture, and what is left of them without the host.

mod cancel;
mod filter;
mod gather;

pub use cancel::whitened;
pub use gather::{BIN_S, Bin, BinGatherer, GRID_LONG, grid_size};
