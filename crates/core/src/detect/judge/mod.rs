//! Which candidate's pilot and data fit best.

mod best;
mod fitted;
mod judged;
mod titles;

pub(crate) use judged::Judged;
pub(crate) use titles::Shown;
pub use titles::change_of_title;
