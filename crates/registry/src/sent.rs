//! Tells what was sent to whom: every issue with its receipt.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::Standing;
use super::entry::Link;
use super::{Issue, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::ReceiptText;
use leakmark_evidence::naming::{self, shown};

/// Which issues are asked for; `None` for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The title's id.
    pub title: Option<String>,
    /// The distributor's id.
    pub distributor: Option<String>,
    /// From this day or moment on: `YYYY-MM-DD` or RFC 3339, UTC.
    pub since: Option<String>,
    /// Up to this day or moment, which is included.
    pub until: Option<String>,
}

/// A copy that was sent to a distributor. What the receipt says is taken from
/// the receipt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sent {
    /// The number of the issue record, from 1.
    pub issue: i64,
    /// When it was recorded, RFC 3339 UTC.
    pub issued_at: String,
    /// The title's id.
    pub title: String,
    /// What the title was called then.
    pub title_name: String,
    /// Which part of the title it is, from 1, in the order of their beginnings.
    pub reel: u64,
    /// Title time at which the copy begins, seconds.
    pub title_start_s: f64,
    /// Its length, seconds.
    pub duration_s: f64,
    /// The distributor's id.
    pub distributor: String,
    /// What the distributor was called then.
    pub distributor_name: String,
    /// What the distributor is called now; null if that is the same.
    pub name_now: Option<String>,
    /// Since when the distributor gets no more copies, `YYYY-MM-DD`; null if it gets some.
    pub revoked_since: Option<String>,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// SHA-256 of the copy, lower-case hexadecimal.
    pub copy_sha256: String,
    /// Size of the copy.
    pub copy_bytes: u64,
    /// Where it was written, as text.
    pub copy_path: String,
    /// SHA-256 of the master, lower-case hexadecimal.
    pub master_sha256: String,
    /// The receipt's number in the chain.
    pub receipt: i64,
    /// SHA-256 of the receipt's text, lower-case hexadecimal.
    pub receipt_sha256: String,
    /// The version of leakmark that made the copy.
    pub tool_version: String,
}

impl Registry {
    /// What was sent to whom, oldest first.
    ///
    /// # Errors
    /// [`Error::Registry`] if the title or distributor asked for is unknown, if a
    /// receipt is not as it was signed or contradicts its record, or the registry
    /// cannot be read; [`Error::Usage`] if a time is none.
    pub fn sent(&self, asked: &Asked) -> Result<Vec<Sent>> {
        let asked = asked.checked()?;
        self.at_one_moment(|| {
            self.check_known(&asked)?;
            let standings = self.standings()?;
            let issues = self.issues()?;
            let reels = reels(&issues);
            let receipts = self.receipts()?;
            let mut sent = Vec::new();
            for (issue, kept) in issues.into_iter().zip(receipts) {
                if !asked.takes(&issue) {
                    continue;
                }
                let said = kept
                    .receipt
                    .check()
                    .ok()
                    .filter(|said| said.issue == issue.id);
                let said = said.filter(|said| same(said, &issue));
                let said = said.ok_or_else(|| contradicted(&issue))?;
                let number = Link::of(&kept.receipt.text).map_or(0, |link| link.number);
                let standing = standings.get(&issue.distributor);
                sent.push(Sent {
                    reel: reels
                        .get(&(issue.title.clone(), bits(&issue)))
                        .map_or(1, |n| *n),
                    ..Sent::new(issue, said, standing, (number, kept.receipt.sha256))
                });
            }
            Ok(sent)
        })
    }

    fn check_known(&self, asked: &Asked) -> Result<()> {
        if let Some(id) = &asked.title
            && self.title(id)?.is_none()
        {
            return Err(Error::registry(format!("there is no title {}", shown(id)))
                .advise("see `leakmark title list`"));
        }
        if let Some(id) = &asked.distributor
            && self.distributor(id)?.is_none()
        {
            return Err(
                Error::registry(format!("there is no distributor {}", shown(id)))
                    .advise("see `leakmark distributor list`"),
            );
        }
        Ok(())
    }
}

impl Asked {
    /// The same, with times that can be compared as text.
    fn checked(&self) -> Result<Self> {
        let time = |time: &Option<String>| time.as_deref().map(naming::validate_time).transpose();
        Ok(Self {
            since: time(&self.since)?,
            until: time(&self.until)?,
            ..self.clone()
        })
    }

    fn takes(&self, issue: &Issue) -> bool {
        // RFC 3339 in UTC: the order of text is that of time, and a day is the
        // beginning of its moments.
        let upto = |until: &String| issue.issued_at.get(..until.len()).unwrap_or_default() <= until;
        self.title
            .as_ref()
            .is_none_or(|title| *title == issue.title)
            && self
                .distributor
                .as_ref()
                .is_none_or(|id| *id == issue.distributor)
            && self
                .since
                .as_ref()
                .is_none_or(|since| issue.issued_at >= *since)
            && self.until.as_ref().is_none_or(upto)
    }
}

impl Sent {
    fn new(
        issue: Issue,
        said: ReceiptText,
        standing: Option<&Standing>,
        (receipt, receipt_sha256): (i64, String),
    ) -> Self {
        let now = standing.and_then(|standing| standing.name.clone());
        let revoked = standing.and_then(|standing| standing.revoked.as_ref());
        Self {
            issue: said.issue,
            issued_at: said.issued_at,
            title: said.title,
            title_name: said.title_name,
            reel: 1,
            title_start_s: said.title_start_s,
            duration_s: said.duration_s,
            distributor: said.distributor,
            name_now: now.filter(|now| *now != said.distributor_name),
            distributor_name: said.distributor_name,
            revoked_since: revoked.map(|revoked| revoked.since.clone()),
            copy: said.copy,
            copy_sha256: said.copy_sha256,
            copy_bytes: issue.copy_bytes,
            copy_path: issue.copy_path,
            master_sha256: said.master_sha256,
            receipt,
            receipt_sha256,
            tool_version: issue.tool_version,
        }
    }
}

/// The numbers of all parts, by title and beginning.
fn reels(issues: &[Issue]) -> BTreeMap<(String, u64), u64> {
    let mut starts: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for issue in issues {
        starts.entry(&issue.title).or_default().insert(bits(issue));
    }
    let numbered = |(title, starts): (&str, BTreeSet<u64>)| {
        let title = title.to_owned();
        let numbers = starts.into_iter().zip(1..);
        numbers
            .map(move |(start, number)| ((title.clone(), start), number))
            .collect::<Vec<_>>()
    };
    starts.into_iter().flat_map(numbered).collect()
}

/// Where the copy begins, as a number that can be compared: none is below 0.
fn bits(issue: &Issue) -> u64 {
    issue.title_start_s.to_bits()
}

/// Whether record and receipt say the same.
fn same(said: &ReceiptText, issue: &Issue) -> bool {
    said.title == issue.title
        && said.distributor == issue.distributor
        && said.copy == issue.copy
        && said.copy_sha256 == issue.copy_sha256
        && said.master_sha256 == issue.master_sha256
        && said.issued_at == issue.issued_at
}

fn contradicted(issue: &Issue) -> Error {
    Error::registry(format!(
        "issue record {} and its receipt do not say the same, or the receipt is not as it was signed",
        issue.id
    ))
    .advise("see `leakmark registry verify`, and restore leakmark.db from a backup")
}
