//! The command `title`.

use std::path::Path;

use super::log::{json_array, json_text};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::table::aligned;
use crate::cli::words::{clock, named};
use crate::error::Result;
use crate::job::{AddedTitle, Task, add_title};
use crate::registry::Title;

/// Adds a title from its master.
///
/// # Errors
/// [`Error::Unreadable`](crate::error::Error::Unreadable) if the master is no film,
/// [`Error::Registry`](crate::error::Error::Registry) if the id is there already.
pub fn add(
    session: &Session,
    master: &Path,
    (id, name): (&str, Option<&str>),
    json: bool,
) -> Result<Exit> {
    let home = session.home_for_recorded_work()?;
    let console = &session.console;
    let AddedTitle { title, problem } = add_title(
        &home,
        master,
        id,
        name,
        (&session.setting.limits, session.setting.threads),
        Task::only(&console.bars),
    )
    .map_err(|error| session.log_failure(&home.registry, "title add", id, error))?;
    session.log(
        &home.registry,
        "title add",
        id,
        &format!("added from {}", master.display()),
    );
    console.words(&format!(
        "added {}, {}, {}",
        named(&title.name, &title.id),
        size(&title),
        clock(title.duration_s)
    ));
    if let Some(problem) = problem {
        console.warn(&format!("note: no reference was kept, so that leaks of this title are found by the mark alone: {problem}"));
    }
    if json {
        console.json(&json_text(&title)?)?;
    }
    Ok(Exit::Done)
}

/// Lists all titles.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
pub fn list(session: &Session, json: bool) -> Result<Exit> {
    let titles = session.registry()?.titles()?;
    let console = &session.console;
    if json {
        console.json(&json_array(&titles)?)?;
        return Ok(Exit::Done);
    }
    if titles.is_empty() {
        console.words("no titles yet: mark a film, or `leakmark title add MASTER --id ID`");
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = titles.iter().map(row).collect();
    let head = ["ID", "NAME", "SIZE", "FPS", "LENGTH", "ADDED"];
    aligned(&head, &rows)
        .iter()
        .try_for_each(|line| console.result(line))?;
    Ok(Exit::Done)
}

fn row(title: &Title) -> Vec<String> {
    let fps = if title.fps > 0.0 {
        format!("{:.3}", title.fps)
    } else {
        "varies".to_owned()
    };
    let length = clock(title.duration_s);
    vec![
        title.id.clone(),
        title.name.clone(),
        size(title),
        fps,
        length,
        title.added_at.clone(),
    ]
}

fn size(title: &Title) -> String {
    format!("{}x{}", title.width, title.height)
}
