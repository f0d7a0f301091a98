//! Finds out whether the registry can be written, before the work that would be
//! in vain if it could not.

use std::io::Write;
use std::time::Duration;

use super::Registry;
use super::fault::{CHECK_PERMISSIONS, UNWRITABLE, fault, on_disk};
use super::lock;
use leakmark_core::error::{Error, Result};

/// Room that there must be: far more than an issue record and its receipt take,
/// so that other programs may fill some of it meanwhile.
const ROOM_BYTES: usize = 1 << 20;

impl Registry {
    /// Makes sure that the registry can be written now: that its disk has room and
    /// is not read-only, and that no other program is writing for long.
    ///
    /// It writes a file beside the registry and takes it away again.
    ///
    /// # Errors
    /// [`Error::Registry`] if it cannot be written: why, and what to do.
    pub fn check_writable(&self) -> Result<()> {
        self.probe().map_err(|error| on_disk(&error))?;
        if self.read_only {
            return Err(
                Error::registry(format!("{UNWRITABLE} ({})", self.path.display()))
                    .advise(CHECK_PERMISSIONS),
            );
        }
        self.write("writing to the registry", |_| Ok(()))
    }

    /// Waits at most this long for another program that is writing.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be read.
    pub fn wait_at_most(&self, time: Duration) -> Result<()> {
        self.conn
            .busy_timeout(time)
            .map_err(fault("opening the registry"))
    }

    fn probe(&self) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let mut file = tempfile::tempfile_in(folder)?;
        // No zeros: some file systems keep none.
        file.write_all(&vec![0xA5; ROOM_BYTES])?;
        file.sync_all()
    }

    /// What it means that the write lock was not to be had.
    pub(super) fn locked(&self, doing: &str, error: rusqlite::Error) -> Error {
        let busy = error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy);
        match lock::holder(&self.path).filter(|_| busy) {
            Some(holder) => Error::registry(format!(
                "{doing}: another program is writing to the registry: {holder}"
            ))
            .advise("try again when it has finished"),
            None => fault(doing)(error),
        }
    }
}
