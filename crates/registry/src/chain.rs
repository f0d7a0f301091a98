//! Keeps the chain: everything that the registry ever said, each entry signed
//! and naming the one before it. It can be added to and read, never changed.
//!
//! ```text
//! 1 registry ◀─ 2 distributors ◀─ 3 title ◀─ 4 receipt ◀─ 5 audit ◀─ …   head
//!      each names the SHA-256 of the text before it, and is signed
//! ```
//!
//! Nothing is signed over what was not looked at: an entry follows on the last
//! one that the registry's key signed, and whatever else lies in the table is
//! passed over, for [`Registry::verify`] to name.

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::Registry;
use super::entry::{Entry, Link, Said, read, text};
use super::fault::fault;
use leakmark_core::error::{Error, Result};
use leakmark_core::key::is_signed;

/// The hash before the first entry.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Rows at the end that are looked through for the last entry that is the
/// registry's own.
const LOOK_BACK: usize = 1000;

/// Where the chain ends: who notes it elsewhere can ask later whether it is
/// still in the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last entry, from 1.
    pub number: i64,
    /// SHA-256 of its text, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// A row of the table, whatever is in it.
pub(super) struct Kept {
    /// Its place in the table.
    pub place: i64,
    /// What it says it is.
    pub kind: String,
    /// The entry's text.
    pub text: String,
    /// The hash kept beside it.
    pub sha256: String,
    /// The signature kept beside it.
    pub signature: String,
}

/// What was appended.
pub(super) struct Added {
    /// The row's place in the table.
    pub place: i64,
    /// The chain's end now.
    pub head: Head,
}

const COLUMNS: &str = "SELECT place, kind, text, sha256, signature FROM chain";

const INSERT: &str = "INSERT INTO chain (kind, text, sha256, signature) VALUES (?1, ?2, ?3, ?4)";

impl Kept {
    /// Whether the key signed just this text.
    pub fn is_signed_by(&self, key: &str) -> bool {
        self.sha256 == sha256(&self.text) && is_signed(key, self.text.as_bytes(), &self.signature)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            place: row.get(0)?,
            kind: row.get(1)?,
            text: row.get(2)?,
            sha256: row.get(3)?,
            signature: row.get(4)?,
        })
    }
}

impl Registry {
    /// The end of the chain: the last entry that the registry's key signed.
    ///
    /// # Errors
    /// [`Error::Registry`] if there is none among the last thousand rows, or it
    /// cannot be read.
    pub fn head(&self) -> Result<Head> {
        Ok(self.end()?.1)
    }

    /// The end of the chain with its row's place.
    pub(super) fn end(&self) -> Result<(i64, Head)> {
        let doing = "reading the chain";
        let query = format!("{COLUMNS} ORDER BY place DESC LIMIT {LOOK_BACK}");
        let mut statement = self.conn.prepare_cached(&query).map_err(fault(doing))?;
        let rows = statement.query_map([], Kept::read).map_err(fault(doing))?;
        for row in rows {
            let row = row.map_err(fault(doing))?;
            let own = || row.is_signed_by(self.public_key());
            if let Some(link) =
                Link::of(&row.text).filter(|link| link.registry == self.id() && own())
            {
                let head = Head {
                    number: link.number,
                    sha256: row.sha256,
                };
                return Ok((row.place, head));
            }
        }
        Err(Error::registry(
            "none of the last entries of the chain is signed by the registry's key",
        )
        .advise("see `leakmark registry verify`, and restore leakmark.db from a backup"))
    }

    /// Adds an entry at the end of the chain, within the present transaction.
    pub(super) fn append(&self, conn: &Connection, entry: &Entry<'_>) -> Result<Added> {
        let (_, head) = self.end()?;
        self.append_after(conn, &head, entry)
    }

    /// Adds an entry after `head`, which must be the chain's end, within the present transaction.
    pub(super) fn append_after(
        &self,
        conn: &Connection,
        head: &Head,
        entry: &Entry<'_>,
    ) -> Result<Added> {
        let link = Link {
            registry: self.id(),
            number: head.number + 1,
            previous: &head.sha256,
        };
        let text = text(&link, entry)?;
        let signature = self.signer()?.sign(text.as_bytes());
        insert(conn, entry.kind(), &text, &signature).map_err(fault("adding to the chain"))?;
        Ok(Added {
            place: conn.last_insert_rowid(),
            head: Head {
                number: link.number,
                sha256: sha256(&text),
            },
        })
    }

    /// Every row in order of place, one after the other.
    pub(super) fn each_kept(&self, visit: &mut dyn FnMut(Kept) -> Result<()>) -> Result<()> {
        let doing = "reading the chain";
        let query = format!("{COLUMNS} ORDER BY place");
        let mut statement = self.conn.prepare_cached(&query).map_err(fault(doing))?;
        let rows = statement.query_map([], Kept::read).map_err(fault(doing))?;
        for row in rows {
            visit(row.map_err(fault(doing))?)?;
        }
        Ok(())
    }

    /// What the entry says by which `table` holds the row `id`, if it is signed.
    ///
    /// # Errors
    /// [`Error::Registry`] if it is not, or cannot be read.
    pub(super) fn added_by(&self, table: &'static str, id: &str) -> Result<Option<Said>> {
        let query = format!("{COLUMNS} JOIN {table} ON entry = place WHERE id = ?1");
        let found = self.rows("reading the chain", &query, [id], Kept::read)?;
        let Some(row) = found.into_iter().next() else {
            return Ok(None);
        };
        let own = Link::of(&row.text).is_some_and(|link| link.registry == self.id());
        match read(&row.text).filter(|_| own && row.is_signed_by(self.public_key())) {
            Some(said) => Ok(Some(said)),
            None => Err(Error::registry(format!(
                "{table}: the entry of the chain that added {id} is not signed by the registry's key"
            )).advise("see `leakmark registry verify`, and restore leakmark.db from a backup")),
        }
    }

    /// The rows of this kind that hold `text` and are signed, in order of place.
    pub(super) fn kept_with(&self, kind: &str, text: &str) -> Result<Vec<Kept>> {
        let query = format!("{COLUMNS} WHERE kind = ?1 AND instr(text, ?2) > 0 ORDER BY place");
        let mut kept = self.rows("reading the chain", &query, [kind, text], Kept::read)?;
        kept.retain(|row| row.is_signed_by(self.public_key()));
        Ok(kept)
    }

    /// The rows that say they are of this kind and are signed, in order of place.
    pub(super) fn kept_of(&self, kind: &str) -> Result<Vec<Kept>> {
        let query = format!("{COLUMNS} WHERE kind = ?1 ORDER BY place");
        let mut kept = self.rows("reading the chain", &query, [kind], Kept::read)?;
        kept.retain(|row| row.is_signed_by(self.public_key()));
        Ok(kept)
    }
}

/// Adds a row as it is: the first one of a new registry is signed before there
/// is a [`Registry`].
pub(super) fn insert(
    conn: &Connection,
    kind: &str,
    text: &str,
    signature: &str,
) -> rusqlite::Result<()> {
    conn.prepare_cached(INSERT)?
        .execute((kind, text, sha256(text), signature))
        .map(drop)
}

/// The place that the next row will have.
pub(super) fn next_place(conn: &Connection) -> rusqlite::Result<i64> {
    let query = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'chain'), 0) + 1";
    conn.query_row(query, [], |row| row.get(0))
}

/// SHA-256 of a text, in hexadecimal.
pub(super) fn sha256(text: &str) -> String {
    leakmark_evidence::hash::sha256(text)
}
