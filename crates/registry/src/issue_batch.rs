//! Records many issues at once: in one transaction, each with a receipt of its own in the
//! chain. What is said of titles and distributors is read of the chain once for all.

use super::Registry;
use super::fault::fault;
use super::issue::{CodewordCommitment, Issue, OfChain};
use super::issues::{next_id, unknown};
use super::signed::Signed;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;

/// How often the chain is read again because somebody else added to it meanwhile.
const TRIES: usize = 5;

impl Registry {
    /// Records that copies with these codewords were issued, writes their receipts, and returns
    /// the records' numbers, in order; all or none. Of each record `id` and `issued_at` are
    /// not looked at, as by [`Registry::record_issue`].
    ///
    /// # Errors
    /// [`Error::Registry`] if a title or a distributor is unknown or revoked, if a copy's number
    /// is not the next, or nothing can be written, [`Error::Internal`] if the registry was not
    /// unlocked.
    pub fn record_issues(&self, issues: &[(Issue, CodewordCommitment)]) -> Result<Vec<i64>> {
        if issues.is_empty() {
            return Ok(Vec::new());
        }
        for _ in 0..TRIES {
            let signed = self.signed()?;
            let done = self.write("recording issues", |conn| {
                if self.head()? != signed.head {
                    return Ok(None);
                }
                let mut id = next_id(conn).map_err(fault("recording issues"))?;
                let numbers = issues.iter().map(|(issue, codeword)| {
                    let own = id;
                    self.record(conn, &signed, (own, issue), codeword)?;
                    id += 1;
                    Ok(own)
                });
                numbers.collect::<Result<Vec<i64>>>().map(Some)
            })?;
            if let Some(numbers) = done {
                return Ok(numbers);
            }
        }
        Err(Error::registry("others keep adding to the registry").advise("try again later"))
    }

    /// Records one of them.
    fn record(
        &self,
        conn: &rusqlite::Connection,
        signed: &Signed,
        (id, issue): (i64, &Issue),
        codeword: &CodewordCommitment,
    ) -> Result<()> {
        let issue = Issue {
            id,
            issued_at: naming::now()?,
            ..issue.clone()
        };
        let said = (of_chain(signed, &issue)?, codeword);
        self.enter(
            conn,
            &issue,
            said,
            ("recording issues", "run the same command again"),
        )
    }
}

/// What the chain says of an issue, if its distributor gets copies.
fn of_chain(signed: &Signed, issue: &Issue) -> Result<OfChain> {
    let title = signed.titles.iter().find(|own| own.id == issue.title);
    let title = title.ok_or_else(|| unknown("title", &issue.title))?;
    let id = &issue.distributor;
    let listed = signed.roster.find(id);
    let listed = listed.ok_or_else(|| unknown("distributor", id))?;
    let standing = signed.standings.get(id);
    if let Some(revocation) = standing.and_then(|standing| standing.revoked.as_ref()) {
        return Err(revocation.refusal(id));
    }
    let renamed = standing.and_then(|standing| standing.name.clone());
    Ok(OfChain {
        title: title.name.clone(),
        distributor: renamed.unwrap_or_else(|| listed.name.to_owned()),
        reference: issue.reference(&signed.references),
    })
}
