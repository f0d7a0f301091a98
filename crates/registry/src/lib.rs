//! Keeps the registry: which titles there are, which distributors,
//! who was issued which copy, and who did what when.
//!
//! It is one SQLite file, `leakmark.db`, in the home folder:
//!
//! ```text
//!   chain           everything that was ever said, entry by entry, signed (append-only)
//!   identity        one row: registry id, commitment to the secret, signal format ─┐
//!   titles          one row a master                                              ─┤ as in
//!   distributors    one row a recipient                                           ─┤ the chain
//!   issue_records   distributor D got copy C of title T                           ─┘
//! ```
//!
//! The chain holds the registry's identity, its distributors and titles, a
//! receipt for each issue record, and the audit log: each entry names the one
//! before it and is signed with the key that the secret gives. What a scan goes
//! by is the chain ([`Registry::signed`]); the other tables serve to look things
//! up, and are compared with it by [`Registry::verify`].
//!
//! The secret itself is never here; neither are codewords, which are derived
//! from it, but for a commitment to each that was issued. Triggers keep the
//! tables as they are; the chain shows what was done to them with other means.
//! Each writing method is one `BEGIN IMMEDIATE` transaction, so that two
//! processes writing at once queue up instead of failing; readers do not wait.

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod audit;
mod chain;
mod create;
mod distributors;
mod entry;
mod host;
mod identity;
mod import;
mod issues;
mod names;
mod open;
mod receipts;
mod roster;
mod schema;
mod signed;
mod sql;
mod tables;
mod titles;
mod unlock;
mod verify;
mod walk;

pub use audit::AuditEntry;
pub use chain::Head;
pub use distributors::Distributor;
pub use import::{ImportRow, read_csv};
pub use issues::Issue;
pub use receipts::{CodewordCommitment, KeptReceipt};
pub use roster::{Listed, Roster};
pub use schema::{FILE_NAME, SCHEMA_VERSION};
pub use signed::{Issued, Signed};
pub use titles::{ActiveRect, Title};
pub use verify::ChainCheck;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use identity::Identity;
use leakmark_core::error::Result;
use leakmark_core::key::{Secret, Signer};
use open::Connected;

/// An open registry.
#[derive(Debug)]
pub struct Registry {
    conn: Connection,
    path: PathBuf,
    identity: Identity,
    read_only: bool,
    signer: Option<Signer>,
}

impl Registry {
    /// Makes a new registry in the folder `dir`, which is made if missing: for
    /// copies of this signal format, signed with the key that the secret gives.
    ///
    /// The file appears whole or not at all. Fails if one is there already.
    pub fn create(dir: &Path, secret: &Secret, format: u32) -> Result<Self> {
        create::create(dir, secret, format)?;
        let mut registry = Self::open(dir)?;
        registry.unlock(secret)?;
        Ok(registry)
    }

    /// Opens the registry in the folder `dir`, for reading: nothing can be added
    /// until it is unlocked ([`Registry::unlock`]).
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE_NAME);
        let Connected { conn, read_only } = open::connect(&path)?;
        let identity = Identity::load(&conn, &path)?;
        Ok(Self {
            conn,
            path,
            identity,
            read_only,
            signer: None,
        })
    }

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
