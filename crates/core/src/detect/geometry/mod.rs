//! Where the title's picture lies in the exhibit's: maps from chips to samples.

mod adjust;
mod map;
mod matrix;
mod region;

pub use adjust::Adjust;
pub use map::{Geometry, RADIUS};
pub use region::{Orientation, Region};
