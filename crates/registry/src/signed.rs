//! Reads what the registry signed: whom a scan may name comes from the chain,
//! and no table has a say in it.

use std::collections::BTreeMap;

use super::chain::Head;
use super::entry::Said;
use super::walk::Care;
use super::{Reference, Registry, Roster, Standing, Title};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::{Receipt, ReceiptText};

/// A copy that was issued.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued {
    /// The receipt.
    pub receipt: Receipt,
    /// What it says.
    pub said: ReceiptText,
}

/// All that a scan needs of a registry, as it was signed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signed {
    /// Where the chain ended.
    pub head: Head,
    /// All distributors as they were added, sorted by id (by byte).
    pub roster: Roster,
    /// How those stand that were changed since, by id.
    pub standings: BTreeMap<String, Standing>,
    /// All titles, sorted by id (by byte).
    pub titles: Vec<Title>,
    /// All copies, oldest first.
    pub issued: Vec<Issued>,
    /// All references that were not dropped, oldest first.
    pub references: Vec<Reference>,
}

impl Registry {
    /// What the chain says. Rows that somebody put in without the secret are
    /// passed over.
    ///
    /// # Errors
    /// [`Error::Registry`] if an entry is missing or was changed, or the chain
    /// cannot be read.
    pub fn signed(&self) -> Result<Signed> {
        self.at_one_moment(|| {
            let end = self.head()?;
            // Signatures, one by one, only where the hashes alone lead astray.
            for care in [Care::Hashes, Care::Signatures] {
                let (signed, whole) = self.signed_with(care)?;
                if whole && signed.head == end {
                    return Ok(signed);
                }
            }
            Err(
                Error::registry("its chain is broken: an entry was changed or taken out").advise(
                    "`leakmark registry verify` says which; restore leakmark.db from a backup",
                ),
            )
        })
    }

    /// What the chain says, and whether every entry follows on the one before it.
    fn signed_with(&self, care: Care) -> Result<(Signed, bool)> {
        let mut signed = Signed::default();
        let walked = self.walk(care, &mut |_, said, row| {
            match said {
                Said::Distributors(all) => {
                    all.iter().for_each(|d| signed.roster.push(&d.id, &d.name));
                }
                Said::Changes(all) => all.into_iter().for_each(|change| {
                    let standing = signed.standings.entry(change.id).or_default();
                    standing.apply(change.what);
                }),
                Said::Title(title) => signed.titles.push(*title),
                Said::Receipt(said) => signed.issued.push(Issued {
                    receipt: Receipt {
                        text: row.text,
                        sha256: row.sha256,
                        signature: row.signature,
                        public_key: self.public_key().to_owned(),
                    },
                    said: *said,
                }),
                Said::Reference(_) | Said::DroppedReference(_) => {
                    said.keep_reference(&mut signed.references);
                }
                Said::Registry(_) | Said::Audit(_) => {}
            }
            Ok(())
        })?;
        signed.head = walked.head;
        signed.roster = signed.roster.sorted();
        signed.titles.sort_by(|a, b| a.id.cmp(&b.id));
        Ok((signed, walked.whole))
    }
}
