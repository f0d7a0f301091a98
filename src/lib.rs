//! leakmark finds who leaked a film.

pub mod error;
pub mod units;

pub mod key;
pub mod luma;
pub mod mark;
pub mod detect;
pub mod trace;
pub mod media;
pub mod registry;
pub mod report;
pub mod job;
pub mod cli;
