//! The command `copy verify`.

use std::path::Path;

use serde::Serialize;

use super::exhibit_lines::findings;
use super::log::json_text;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::evidence::Report;
use crate::job::{Task, VerifyOutcome, verify_copy};
use crate::registry::Issue;

/// What `--json` prints.
#[derive(Serialize)]
struct Answer<'a> {
    /// The file as named.
    file: String,
    /// True if it reads back to whom it was issued.
    agrees: bool,
    /// The same for people.
    words: &'a str,
    /// The record of its issue; null if there is none.
    issue: Option<&'a Issue>,
    /// What the scan found.
    report: &'a Report,
}

/// Scans a marked copy and compares with the record of its issue.
///
/// # Errors
/// [`Error::Unreadable`](crate::error::Error::Unreadable) if it is no film.
pub fn run(session: &Session, file: &Path, json: bool) -> Result<Exit> {
    let home = session.home_for_work()?;
    let console = &session.console;
    let name = file.display().to_string();
    let setting = &session.setting;
    let outcome = verify_copy(
        &home,
        file,
        &setting.limits,
        setting.threads,
        Task::only(&console.bars),
    )
    .inspect_err(|error| {
        let result = format!("failed: {error}");
        session.log_exhibit(&home.registry, "copy verify", (file, None), &result);
    })?;
    let exhibit = (file, Some(outcome.report.exhibit.sha256.as_str()));
    session.log_exhibit(&home.registry, "copy verify", exhibit, &sentence(&outcome));
    if json {
        let VerifyOutcome {
            issue,
            report,
            agrees,
            words,
        } = &outcome;
        let answer = Answer {
            file: name,
            agrees: *agrees,
            words,
            issue: issue.as_ref(),
            report,
        };
        console.json(&json_text(&answer)?)?;
    } else {
        console.result(&format!("{name}: {}", sentence(&outcome)))?;
        findings(&outcome.report)
            .iter()
            .try_for_each(|line| console.result(line))?;
    }
    Ok(if outcome.agrees { Exit::Done } else { Exit::No })
}

/// The outcome in words.
pub fn sentence(outcome: &VerifyOutcome) -> String {
    let answer = if outcome.agrees {
        "verified"
    } else {
        "NOT VERIFIED"
    };
    format!("{answer}. {}", outcome.words)
}
