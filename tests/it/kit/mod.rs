//! What the tests stand on.

pub mod case;
pub mod house;
pub mod program;
pub mod python;
pub mod random;
pub mod secret;
