//! Which parts of a film are read, in which order, by which decoder.

pub(crate) mod clock;
pub(crate) mod keyframes;
pub(crate) mod plan;
pub(crate) mod prefetch;
pub(crate) mod schedule;
pub(crate) mod segment;
pub(crate) mod window;
