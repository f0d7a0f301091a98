//! The command `distributor`, but for `list`.

use std::path::Path;

use super::distributor_list;
use super::log::json_text;
use crate::cli::args::{DistributorCommand, Revoke};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::words::{named, several};
use crate::error::{Error, Result};
use crate::evidence::naming::today;
use crate::job::Home;
use crate::registry::{Distributor, Imported, Known, Registry, Revocation};

/// Does what was typed after `distributor`.
///
/// # Errors
/// [`Error::Usage`] for an impossible id, name or text, [`Error::Registry`] if the
/// registry does not allow it or cannot be written.
pub fn run(session: &Session, command: &DistributorCommand) -> Result<Exit> {
    match command {
        DistributorCommand::Add { id, name, json } => {
            let done = |registry: &Registry| add(registry, id, name);
            change(session, "distributor add", id, *json, done)
        }
        DistributorCommand::Import { file, update, json } => import(session, file, *update, *json),
        DistributorCommand::Rename { id, name, json } => {
            let done = |registry: &Registry| {
                let before = registry.rename_distributor(id, name)?;
                Ok(format!("renamed {id} from {before:?} to {:?}", name.trim()))
            };
            change(session, "distributor rename", id, *json, done)
        }
        DistributorCommand::Note {
            id,
            text,
            column,
            json,
        } => {
            let done = |registry: &Registry| {
                registry.note_distributor(id, column, text)?;
                Ok(format!("noted of {id}: {column}: {}", text.trim()))
            };
            change(session, "distributor note", id, *json, done)
        }
        DistributorCommand::Revoke(typed) => {
            let done = |registry: &Registry| revoke(registry, typed);
            change(session, "distributor revoke", &typed.id, typed.json, done)
        }
        DistributorCommand::Reinstate { id, reason, json } => {
            let done = |registry: &Registry| {
                registry.reinstate_distributor(id, reason)?;
                Ok(format!("reinstated {id}: {}", reason.trim()))
            };
            change(session, "distributor reinstate", id, *json, done)
        }
        DistributorCommand::List(form) => distributor_list::run(session, form.form()),
    }
}

/// Changes one distributor, logs it, and says what was done.
fn change(
    session: &Session,
    command: &str,
    id: &str,
    json: bool,
    done: impl FnOnce(&Registry) -> Result<String>,
) -> Result<Exit> {
    let Home { registry, .. } = session.home_to_write()?;
    let words =
        done(&registry).map_err(|error| session.log_failure(&registry, command, id, error))?;
    session.log(&registry, command, id, &words);
    session.console.words(&words);
    if json {
        let mut records = registry.records()?;
        records.retain(|record| record.id == id);
        let record = records
            .first()
            .ok_or_else(|| Error::registry(format!("{id} is gone")))?;
        session.console.json(&json_text(record)?)?;
    }
    Ok(Exit::Done)
}

fn add(registry: &Registry, id: &str, name: &str) -> Result<String> {
    registry.add_distributor(&Distributor {
        id: id.to_owned(),
        name: name.to_owned(),
        ..Distributor::default()
    })?;
    Ok(format!("added {}", named(name.trim(), id)))
}

fn revoke(registry: &Registry, typed: &Revoke) -> Result<String> {
    let revocation = Revocation {
        since: typed.date.clone().map_or_else(today, Ok)?,
        reason: typed.reason.clone(),
    };
    registry.revoke_distributor(&typed.id, &revocation)?;
    Ok(format!(
        "revoked {} as of {}: {}; copies that it got are traced all the same",
        typed.id,
        revocation.since,
        revocation.reason.trim()
    ))
}

/// Adds all distributors of a CSV file, or none.
fn import(session: &Session, file: &Path, update: bool, json: bool) -> Result<Exit> {
    let Home { registry, .. } = session.home_to_write()?;
    let subject = file.display().to_string();
    let known = if update {
        Known::Updated
    } else {
        Known::Refused
    };
    let imported = registry
        .import_csv(file, known)
        .map_err(|error| session.log_failure(&registry, "distributor import", &subject, error))?;
    let result = summary(&imported, update);
    session.log(&registry, "distributor import", &subject, &result);
    let console = &session.console;
    imported
        .remarks
        .iter()
        .for_each(|remark| console.warn(&format!("note: {remark}")));
    if update {
        lines(&imported).iter().for_each(|line| console.words(line));
    }
    console.words(&result);
    if json {
        console.json(&json_text(&imported)?)?;
    }
    Ok(Exit::Done)
}

/// A line for each distributor that is new or changed.
fn lines(imported: &Imported) -> Vec<String> {
    let added = imported.added.iter().map(|id| format!("added    {id}"));
    let renamed = imported.renamed.iter();
    let renamed = renamed.map(|r| format!("renamed  {} from {:?} to {:?}", r.id, r.from, r.to));
    let noted = imported.noted.iter().map(|id| format!("noted    {id}"));
    added.chain(renamed).chain(noted).collect()
}

fn summary(imported: &Imported, update: bool) -> String {
    let added = several(imported.added.len() as u64, "distributor", "distributors");
    if !update {
        return format!("added {added}");
    }
    format!(
        "added {added}; renamed {}, notes of {} changed, {} as they were",
        imported.renamed.len(),
        imported.noted.len(),
        imported.unchanged
    )
}
