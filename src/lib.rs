//! leakmark finds who leaked a film.

pub mod error;
pub mod units;

pub mod cli;
pub mod detect;
pub mod job;
pub mod key;
pub mod luma;
pub mod mark;
pub mod media;
pub mod registry;
pub mod report;
pub mod trace;
