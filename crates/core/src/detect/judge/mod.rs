//! Which candidate's pilot and data fit best.

mod best;
mod fitted;
mod judged;

pub(crate) use judged::Judged;
