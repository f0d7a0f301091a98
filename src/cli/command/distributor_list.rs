//! The command `distributor list`.

use super::log::json_array;
use crate::cli::args::Form;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::table::aligned;
use crate::error::Result;
use crate::registry::Record;
use crate::render::spreadsheet::sheet;

const COLUMNS: [&str; 9] = [
    "id",
    "name",
    "issues",
    "last_issue",
    "revoked_since",
    "revoked_reason",
    "former_names",
    "notes",
    "added_at",
];

/// Lists all distributors.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
pub fn run(session: &Session, form: Form) -> Result<Exit> {
    let records = session.registry()?.records()?;
    let console = &session.console;
    match form {
        Form::Json => console.json(&json_array(&records)?)?,
        Form::Csv => {
            let rows: Vec<_> = records.iter().map(cells).collect();
            console.raw(&sheet(&COLUMNS, &rows)?)?;
        }
        Form::Table if records.is_empty() => console
            .words("no distributors yet: add one with `leakmark distributor add ID --name \"…\"`"),
        Form::Table => {
            let rows: Vec<_> = records.iter().map(row).collect();
            aligned(&["ID", "NAME", "ISSUES", "LAST ISSUE", "NOTES"], &rows)
                .iter()
                .try_for_each(|line| console.result(line))?;
        }
    }
    Ok(Exit::Done)
}

fn cells(record: &Record) -> Vec<String> {
    let revoked = record.revoked.as_ref();
    vec![
        record.id.clone(),
        record.name.clone(),
        record.issues.to_string(),
        record.last_issue.clone().unwrap_or_default(),
        revoked.map_or_else(String::new, |r| r.since.clone()),
        revoked.map_or_else(String::new, |r| r.reason.clone()),
        record.former_names.join("; "),
        notes(record).join("; "),
        record.added_at.clone(),
    ]
}

fn row(record: &Record) -> Vec<String> {
    let revoked = record.revoked.as_ref();
    let revoked = revoked.map(|r| format!("REVOKED {}: {}", r.since, r.reason));
    let former = (!record.former_names.is_empty())
        .then(|| format!("formerly {}", record.former_names.join(", ")));
    let told = revoked.into_iter().chain(former).chain(notes(record));
    vec![
        record.id.clone(),
        record.name.clone(),
        record.issues.to_string(),
        record.last_issue.clone().unwrap_or_else(|| "–".to_owned()),
        told.collect::<Vec<_>>().join("; "),
    ]
}

fn notes(record: &Record) -> Vec<String> {
    let notes = record.notes.iter();
    notes
        .map(|(column, note)| format!("{column}: {note}"))
        .collect()
}
