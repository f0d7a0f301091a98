//! A reference: that the pictures of a title's master are kept.

use serde::{Deserialize, Serialize};

/// The pictures of one master, kept in a file beside the registry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The title's id.
    pub title: String,
    /// Title time at which the master begins, seconds.
    pub title_start_s: f64,
    /// Length of the master, seconds.
    pub duration_s: f64,
    /// Pictures in the file.
    pub pictures: u64,
    /// SHA-256 of the master that they were made from, lower-case hexadecimal.
    pub master_sha256: String,
    /// What the file's key is derived with, 64 lower-case hexadecimal digits.
    pub salt: String,
    /// SHA-256 of the file, lower-case hexadecimal; its name.
    pub sha256: String,
    /// When it was made, RFC 3339 UTC. [`Registry::add_reference`](crate::Registry::add_reference) sets it.
    pub added_at: String,
}

/// That a reference was given up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedReference {
    /// SHA-256 of its file, lower-case hexadecimal.
    pub sha256: String,
    /// When it was dropped, RFC 3339 UTC.
    pub dropped_at: String,
}
