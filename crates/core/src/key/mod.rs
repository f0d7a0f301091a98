//! Draws every keyed number from one secret.
//!
//! ```text
//! secret (32 bytes) ─ HKDF-SHA-256 ─ one key per named stream ─ ChaCha20 ─ numbers
//! ```
//!
//! Each use has a [`Stream`] of its own, so that no two uses share numbers.
//! The numbers of every stream are frozen by test vectors: a copy marked today
//! must be readable in ten years.

mod secret;
mod signing;
mod stream;

pub use secret::{NoRandomNumbers, Secret, Streams, random};
pub use signing::{Signer, is_signed};
pub use stream::{KeyStream, Stream};
