//! An open registry, and what it says of itself.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::identity::Identity;
use leakmark_core::key::Signer;

/// An open registry.
#[derive(Debug)]
pub struct Registry {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    pub(super) read_only: bool,
    pub(super) signer: Option<Signer>,
}

impl Registry {
    /// The registry's own name: 32 random hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.identity.registry_id
    }

    /// The commitment to the secret that was given when the registry was made:
    /// 64 hexadecimal digits. A secret with another commitment is the wrong one.
    pub fn secret_check(&self) -> &str {
        &self.identity.secret_check
    }

    /// The number of the signal format that this registry's copies carry.
    pub fn format(&self) -> u32 {
        self.identity.format
    }

    /// When the registry was made, RFC 3339 UTC.
    pub fn created_at(&self) -> &str {
        &self.identity.created_at
    }

    /// The registry's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True if the file or its folder cannot be written: every method that
    /// writes will fail.
    pub fn read_only(&self) -> bool {
        self.read_only
    }
}
