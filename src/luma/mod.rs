//! This module treats a plane as numbers.
pub mod view;
pub use view::{LumaFormat, LumaView, LumaViewMut, Samples, SamplesMut};
