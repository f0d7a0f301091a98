//! Lists the distributors as they are now, with what they got.

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::{Revocation, Standing};
use super::fault::fault;
use super::{Distributor, Registry};
use leakmark_core::error::Result;

/// A distributor as it is now, and what it got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The distributor's id.
    pub id: String,
    /// What it is called now.
    pub name: String,
    /// What it was called before, oldest first.
    pub former_names: Vec<String>,
    /// Whatever else is known, by column name.
    pub notes: BTreeMap<String, String>,
    /// When it was added, RFC 3339 UTC.
    pub added_at: String,
    /// Since when and why it gets no more copies; null if it gets some.
    pub revoked: Option<Revocation>,
    /// How many copies were issued to it.
    pub issues: u64,
    /// When the last of them was, RFC 3339 UTC; null if there is none.
    pub last_issue: Option<String>,
}

impl Registry {
    /// All distributors as they are now, sorted by id (by byte).
    ///
    /// # Errors
    /// [`Error::Registry`](leakmark_core::error::Error::Registry) if the registry cannot be read.
    pub fn records(&self) -> Result<Vec<Record>> {
        self.at_one_moment(|| {
            let mut standings = self.standings()?;
            let mut added = self.added_at()?;
            let mut issued = self.issued_to()?;
            let record = |distributor: Distributor| {
                let id = distributor.id.clone();
                let standing = standings.remove(&id).unwrap_or_default();
                let (issues, last_issue) = issued.remove(&id).unwrap_or_default();
                Record {
                    added_at: added.remove(&id).unwrap_or_default(),
                    issues,
                    last_issue,
                    ..standing.record(distributor)
                }
            };
            Ok(self.distributors()?.into_iter().map(record).collect())
        })
    }

    fn added_at(&self) -> Result<BTreeMap<String, String>> {
        let query = "SELECT id, added_at FROM distributors";
        let pairs = self.rows("listing distributors", query, [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(pairs.into_iter().collect())
    }

    /// How many copies each distributor got, and when the last.
    fn issued_to(&self) -> Result<BTreeMap<String, (u64, Option<String>)>> {
        let query = "SELECT distributor, count(*), max(issued_at) FROM issue_records
            GROUP BY distributor";
        let doing = "counting issues";
        let mut statement = self.conn.prepare_cached(query).map_err(fault(doing))?;
        let rows = statement
            .query_map([], |row| {
                let count: i64 = row.get(1)?;
                Ok((row.get(0)?, (count.unsigned_abs(), row.get(2)?)))
            })
            .map_err(fault(doing))?;
        rows.collect::<rusqlite::Result<_>>().map_err(fault(doing))
    }
}

impl Standing {
    /// The record of the distributor that was added so, without what it got.
    fn record(mut self, added: Distributor) -> Record {
        let first = added.name.clone();
        let now = self.of(added);
        // The last of them is the name now.
        self.names.pop();
        let former = self.name.is_some().then_some(first);
        Record {
            id: now.id,
            name: now.name,
            former_names: former.into_iter().chain(self.names).collect(),
            notes: now.notes,
            added_at: String::new(),
            revoked: self.revoked,
            issues: 0,
            last_issue: None,
        }
    }
}
