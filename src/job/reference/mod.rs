//! Keeps references: what the masters of the registry's titles show.
//!
//! ```text
//! mark, title add ── decoded pictures ─ gather: half-second means, packed in groups ─ file: encrypted
//!                                                                                      │  its hash and salt: chain
//! scan ── excerpt of a title's pictures around a time ◀────── shelf: references/ ──────┘
//!             recognizer: which title, when, where ◀───────── sketch: sketches/ ── features of the pictures
//! ```
//!
//! A reference is a small film before its release: it lies encrypted under a key
//! that follows from the secret, in a folder beside the registry.

pub(crate) mod care;
pub(crate) mod gather;
pub(crate) mod read;
pub(crate) mod recognizer;
pub(crate) mod shelf;
mod sketch;
