//! Keeps the registry: which titles there are, which distributors,
//! who was issued which copy, and who did what when.
//!
//! It is one SQLite file, `leakmark.db`, in the home folder:
//!
//! ```text
//!   identity        one row: registry id, commitment to the secret, signal format
//!   titles          one row a master            ─┐
//!   distributors    one row a recipient         ─┤
//!   issue_records   distributor D got a copy of title T (append-only)
//!   receipts        a signed, chained entry for each issue record (append-only)
//!   audit_log       who ran what, and what came of it, chained  (append-only)
//! ```
//!
//! The secret itself is never here; neither are codewords, which are derived
//! from it, but for a commitment to each that was issued. Triggers keep the
//! append-only tables as they are; chains and signatures show what was done to
//! them with other means ([`Registry::verify`]). Each writing method is one `BEGIN IMMEDIATE` transaction, so that two
//! processes writing at once queue up instead of failing.

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod audit;
mod create;
mod distributors;
mod host;
mod identity;
mod import;
mod issues;
mod open;
mod receipts;
mod roster;
mod schema;
mod sql;
mod titles;
mod unlock;
mod upgrade;
mod verify;

pub use audit::AuditEntry;
pub use create::NewRegistry;
pub use distributors::Distributor;
pub use import::{ImportRow, read_csv};
pub use issues::Issue;

pub use receipts::{CodewordCommitment, KeptReceipt};
pub use roster::{Listed, Roster};
pub use schema::{FILE_NAME, SCHEMA_VERSION};
pub use titles::{ActiveRect, Title};
pub use verify::LogCheck;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use identity::Identity;
use leakmark_core::error::Result;
use leakmark_core::key::Signer;
use open::Connected;

/// An open registry.
#[derive(Debug)]
pub struct Registry {
    conn: Connection,
    path: PathBuf,
    identity: Identity,
    read_only: bool,
    layout: u32,
    signer: Option<Signer>,
}

impl Registry {
    /// Makes a new registry in the folder `dir`, which is made if missing.
    ///
    /// The file appears whole or not at all. Fails if one is there already.
    pub fn create(dir: &Path, new: &NewRegistry) -> Result<Self> {
        create::create(dir, new)?;
        Self::open(dir)
    }

    /// Opens the registry in the folder `dir`, for writing if the file system
    /// allows it (see [`Registry::read_only`]). An older layout is brought up to
    /// date then, and read as it is otherwise.
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE_NAME);
        let Connected {
            conn,
            read_only,
            layout,
        } = open::connect(&path)?;
        let identity = Identity::load(&conn, layout, &path)?;
        Ok(Self {
            conn,
            path,
            identity,
            read_only,
            layout,
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
