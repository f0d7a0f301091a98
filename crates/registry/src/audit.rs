//! Keeps the audit log: who ran what on this registry, on which
//! exhibit, and what came of it. It can be added to and read, never changed.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Registry;
use super::host::{host, user};
use super::schema::CHAINED;
use super::sql::fault;
use leakmark_core::error::Result;
use leakmark_evidence::naming;

/// The hash before the first entry of a chain.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line of the audit log.
///
/// Its lines are chained, so that a change of one shows in all that follow:
///
/// ```text
/// hash_n = SHA-256( "leakmark audit entry 1\n" ‖ JSON array of hash_(n−1), n, time, user, host,
///                   command, subject, exhibit's path, exhibit's SHA-256, result )
/// ```
///
/// hash_0 is 64 zeros. A command that has the secret also signs the hash, which
/// vouches for every line up to there. Lines written before the log was chained
/// were chained when the registry was upgraded.
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
    /// The path of the exhibit, if it was about one.
    #[serde(default)]
    pub exhibit_path: Option<String>,
    /// The exhibit's SHA-256, if it could be read.
    #[serde(default)]
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

/// A line as it is kept.
pub(super) struct AuditLine {
    /// Its number, from 1.
    pub id: i64,
    /// What it says.
    pub entry: AuditEntry,
    /// Its hash; `None` in a registry that was not upgraded.
    pub hash: Option<String>,
    /// The signature of its hash, if the secret was there.
    pub signature: Option<String>,
}

impl AuditLine {
    /// The hash it should have after the line whose hash is `previous`.
    pub fn expected_hash(&self, previous: &str) -> String {
        let entry = &self.entry;
        let fields = serde_json::json!([
            previous,
            self.id,
            entry.at,
            entry.user,
            entry.host,
            entry.command,
            entry.subject,
            entry.exhibit_path,
            entry.exhibit_sha256,
            entry.result,
        ]);
        let mut hasher = Sha256::new_with_prefix("leakmark audit entry 1\n");
        hasher.update(fields.to_string());
        base16ct::lower::encode_string(&hasher.finalize())
    }
}

/// What is signed to vouch for the audit log up to the line with this hash.
pub(super) fn head_text(registry: &str, hash: &str) -> String {
    format!("leakmark audit head 1\nregistry {registry}\nhash {hash}\n")
}

const COLUMNS: &str = "SELECT id, at, user, host, command, subject, result, exhibit_path,
    exhibit_sha256, hash, signature FROM audit_log";

const OLD_COLUMNS: &str = "SELECT id, at, user, host, command, subject, result, NULL, NULL, NULL,
    NULL FROM audit_log";

const INSERT: &str = "INSERT INTO audit_log (id, at, user, host, command, subject, result,
    exhibit_path, exhibit_sha256, hash, signature)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

impl Registry {
    /// Adds a line to the audit log. Its time is now, whatever `at` says.
    pub fn log(&self, entry: &AuditEntry) -> Result<()> {
        let at = naming::now()?;
        let doing = "writing the audit log";
        self.write(doing, |conn| {
            let (last, previous) = last(conn).map_err(fault(doing))?;
            let mut line = AuditLine {
                id: last + 1,
                entry: AuditEntry {
                    at,
                    ..entry.clone()
                },
                hash: None,
                signature: None,
            };
            let hash = line.expected_hash(&previous);
            let text = head_text(self.id(), &hash);
            line.signature = self.signer().map(|s| s.sign(text.as_bytes()));
            line.hash = Some(hash);
            insert(conn, &line).map_err(fault(doing))
        })
    }

    /// The whole audit log, oldest first.
    pub fn audit(&self) -> Result<Vec<AuditEntry>> {
        Ok(self.audit_lines()?.into_iter().map(|l| l.entry).collect())
    }

    /// The same, with numbers and hashes.
    pub(super) fn audit_lines(&self) -> Result<Vec<AuditLine>> {
        let columns = if self.layout >= CHAINED {
            COLUMNS
        } else {
            OLD_COLUMNS
        };
        let query = format!("{columns} ORDER BY id");
        self.rows("reading the audit log", &query, [], read)
    }
}

/// The number of the last line, and the hash of the last one that is chained: a
/// line that something else put in is for [`Registry::verify`] to name, and
/// must not keep what happens later out of the log.
fn last(conn: &Connection) -> rusqlite::Result<(i64, String)> {
    let query = "SELECT coalesce(max(id), 0) FROM audit_log";
    let number = conn.query_row(query, [], |row| row.get(0))?;
    let query = "SELECT hash FROM audit_log WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1";
    let hash = conn.query_row(query, [], |row| row.get(0)).optional()?;
    Ok((number, hash.unwrap_or_else(|| NOTHING.to_owned())))
}

fn insert(conn: &Connection, line: &AuditLine) -> rusqlite::Result<()> {
    let entry = &line.entry;
    conn.execute(
        INSERT,
        rusqlite::params![
            line.id,
            entry.at,
            entry.user,
            entry.host,
            entry.command,
            entry.subject,
            entry.result,
            entry.exhibit_path,
            entry.exhibit_sha256,
            line.hash,
            line.signature,
        ],
    )
    .map(drop)
}

/// Chains the lines written before the log was chained.
pub(super) fn chain_older(conn: &Connection) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(&format!("{COLUMNS} ORDER BY id"))?;
    let lines: Vec<AuditLine> = statement
        .query_map([], read)?
        .collect::<rusqlite::Result<_>>()?;
    let mut previous = NOTHING.to_owned();
    for line in lines {
        previous = line.expected_hash(&previous);
        let update = "UPDATE audit_log SET hash = ?1 WHERE id = ?2";
        conn.execute(update, (&previous, line.id))?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditLine> {
    Ok(AuditLine {
        id: row.get(0)?,
        entry: AuditEntry {
            at: row.get(1)?,
            user: row.get(2)?,
            host: row.get(3)?,
            command: row.get(4)?,
            subject: row.get(5)?,
            result: row.get(6)?,
            exhibit_path: row.get(7)?,
            exhibit_sha256: row.get(8)?,
        },
        hash: row.get(9)?,
        signature: row.get(10)?,
    })
}
