//! The command `issue`: what was sent to whom.

use std::path::Path;

use super::log::{json_array, json_text};
use crate::cli::args::{ExportIssues, Form, IssueCommand, Which};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::table::aligned;
use crate::cli::words::{clock, named, several};
use crate::error::{Error, Result};
use crate::evidence::files::write_new;
use crate::registry::{Asked, Sent};
use crate::render::spreadsheet::sheet;

const COLUMNS: [&str; 19] = [
    "issue",
    "issued_at",
    "title",
    "title_name",
    "reel",
    "title_start_s",
    "duration_s",
    "distributor",
    "distributor_name",
    "name_now",
    "revoked_since",
    "copy",
    "copy_sha256",
    "copy_bytes",
    "copy_path",
    "master_sha256",
    "receipt",
    "receipt_sha256",
    "tool_version",
];

/// Lists issues, or writes them to a file.
///
/// # Errors
/// [`Error::Registry`] if the registry cannot be read, or contradicts itself,
/// [`Error::Usage`] if the file is there or of no form, [`Error::Unwritable`].
pub fn run(session: &Session, command: &IssueCommand) -> Result<Exit> {
    match command {
        IssueCommand::List { which, form } => list(session, which, form.form()),
        IssueCommand::Export(typed) => export(session, typed),
    }
}

fn sent(session: &Session, which: &Which) -> Result<Vec<Sent>> {
    session.registry()?.sent(&Asked {
        title: which.title.clone(),
        distributor: which.distributor.clone(),
        since: which.since.clone(),
        until: which.until.clone(),
    })
}

fn list(session: &Session, which: &Which, form: Form) -> Result<Exit> {
    let sent = sent(session, which)?;
    let console = &session.console;
    match form {
        Form::Json => console.json(&json_array(&sent)?)?,
        Form::Csv => console.raw(&csv(&sent)?)?,
        Form::Table if sent.is_empty() => console.words("nothing was issued, as far as was asked"),
        Form::Table => {
            let rows: Vec<_> = sent.iter().map(row).collect();
            let head = [
                "ISSUE", "TIME", "TITLE", "FROM", "TO", "COPY", "SHA-256", "RECEIPT",
            ];
            aligned(&head, &rows)
                .iter()
                .try_for_each(|line| console.result(line))?;
        }
    }
    Ok(Exit::Done)
}

fn export(session: &Session, typed: &ExportIssues) -> Result<Exit> {
    let form = form(typed)?;
    let sent = sent(session, &typed.which)?;
    let bytes = match form {
        Form::Json => (json_array(&sent)? + "\n").into_bytes(),
        _ => csv(&sent)?,
    };
    write_new(&typed.file, &bytes)?;
    let name = typed.file.display().to_string();
    if typed.print_json {
        let answer = serde_json::json!({ "file": name, "issues": sent.len() });
        session.console.json(&json_text(&answer)?)?;
    }
    let issues = several(sent.len() as u64, "issue", "issues");
    session.console.words(&format!("wrote {issues} to {name}"));
    Ok(Exit::Done)
}

/// The form that the file's name says.
fn form(typed: &ExportIssues) -> Result<Form> {
    let ends = |end: &str| has_extension(&typed.file, end);
    match (ends("csv"), ends("json")) {
        (true, _) => Ok(Form::Csv),
        (_, true) => Ok(Form::Json),
        _ => Err(
            Error::usage(format!("{}: got no form", typed.file.display()))
                .advise("let the name end in .csv or .json"),
        ),
    }
}

fn has_extension(file: &Path, end: &str) -> bool {
    file.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case(end))
}

fn csv(sent: &[Sent]) -> Result<Vec<u8>> {
    let rows: Vec<_> = sent.iter().map(cells).collect();
    sheet(&COLUMNS, &rows)
}

/// In the order of [`COLUMNS`].
fn cells(sent: &Sent) -> Vec<String> {
    vec![
        sent.issue.to_string(),
        sent.issued_at.clone(),
        sent.title.clone(),
        sent.title_name.clone(),
        sent.reel.to_string(),
        sent.title_start_s.to_string(),
        sent.duration_s.to_string(),
        sent.distributor.clone(),
        sent.distributor_name.clone(),
        sent.name_now.clone().unwrap_or_default(),
        sent.revoked_since.clone().unwrap_or_default(),
        sent.copy.to_string(),
        sent.copy_sha256.clone(),
        sent.copy_bytes.to_string(),
        sent.copy_path.clone(),
        sent.master_sha256.clone(),
        sent.receipt.to_string(),
        sent.receipt_sha256.clone(),
        sent.tool_version.clone(),
    ]
}

fn row(sent: &Sent) -> Vec<String> {
    let revoked = sent.revoked_since.as_ref().map_or("", |_| " (revoked)");
    vec![
        sent.issue.to_string(),
        sent.issued_at.clone(),
        named(&sent.title_name, &sent.title),
        clock(sent.title_start_s),
        named(&sent.distributor_name, &sent.distributor) + revoked,
        sent.copy.to_string(),
        sent.copy_sha256.get(..12).unwrap_or_default().to_owned() + "…",
        sent.receipt.to_string(),
    ]
}
