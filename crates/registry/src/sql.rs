//! Wraps SQLite's transactions and queries.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::Registry;
use super::fault::fault;
use leakmark_core::error::Result;

/// Reads JSON that we wrote ourselves.
pub fn from_json<T: serde::de::DeserializeOwned>(column: usize, text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

impl Registry {
    /// Runs `work` in a transaction that takes the write lock at its start:
    /// a second writer waits there rather than failing half-way.
    pub(super) fn write<T>(
        &self,
        doing: &str,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        let transaction = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)
            .map_err(|error| self.locked(doing, error))?;
        let done = work(&transaction)?;
        transaction.commit().map_err(fault(doing))?;
        Ok(done)
    }

    /// Runs `work` on the registry as it is at this moment, whatever others write
    /// meanwhile.
    pub(super) fn at_one_moment<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let transaction = Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred)
            .map_err(fault("reading the registry"))?;
        let done = work()?;
        transaction
            .finish()
            .map_err(fault("reading the registry"))?;
        Ok(done)
    }

    /// All rows of a query, each through `read`.
    pub(super) fn rows<T>(
        &self,
        doing: &str,
        query: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.conn.prepare_cached(query).map_err(fault(doing))?;
        let rows = statement
            .query_map(parameters, read)
            .map_err(fault(doing))?;
        rows.collect::<rusqlite::Result<_>>().map_err(fault(doing))
    }

    /// The number of rows in one of our tables.
    pub(super) fn count(&self, table: &'static str) -> Result<usize> {
        let doing = format!("counting {table}");
        let query = format!("SELECT count(*) FROM {table}");
        let count: i64 = self
            .conn
            .query_row(&query, [], |row| row.get(0))
            .map_err(fault(doing))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}
