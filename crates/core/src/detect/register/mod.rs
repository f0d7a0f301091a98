//! Where the title's picture lies: scales to look at, candidates, and how well
//! the pilot shows under them.

mod anchor;
mod candidate;
mod parts;
mod pyramid;
mod refine;
mod strength;

pub(crate) use candidate::{BEYOND_DOUBT, Candidate, Lattice, Waypoint};
pub(crate) use parts::Part;
pub use pyramid::Scale;
pub(crate) use pyramid::{Level, Motion, Pyramid};
pub(crate) use refine::{RIGID_AXES, best_adjust};
