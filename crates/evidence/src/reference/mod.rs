//! References: the pictures of titles' masters, as the registry keeps them and as packs
//! carry them.
//!
//! ```text
//! entry of the chain ── sha256 of ── head of the file ── sha256 of ── each sealed group of pictures
//!      (signed)                       (salt, sealed header)
//! ```
//!
//! So a few groups can be shown, with the head, as the very ones that the registry
//! kept when its chain was that long, and none of the others.

mod entry;
mod file;
mod packed;

pub use entry::Reference;
pub use file::{FileKey, Header, InWords, ReferenceFile, SALT, head_sha256, write};
pub use packed::{OpenedReference, PackedGroup, PackedReference};
