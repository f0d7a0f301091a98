//! Checks the registry: that nothing in the chain was changed, taken out, put in
//! or moved since it was written, and that the tables say what the chain says.
//!
//! What no chain can show by itself is that its *last* entries are missing. The
//! numbers that SQLite keeps give most such cuts away; who wants to be sure
//! notes the head elsewhere and asks later whether it is still in the chain.

use super::Registry;
use super::chain::Head;
use super::entry::Said;
use super::fault::fault;
use super::tables::Tables;
use super::walk::Care;
use leakmark_core::error::Result;

/// What the check of a registry came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainCheck {
    /// Entries of the chain that the registry's key signed.
    pub entries: usize,
    /// Receipts among them.
    pub receipts: usize,
    /// Lines of the audit log among them.
    pub audit_lines: usize,
    /// Where the chain ends.
    pub head: Head,
    /// The number of the entry whose hash was asked for; `None` if there is none.
    pub noted: Option<i64>,
    /// When the last entry was written that says its time, RFC 3339 UTC.
    pub last_at: Option<String>,
    /// What is wrong: first with the chain, then with the tables; empty if nothing is.
    pub faults: Vec<String>,
}

impl Registry {
    /// Checks the chain, and the other tables against it; looks for the entry
    /// with the hash `noted`. Whether the signing key is the secret's is for
    /// [`Registry::unlock`] to say, whether codewords are those committed to for
    /// who has the secret.
    ///
    /// # Errors
    /// [`Error::Registry`](leakmark_core::error::Error::Registry) if the registry cannot be read.
    pub fn verify(&self, noted: Option<&str>) -> Result<ChainCheck> {
        self.at_one_moment(|| {
            let mut check = ChainCheck::default();
            let mut tables = Tables::new(self)?;
            let walked = self.walk(Care::Signatures, &mut |number, said, row| {
                check.entries += 1;
                check.receipts += usize::from(matches!(said, Said::Receipt(_)));
                check.audit_lines += usize::from(matches!(said, Said::Audit(_)));
                if noted == Some(row.sha256.as_str()) {
                    check.noted = Some(number);
                }
                check.last_at = at(&said).or(check.last_at.take());
                tables.compare(number, row.place, &said)
            })?;
            let mut faults = walked.faults;
            faults.extend(tables.finish()?);
            faults.extend(self.cuts()?);
            Ok(ChainCheck {
                head: walked.head,
                faults,
                ..check
            })
        })
    }

    /// Tables whose numbers were given beyond the last row.
    fn cuts(&self) -> Result<Vec<String>> {
        let mut cuts = Vec::new();
        for (table, number, what) in [
            ("chain", "place", "chain"),
            ("issue_records", "id", "issue records"),
        ] {
            let query = format!(
                "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0)
                    - coalesce((SELECT max({number}) FROM {table}), 0)"
            );
            let lost: i64 = self
                .conn
                .query_row(&query, [], |row| row.get(0))
                .map_err(fault("checking the registry"))?;
            if lost != 0 {
                cuts.push(format!(
                    "{what}: numbers were given up to {lost} beyond the last row: the end was cut off"
                ));
            }
        }
        Ok(cuts)
    }
}

/// When an entry was written, if it says so.
fn at(said: &Said) -> Option<String> {
    match said {
        Said::Registry(identity) => Some(identity.created_at.clone()),
        Said::Distributors(_) => None,
        Said::Changes(all) => all.last().map(|change| change.at.clone()),
        Said::Title(title) => Some(title.added_at.clone()),
        Said::Receipt(said) => Some(said.issued_at.clone()),
        Said::Reference(reference) => Some(reference.added_at.clone()),
        Said::DroppedReference(dropped) => Some(dropped.dropped_at.clone()),
        Said::Audit(line) => Some(line.at.clone()),
    }
}
