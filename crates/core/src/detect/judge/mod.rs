//! Which candidate's pilot and data fit best.

mod best;
mod judged;

pub(crate) use judged::Judged;
