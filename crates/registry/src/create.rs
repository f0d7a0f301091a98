//! Makes a registry: built whole under another name, then renamed.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;
use tempfile::{Builder, NamedTempFile};

use super::identity::{Identity, random_id};
use super::schema::{APPLICATION_ID, FILE_NAME};
use super::sql::fault;
use super::upgrade;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;

/// What a new registry needs to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRegistry {
    /// A commitment to the secret: 64 lower-case hexadecimal digits from which
    /// the secret cannot be found.
    pub secret_check: String,
    /// The number of the signal format that copies will carry.
    pub format: u32,
    /// The public key that receipts will be signed with, 64 lower-case
    /// hexadecimal digits.
    pub log_key: String,
}

/// Makes `leakmark.db` in `dir`; fails if it is there.
pub fn create(dir: &Path, new: &NewRegistry) -> Result<()> {
    let identity = identity_of(new)?;
    fs::create_dir_all(dir).map_err(|error| Error::unwritable(dir, error.to_string()))?;
    let path = dir.join(FILE_NAME);
    if path.symlink_metadata().is_ok() {
        return Err(exists(&path));
    }
    let beside = Builder::new()
        .prefix(".leakmark-")
        .suffix(".db.part")
        .tempfile_in(dir)
        .map_err(|error| Error::unwritable(dir, error.to_string()))?;
    build(beside.path(), &identity)?;
    put_in_place(beside, &path)
}

fn identity_of(new: &NewRegistry) -> Result<Identity> {
    if !naming::is_hash(&new.secret_check) || !naming::is_hash(&new.log_key) {
        return Err(Error::Internal(
            "the commitment to the secret and the public key must be 64 lower-case hexadecimal digits each".to_owned(),
        ));
    }
    Ok(Identity {
        registry_id: random_id()?,
        secret_check: new.secret_check.clone(),
        format: new.format,
        created_at: naming::now()?,
        log_key: Some(new.log_key.clone()),
        issues_before_receipts: 0,
    })
}

fn build(path: &Path, identity: &Identity) -> Result<()> {
    let doing = || format!("making {}", path.display());
    let conn = Connection::open(path).map_err(fault(doing()))?;
    conn.execute_batch("BEGIN IMMEDIATE;")
        .map_err(fault(doing()))?;
    upgrade::take_steps(&conn, 0).map_err(fault(doing()))?;
    identity.store(&conn).map_err(fault(doing()))?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(fault(doing()))?;
    conn.execute_batch("COMMIT;").map_err(fault(doing()))?;
    conn.close().map_err(|(_, error)| fault(doing())(error))
}

/// Renames the finished file, unless another process was faster.
fn put_in_place(beside: NamedTempFile, path: &Path) -> Result<()> {
    beside
        .persist_noclobber(path)
        .map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(path),
            _ => Error::unwritable(path, error.error.to_string()),
        })?;
    // The new name must outlive a power cut too. Not every system can sync a
    // folder: the file is there and sound without it.
    if let Some(folder) = path.parent().and_then(|dir| File::open(dir).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn exists(path: &Path) -> Error {
    Error::registry(format!(
        "{} exists already and is left as it is; choose another --home for a new registry",
        path.display()
    ))
}
