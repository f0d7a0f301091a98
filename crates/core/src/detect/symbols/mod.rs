//! What the slots say: soft symbols and how far to trust them.

mod soft;
mod tiles;

pub(crate) use soft::agreement;
pub use soft::{SlotSoft, TitleReading};
pub(crate) use tiles::{Placed, SlotTile, slot_sums};
