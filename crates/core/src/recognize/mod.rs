//! Recognizes from its pictures alone which title an exhibit shows, when, and where in
//! the picture.
//!
//! ```text
//! title ── pictures here and there ─ points ─ describe ─ posting: a few features each ─ table
//!                                                                                        │
//! exhibit ─ bins ─ points ─ describe ─ alike? ───────────────────────────────────────────┘
//!             │                          └ vote: title, offset, geometry ─┐
//!             └──────────────────────────────┐                            │
//! masters ─ the title's pictures there ─ flat ─ register: geometry ─ timing: offset, speed ─ Known
//! ```
//!
//! Features only propose; what decides is whether the pictures themselves are alike.
//! The mark takes no part, and nothing here looks at a distributor.

mod describe;
mod exhibit;
mod flat;
mod plausible;
mod points;
mod posting;
mod register;
mod similarity;
mod solve;
mod stretch;
mod table;
mod vote;

#[cfg(test)]
mod scene;

pub use posting::{FEATURE_BYTES, Sketcher, Sketches};
pub use table::Index;
