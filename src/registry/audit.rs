//! This module keeps the audit log: who ran what on this registry, and what
//! came of it. It can be added to and read, never changed.

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::sql::fault;
use super::{Registry, words};
use crate::error::Result;

/// One line of the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When, RFC 3339 UTC. [`Registry::log`] sets it.
    pub at: String,
    /// Who, as the operating system calls them.
    pub user: String,
    /// On which machine.
    pub host: String,
    /// Which command of leakmark.
    pub command: String,
    /// What it was about: a title, a distributor, an exhibit's hash.
    pub subject: String,
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
            at: String::new(),
            user: user(),
            host: host(),
            command: command.into(),
            subject: subject.into(),
            result: result.into(),
        }
    }
}

impl Registry {
    /// Adds a line to the audit log. Its time is now, whatever `at` says.
    pub fn log(&self, entry: &AuditEntry) -> Result<()> {
        let at = words::now()?;
        let row = (
            at,
            &entry.user,
            &entry.host,
            &entry.command,
            &entry.subject,
            &entry.result,
        );
        let insert = "INSERT INTO audit_log (at, user, host, command, subject, result)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.write("writing the audit log", |conn| {
            conn.execute(insert, row)
                .map(drop)
                .map_err(fault("writing the audit log"))
        })
    }

    /// The whole audit log, oldest first.
    pub fn audit(&self) -> Result<Vec<AuditEntry>> {
        let query = "SELECT at, user, host, command, subject, result FROM audit_log ORDER BY id";
        self.rows("reading the audit log", query, [], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        at: row.get(0)?,
        user: row.get(1)?,
        host: row.get(2)?,
        command: row.get(3)?,
        subject: row.get(4)?,
        result: row.get(5)?,
    })
}

const UNKNOWN: &str = "unknown";

fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|variable| std::env::var(variable).ok())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| UNKNOWN.to_owned())
}

fn host() -> String {
    std::env::var("HOSTNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| UNKNOWN.to_owned())
}
