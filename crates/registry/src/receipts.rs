//! Keeps the receipts: an entry of the chain for every issue.

use rusqlite::Connection;

use super::Registry;
use super::entry::{Entry, Link};
use super::issue::{CodewordCommitment, Issue, OfChain};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;
use leakmark_evidence::{Receipt, ReceiptText};

/// A receipt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    /// Its number in the chain; 0 if its text gives none.
    pub number: i64,
    /// The number of the issue record it belongs to.
    pub issue: i64,
    /// The receipt.
    pub receipt: Receipt,
    /// The salt of its commitment, 64 lower-case hexadecimal digits.
    pub salt: String,
}

const COLUMNS: &str = "SELECT id, text, sha256, signature, salt FROM issue_records
    JOIN chain ON place = receipt";

impl Registry {
    /// The receipts of all issue records, oldest first, as they are kept: see
    /// [`Receipt::check`].
    pub fn receipts(&self) -> Result<Vec<KeptReceipt>> {
        let query = format!("{COLUMNS} ORDER BY id");
        self.rows("listing receipts", &query, [], |row| {
            let text: String = row.get(1)?;
            Ok(KeptReceipt {
                number: Link::of(&text).map_or(0, |link| link.number),
                issue: row.get(0)?,
                receipt: Receipt {
                    text,
                    sha256: row.get(2)?,
                    signature: row.get(3)?,
                    public_key: self.public_key().to_owned(),
                },
                salt: row.get(4)?,
            })
        })
    }

    /// Adds the receipt of `issue`, whose number and time are set; returns its
    /// place in the chain's table.
    pub(super) fn add_receipt(
        &self,
        conn: &Connection,
        issue: &Issue,
        of_chain: OfChain,
        commitment: &CodewordCommitment,
    ) -> Result<i64> {
        if !naming::is_hash(&commitment.salt) {
            return Err(Error::Internal(
                "a commitment's salt must be 64 lower-case hexadecimal digits".to_owned(),
            ));
        }
        let said = ReceiptText {
            registry: String::new(),
            number: 0,
            previous: String::new(),
            issue: issue.id,
            title: issue.title.clone(),
            title_name: of_chain.title,
            distributor: issue.distributor.clone(),
            distributor_name: of_chain.distributor,
            copy: issue.copy,
            variants: issue.variants(),
            copy_sha256: issue.copy_sha256.clone(),
            master_sha256: issue.master_sha256.clone(),
            reference_sha256: of_chain.reference,
            title_start_s: issue.title_start_s,
            duration_s: issue.duration_s,
            codeword_slots: commitment.slots,
            codeword_root: commitment.root.clone(),
            lost: issue.lost(),
            damaged: issue.damaged(),
            issued_at: issue.issued_at.clone(),
        };
        let added = self.append(conn, &Entry::Receipt(Box::new(said)))?;
        Ok(added.place)
    }
}
