//! Keeps the issue records: which distributor got which copy.
//!
//! They can be added and read, never changed or taken back: the table's
//! triggers see to that.

use rusqlite::{Connection, Row, named_params};

use super::Registry;
use super::entry::Said;
use super::fault::fault;
use super::issue::{CodewordCommitment, Issue, OfChain};
use super::sql::from_json;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;

const COLUMNS: &str = "SELECT id, title, distributor, copy, master_sha256, copy_sha256, copy_path,
    copy_bytes, title_start_s, duration_s, parameters, tool_version, issued_at FROM issue_records";

const INSERT: &str = "INSERT INTO issue_records (id, title, distributor, copy, master_sha256,
    copy_sha256, copy_path, copy_bytes, title_start_s, duration_s, parameters, tool_version,
    issued_at, receipt, salt)
    VALUES (:id, :title, :distributor, :copy, :master_sha256, :copy_sha256, :copy_path,
    :copy_bytes, :title_start_s, :duration_s, :parameters, :tool_version, :issued_at, :receipt,
    :salt)";

impl Registry {
    /// The number that the distributor's next copy of the title will have: 1 and
    /// the highest that was given.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be read.
    pub fn next_copy(&self, title: &str, distributor: &str) -> Result<u32> {
        next_copy(&self.conn, title, distributor)
    }

    /// Records that a copy with this codeword was issued, writes its receipt,
    /// and returns the record's number. The record's own `id` and `issued_at` are
    /// not looked at: the number is the next, the time is now.
    ///
    /// # Errors
    /// [`Error::Registry`] if the title or the distributor is unknown, if the
    /// copy's number is not the next, or nothing can be written,
    /// [`Error::Internal`] if the registry was not unlocked.
    pub fn record_issue(&self, issue: &Issue, codeword: &CodewordCommitment) -> Result<i64> {
        let mut issue = Issue {
            issued_at: naming::now()?,
            ..issue.clone()
        };
        let doing = "recording an issue";
        self.write(doing, |conn| {
            let of_chain = OfChain {
                title: self.signed_title(&issue.title)?,
                distributor: self.signed_distributor(&issue.distributor)?,
                reference: issue.reference(&self.references()?),
            };
            issue.id = next_id(conn).map_err(fault(doing))?;
            self.enter(conn, &issue, (of_chain, codeword), (doing, "mark again"))?;
            Ok(issue.id)
        })
    }

    /// Writes a record, and its receipt in the chain: what is being done, in words, and
    /// what to do if another run was quicker.
    pub(super) fn enter(
        &self,
        conn: &rusqlite::Connection,
        issue: &Issue,
        (of_chain, codeword): (OfChain, &CodewordCommitment),
        (doing, again): (&'static str, &str),
    ) -> Result<()> {
        let next = next_copy(conn, &issue.title, &issue.distributor)?;
        if issue.copy != next {
            return Err(Error::registry(format!(
                "copy {} of {} for {} cannot be recorded, the next is {next}: another run issued one meanwhile",
                issue.copy, issue.title, issue.distributor
            )).advise(again));
        }
        let receipt = self.add_receipt(conn, issue, of_chain, codeword)?;
        insert(conn, issue, receipt, &codeword.salt).map_err(fault(doing))
    }

    /// The copies of `title` that anybody got, oldest first.
    pub fn issues_of_title(&self, title: &str) -> Result<Vec<Issue>> {
        let query = format!("{COLUMNS} WHERE title = ?1 ORDER BY id");
        self.rows("listing issue records", &query, [title], read)
    }

    /// The copies of `title` that `distributor` got, oldest first.
    pub fn issues_of(&self, title: &str, distributor: &str) -> Result<Vec<Issue>> {
        let query = format!("{COLUMNS} WHERE title = ?1 AND distributor = ?2 ORDER BY id");
        self.rows("listing issue records", &query, [title, distributor], read)
    }

    /// What the title was called when it was added, as the chain has it.
    fn signed_title(&self, id: &str) -> Result<String> {
        match self.added_by("titles", id)? {
            Some(Said::Title(title)) if title.id == id => Ok(title.name),
            _ => Err(unknown("title", id)),
        }
    }

    /// What the distributor is called, as the chain has it, if it gets copies.
    fn signed_distributor(&self, id: &str) -> Result<String> {
        let Some(Said::Distributors(all)) = self.added_by("distributors", id)? else {
            return Err(unknown("distributor", id));
        };
        let found = all.into_iter().find(|distributor| distributor.id == id);
        let added = found.ok_or_else(|| unknown("distributor", id))?;
        let standing = self.standing(id)?;
        match &standing.revoked {
            Some(revocation) => Err(revocation.refusal(id)),
            None => Ok(standing.of(added).name),
        }
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

pub(super) fn unknown(kind: &str, id: &str) -> Error {
    Error::registry(format!("there is no {kind} {}", naming::shown(id)))
        .advise("add it before issuing a copy")
}

pub(super) fn next_copy(conn: &Connection, title: &str, distributor: &str) -> Result<u32> {
    let query = "SELECT coalesce(max(copy), 0) + 1 FROM issue_records
        WHERE title = ?1 AND distributor = ?2";
    conn.query_row(query, [title, distributor], |row| row.get(0))
        .map_err(fault("numbering a copy"))
}

/// The number that the table would give next.
pub(super) fn next_id(conn: &Connection) -> rusqlite::Result<i64> {
    let query =
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'issue_records'), 0) + 1";
    conn.query_row(query, [], |row| row.get(0))
}

pub(super) fn insert(
    conn: &Connection,
    issue: &Issue,
    receipt: i64,
    salt: &str,
) -> rusqlite::Result<()> {
    conn.execute(
        INSERT,
        named_params! {
            ":id": issue.id, ":title": issue.title, ":distributor": issue.distributor,
            ":copy": issue.copy, ":master_sha256": issue.master_sha256,
            ":copy_sha256": issue.copy_sha256, ":copy_path": issue.copy_path,
            ":copy_bytes": i64::try_from(issue.copy_bytes).unwrap_or(i64::MAX),
            ":title_start_s": issue.title_start_s, ":duration_s": issue.duration_s,
            ":parameters": issue.parameters.to_string(),
            ":tool_version": issue.tool_version, ":issued_at": issue.issued_at,
            ":receipt": receipt, ":salt": salt,
        },
    )
    .map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Issue> {
    let copy_bytes: i64 = row.get(7)?;
    Ok(Issue {
        id: row.get(0)?,
        title: row.get(1)?,
        distributor: row.get(2)?,
        copy: row.get(3)?,
        master_sha256: row.get(4)?,
        copy_sha256: row.get(5)?,
        copy_path: row.get(6)?,
        copy_bytes: u64::try_from(copy_bytes).unwrap_or(0),
        title_start_s: row.get(8)?,
        duration_s: row.get(9)?,
        parameters: from_json(10, row.get_ref(10)?.as_str()?)?,
        tool_version: row.get(11)?,
        issued_at: row.get(12)?,
    })
}
