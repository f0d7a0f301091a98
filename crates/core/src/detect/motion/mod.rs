//! Pictures that move: slowly, followed from second to second, or by chips from
//! bin to bin.

mod drift;
mod trail;
mod walk;
mod wander;

pub(crate) use wander::Wander;
