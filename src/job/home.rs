//! Opens the home folder: the registry and its secret.

use std::ffi::OsString;
use std::fs::File;
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
        let folder = data_folder(std::env::var_os("XDG_DATA_HOME"), std::env::home_dir());
        folder.map(|data| data.join("leakmark")).ok_or_else(|| {
            Error::usage("no data folder is known for this user")
                .advise("name one with --home DIR or LEAKMARK_HOME")
        })
    }

    /// The home folder.
    pub fn dir(&self) -> &Path {
        self.registry.path().parent().unwrap_or(Path::new("."))
    }

    /// Makes a registry in `dir`, with a new secret.
    ///
    /// # Errors
    /// [`Error::Usage`] if a key file is there without its registry,
    /// [`Error::Registry`] if a registry is there or nothing can be written.
    pub fn init(dir: &Path) -> Result<Self> {
        let key = dir.join(KEY_FILE);
        Self::make(dir, || {
            if key.symlink_metadata().is_ok() {
                return Err(orphaned(&key));
            }
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
        let _alone = alone(dir);
        if dir.join(FILE_NAME).exists() {
            return Err(
                Error::registry(format!("{} holds a registry already", dir.display()))
                    .advise("use it, or name another folder with --home"),
            );
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
                "{} uses signal format {}, this leakmark reads format {SIGNAL_FORMAT}",
                dir.display(),
                registry.format()
            ))
            .advise("use the leakmark that made it"));
        }
        let secret = read_secret_file(&dir.join(KEY_FILE))?;
        if secret.check() != registry.secret_check() {
            return Err(Error::registry(format!(
                "the secret in {} is not the one this registry was made with",
                dir.display()
            ))
            .advise(format!("restore the right {KEY_FILE} from your backup")));
        }
        registry.unlock(&secret)?;
        Ok(Self { registry, secret })
    }

    /// Opens a home for work whose result is to be recorded: makes sure first that
    /// the registry can be written.
    ///
    /// # Errors
    /// As [`Home::open`], and [`Error::Registry`] if it cannot be written.
    pub fn open_to_write(dir: &Path) -> Result<Self> {
        let home = Self::open(dir)?;
        home.registry.check_writable()?;
        Ok(home)
    }
}

/// The folder for the data of programs: what the XDG base directory specification
/// says, and the usual one on macOS.
fn data_folder(named: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let home = home.filter(|dir| dir.is_absolute());
    if cfg!(target_os = "macos") {
        return home.map(|dir| dir.join("Library/Application Support"));
    }
    let named = named.map(PathBuf::from).filter(|dir| dir.is_absolute());
    named.or_else(|| home.map(|dir| dir.join(".local/share")))
}

fn orphaned(key: &Path) -> Error {
    Error::usage(format!("{} is there without its registry", key.display())).advise(format!(
        "restore {FILE_NAME} from your backup with `leakmark registry restore`. To make a new registry with this old secret all the same, say --old-key: it will know nothing of the copies that were issued, and their codewords will be given again"
    ))
}

/// Keeps other programs that would make a registry here waiting until it is
/// dropped. Where a folder cannot be locked nothing is kept: of two makers one
/// then fails, and says so.
fn alone(dir: &Path) -> Option<File> {
    let folder = File::open(dir).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

#[cfg(all(test, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn the_data_folder_is_the_one_named_if_that_is_absolute_or_else_in_the_home() {
        let folder = |named: Option<&str>, home: Option<&str>| {
            data_folder(named.map(Into::into), home.map(Into::into))
        };
        let is = |path: &str| Some(PathBuf::from(path));
        assert_eq!(folder(Some("/data"), Some("/home/a")), is("/data"));
        for none in [None, Some(""), Some("data")] {
            let usual = folder(none, Some("/home/a"));
            assert_eq!(usual, is("/home/a/.local/share"), "{none:?}");
            assert_eq!(folder(none, None), None);
            assert_eq!(folder(none, Some("")), None);
        }
    }
}
