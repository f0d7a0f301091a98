//! The command `mint`.

use std::path::Path;

use serde::Serialize;

use super::log::json_text;
use super::recipients::recipients;
use crate::cli::exit::Exit;
use crate::cli::mark_order::Recipients;
use crate::cli::session::Session;
use crate::cli::variants_order::{MintOrder, MintTask};
use crate::cli::words::count;
use crate::error::{Error, Result};
use crate::job::{Checked, Match, MintRequest, Minted, MintedCopy, Task, check_copy, mint};

/// What `mint --json` prints.
#[derive(Serialize)]
struct MintedJson<'a> {
    title: &'a str,
    /// Copies of an earlier run that are at their place.
    already_issued: usize,
    failure: Option<String>,
    copies: Vec<CopyJson<'a>>,
}

#[derive(Serialize)]
struct CopyJson<'a> {
    distributor: &'a str,
    copy: u32,
    path: String,
    sha256: &'a str,
    bytes: u64,
    issue: i64,
}

/// What `mint --check --json` prints.
#[derive(Serialize)]
struct CheckedJson<'a> {
    title: &'a str,
    segments: usize,
    letters: &'a str,
    has_more: bool,
    whole: bool,
    matches: Vec<MatchJson<'a>>,
}

#[derive(Serialize)]
struct MatchJson<'a> {
    distributor: &'a str,
    copy: u32,
    issue: i64,
    differing_s: &'a [f64],
}

/// Puts copies together, or says whose copy a file is.
///
/// # Errors
/// As for [`mint`] and [`check_copy`], or if a recipient is unknown.
pub fn run(session: &Session, order: &MintOrder) -> Result<Exit> {
    match &order.task {
        MintTask::Copies { request, to } => copies(session, request, to, order.json),
        MintTask::Check { variants, file } => check(session, variants, file, order.json),
    }
}

fn copies(session: &Session, request: &MintRequest, to: &Recipients, json: bool) -> Result<Exit> {
    let home = session.home_for_recorded_work()?;
    let mut request = request.clone();
    request.to = recipients(session, &home, to)?
        .into_iter()
        .map(|distributor| distributor.id)
        .collect();
    let folder = request.variants.display().to_string();
    let minted = mint(&home, &request, Task::only(&session.console.bars))
        .map_err(|error| session.log_failure(&home.registry, "mint", &folder, error))?;
    let subject = format!("title {} from {folder}", minted.title);
    let issues = match (minted.copies.first(), minted.copies.last()) {
        (Some(first), Some(last)) => format!(
            "{} copies, issues {} to {}",
            minted.copies.len(),
            first.issue,
            last.issue
        ),
        _ => "no copies".to_owned(),
    };
    session.log(&home.registry, "mint", &subject, &issues);
    print(session, &minted, json)?;
    let Some(error) = &minted.failure else {
        return Ok(Exit::Done);
    };
    session.console.warn(&format!(
        "leakmark: {}: {} of {} copies are done and recorded; the same command with --resume makes the others",
        match error {
            Error::Interrupted => "interrupted".to_owned(),
            other => other.to_string(),
        },
        minted.copies.len() + minted.already.len(),
        request.to.len()
    ));
    Ok(Exit::of(error))
}

fn print(session: &Session, minted: &Minted, json: bool) -> Result<()> {
    let console = &session.console;
    if json {
        return console.json(&json_text(&MintedJson {
            title: &minted.title,
            already_issued: minted.already.len(),
            failure: minted.failure.as_ref().map(ToString::to_string),
            copies: minted.copies.iter().map(copy_json).collect(),
        })?);
    }
    for issue in &minted.already {
        console.result(&format!(
            "{} was issued to {} on {} already, as issue {}",
            issue.copy_path, issue.distributor, issue.issued_at, issue.id
        ))?;
    }
    for copy in &minted.copies {
        console.result(&format!(
            "{}  for {}, issue {}, copy {}, {} bytes, sha-256 {}",
            copy.path.display(),
            copy.distributor,
            copy.issue,
            copy.copy,
            count(copy.bytes),
            copy.sha256
        ))?;
    }
    Ok(())
}

fn copy_json(copy: &MintedCopy) -> CopyJson<'_> {
    CopyJson {
        distributor: &copy.distributor,
        copy: copy.copy,
        path: copy.path.display().to_string(),
        sha256: &copy.sha256,
        bytes: copy.bytes,
        issue: copy.issue,
    }
}

fn check(session: &Session, variants: &Path, file: &Path, json: bool) -> Result<Exit> {
    let home = session.home()?;
    let checked = check_copy(&home, variants, file)?;
    let console = &session.console;
    if json {
        console.json(&json_text(&checked_json(&checked))?)?;
    } else {
        words(&checked)
            .iter()
            .try_for_each(|line| console.result(line))?;
    }
    Ok(match checked.whole() {
        Some(_) => Exit::Done,
        None => Exit::No,
    })
}

fn checked_json(checked: &Checked) -> CheckedJson<'_> {
    CheckedJson {
        title: &checked.title,
        segments: checked.segments,
        letters: &checked.letters,
        has_more: checked.has_more,
        whole: checked.whole().is_some(),
        matches: checked.matches.iter().map(match_json).collect(),
    }
}

fn match_json(own: &Match) -> MatchJson<'_> {
    MatchJson {
        distributor: &own.distributor,
        copy: own.copy,
        issue: own.issue,
        differing_s: &own.differing_s,
    }
}

/// The same for people.
fn words(checked: &Checked) -> Vec<String> {
    let (segments, title) = (checked.segments, &checked.title);
    let known = checked
        .letters
        .chars()
        .filter(|c| c.is_ascii_uppercase())
        .count();
    let mut lines = vec![format!(
        "title {title}: {known} of {segments} segments are variants of it, byte for byte"
    )];
    for own in &checked.matches {
        let same = segments - own.differing_s.len();
        let whom = format!(
            "copy {} of {}, issue {}",
            own.copy, own.distributor, own.issue
        );
        lines.push(match own.differing_s.first() {
            None => format!("  {whom}: every segment is as it was chosen"),
            Some(first) => format!(
                "  {whom}: {same} of {segments} segments are as chosen; the first that is not begins at {first} s of the title"
            ),
        });
    }
    if checked.matches.is_empty() {
        lines.push("  no copy was issued of these variants".to_owned());
    }
    if checked.has_more {
        lines.push("  there are more pictures after the film's end".to_owned());
    }
    lines
}
