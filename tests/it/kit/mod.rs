//! What the tests stand on.

pub mod case;
pub mod house;
pub mod python;
pub mod secret;
