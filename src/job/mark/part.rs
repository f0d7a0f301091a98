//! Unfinished copies beside their places: who writes one holds a lock on it, so that
//! what a killed run left can be told and cleared.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempPath;

use crate::error::{Error, Result};
use crate::evidence::whole::{ANYBODY, folder_of, give_name};
use crate::job::mark::outputs::Output;

/// Not that of files that are written in a moment, and without a lock.
const PREFIX: &str = ".leakmark-copy-";
const SUFFIX: &str = ".part";
/// Another run may take a new file for a stale one before it is locked.
const TRIES: usize = 5;

/// An unfinished copy, deleted unless it is given a name.
pub(crate) struct Part {
    pub path: TempPath,
    /// Locked as long as this run is at it.
    lock: File,
}

impl Part {
    /// A new one beside `output`.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if its folder cannot be written to.
    pub fn beside(output: &Path) -> Result<Self> {
        let folder = folder_of(output);
        let cannot = |e: std::io::Error| {
            Error::unwritable(output, format!("cannot write in {}: {e}", folder.display()))
                .advise("make the folder, or free some space")
        };
        for _ in 0..TRIES {
            let made = tempfile::Builder::new()
                .prefix(PREFIX)
                .suffix(SUFFIX)
                .permissions(std::fs::Permissions::from_mode(ANYBODY))
                .tempfile_in(folder)
                .map_err(cannot)?;
            let (lock, path) = made.into_parts();
            // Some network mounts have no locks; then nothing is cleared there either.
            let _ = lock.lock();
            if path.exists() {
                return Ok(Self { path, lock });
            }
        }
        Err(cannot(std::io::ErrorKind::NotFound.into()))
    }

    /// Gives it the name `path`, in the place of another file only if it may `replace` it.
    ///
    /// # Errors
    /// [`Error::Unwritable`]: then it is gone.
    pub fn name(self, path: &Path, replace: bool) -> Result<()> {
        let (temporary, _lock) = self.into_parts();
        give_name(temporary, path, replace).map_err(|e| {
            Error::unwritable(
                path,
                format!("the finished copy cannot be given this name: {e}; it was deleted"),
            )
        })
    }

    /// The file, to be named; nobody else will take it for a stale one meanwhile.
    pub fn into_parts(self) -> (TempPath, File) {
        (self.path, self.lock)
    }
}

/// Deletes what runs that were killed left in the folders of `outputs`.
pub(crate) fn clear_stale(outputs: &[Output]) {
    let folders: BTreeSet<&Path> = outputs.iter().map(|o| folder_of(&o.path)).collect();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                clear(&entry.path());
            }
        }
    }
}

/// Deletes a part that nobody holds.
fn clear(path: &Path) {
    let unused = File::open(path).is_ok_and(|file| file.try_lock().is_ok());
    if unused {
        // Somebody else may have been faster.
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Container;

    #[test]
    fn only_what_nobody_writes_is_cleared() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mp4");
        let stale = dir.path().join(".leakmark-copy-x1.part");
        std::fs::write(&stale, "left").unwrap();
        std::fs::write(dir.path().join(".leakmark-x.part"), "not ours").unwrap();
        let own = Part::beside(&path).unwrap();
        let output = Output {
            distributor: "a".into(),
            copy: 1,
            path,
            container: Container::Mp4,
        };
        clear_stale(&[output]);
        assert!(own.path.exists() && !stale.exists());
        assert!(dir.path().join(".leakmark-x.part").exists());
    }
}
