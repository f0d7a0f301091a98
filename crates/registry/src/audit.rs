//! Keeps the audit log: who ran what on this registry, on which
//! exhibit, and what came of it. Its lines are entries of the chain.

use serde::{Deserialize, Serialize};

use super::Registry;
use super::entry::{AUDIT, Entry, Said, read};
use super::host::{host, user, user_variable};
use leakmark_core::error::Result;
use leakmark_evidence::naming;

/// One line of the audit log. It is an entry of the chain, and so signed: what
/// is done without the secret is not logged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// When, RFC 3339 UTC. [`Registry::log`] sets it.
    pub at: String,
    /// Who: the user that the operating system says the process is.
    pub user: String,
    /// Who they say they are: the variable `USER`. Null if it is not set.
    pub user_variable: Option<String>,
    /// On which machine.
    pub host: String,
    /// Which command of leakmark.
    pub command: String,
    /// What it was about: a title, a distributor, an exhibit's hash.
    pub subject: String,
    /// The path of the exhibit, if it was about one.
    pub exhibit_path: Option<String>,
    /// The exhibit's SHA-256, if it could be read.
    pub exhibit_sha256: Option<String>,
    /// What came of it.
    pub result: String,
}

impl AuditEntry {
    /// An entry by the present user on this machine.
    pub fn here(
        command: impl Into<String>,
        subject: impl Into<String>,
        result: impl Into<String>,
    ) -> Self {
        Self {
            user: user(),
            user_variable: user_variable(),
            host: host(),
            command: command.into(),
            subject: subject.into(),
            result: result.into(),
            ..Self::default()
        }
    }

    /// The same, about the exhibit at `path`.
    #[must_use]
    pub fn on_exhibit(self, path: &std::path::Path, sha256: Option<&str>) -> Self {
        Self {
            exhibit_path: Some(path.to_string_lossy().into_owned()),
            exhibit_sha256: sha256.map(Into::into),
            ..self
        }
    }
}

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
