//! Keeps a copy of the registry, and makes a registry of one.
//!
//! ```text
//! leakmark.db ─ one moment of it ─ part ─ on the disk ─ chain and tables checked ─ named
//! backup ─ copied ─ part ─ chain, tables and secret checked ─ named leakmark.db
//! ```
//!
//! The secret is no part of it: it never changes, and whoever has both can read
//! and forge marks.

use std::fs::{self, File};
use std::path::Path;

use serde::Serialize;
use tempfile::NamedTempFile;

use super::chain::Head;
use super::fault::fault;
use super::schema::FILE_NAME;
use super::{ChainCheck, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::hash::hash_file;
use leakmark_evidence::whole::{OWNER, folder_of, give_name, nameless};

/// Faults that are named: beyond, they are counted.
const NAMED: usize = 3;

/// A backup that was written, or restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// The registry's id.
    pub registry: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// Where the chain ends in it.
    pub head: Head,
    /// Receipts in it.
    pub receipts: usize,
    /// When the last entry was written that says its time, RFC 3339 UTC; null if none does.
    pub last_at: Option<String>,
    /// The number of the entry whose hash was asked for; null if there is none.
    pub noted: Option<i64>,
}

impl Registry {
    /// Writes the registry as it is at this moment to a new file, whatever others
    /// do meanwhile, and checks what was written.
    ///
    /// # Errors
    /// [`Error::Usage`] if the file is there, [`Error::Unwritable`] if it cannot be
    /// written, [`Error::Registry`] if what was written does not hold, because
    /// the registry does not: nothing is left then.
    pub fn backup(&self, file: &Path) -> Result<Backup> {
        refuse_existing(file)?;
        let part = beside(file)?;
        let path = part.path().to_str().ok_or_else(|| {
            Error::unwritable(file, "the folder's name is not UTF-8").advise("name another folder")
        })?;
        self.conn
            .execute("VACUUM INTO ?1", [path])
            .map_err(|error| {
                let full = error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
                match full {
                    true => Error::unwritable(file, "its disk is full")
                        .advise("make room, or name a file on another disk"),
                    false => fault("writing the backup")(error),
                }
            })?;
        let backup = checked(part.path(), None)?;
        place(part, file)?;
        Ok(backup)
    }

    /// Makes the registry in the folder `dir` of a backup. `belongs` says whether
    /// the secret is that of the registry that is handed to it; the hash `noted`
    /// is looked for in the chain.
    ///
    /// # Errors
    /// [`Error::Registry`] if a registry is there, or if the backup does not hold,
    /// [`Error::Unreadable`] if it cannot be read, [`Error::Unwritable`] if the
    /// folder cannot be written, and what `belongs` says: nothing is left then.
    pub fn restore(
        file: &Path,
        dir: &Path,
        noted: Option<&str>,
        belongs: impl FnOnce(&Self) -> Result<()>,
    ) -> Result<Backup> {
        let path = dir.join(FILE_NAME);
        for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
            if dir.join(&name).symlink_metadata().is_ok() {
                return Err(Error::registry(format!(
                    "{} is there already, and is left as it is",
                    dir.join(name).display()
                ))
                .advise("restore into another --home, or move what is there away"));
            }
        }
        let unreadable = |e: std::io::Error| Error::unreadable(file, e.to_string()).caused_by(e);
        let log = format!("{}-wal", file.display());
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(Error::unreadable(
                file,
                format!("it is the file of a registry in use: what {log} holds would be lost"),
            )
            .advise("make a backup with `leakmark registry backup`"));
        }
        let mut from = File::open(file).map_err(unreadable)?;
        fs::create_dir_all(dir).map_err(|e| Error::unwritable(dir, e.to_string()).caused_by(e))?;
        let mut part = beside(&path)?;
        std::io::copy(&mut from, part.as_file_mut())
            .map_err(|e| Error::unwritable(&path, e.to_string()).caused_by(e))?;
        belongs(&Self::open_copy(part.path()).map_err(|e| of(file, e))?)?;
        let backup = checked(part.path(), noted).map_err(|e| of(file, e))?;
        place(part, &path)?;
        Ok(backup)
    }
}

/// An error about the part, said about the file that it was copied from.
fn of(file: &Path, error: Error) -> Error {
    match error {
        Error::Registry(words) => Error::registry(words)
            .reworded(|message| format!("the backup {}: {message}", file.display())),
        other => other,
    }
}

fn refuse_existing(file: &Path) -> Result<()> {
    match file.symlink_metadata() {
        Ok(_) => Err(Error::usage(format!("{} exists", file.display()))
            .advise("name another file: a backup is never overwritten")),
        Err(_) => Ok(()),
    }
}

/// A file beside that one, which only its owner can read.
fn beside(file: &Path) -> Result<NamedTempFile> {
    nameless(folder_of(file), OWNER)
        .map_err(|e| Error::unwritable(file, e.to_string()).caused_by(e))
}

/// Whether what was written is a registry that holds.
fn checked(part: &Path, noted: Option<&str>) -> Result<Backup> {
    let copy = Registry::open_copy(part)?;
    let ChainCheck {
        receipts,
        head,
        noted,
        last_at,
        faults,
        ..
    } = copy.verify(noted)?;
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(NAMED);
        let mut told = faults
            .into_iter()
            .take(NAMED)
            .collect::<Vec<_>>()
            .join("; ");
        if more > 0 {
            told += &format!("; and {more} more");
        }
        return Err(Error::registry(format!("it does not hold: {told}")).advise(
            "`leakmark registry verify` says what is wrong; to keep what is there, copy leakmark.db and leakmark.db-wal as they are",
        ));
    }
    let hash = hash_file(part, &mut |_| Ok(()))?;
    Ok(Backup {
        registry: copy.id().to_owned(),
        sha256: hash.sha256,
        bytes: hash.bytes,
        head,
        receipts,
        last_at,
        noted,
    })
}

/// Puts the finished file on the disk and gives it its name.
fn place(part: NamedTempFile, file: &Path) -> Result<()> {
    let unwritable = |e: std::io::Error| Error::unwritable(file, e.to_string()).caused_by(e);
    part.as_file().sync_all().map_err(unwritable)?;
    give_name(part.into_temp_path(), file, false).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Error::usage(format!("{} exists", file.display()))
            .advise("another program was faster: name another file"),
        _ => unwritable(e),
    })
}
