//! Opens the home folder: the registry and its secret.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::evidence::key_file::{create_secret_file, read_secret_file};
use crate::key::{Secret, Signer};
use crate::mark::SIGNAL_FORMAT;
use crate::registry::{NewRegistry, Registry};

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

    /// Makes a registry in `dir`, with a new secret unless a key file is there
    /// already and no registry: then that secret goes on.
    ///
    /// # Errors
    /// [`Error::Registry`] if a registry is there or nothing can be written.
    pub fn init(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|e| {
            Error::registry(format!("cannot make the folder {}: {e}", dir.display()))
        })?;
        if dir.join(crate::registry::FILE_NAME).exists() {
            return Err(Error::registry(format!(
                "{} holds a registry already; use it, or name another folder with --home",
                dir.display()
            )));
        }
        let key = dir.join(KEY_FILE);
        let found = key.exists();
        let secret = if found {
            read_secret_file(&key)?
        } else {
            Secret::generate()?
        };
        let mut registry = Registry::create(
            dir,
            &NewRegistry {
                secret_check: secret.check(),
                format: SIGNAL_FORMAT,
                log_key: Signer::of_registry(&secret).public_key(),
            },
        )?;
        if !found && let Err(e) = create_secret_file(&key, &secret) {
            drop(registry);
            // A registry without its secret is of no use: take it back.
            let _ = std::fs::remove_file(dir.join(crate::registry::FILE_NAME));
            return Err(e);
        }
        registry.unlock(&secret)?;
        Ok(Self { registry, secret })
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
