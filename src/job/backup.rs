//! Backs the registry up, and restores it: the secret lies elsewhere.

use std::path::Path;

use crate::error::{Error, Result};
use crate::evidence::key_file::read_secret_file;
use crate::job::home::{Home, KEY_FILE};
use crate::registry::{Backup, Registry};

/// Writes the registry in `dir` as it is at this moment to a new file; returns
/// the registry too, to log in.
///
/// The secret is not needed, and not in the file.
///
/// # Errors
/// As for [`Registry::backup`].
pub fn backup_registry(dir: &Path, file: &Path) -> Result<(Registry, Backup)> {
    let mut registry = Registry::open(dir)?;
    let backup = registry.backup(file)?;
    // Without its secret it is backed up all the same, and nothing is logged.
    if let Ok(secret) = read_secret_file(&dir.join(KEY_FILE)) {
        registry.unlock(&secret)?;
    }
    Ok((registry, backup))
}

/// What a restored registry came to.
pub struct Restored {
    /// What was restored.
    pub backup: Backup,
    /// The registry with its secret, if that is there.
    pub home: Option<Home>,
}

/// Makes the registry in `dir` of a backup, whose chain, tables and secret are
/// checked first; looks for the entry with the hash `noted`. Without a secret
/// in `dir` it is refused, unless `without_key` is said.
///
/// # Errors
/// As for [`Registry::restore`], and [`Error::Registry`] if the secret is missing
/// or another registry's.
pub fn restore_registry(
    dir: &Path,
    file: &Path,
    noted: Option<&str>,
    without_key: bool,
) -> Result<Restored> {
    let key = dir.join(KEY_FILE);
    let secret = match key.symlink_metadata() {
        Ok(_) => Some(read_secret_file(&key)?),
        Err(_) if without_key => None,
        Err(_) => {
            return Err(Error::registry(format!("{} is not there", key.display())).advise(format!(
                "put your copy of {KEY_FILE} into the home folder first; if it is lost, --without-key restores lists and receipts, and no copy can be traced"
            )));
        }
    };
    let belongs = |registry: &Registry| match &secret {
        Some(secret) if secret.check() != registry.secret_check() => {
            Err(
                Error::registry(format!("{} is another registry's secret", key.display())).advise(
                    format!("put the right {KEY_FILE} there; nothing was restored"),
                ),
            )
        }
        _ => Ok(()),
    };
    let backup = Registry::restore(file, dir, noted, belongs)?;
    let home = secret.map(|_| Home::open(dir)).transpose()?;
    Ok(Restored { backup, home })
}
