//! Says what keeps the registry from being read or written, in the user's words.

use rusqlite::ErrorCode;

use leakmark_core::error::{Error, Words};

/// Says what SQLite's fault means to the user, with what was being done.
pub fn fault(doing: impl std::fmt::Display) -> impl FnOnce(rusqlite::Error) -> Error {
    move |error| Error::registry(meaning(&error)).reworded(|words| format!("{doing}: {words}"))
}

fn meaning(error: &rusqlite::Error) -> Words {
    let (words, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            "another program is writing to the registry",
            "try again when it has finished",
        ),
        Some(ErrorCode::ReadOnly) => (UNWRITABLE, CHECK_PERMISSIONS),
        Some(ErrorCode::DiskFull) => (DISK_FULL, MAKE_ROOM),
        Some(ErrorCode::SystemIoFailure) => (
            "the registry's disk is full or fails",
            "make room on it; if there is room, move the home folder to a disk that works",
        ),
        Some(ErrorCode::NotADatabase) => ("the file is not a SQLite database", RESTORE),
        Some(ErrorCode::DatabaseCorrupt) => ("the file is damaged", RESTORE),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            "the file cannot be opened",
            "check its permissions and those of its folder",
        ),
        _ => return error.to_string().into(),
    };
    Words {
        message: format!("{words} ({error})"),
        hint: Some(hint.to_owned()),
    }
}

pub(super) const UNWRITABLE: &str = "the registry cannot be written: it is read-only";
const DISK_FULL: &str = "the registry's disk is full";
const MAKE_ROOM: &str = "make room on it and try again: nothing was recorded";
pub(super) const CHECK_PERMISSIONS: &str = "check the permissions of the home folder and its files, and whether its disk is mounted read-only";
const RESTORE: &str = "restore leakmark.db from a backup with `leakmark registry restore`";

/// What an operating system's fault on the home folder means.
pub(super) fn on_disk(error: &std::io::Error) -> Error {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let (words, hint) = match error.kind() {
        StorageFull => (DISK_FULL, MAKE_ROOM),
        QuotaExceeded => (
            "your share of the registry's disk is used up",
            "make room, or have the quota raised, and try again: nothing was recorded",
        ),
        ReadOnlyFilesystem => (
            "the registry cannot be written: its disk is mounted read-only",
            "mount it for writing, or work where the registry can be written",
        ),
        PermissionDenied => (UNWRITABLE, CHECK_PERMISSIONS),
        _ => (
            "the registry's disk takes nothing",
            "see to the disk, and try again: nothing was recorded",
        ),
    };
    Error::registry(format!("{words} ({error})")).advise(hint)
}
