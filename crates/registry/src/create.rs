//! Makes a registry: built whole under another name, then renamed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::Connection;

use super::Registry;
use super::chain::{NOTHING, insert};
use super::entry::{Entry, Link, text};
use super::fault::fault;
use super::identity::{Identity, random_id};
use super::schema::{APPLICATION_ID, FILE_NAME, SCHEMA_VERSION, TABLES};
use leakmark_core::error::{Error, Result};
use leakmark_core::key::{Secret, Signer};
use leakmark_evidence::{naming, whole};

impl Registry {
    /// Makes a new registry in the folder `dir`, which is made if missing: for
    /// copies of this signal format, signed with the key that the secret gives.
    ///
    /// The file appears whole or not at all. Fails if one is there already.
    pub fn create(dir: &Path, secret: &Secret, format: u32) -> Result<Self> {
        create(dir, secret, format)?;
        let mut registry = Self::open(dir)?;
        registry.unlock(secret)?;
        Ok(registry)
    }
}

/// Makes `leakmark.db` in `dir`; fails if it is there.
fn create(dir: &Path, secret: &Secret, format: u32) -> Result<()> {
    let signer = Signer::of_registry(secret);
    let identity = Identity {
        registry_id: random_id()?,
        secret_check: secret.check(),
        format,
        created_at: naming::now()?,
        public_key: signer.public_key(),
    };
    fs::create_dir_all(dir).map_err(|error| Error::unwritable(dir, error.to_string()))?;
    let path = dir.join(FILE_NAME);
    if path.symlink_metadata().is_ok() {
        return Err(exists(&path));
    }
    let file = whole::nameless(dir, whole::OWNER)
        .map_err(|error| Error::unwritable(dir, error.to_string()).caused_by(error))?;
    build(file.path(), &identity, &signer)?;
    let named = whole::give_name(file.into_temp_path(), &path, false);
    named.map_err(|error| match error.kind() {
        // Another process was faster.
        ErrorKind::AlreadyExists => exists(&path),
        _ => Error::unwritable(&path, error.to_string()).caused_by(error),
    })
}

fn build(path: &Path, identity: &Identity, signer: &Signer) -> Result<()> {
    let doing = || format!("making {}", path.display());
    let first = Entry::Registry(identity.clone());
    let link = Link {
        registry: &identity.registry_id,
        number: 1,
        previous: NOTHING,
    };
    let text = text(&link, &first)?;
    let conn = Connection::open(path).map_err(fault(doing()))?;
    let filled = || {
        conn.execute_batch("BEGIN IMMEDIATE;")?;
        conn.execute_batch(TABLES)?;
        identity.store(&conn)?;
        insert(&conn, first.kind(), &text, &signer.sign(text.as_bytes()))?;
        conn.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        conn.execute_batch("COMMIT;")
    };
    filled().map_err(fault(doing()))?;
    conn.close().map_err(|(_, error)| fault(doing())(error))
}

fn exists(path: &Path) -> Error {
    Error::registry(format!(
        "{} exists already and is left as it is",
        path.display()
    ))
    .advise("choose another --home for a new registry")
}
