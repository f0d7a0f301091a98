//! Turns SQLite's faults into words.

use rusqlite::ErrorCode;

use leakmark_core::error::Error;

/// Says what SQLite's fault means to the user, with what was being done.
pub fn fault(doing: impl std::fmt::Display) -> impl FnOnce(rusqlite::Error) -> Error {
    move |error| Error::registry(format!("{doing}: {}", meaning(&error)))
}

fn meaning(error: &rusqlite::Error) -> String {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has been writing to the registry for too long; try again when it has finished"
        }
        Some(ErrorCode::ReadOnly) => {
            "the registry cannot be written; check the permissions of the home folder and its files"
        }
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::NotADatabase) => {
            "the file is not a SQLite database; restore leakmark.db from a backup"
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "the file is damaged; restore leakmark.db from a backup"
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "the file cannot be opened; check its permissions and those of its folder"
        }
        _ => return error.to_string(),
    };
    format!("{advice} ({error})")
}
