//! Finds the exhibits in files and folders.
//!
//! ```text
//! folder ─ file ─┬─ a film, a picture, or named or beginning like one ─ exhibit
//!                └─ of another kind, a link, a pipe ─ left out, and named
//! ```

use std::fs::FileType;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::media::{Look, Source, is_named_like_media, look};
use crate::problem::{Problem, ProblemKind};

/// A path that was looked at.
#[derive(Debug)]
pub enum Found {
    /// An exhibit: to be scanned. Whether it can be read shows then.
    Exhibit(PathBuf),
    /// Something in a folder that is neither film nor picture and looks like none.
    LeftOut {
        /// The file.
        path: PathBuf,
        /// What it is, in a word.
        kind: &'static str,
    },
    /// A folder that could not be looked into, and why.
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: Error,
    },
}

/// The exhibits in `paths`, in order: files as named, folders recursively by
/// name, where whatever is a film or a picture counts, and whatever looks like
/// one by its name or its first bytes: what cannot be opened is to be told of.
/// Files named directly are always exhibits. Links are not followed inside folders.
pub fn find_exhibits(paths: &[PathBuf]) -> Vec<Found> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(Found::Exhibit(path.clone()));
            continue;
        }
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => found.push(classified(entry.path(), entry.file_type())),
                Err(error) => found.push(unreadable(path, &error)),
            }
        }
    }
    found
}

fn classified(path: &Path, file: FileType) -> Found {
    match other_kind(path, file) {
        None => Found::Exhibit(path.to_owned()),
        Some(kind) => Found::LeftOut {
            path: path.to_owned(),
            kind,
        },
    }
}

/// What something in a folder is, in a word; `None` if it is an exhibit.
fn other_kind(path: &Path, file: FileType) -> Option<&'static str> {
    let unless_named = |word| (!is_named_like_media(path)).then_some(word);
    if file.is_symlink() {
        return Some("link");
    }
    if !file.is_file() {
        return unless_named(match () {
            () if file.is_fifo() => "pipe",
            () if file.is_socket() => "socket",
            () => "device",
        });
    }
    match Source::open(path) {
        Ok(source) => match look(&source) {
            Look::Media => None,
            Look::Other(word) => Some(word),
        },
        Err(error) => match Problem::of(&error).map(|p| p.kind) {
            Some(ProblemKind::Empty) => unless_named("empty file"),
            // What cannot be looked at may be anything.
            _ => None,
        },
    }
}

fn unreadable(under: &Path, error: &walkdir::Error) -> Found {
    let path = error.path().unwrap_or(under).to_owned();
    let reason = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let kind = match error.io_error().map(std::io::Error::kind) {
        Some(std::io::ErrorKind::PermissionDenied) => ProblemKind::NoPermission,
        _ => ProblemKind::ReadError,
    };
    let problem = Problem::new(
        kind,
        format!("cannot be looked into: {reason}"),
        "check the permissions",
    );
    Found::Unreadable {
        error: problem.at(&path),
        path,
    }
}
