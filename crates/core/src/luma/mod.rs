//! A luma plane as numbers: nothing here knows files or time.
//!
//! A [`Plane`] is a row-major array of `f32`, axes (row, column), in 8-bit code
//! values unless a function says otherwise.

pub mod activity;
pub mod bars;
pub mod blur;
pub mod correlate_pair;
pub mod lapped;
pub(crate) mod least_squares;
mod rect;
pub mod resample;
pub mod smooth;
pub mod view;

/// A picture as numbers, axes (row, column).
pub type Plane = ndarray::Array2<f32>;

pub use rect::Rect;
pub use view::{LumaFormat, LumaView, LumaViewMut, Samples, SamplesMut};
