//! What a window turns out to show: where, when, how sure, and its symbols.

mod contradiction;
mod decoys;
mod describe;
mod piece;
mod placement;
mod sync;

pub use contradiction::Contradiction;
pub use piece::Piece;
pub use placement::Placement;
pub use sync::Sync;
