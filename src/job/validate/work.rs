//! Keeps what was made: results as JSON under a key of all they depend on, and files
//! on the way. Nothing half made ever has its final name.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::evidence::hash::sha256;
use crate::evidence::whole::{self, ANYBODY};

/// Hexadecimal digits of a key.
const DIGITS: usize = 24;

/// SHA-256 of `value` as JSON, lower-case hexadecimal digits.
pub(super) fn digest<T: Serialize>(value: &T) -> Result<String> {
    let text = serde_json::to_vec(value)
        .map_err(|e| Error::Internal(format!("a key could not be written as JSON: {e}")))?;
    Ok(sha256(text))
}

/// A short name for all that `value` holds.
pub(super) fn key<T: Serialize>(value: &T) -> Result<String> {
    let mut digest = digest(value)?;
    digest.truncate(DIGITS);
    Ok(digest)
}

/// The folder of a run.
#[derive(Debug, Clone)]
pub(super) struct Work {
    root: PathBuf,
}

impl Work {
    /// The folder, made if it is missing.
    pub fn open(root: &Path) -> Result<Self> {
        create(root)?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// The folder of one kind of thing, made if it is missing.
    pub fn folder(&self, kind: &str) -> Result<PathBuf> {
        let folder = self.root.join(kind);
        create(&folder)?;
        Ok(folder)
    }

    /// What is kept under a key; what cannot be read any more counts as not kept.
    pub fn kept<T: DeserializeOwned>(&self, kind: &str, key: &str) -> Option<T> {
        let text = std::fs::read(self.root.join(kind).join(format!("{key}.json"))).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps a value under a key.
    pub fn keep<T: Serialize>(&self, kind: &str, key: &str, value: &T) -> Result<()> {
        let path = self.folder(kind)?.join(format!("{key}.json"));
        let text = serde_json::to_vec(value)
            .map_err(|e| Error::Internal(format!("a result could not be written as JSON: {e}")))?;
        whole::write(&path, &text, ANYBODY, true)
            .map_err(|e| Error::unwritable(&path, e.to_string()).caused_by(e))
    }

    /// The keys of a kind that begin so, the one kept last first.
    pub fn keys_beginning(&self, kind: &str, start: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.join(kind))
            .into_iter()
            .flatten()
            .flatten();
        let mut found: Vec<_> = entries
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let key = name
                    .strip_suffix(".json")
                    .filter(|k| k.starts_with(start))?;
                let kept_at = entry.metadata().and_then(|m| m.modified()).ok()?;
                Some((std::cmp::Reverse(kept_at), key.to_owned()))
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, key)| key).collect()
    }

    /// Has `make` make the file at `path`, unless it is there already.
    pub fn make_file(&self, path: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        if path.exists() {
            return Ok(());
        }
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let part = path.with_extension(format!("part.{ending}"));
        let name = || {
            std::fs::rename(&part, path)
                .map_err(|e| Error::unwritable(path, format!("cannot be named: {e}")))
        };
        let made = make(&part).and_then(|()| name());
        if made.is_err() {
            // The error in hand says more than a failed clean-up could.
            let _ = std::fs::remove_file(&part);
        }
        made
    }
}

fn create(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .map_err(|e| Error::unwritable(folder, format!("the folder cannot be made: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_under_its_key_alone() {
        let folder = tempfile::tempdir().expect("folder");
        let work = Work::open(folder.path()).expect("opened");
        let key = key(&("a", 1)).expect("key");
        assert_ne!(key, super::key(&("a", 2)).expect("key"));
        work.keep("cells", &key, &vec![1, 2]).expect("kept");
        assert_eq!(work.kept::<Vec<i32>>("cells", &key), Some(vec![1, 2]));
        assert_eq!(work.kept::<Vec<i32>>("cells", "other"), None);
        assert_eq!(work.kept::<String>("cells", &key), None, "of another form");
        assert_eq!(
            work.keys_beginning("cells", &key[..5]),
            std::slice::from_ref(&key)
        );
        assert!(work.keys_beginning("cells", "x").is_empty());
    }

    #[test]
    fn a_file_that_fails_leaves_nothing_and_one_that_is_there_is_not_made() {
        let folder = tempfile::tempdir().expect("folder");
        let work = Work::open(folder.path()).expect("opened");
        let path = folder.path().join("a.mp4");
        let failed = work.make_file(&path, |part| {
            std::fs::write(part, b"half").expect("written");
            Err(Error::Interrupted)
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
        work.make_file(&path, |part| {
            std::fs::write(part, b"whole").map_err(|e| Error::unwritable(part, e.to_string()))
        })
        .expect("made");
        work.make_file(&path, |_| panic!("it is there"))
            .expect("nothing to do");
        assert_eq!(std::fs::read(&path).expect("read"), b"whole");
    }
}
