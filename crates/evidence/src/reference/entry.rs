//! What the chain says of a reference.

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
    /// SHA-256 of the file's head, lower-case hexadecimal; the file's name. The head has the
    /// hashes of everything else.
    pub sha256: String,
    /// When it was made, RFC 3339 UTC. The registry sets it.
    pub added_at: String,
}

impl Reference {
    /// Of an entry of the chain: what it says, if it is a reference's entry of `registry`.
    pub(super) fn of_entry(text: &str, registry: &str) -> Option<Self> {
        let mut lines = text.lines();
        let own = format!("registry {registry}");
        let is_own = lines.next()? == "leakmark registry entry 1" && lines.next()? == own;
        let kind = lines.nth(2)?;
        let said = serde_json::from_str(lines.next()?).ok();
        let ends = lines.next().is_none();
        said.filter(|_| is_own && ends && kind == "kind reference")
    }
}
