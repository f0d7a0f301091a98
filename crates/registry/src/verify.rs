//! Checks the logs: that nothing in them was changed, taken out,
//! put in or moved since it was written.
//!
//! What no log can show by itself is that its *last* entries are missing. The
//! numbers that SQLite keeps give most such cuts away; who wants to be sure
//! notes a head (the hash of the last receipt) elsewhere and asks later whether
//! it is still in the chain.

use std::collections::BTreeMap;

use super::audit::{NOTHING, head_text};
use super::receipts::KeptReceipt;
use super::schema::CHAINED;
use super::sql::fault;
use super::{Issue, Registry};
use leakmark_core::error::Result;
use leakmark_core::key::is_signed;
use leakmark_evidence::ReceiptText;

/// What was found in order, or what is wrong with it.
type Judged<T> = std::result::Result<T, String>;

/// What the check of a registry's logs came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogCheck {
    /// Receipts in the log.
    pub receipts: usize,
    /// Issue records made before there were receipts.
    pub without_receipt: usize,
    /// The hash of the last receipt; 64 zeros if there is none.
    pub head: String,
    /// Lines in the audit log.
    pub audit_lines: usize,
    /// The last line of the audit log that a signature vouches for; 0 if none.
    pub audit_signed_to: i64,
    /// What is wrong, in the order of the logs; empty if nothing is.
    pub faults: Vec<String>,
}

impl Registry {
    /// Checks receipts, issue records and the audit log against each other.
    /// Whether the signing key is the secret's is for [`Registry::unlock`] to
    /// say, whether codewords are those committed to for who has the secret.
    ///
    /// # Errors
    /// [`Error::Registry`](leakmark_core::error::Error::Registry) if the logs cannot be read.
    pub fn verify(&self) -> Result<LogCheck> {
        let mut check = LogCheck {
            head: NOTHING.to_owned(),
            ..LogCheck::default()
        };
        let issues = self.issues()?;
        self.check_receipts(&issues, &mut check)?;
        self.check_audit(&mut check)?;
        if self.layout >= CHAINED {
            self.check_ends(&mut check)?;
        }
        Ok(check)
    }

    fn check_receipts(&self, issues: &[Issue], check: &mut LogCheck) -> Result<()> {
        let by_number: BTreeMap<i64, &Issue> = issues.iter().map(|i| (i.id, i)).collect();
        let mut receipted = BTreeMap::new();
        let mut expected = 1;
        for kept in self.receipts()? {
            if kept.number != expected {
                check.faults.push(missing(expected, kept.number));
            } else if let Err(fault) = self.check_place(&kept, &check.head) {
                check.faults.push(fault);
            }
            let issue = by_number.get(&kept.issue).copied();
            let fault = self
                .check_receipt(&kept)
                .and_then(|said| agree(&said, issue));
            check.faults.extend(fault.err());
            // The chain goes on from what is there, so that one fault is told once.
            check.head.clone_from(&kept.receipt.sha256);
            expected = kept.number + 1;
            check.receipts += 1;
            receipted.insert(kept.issue, ());
        }
        let before = self.identity.issues_before_receipts;
        for issue in issues.iter().filter(|i| !receipted.contains_key(&i.id)) {
            if issue.id <= before {
                check.without_receipt += 1;
            } else {
                check.faults.push(format!(
                    "issue record {} has no receipt, though it was made after receipts began: the receipt was deleted, or the record put in",
                    issue.id
                ));
            }
        }
        Ok(())
    }

    /// Whether the receipt stands where it says, after the one that it names.
    fn check_place(&self, kept: &KeptReceipt, previous: &str) -> Judged<()> {
        let number = kept.number;
        let Some(said) = ReceiptText::parse(&kept.receipt.text) else {
            return Ok(());
        };
        if said.number != number {
            return Err(format!(
                "receipt {} stands in place {number}: receipts were put in another order",
                said.number
            ));
        }
        if said.previous != previous {
            return Err(format!(
                "receipt {number} does not follow on the one before it: one of the two is not the one that was there"
            ));
        }
        Ok(())
    }

    /// Whether the receipt by itself is whole and this registry's.
    fn check_receipt(&self, kept: &KeptReceipt) -> Judged<ReceiptText> {
        let number = kept.number;
        let said = kept
            .receipt
            .check()
            .map_err(|fault| format!("receipt {number}: {fault}"))?;
        if said.registry != self.id() {
            return Err(format!("receipt {number} is another registry's"));
        }
        if said.issue != kept.issue {
            return Err(format!(
                "receipt {number} is kept for issue record {}, but speaks of {}",
                kept.issue, said.issue
            ));
        }
        Ok(said)
    }

    fn check_audit(&self, check: &mut LogCheck) -> Result<()> {
        let mut previous = NOTHING.to_owned();
        let mut expected = 1;
        for line in self.audit_lines()? {
            check.audit_lines += 1;
            let id = line.id;
            let Some(hash) = &line.hash else {
                // Before the upgrade there are no hashes at all.
                if self.layout >= CHAINED {
                    check.faults.push(format!(
                        "audit log: line {id} has no hash: it was changed, or put in"
                    ));
                }
                expected = id + 1;
                continue;
            };
            if id != expected {
                check.faults.push(format!(
                    "audit log: line {expected} is missing: what follows is line {id}"
                ));
            } else if *hash != line.expected_hash(&previous) {
                check.faults.push(format!(
                    "audit log: line {id} or the one before it was changed: the hash does not fit"
                ));
            }
            match (&line.signature, self.log_key()) {
                (Some(signature), Some(key))
                    if is_signed(key, head_text(self.id(), hash).as_bytes(), signature) =>
                {
                    check.audit_signed_to = id;
                }
                (Some(_), _) => check.faults.push(format!(
                    "audit log: the signature of line {id} was not made by the registry's key"
                )),
                (None, _) => {}
            }
            previous.clone_from(hash);
            expected = id + 1;
        }
        Ok(())
    }

    /// Whether the numbers given out fit the last entries.
    fn check_ends(&self, check: &mut LogCheck) -> Result<()> {
        for (table, what) in [
            ("issue_records", "issue records"),
            ("audit_log", "audit log"),
        ] {
            let query = format!(
                "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0)
                    - coalesce((SELECT max(id) FROM {table}), 0)"
            );
            let lost: i64 = self
                .conn
                .query_row(&query, [], |row| row.get(0))
                .map_err(fault("checking the logs"))?;
            if lost != 0 {
                check.faults.push(format!(
                    "{what}: numbers were given up to {lost} beyond the last entry: the end was cut off"
                ));
            }
        }
        Ok(())
    }
}

fn missing(expected: i64, found: i64) -> String {
    match found - expected {
        1 => format!("receipt {expected} is missing: it was deleted"),
        _ => format!(
            "receipts {expected} to {} are missing: they were deleted",
            found - 1
        ),
    }
}

/// Whether a receipt and its issue record say the same.
fn agree(said: &ReceiptText, issue: Option<&Issue>) -> Judged<()> {
    let Some(issue) = issue else {
        return Err(format!(
            "receipt {}: its issue record {} is missing: it was deleted",
            said.number, said.issue
        ));
    };
    let differs = [
        ("title", said.title == issue.title),
        ("distributor", said.distributor == issue.distributor),
        ("copy's SHA-256", said.copy_sha256 == issue.copy_sha256),
        (
            "master's SHA-256",
            said.master_sha256 == issue.master_sha256,
        ),
        ("start", said.title_start_s == issue.title_start_s),
        ("length", said.duration_s == issue.duration_s),
        ("time of issue", said.issued_at == issue.issued_at),
    ];
    match differs.iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((what, _)) => Err(format!(
            "issue record {} was changed: its {what} is not that of receipt {}",
            issue.id, said.number
        )),
    }
}
