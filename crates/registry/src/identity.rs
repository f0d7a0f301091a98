//! The one row that says which registry this is.

use std::path::Path;

use rusqlite::Connection;

use super::schema::CHAINED;
use super::sql::fault;
use leakmark_core::error::Result;
use leakmark_core::key::random;

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
    /// The public key that signs the logs, 64 hexadecimal digits; `None` until
    /// an older registry is first opened with its secret.
    pub log_key: Option<String>,
    /// The highest number of an issue record made before there were receipts.
    pub issues_before_receipts: i64,
}

impl Identity {
    /// Reads the row of a registry of this layout.
    pub fn load(conn: &Connection, layout: u32, path: &Path) -> Result<Self> {
        let query = if layout >= CHAINED {
            "SELECT registry_id, secret_check, format, created_at, log_key,
                issues_before_receipts FROM identity"
        } else {
            "SELECT registry_id, secret_check, format, created_at, NULL,
                (SELECT coalesce(max(id), 0) FROM issue_records) FROM identity"
        };
        conn.query_row(query, [], |row| {
            Ok(Self {
                registry_id: row.get(0)?,
                secret_check: row.get(1)?,
                format: row.get(2)?,
                created_at: row.get(3)?,
                log_key: row.get(4)?,
                issues_before_receipts: row.get(5)?,
            })
        })
        .map_err(fault(format!("reading {}", path.display())))
    }

    /// Writes the row, once.
    pub fn store(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.execute(
            "INSERT INTO identity VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
            (
                &self.registry_id,
                &self.secret_check,
                self.format,
                &self.created_at,
                &self.log_key,
                self.issues_before_receipts,
            ),
        )
        .map(drop)
    }
}

/// 128 bits from the operating system's generator, in hexadecimal.
pub fn random_id() -> Result<String> {
    Ok(base16ct::lower::encode_string(&random::<16>()?))
}
