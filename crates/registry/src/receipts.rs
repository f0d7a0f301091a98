//! Keeps the receipts: the log of issues, chained and signed.

use rusqlite::{Connection, OptionalExtension, Row};

use super::audit::NOTHING;
use super::schema::CHAINED;
use super::sql::fault;
use super::{Issue, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;
use leakmark_evidence::{Receipt, ReceiptText};

/// A commitment to the codeword of a copy, as its receipt carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodewordCommitment {
    /// Slots that are committed to.
    pub slots: u32,
    /// What is made public, 64 lower-case hexadecimal digits.
    pub root: String,
    /// What is needed to open it, 64 lower-case hexadecimal digits. It stays
    /// in the registry.
    pub salt: String,
}

/// A receipt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    /// The number that the log keeps it under.
    pub number: i64,
    /// The number of the issue record it belongs to.
    pub issue: i64,
    /// The receipt.
    pub receipt: Receipt,
    /// The salt of its commitment, 64 lower-case hexadecimal digits.
    pub salt: String,
}

const COLUMNS: &str = "SELECT number, issue, text, sha256, signature, salt FROM receipts";

impl Registry {
    /// All receipts, oldest first; none in a registry that was not upgraded.
    pub fn receipts(&self) -> Result<Vec<KeptReceipt>> {
        if self.layout < CHAINED {
            return Ok(Vec::new());
        }
        let key = self.log_key().unwrap_or_default();
        let query = format!("{COLUMNS} ORDER BY number");
        self.rows("listing receipts", &query, [], |row| read(row, key))
    }

    /// Adds the receipt of `issue`, whose number and time are set.
    pub(super) fn add_receipt(
        &self,
        conn: &Connection,
        issue: &Issue,
        commitment: &CodewordCommitment,
    ) -> Result<()> {
        let signer = self.signer().ok_or_else(|| {
            Error::Internal("a copy is issued by a registry that cannot sign".to_owned())
        })?;
        let doing = "writing a receipt";
        let (last, previous) = last(conn).map_err(fault(doing))?;
        let said = ReceiptText {
            registry: self.id().to_owned(),
            number: last + 1,
            previous,
            issue: issue.id,
            title: issue.title.clone(),
            distributor: issue.distributor.clone(),
            copy_sha256: issue.copy_sha256.clone(),
            master_sha256: issue.master_sha256.clone(),
            title_start_s: issue.title_start_s,
            duration_s: issue.duration_s,
            codeword_slots: commitment.slots,
            codeword_root: commitment.root.clone(),
            issued_at: issue.issued_at.clone(),
        };
        if !said.is_sound() || !naming::is_hash(&commitment.salt) {
            return Err(Error::Internal(format!(
                "no receipt can say this: {said:?}"
            )));
        }
        let receipt = Receipt::sign(&said, signer);
        let row = (
            said.number,
            issue.id,
            &receipt.text,
            &receipt.sha256,
            &receipt.signature,
            &commitment.salt,
        );
        conn.execute("INSERT INTO receipts VALUES (?1, ?2, ?3, ?4, ?5, ?6)", row)
            .map(drop)
            .map_err(fault(doing))
    }
}

/// The number and hash of the last receipt.
fn last(conn: &Connection) -> rusqlite::Result<(i64, String)> {
    let query = "SELECT number, sha256 FROM receipts ORDER BY number DESC LIMIT 1";
    let found = conn
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or((0, NOTHING.to_owned())))
}

fn read(row: &Row<'_>, public_key: &str) -> rusqlite::Result<KeptReceipt> {
    Ok(KeptReceipt {
        number: row.get(0)?,
        issue: row.get(1)?,
        receipt: Receipt {
            text: row.get(2)?,
            sha256: row.get(3)?,
            signature: row.get(4)?,
            public_key: public_key.to_owned(),
        },
        salt: row.get(5)?,
    })
}
