//! Keeps the issue records: which distributor got which copy.
//!
//! They can be added and read, never changed or taken back: the table's
//! triggers see to that.

use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

use super::sql::{fault, from_json};
use super::{CodewordCommitment, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;

/// The fact that a distributor got a copy of a title.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Its number, from 1. [`Registry::record_issue`] gives it.
    pub id: i64,
    /// The title's id.
    pub title: String,
    /// The distributor's id.
    pub distributor: String,
    /// SHA-256 of the master file, lower-case hexadecimal.
    pub master_sha256: String,
    /// SHA-256 of the marked copy, lower-case hexadecimal.
    pub copy_sha256: String,
    /// Where the copy was written, as text.
    pub copy_path: String,
    /// Size of the copy.
    pub copy_bytes: u64,
    /// Time in the title at which the copy begins, in seconds.
    pub title_start_s: f64,
    /// Length of the copy, in seconds.
    pub duration_s: f64,
    /// How it was marked and encoded.
    pub parameters: serde_json::Value,
    /// The version of leakmark that made it.
    pub tool_version: String,
    /// When it was recorded, RFC 3339 UTC. [`Registry::record_issue`] sets it.
    pub issued_at: String,
}

const COLUMNS: &str = "SELECT id, title, distributor, master_sha256, copy_sha256, copy_path,
    copy_bytes, title_start_s, duration_s, parameters, tool_version, issued_at FROM issue_records";

const INSERT: &str = "INSERT INTO issue_records (title, distributor, master_sha256, copy_sha256,
    copy_path, copy_bytes, title_start_s, duration_s, parameters, tool_version, issued_at)
    VALUES (:title, :distributor, :master_sha256, :copy_sha256, :copy_path, :copy_bytes,
    :title_start_s, :duration_s, :parameters, :tool_version, :issued_at)";

impl Registry {
    /// Records that a copy with this codeword was issued, writes its receipt,
    /// and returns the record's number. The record's own `id` and `issued_at` are
    /// not looked at: the number is the next, the time is now.
    ///
    /// # Errors
    /// [`Error::Registry`] if the title or the distributor is unknown or nothing
    /// can be written, [`Error::Internal`] if the registry was not unlocked.
    pub fn record_issue(&self, issue: &Issue, codeword: &CodewordCommitment) -> Result<i64> {
        let mut issue = Issue {
            issued_at: naming::now()?,
            ..issue.clone()
        };
        self.write("recording an issue", |conn| {
            check_known(conn, "titles", "title", &issue.title)?;
            check_known(conn, "distributors", "distributor", &issue.distributor)?;
            issue.id = insert(conn, &issue).map_err(fault("recording an issue"))?;
            self.add_receipt(conn, &issue, codeword)?;
            Ok(issue.id)
        })
    }

    /// The copies of `title` that `distributor` got, oldest first.
    pub fn issues_of(&self, title: &str, distributor: &str) -> Result<Vec<Issue>> {
        let query = format!("{COLUMNS} WHERE title = ?1 AND distributor = ?2 ORDER BY id");
        self.rows("listing issue records", &query, [title, distributor], read)
    }

    /// All issue records, oldest first.
    pub fn issues(&self) -> Result<Vec<Issue>> {
        let query = format!("{COLUMNS} ORDER BY id");
        self.rows("listing issue records", &query, [], read)
    }

    /// The latest issue of the very file with this SHA-256 (lower-case hexadecimal).
    pub fn issue_by_copy_sha256(&self, copy_sha256: &str) -> Result<Option<Issue>> {
        let query = format!("{COLUMNS} WHERE copy_sha256 = ?1 ORDER BY id DESC LIMIT 1");
        let found = self.rows("looking an issue record up", &query, [copy_sha256], read)?;
        Ok(found.into_iter().next())
    }
}

fn check_known(conn: &Connection, table: &str, kind: &str, id: &str) -> Result<()> {
    let query = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)");
    let known: bool = conn
        .query_row(&query, [id], |row| row.get(0))
        .map_err(fault("recording an issue"))?;
    match known {
        true => Ok(()),
        false => Err(Error::registry(format!(
            "there is no {kind} {}: add it before issuing a copy",
            naming::shown(id)
        ))),
    }
}

fn insert(conn: &Connection, issue: &Issue) -> rusqlite::Result<i64> {
    conn.execute(
        INSERT,
        named_params! {
            ":title": issue.title, ":distributor": issue.distributor,
            ":master_sha256": issue.master_sha256, ":copy_sha256": issue.copy_sha256,
            ":copy_path": issue.copy_path,
            ":copy_bytes": i64::try_from(issue.copy_bytes).unwrap_or(i64::MAX),
            ":title_start_s": issue.title_start_s, ":duration_s": issue.duration_s,
            ":parameters": issue.parameters.to_string(),
            ":tool_version": issue.tool_version, ":issued_at": issue.issued_at,
        },
    )?;
    Ok(conn.last_insert_rowid())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Issue> {
    let copy_bytes: i64 = row.get(6)?;
    Ok(Issue {
        id: row.get(0)?,
        title: row.get(1)?,
        distributor: row.get(2)?,
        master_sha256: row.get(3)?,
        copy_sha256: row.get(4)?,
        copy_path: row.get(5)?,
        copy_bytes: u64::try_from(copy_bytes).unwrap_or(0),
        title_start_s: row.get(7)?,
        duration_s: row.get(8)?,
        parameters: from_json(9, row.get_ref(9)?.as_str()?)?,
        tool_version: row.get(10)?,
        issued_at: row.get(11)?,
    })
}
