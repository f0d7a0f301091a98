//! The command `title reference`.

use std::path::Path;

use serde::Serialize;

use super::log::{json_array, json_text};
use crate::cli::args::ReferenceCommand;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::table::aligned;
use crate::cli::words::{clock, count};
use crate::error::Result;
use crate::job::{
    CheckedReference, check_references, drop_references, export_references, import_reference,
};

/// Does it.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read or
/// written, [`Error::Usage`](crate::error::Error::Usage) if there is no such reference.
pub fn run(session: &Session, command: &ReferenceCommand) -> Result<Exit> {
    match command {
        ReferenceCommand::Check { title, json } => check(session, title.as_deref(), *json),
        ReferenceCommand::Export {
            title,
            output,
            json,
        } => export(session, title, output, *json),
        ReferenceCommand::Import { file, json } => import(session, file, *json),
        ReferenceCommand::Drop { title, json } => drop_all(session, title, *json),
    }
}

fn check(session: &Session, title: Option<&str>, json: bool) -> Result<Exit> {
    let checked = check_references(&session.home()?, title)?;
    let console = &session.console;
    let exit = match checked.iter().all(|c| c.problem.is_none()) {
        true => Exit::Done,
        false => Exit::No,
    };
    if json {
        console.json(&json_array(&checked)?)?;
        return Ok(exit);
    }
    if checked.is_empty() {
        console.words("no references yet: `leakmark mark` makes them");
        return Ok(exit);
    }
    let rows: Vec<_> = checked.iter().map(row).collect();
    let head = [
        "TITLE", "FROM", "LENGTH", "PICTURES", "BYTES", "ADDED", "STATE",
    ];
    aligned(&head, &rows)
        .iter()
        .try_for_each(|line| console.result(line))?;
    Ok(exit)
}

fn row(checked: &CheckedReference) -> Vec<String> {
    let CheckedReference {
        reference,
        bytes,
        problem,
    } = checked;
    vec![
        reference.title.clone(),
        clock(reference.title_start_s),
        clock(reference.duration_s),
        count(reference.pictures),
        bytes.map_or_else(|| "-".to_owned(), count),
        reference.added_at.clone(),
        problem.clone().unwrap_or_else(|| "whole".to_owned()),
    ]
}

fn export(session: &Session, title: &str, folder: &Path, json: bool) -> Result<Exit> {
    let written = export_references(&session.home()?, title, folder)?;
    let paths: Vec<String> = written.iter().map(|p| p.display().to_string()).collect();
    let console = &session.console;
    match json {
        true => console.json(&json_array(&paths)?)?,
        false => paths.iter().try_for_each(|path| console.result(path))?,
    }
    Ok(Exit::Done)
}

fn import(session: &Session, file: &Path, json: bool) -> Result<Exit> {
    let home = session.home_to_write()?;
    let reference = import_reference(&home, file)?;
    let (title, from) = (&reference.title, clock(reference.title_start_s));
    session.log(
        &home.registry,
        "title reference import",
        title,
        "taken back",
    );
    session.console.words(&format!(
        "took back the reference of {title} from {from} on"
    ));
    if json {
        session.console.json(&json_text(&reference)?)?;
    }
    Ok(Exit::Done)
}

/// What `title reference drop --json` prints.
#[derive(Serialize)]
struct Dropped<'a> {
    title: &'a str,
    dropped: usize,
}

fn drop_all(session: &Session, title: &str, json: bool) -> Result<Exit> {
    let home = session.home_to_write()?;
    let dropped = drop_references(&home, title)?;
    session.log(&home.registry, "title reference drop", title, "dropped");
    session
        .console
        .words(&format!("dropped {dropped} of {title}"));
    if json {
        let dropped = Dropped { title, dropped };
        session.console.json(&json_text(&dropped)?)?;
    }
    Ok(Exit::Done)
}
