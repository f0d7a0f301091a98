//! The pilot in a picture: what the secret says of it, tiles folded onto one,
//! and their correlation at every shift.

mod fold;
mod key;
mod track;

pub use fold::Tile;
pub(crate) use fold::{each_chip, fold};
pub use key::PilotKey;
pub(crate) use key::{SLOTS, cell_of, shift_of};
pub(crate) use track::{Track, capped, folded, root_mean_square};
