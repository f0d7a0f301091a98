//! The command `registry audit`: it shows the audit log.

use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::table::aligned;
use crate::error::{Error, Result};
use crate::registry::AuditEntry;

/// Shows the audit log, oldest first.
///
/// # Errors
/// [`Error::Registry`] if the registry cannot be read.
pub fn run(session: &Session, json: bool) -> Result<Exit> {
    let entries = session.registry()?.audit()?;
    let console = &session.console;
    if json {
        console.json(&json_array(&entries)?)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = entries.into_iter().map(row).collect();
    let head = [
        "TIME", "USER", "HOST", "COMMAND", "SUBJECT", "EXHIBIT", "RESULT",
    ];
    aligned(&head, &rows)
        .iter()
        .try_for_each(|line| console.result(line))?;
    Ok(Exit::Done)
}

fn row(entry: AuditEntry) -> Vec<String> {
    vec![
        entry.at,
        user(entry.user, entry.user_variable),
        entry.host,
        entry.command,
        entry.subject,
        entry.exhibit_path.unwrap_or_default(),
        entry.result,
    ]
}

/// Who it was; and who they say they are, if that is somebody else.
fn user(user: String, variable: Option<String>) -> String {
    match variable.filter(|variable| *variable != user) {
        Some(variable) => format!("{user} ($USER {variable})"),
        None => user,
    }
}

/// All of `items` as one JSON array.
///
/// # Errors
/// [`Error::Internal`] if they cannot be written as JSON.
pub fn json_array<T: Serialize>(items: &[T]) -> Result<String> {
    json_text(&items)
}

/// `value` as one line of JSON.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written as JSON.
pub fn json_text<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(format!("no JSON: {error}")))
}
