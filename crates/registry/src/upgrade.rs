//! Brings the layout of an older registry up to date.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::audit::chain_older;
use super::schema::{CHAINED, SCHEMA_VERSION, STEPS};

/// Takes the steps that the file lacks, all or none; returns the layout it has now.
pub fn upgrade(conn: &Connection) -> rusqlite::Result<u32> {
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let from: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    take_steps(&transaction, from)?;
    transaction.commit()?;
    Ok(from.max(SCHEMA_VERSION))
}

/// Takes all steps after layout `from` (0: an empty file) in the present transaction.
pub fn take_steps(conn: &Connection, from: u32) -> rusqlite::Result<()> {
    for (step, layout) in STEPS.iter().zip(1..).skip(from as usize) {
        conn.execute_batch(step)?;
        if layout == CHAINED {
            chain_older(conn)?;
        }
        conn.pragma_update(None, "user_version", layout)?;
    }
    Ok(())
}
