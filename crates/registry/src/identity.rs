//! The one row that says which registry this is, signed as the first entry of
//! the chain.

use std::path::Path;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::fault::fault;
use leakmark_core::error::Result;
use leakmark_core::key::random;

/// Which registry this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// 32 random hexadecimal digits.
    pub registry_id: String,
    /// The caller's commitment to the secret, 64 hexadecimal digits.
    pub secret_check: String,
    /// The signal format's number.
    pub format: u32,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// The public key that signs the chain, 64 hexadecimal digits.
    pub public_key: String,
}

impl Identity {
    /// Reads the row.
    pub fn load(conn: &Connection, path: &Path) -> Result<Self> {
        let query =
            "SELECT registry_id, secret_check, format, created_at, public_key FROM identity";
        conn.query_row(query, [], |row| {
            Ok(Self {
                registry_id: row.get(0)?,
                secret_check: row.get(1)?,
                format: row.get(2)?,
                created_at: row.get(3)?,
                public_key: row.get(4)?,
            })
        })
        .map_err(fault(format!("reading {}", path.display())))
    }

    /// Writes the row, once.
    pub fn store(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.execute(
            "INSERT INTO identity VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            (
                &self.registry_id,
                &self.secret_check,
                self.format,
                &self.created_at,
                &self.public_key,
            ),
        )
        .map(drop)
    }
}

/// 128 bits from the operating system's generator, in hexadecimal.
pub fn random_id() -> Result<String> {
    Ok(base16ct::lower::encode_string(&random::<16>()?))
}
