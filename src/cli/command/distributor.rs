//! The command `distributor`.

use std::path::Path;

use super::log::json_array;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::table::aligned;
use crate::cli::words::{named, several};
use crate::error::Result;
use crate::job::Home;
use crate::registry::Distributor;

/// Adds one distributor.
///
/// # Errors
/// [`Error::Usage`](crate::error::Error::Usage) for an impossible id or name,
/// [`Error::Registry`](crate::error::Error::Registry) if the id is there already.
pub fn add(session: &Session, id: &str, name: &str) -> Result<Exit> {
    let Home { registry, .. } = session.home_to_write()?;
    let distributor = Distributor {
        id: id.to_owned(),
        name: name.to_owned(),
        ..Distributor::default()
    };
    registry
        .add_distributor(&distributor)
        .map_err(|error| session.log_failure(&registry, "distributor add", id, error))?;
    session.log(&registry, "distributor add", id, "added");
    session
        .console
        .words(&format!("added {}", named(name.trim(), id)));
    Ok(Exit::Done)
}

/// Adds all distributors of a CSV file, or none.
///
/// # Errors
/// As for [`add`], naming the line.
pub fn import(session: &Session, file: &Path) -> Result<Exit> {
    let Home { registry, .. } = session.home_to_write()?;
    let subject = file.display().to_string();
    let added = registry
        .import_csv(file)
        .map_err(|error| session.log_failure(&registry, "distributor import", &subject, error))?;
    let added = several(added as u64, "distributor", "distributors");
    session.log(
        &registry,
        "distributor import",
        &subject,
        &format!("added {added}"),
    );
    session.console.words(&format!("added {added}"));
    Ok(Exit::Done)
}

/// Lists all distributors.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
pub fn list(session: &Session, json: bool) -> Result<Exit> {
    let distributors = session.registry()?.distributors()?;
    let console = &session.console;
    if json {
        console.json(&json_array(&distributors)?)?;
        return Ok(Exit::Done);
    }
    if distributors.is_empty() {
        console
            .words("no distributors yet: add one with `leakmark distributor add ID --name \"…\"`");
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = distributors.iter().map(row).collect();
    aligned(&["ID", "NAME", "NOTES"], &rows)
        .iter()
        .try_for_each(|line| console.result(line))?;
    Ok(Exit::Done)
}

fn row(distributor: &Distributor) -> Vec<String> {
    let notes: Vec<_> = distributor
        .notes
        .iter()
        .map(|(column, note)| format!("{column}: {note}"))
        .collect();
    vec![
        distributor.id.clone(),
        distributor.name.clone(),
        notes.join("; "),
    ]
}
