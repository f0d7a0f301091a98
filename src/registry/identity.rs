//! This module is the one row that says which registry this is.

use std::path::Path;

use rusqlite::Connection;

use super::sql::fault;
use crate::error::{Error, Result};

/// Which registry this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// 32 random hexadecimal digits.
    pub registry_id: String,
    /// The caller's commitment to the secret, 64 hexadecimal digits.
    pub secret_check: String,
    /// The signal format's number.
    pub format: u32,
    /// RFC 3339 UTC.
    pub created_at: String,
}

impl Identity {
    /// Reads the row.
    pub fn load(conn: &Connection, path: &Path) -> Result<Self> {
        let query = "SELECT registry_id, secret_check, format, created_at FROM identity";
        conn.query_row(query, [], |row| {
            Ok(Self {
                registry_id: row.get(0)?,
                secret_check: row.get(1)?,
                format: row.get(2)?,
                created_at: row.get(3)?,
            })
        })
        .map_err(fault(format!("reading {}", path.display())))
    }

    /// Writes the row, once.
    pub fn store(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.execute(
            "INSERT INTO identity VALUES (1, ?1, ?2, ?3, ?4)",
            (
                &self.registry_id,
                &self.secret_check,
                self.format,
                &self.created_at,
            ),
        )
        .map(drop)
    }
}

/// 128 bits from the operating system's generator, in hexadecimal.
pub fn random_id() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::registry(format!(
            "the system's random generator does not answer: {error}"
        ))
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
