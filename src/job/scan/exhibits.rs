//! Finds the exhibits in files and folders.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// A path that was looked at.
#[derive(Debug)]
pub enum Found {
    /// An exhibit: to be scanned.
    Exhibit(PathBuf),
    /// A file in a folder that is neither a film nor an image.
    Skipped(PathBuf),
    /// Something in a folder that could not be looked at, and why.
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: Error,
    },
}

/// The exhibits in `paths`, in order: files as named, folders recursively by
/// name, where only what can be probed as a film or an image counts. Files named
/// directly are always exhibits, so that their errors are reported. Links are
/// not followed inside folders.
pub fn find_exhibits(paths: &[PathBuf]) -> Vec<Found> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let walk = walkdir::WalkDir::new(path).sort_by_file_name();
            for entry in walk {
                match entry {
                    Ok(entry) if entry.file_type().is_file() => {
                        found.push(classified(entry.path()))
                    }
                    Ok(_) => {}
                    Err(error) => found.push(unreadable(path, &error)),
                }
            }
        } else {
            found.push(Found::Exhibit(path.clone()));
        }
    }
    found
}

fn classified(path: &Path) -> Found {
    if crate::job::scan::still::is_image(path) || crate::media::is_video(path) {
        Found::Exhibit(path.to_owned())
    } else {
        Found::Skipped(path.to_owned())
    }
}

fn unreadable(under: &Path, error: &walkdir::Error) -> Found {
    let path = error.path().unwrap_or(under).to_owned();
    let reason = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let error = Error::unreadable(
        &path,
        format!("cannot be looked into: {reason}; check the permissions"),
    );
    Found::Unreadable { path, error }
}
