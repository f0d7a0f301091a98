//! A line of the audit log: who did what, on which exhibit, and what came of it.

use serde::{Deserialize, Serialize};

use super::host::{host, user, user_variable};

/// One line of the audit log. It is an entry of the chain, and so signed: what
/// is done without the secret is not logged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// When, RFC 3339 UTC. [`Registry::log`](crate::Registry::log) sets it.
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

    /// This entry as one about the exhibit at `path`.
    #[must_use]
    pub fn on_exhibit(self, path: &std::path::Path, sha256: Option<&str>) -> Self {
        Self {
            exhibit_path: Some(path.to_string_lossy().into_owned()),
            exhibit_sha256: sha256.map(Into::into),
            ..self
        }
    }
}
