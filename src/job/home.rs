//! Opens the home folder: the registry and its secret.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::evidence::key_file::{create_secret_file, read_secret_file};
use crate::key::Secret;
use crate::mark::SIGNAL_FORMAT;
use crate::registry::{FILE_NAME, Registry};

/// The name of the key file in the home folder.
pub const KEY_FILE: &str = "leakmark.key";

/// An open home folder.
pub struct Home {
    /// The registry.
    pub registry: Registry,
    /// Its secret.
    pub secret: Secret,
}

impl Home {
    /// The folder used when none is named: the platform's data folder.
    ///
    /// # Errors
    /// [`Error::Usage`] if the platform has none.
    pub fn default_dir() -> Result<PathBuf> {
        directories::ProjectDirs::from("", "", "leakmark")
            .map(|d| d.data_dir().to_owned())
            .ok_or_else(|| Error::usage("no data folder is known for this user; name one with --home DIR or LEAKMARK_HOME"))
    }

    /// Makes a registry in `dir`, with a new secret.
    ///
    /// # Errors
    /// [`Error::Usage`] if a key file is there without its registry,
    /// [`Error::Registry`] if a registry is there or nothing can be written.
    pub fn init(dir: &Path) -> Result<Self> {
        let key = dir.join(KEY_FILE);
        if key.symlink_metadata().is_ok() && !dir.join(FILE_NAME).exists() {
            return Err(Error::usage(format!(
                "{} is there without its registry: restore {FILE_NAME} from your backup. To make a new registry with this old secret all the same, say --old-key: it will know nothing of the copies that were issued, and their codewords will be given again",
                key.display()
            )));
        }
        Self::make(dir, || {
            let secret = Secret::generate()?;
            create_secret_file(&key, &secret)?;
            Ok((secret, true))
        })
    }

    /// Makes a registry in `dir` with the secret that is there.
    ///
    /// # Errors
    /// [`Error::Registry`] if there is no key file, if a registry is there or
    /// nothing can be written.
    pub fn init_with_old_key(dir: &Path) -> Result<Self> {
        Self::make(dir, || Ok((read_secret_file(&dir.join(KEY_FILE))?, false)))
    }

    /// Makes a registry with the secret that `secret` gives, which also says
    /// whether its file is new.
    fn make(dir: &Path, secret: impl FnOnce() -> Result<(Secret, bool)>) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|e| {
            Error::registry(format!("cannot make the folder {}: {e}", dir.display()))
        })?;
        if dir.join(FILE_NAME).exists() {
            return Err(Error::registry(format!(
                "{} holds a registry already; use it, or name another folder with --home",
                dir.display()
            )));
        }
        let (secret, new) = secret()?;
        let made = Registry::create(dir, &secret, SIGNAL_FORMAT);
        if made.is_err() && new {
            // A secret without a registry is of no use: take it back.
            let _ = std::fs::remove_file(dir.join(KEY_FILE));
        }
        Ok(Self {
            registry: made?,
            secret,
        })
    }

    /// Opens the registry in `dir` and checks that the secret is its own.
    ///
    /// # Errors
    /// [`Error::Registry`] if either is missing, damaged, too new, or if they
    /// do not belong together.
    pub fn open(dir: &Path) -> Result<Self> {
        let mut registry = Registry::open(dir)?;
        if registry.format() != SIGNAL_FORMAT {
            return Err(Error::registry(format!(
                "{} uses signal format {}, this leakmark reads format {SIGNAL_FORMAT}; use the leakmark that made it",
                dir.display(),
                registry.format()
            )));
        }
        let secret = read_secret_file(&dir.join(KEY_FILE))?;
        if secret.check() != registry.secret_check() {
            return Err(Error::registry(format!(
                "the secret in {} is not the one this registry was made with; restore the right {KEY_FILE} from your backup",
                dir.display()
            )));
        }
        registry.unlock(&secret)?;
        Ok(Self { registry, secret })
    }
}
