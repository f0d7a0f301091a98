//! Describes marked copies, for people and as JSON.

use serde::Serialize;

use super::log::json_text;
use crate::cli::words::{count, named};
use crate::error::Result;
use crate::job::{Already, Marked, MarkedCopy};
use crate::media::Ledger;
use crate::registry::Distributor;

/// What `mark --json` prints.
#[derive(Serialize)]
struct MarkedJson<'a> {
    /// The title's id.
    title: &'a str,
    /// Frames of the master.
    frames: u64,
    /// Its length, seconds.
    duration_s: f64,
    /// What should be known about the master, for people.
    notes: &'a [String],
    /// Copies of an earlier run that were not made again.
    already_issued: Vec<AlreadyJson<'a>>,
    /// What ended the run after copies were issued; null if nothing did.
    failure: Option<String>,
    /// The copies, in the order of their recipients.
    copies: Vec<CopyJson<'a>>,
}

/// A copy of an earlier run.
#[derive(Serialize)]
struct AlreadyJson<'a> {
    distributor: &'a str,
    copy: u32,
    issue: i64,
    path: &'a str,
    sha256: &'a str,
}

/// A marked copy.
#[derive(Serialize)]
struct CopyJson<'a> {
    /// The distributor's id.
    distributor: &'a str,
    /// The number among the distributor's copies of the title, from 1.
    copy: u32,
    /// Where it is, null if it was not kept; bytes that are no UTF-8 are replaced.
    path: Option<String>,
    /// SHA-256 of the file, lower-case hexadecimal.
    sha256: &'a str,
    /// Size of the file.
    bytes: u64,
    /// Number of the record of its issue; null if it carries no mark or was not kept.
    issue: Option<i64>,
    /// What reading it back gave; null if that was not asked for.
    verified: Option<VerifiedJson<'a>>,
    /// What came in, what went out, what is missing.
    ledger: &'a Ledger,
}

/// What reading a copy back gave.
#[derive(Serialize)]
struct VerifiedJson<'a> {
    /// True if it reads back to its distributor.
    agrees: bool,
    /// The same for people.
    words: &'a str,
}

/// All copies as one line of JSON.
///
/// # Errors
/// [`Error::Internal`](crate::error::Error::Internal) if they cannot be written as JSON.
pub fn json(marked: &Marked) -> Result<String> {
    json_text(&MarkedJson {
        title: &marked.title,
        frames: marked.frames,
        duration_s: marked.duration_s,
        notes: &marked.notes,
        already_issued: marked.already.iter().map(already_json).collect(),
        failure: marked.failure.as_ref().map(ToString::to_string),
        copies: marked.copies.iter().map(copy_json).collect(),
    })
}

fn already_json(Already { issue, .. }: &Already) -> AlreadyJson<'_> {
    AlreadyJson {
        distributor: &issue.distributor,
        copy: issue.copy,
        issue: issue.id,
        path: &issue.copy_path,
        sha256: &issue.copy_sha256,
    }
}

/// A copy of an earlier run in a line for people.
pub fn already_line(Already { issue, is_there }: &Already) -> String {
    let place = if *is_there {
        ""
    } else {
        "; it is not at its place any more"
    };
    format!(
        "{} was issued to {} on {} already, as issue {}{place}",
        issue.copy_path, issue.distributor, issue.issued_at, issue.id
    )
}

fn copy_json(copy: &MarkedCopy) -> CopyJson<'_> {
    let verified = copy.verified.as_ref();
    CopyJson {
        distributor: &copy.distributor,
        copy: copy.copy,
        path: copy.path.as_ref().map(|path| path.display().to_string()),
        sha256: &copy.sha256,
        bytes: copy.bytes,
        issue: copy.issue,
        verified: verified.map(|outcome| VerifiedJson {
            agrees: outcome.agrees,
            words: &outcome.words,
        }),
        ledger: &copy.ledger,
    }
}

/// A copy to be described.
pub struct CopyLines<'a> {
    /// The title's id.
    pub title: &'a str,
    /// The copy.
    pub copy: &'a MarkedCopy,
    /// Who receives it.
    pub distributor: Option<&'a Distributor>,
}

/// The copy in lines for people.
pub fn lines(described: &CopyLines<'_>) -> Vec<String> {
    let copy = described.copy;
    let name = described
        .distributor
        .map_or(copy.distributor.as_str(), |distributor| &distributor.name);
    let whom = named(name, &copy.distributor);
    let record = match copy.issue {
        Some(issue) => format!(
            "  issue     {issue}, title {}, copy {}",
            described.title, copy.copy
        ),
        None if copy.path.is_none() => "  issue     none".to_owned(),
        None => "  issue     none: it carries no mark".to_owned(),
    };
    let mut lines = vec![
        copy.path
            .as_ref()
            .map_or_else(|| "not kept".to_owned(), |path| path.display().to_string()),
        format!("  for       {whom}"),
        record,
        format!("  sha-256   {}", copy.sha256),
        format!("  size      {} bytes", count(copy.bytes)),
        read_back(copy),
    ];
    lines.extend(
        copy.ledger
            .lost
            .iter()
            .filter(|loss| loss.kind.is_grave())
            .map(|loss| format!("  LOST      {}", loss.words)),
    );
    lines.extend(
        copy.ledger
            .damage
            .iter()
            .map(|words| format!("  DAMAGED   {words}")),
    );
    lines
}

fn read_back(copy: &MarkedCopy) -> String {
    match &copy.verified {
        None => "  verified  no: it was not read back".to_owned(),
        Some(outcome) if outcome.agrees => format!("  verified  {}", outcome.words),
        Some(outcome) => format!("  REFUSED   {}", outcome.words),
    }
}
