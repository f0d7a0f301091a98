//! Where in the title each bin lies: speeds, starts, cuts, and what is missing.

mod absent;
mod alignment;
mod best;
mod locate;
mod path;
mod rates;
mod slots;

pub(crate) use alignment::{Alignment, Run, Times};
pub(crate) use best::MOVED_FROM;
pub(crate) use locate::Shift;
pub use rates::SPEED_PERCENT;
pub(crate) use rates::{COMMON_RATES, FILM_RATES, rates};
pub(crate) use slots::slots_of;
