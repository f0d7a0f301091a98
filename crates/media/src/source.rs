//! Opens a path as a regular file, and only that: a FIFO or a
//! device would make us wait for ever, a directory is not a film.

use std::fs::{File, Metadata, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

use leakmark_core::error::{Error, Result};

/// Opens the regular, non-empty file at `path` for reading.
///
/// # Errors
/// [`Error::Unreadable`] naming what is there instead, without ever blocking.
pub(super) fn open_regular(path: &Path) -> Result<File> {
    let named = std::fs::metadata(path).map_err(|e| cannot_open(path, &e))?;
    check_kind(path, &named)?;
    let file = open_without_waiting(path).map_err(|e| cannot_open(path, &e))?;
    // The name may have come to mean something else since: ask the handle.
    let held = file.metadata().map_err(|e| cannot_open(path, &e))?;
    check_kind(path, &held)?;
    if held.len() == 0 {
        return Err(Error::unreadable(
            path,
            "the file is empty (0 bytes); expected a video file: fetch it again",
        ));
    }
    Ok(file)
}

fn open_without_waiting(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK);
    }
    options.open(path)
}

fn check_kind(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let problem = if metadata.is_dir() {
        "this is a directory; expected a video file: name the files in it, or scan the folder"
    } else {
        "this is a pipe, socket or device; expected a regular file: save the stream to a file first"
    };
    Err(Error::unreadable(path, problem))
}

fn cannot_open(path: &Path, error: &std::io::Error) -> Error {
    let problem = match error.kind() {
        ErrorKind::NotFound => "no such file: check the path".to_owned(),
        ErrorKind::PermissionDenied => {
            "permission denied: make the file readable for this user".to_owned()
        }
        _ => format!("cannot be opened ({error}): check the path and the disk"),
    };
    Error::unreadable(path, problem)
}
