//! Keeps the audit log: who ran what on this registry, on which
//! exhibit, and what came of it. Its lines are entries of the chain.

use super::Registry;
use super::audit_entry::AuditEntry;
use super::entry::{AUDIT, Entry, Said, read};
use leakmark_core::error::Result;
use leakmark_evidence::naming;

impl Registry {
    /// Adds a line to the audit log. Its time is now, whatever `at` says.
    ///
    /// # Errors
    /// [`Error::Registry`](leakmark_core::error::Error::Registry) if nothing can be written,
    /// [`Error::Internal`](leakmark_core::error::Error::Internal) if the registry was not unlocked.
    pub fn log(&self, entry: &AuditEntry) -> Result<()> {
        let line = AuditEntry {
            at: naming::now()?,
            ..entry.clone()
        };
        self.write("writing the audit log", |conn| {
            self.append(conn, &Entry::Audit(&line)).map(drop)
        })
    }

    /// The whole audit log, oldest first: all lines that the registry's key signed.
    pub fn audit(&self) -> Result<Vec<AuditEntry>> {
        let kept = self.kept_of(AUDIT)?;
        let line = |row: &super::chain::Kept| match read(&row.text) {
            Some(Said::Audit(line)) => Some(*line),
            _ => None,
        };
        Ok(kept.iter().filter_map(line).collect())
    }
}
