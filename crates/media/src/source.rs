//! Opens a path as a regular file, and only that: a FIFO or a device would make
//! us wait for ever, a directory is not a film. The file is opened once, for
//! everybody who reads it.
//!
//! ```text
//!               ┌─ hash          each with its own position, all through one handle;
//! path ─ Source ┼─ decoder       whoever reads a block first notes its digest,
//!               └─ decoder, …    whoever reads it again compares
//! ```
//!
//! What is guaranteed when [`Source::confirm`] holds and all of the file was
//! hashed through its readers: every byte that any reader was given, at any
//! time, is the byte that was hashed. That rests on the digests of the blocks,
//! not on time stamps: contents put in place and back again between two reads of
//! a block are found out, and contents that nobody read do not matter. On top of
//! that the path still names the file that was opened, and device, inode, size
//! and the times of its last change are those of the opening.

use std::fs::{File, Metadata, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leakmark_core::error::{Error, Result};
use leakmark_core::problem::{Problem, ProblemKind as Kind};

use crate::blocks::{BlockReader, Blocks};

/// A regular file that was opened once, to be read by many. Clones share it.
#[derive(Clone)]
pub struct Source(Arc<Held>);

struct Held {
    path: PathBuf,
    blocks: Arc<Blocks>,
    opened: Identity,
    /// It has no name: nobody else can reach it.
    nameless: bool,
}

/// Which file it is, and which state of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    /// Of the inode: set by every change, and not by a program's wish.
    changed: (i64, i64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

impl Source {
    /// Opens the regular, non-empty file at `path`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] naming what is there instead, without ever blocking.
    pub fn open(path: &Path) -> Result<Self> {
        let named = std::fs::metadata(path).map_err(|e| cannot_open(path, &e))?;
        check_kind(path, &named)?;
        let file = open_without_waiting(path).map_err(|e| cannot_open(path, &e))?;
        // The name may have come to mean something else since: ask the handle.
        let held = file.metadata().map_err(|e| cannot_open(path, &e))?;
        check_kind(path, &held)?;
        Self::held(path, file, &held, false)
    }

    /// What was spooled into `file`, which has no name of its own; it is called `path`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is empty or cannot be looked at.
    pub fn spooled(file: File, path: &Path) -> Result<Self> {
        let held = file.metadata().map_err(|e| cannot_open(path, &e))?;
        Self::held(path, file, &held, true)
    }

    fn held(path: &Path, file: File, held: &Metadata, nameless: bool) -> Result<Self> {
        if held.len() == 0 {
            let got = "the file is empty (0 bytes); expected a video file";
            return Err(Problem::new(Kind::Empty, got, "fetch it again").at(path));
        }
        Ok(Self(Arc::new(Held {
            path: path.to_owned(),
            opened: Identity::of(held),
            blocks: Arc::new(Blocks::new(file, held.len())),
            nameless,
        })))
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Bytes in the file when it was opened.
    pub fn size(&self) -> u64 {
        self.0.opened.size
    }

    /// A reader of the file from its first byte, with a position of its own.
    pub fn reader(&self) -> BlockReader {
        BlockReader::new(Arc::clone(&self.0.blocks))
    }

    /// Makes sure that nothing changed since the file was opened: see the head of
    /// this file for what that says. To be called when all reading is done.
    ///
    /// # Errors
    /// [`Error::Unreadable`] saying what changed.
    pub fn confirm(&self) -> Result<()> {
        match self.change() {
            None => Ok(()),
            Some(change) => {
                let got =
                    format!("it changed while it was read ({change}), so nothing is said about it");
                let hint = "wait until nobody writes to it, or take a copy of it";
                Err(Problem::new(Kind::Changed, got, hint).at(&self.0.path))
            }
        }
    }

    /// What was made of the file, if it did not change meanwhile: otherwise that
    /// is the error, whatever else came of it. An interruption stays one.
    ///
    /// # Errors
    /// As [`confirm`](Self::confirm), or `outcome`'s own.
    pub fn unchanged<T>(&self, outcome: Result<T>) -> Result<T> {
        if !matches!(outcome, Err(Error::Interrupted)) {
            self.confirm()?;
        }
        outcome
    }

    /// True if `path` names this very file with these contents, as after giving
    /// it that name.
    pub fn is_at(&self, path: &Path) -> bool {
        let opened = &self.0.opened;
        std::fs::metadata(path).is_ok_and(|named| {
            let named = Identity::of(&named);
            let content = |i: &Identity| (i.size, i.modified);
            named.is_same_file(opened) && content(&named) == content(opened)
        })
    }

    fn change(&self) -> Option<String> {
        let (opened, blocks) = (self.0.opened, &self.0.blocks);
        if blocks.differ() {
            return Some("a part of it read differently the second time".into());
        }
        let Ok(held) = blocks.metadata() else {
            return Some("it cannot be looked at any more".into());
        };
        let held = Identity::of(&held);
        if held.size != opened.size {
            let (before, after) = (opened.size, held.size);
            return Some(format!("from {before} to {after} bytes"));
        }
        if !self.0.nameless {
            let Ok(named) = std::fs::metadata(&self.0.path) else {
                return Some("no file has its name any more".into());
            };
            if !Identity::of(&named).is_same_file(&opened) {
                return Some("another file has its name now".into());
            }
        }
        (held != opened).then(|| "it was written to, renamed or given other rights".into())
    }
}

fn open_without_waiting(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
}

fn check_kind(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let (got, hint) = if metadata.is_dir() {
        (
            "this is a directory; expected a video file",
            "name the files in it, or scan the folder",
        )
    } else {
        (
            "this is a pipe, socket or device; expected a regular file",
            "save the stream to a file first, or pipe it into `scan -`",
        )
    };
    Err(Problem::new(Kind::NotAFile, got, hint).at(path))
}

fn cannot_open(path: &Path, error: &std::io::Error) -> Error {
    let problem = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if is_address(path) => Problem::new(
            Kind::Address,
            "this is an address, and no file has that name: leakmark opens no network",
            "download it first, and scan the file",
        ),
        ErrorKind::NotFound => Problem::new(Kind::Missing, "no such file", "check the path"),
        ErrorKind::PermissionDenied => Problem::new(
            Kind::NoPermission,
            "permission denied",
            "make the file readable for this user",
        ),
        _ => Problem::new(
            Kind::ReadError,
            format!("cannot be opened ({error})"),
            "check the path and the disk",
        ),
    };
    problem.at(path)
}

/// True for `https://…`, `s3://…`, `rtsp://…` and the like (RFC 3986).
fn is_address(path: &Path) -> bool {
    let words = path.to_string_lossy();
    let Some((scheme, _)) = words.split_once(":/") else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs::FileTimes;
    use std::io::{Read, Seek, SeekFrom, Write};

    use super::*;
    use crate::blocks::BLOCK;

    fn opened(bytes: &[u8]) -> (tempfile::TempDir, PathBuf, Source) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("film.mp4");
        std::fs::write(&path, bytes).unwrap();
        let source = Source::open(&path).unwrap();
        (dir, path, source)
    }

    fn all(source: &Source) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        source.reader().read_to_end(&mut bytes).map(|_| bytes)
    }

    fn pattern(seed: u8, length: usize) -> Vec<u8> {
        (0..length)
            .map(|i| (i / 251) as u8 ^ (i as u8).wrapping_mul(7) ^ seed)
            .collect()
    }

    /// Overwrites in place and sets the time of the last change of contents back.
    fn overwrite(path: &Path, bytes: &[u8]) {
        let before = std::fs::metadata(path).unwrap().modified().unwrap();
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.write_all(bytes).unwrap();
        file.set_times(FileTimes::new().set_modified(before))
            .unwrap();
    }

    #[test]
    fn readers_of_one_file_have_their_own_positions() {
        let bytes = pattern(0, 3 * BLOCK + 77);
        let (_dir, _, source) = opened(&bytes);
        let mut far = source.reader();
        far.seek(SeekFrom::End(-5)).unwrap();
        assert_eq!(all(&source).unwrap(), bytes);
        let mut end = Vec::new();
        far.read_to_end(&mut end).unwrap();
        assert_eq!(end, bytes[bytes.len() - 5..]);
        source.confirm().unwrap();
    }

    #[test]
    fn contents_put_in_place_and_back_again_are_found_out() {
        let (film, other) = (pattern(1, 2 * BLOCK), pattern(2, 2 * BLOCK));
        let (_dir, path, source) = opened(&film);
        overwrite(&path, &other);
        let mut decoder = source.reader();
        let mut given = vec![0; 100];
        decoder.read_exact(&mut given).unwrap();
        overwrite(&path, &film);
        // The hash would be that of the film, the decoder was given something else.
        assert!(all(&source).is_err());
        let said = source.confirm().unwrap_err().to_string();
        assert!(said.contains("changed while it was read"), "{said}");
        assert!(said.contains("read differently"), "{said}");
    }

    #[test]
    fn what_happens_to_the_file_is_told_apart() {
        let changed = |change: &dyn Fn(&Path)| {
            let (_dir, path, source) = opened(&pattern(3, 1000));
            all(&source).unwrap();
            source.confirm().unwrap();
            // The clock that stamps inodes ticks every few milliseconds.
            std::thread::sleep(std::time::Duration::from_millis(20));
            change(&path);
            let error = source.confirm().unwrap_err();
            assert!(matches!(error, Error::Unreadable { .. }));
            error.to_string()
        };
        let grown = changed(&|path| {
            let mut file = OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"more").unwrap();
        });
        assert!(grown.contains("from 1000 to 1004 bytes"), "{grown}");
        let replaced = changed(&|path| {
            let fresh = path.with_extension("new");
            std::fs::write(&fresh, pattern(3, 1000)).unwrap();
            std::fs::rename(&fresh, path).unwrap();
        });
        assert!(replaced.contains("another file"), "{replaced}");
        let gone = changed(&|path| std::fs::remove_file(path).unwrap());
        assert!(gone.contains("no file"), "{gone}");
        let linked = changed(&|path| {
            let other = path.with_extension("other");
            std::fs::write(&other, pattern(3, 1000)).unwrap();
            std::fs::rename(path, path.with_extension("kept")).unwrap();
            std::os::unix::fs::symlink(&other, path).unwrap();
        });
        assert!(linked.contains("another file"), "{linked}");
        let rewritten = changed(&|path| overwrite(path, &pattern(4, 1000)));
        assert!(rewritten.contains("written to"), "{rewritten}");
    }
}
