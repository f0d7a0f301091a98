//! What the tests stand on.

pub mod case;
pub mod exhibits;
pub mod heif;
pub mod house;
pub mod program;
pub mod python;
pub mod random;
pub mod secret;
