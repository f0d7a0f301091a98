//! The command `mark`.

use std::collections::BTreeSet;

use super::mark_lines::{CopyLines, already_line, json, lines};
use super::recipients::recipients;
use super::verify_copy::sentence;
use crate::cli::exit::Exit;
use crate::cli::mark_order::MarkOrder;
use crate::cli::session::Session;
use crate::error::{Error, Result};
use crate::job::{Home, MarkRequest, Marked, MarkedCopy, Task, mark};
use crate::registry::Distributor;

/// Makes a marked copy for each recipient.
///
/// # Errors
/// As for [`mark`](crate::job::mark), or if a recipient is unknown.
pub fn run(session: &Session, order: &MarkOrder) -> Result<Exit> {
    let home = session.home_for_recorded_work()?;
    let recipients = recipients(session, &home, &order.to)?;
    let mut request = order.request.clone();
    request.to = recipients
        .iter()
        .map(|distributor| distributor.id.clone())
        .collect();
    let master = request.master.display().to_string();
    let marked = mark(&home, &request, Task::only(&session.console.bars))
        .map_err(|error| session.log_failure(&home.registry, "mark", &master, error))?;
    log(session, &home, &marked);
    print(session, &marked, &recipients, order.json)?;
    Ok(judge(session, &marked).max(ended(session, &marked, &request)))
}

fn log(session: &Session, home: &Home, marked: &Marked) {
    for copy in &marked.copies {
        let record = copy
            .issue
            .map_or("no issue".to_owned(), |issue| format!("issue {issue}"));
        let subject = format!(
            "title {} distributor {} {record}",
            marked.title, copy.distributor
        );
        let result = format!("sha256 {}; {}", copy.sha256, verification(copy));
        session.log(&home.registry, "mark", &subject, &result);
    }
}

/// What reading the copy back gave, in words.
fn verification(copy: &MarkedCopy) -> String {
    copy.verified
        .as_ref()
        .map_or_else(|| "not verified".to_owned(), sentence)
}

fn print(
    session: &Session,
    marked: &Marked,
    recipients: &[Distributor],
    as_json: bool,
) -> Result<()> {
    let console = &session.console;
    let lost = marked.copies.iter().flat_map(|copy| &copy.ledger.lost);
    let lost: BTreeSet<&str> = lost.map(|loss| loss.words.as_str()).collect();
    for note in &marked.notes {
        console.warn(&format!("note: {note}"));
    }
    for words in lost {
        console.warn(&format!("note: lost: {words}"));
    }
    if as_json {
        return console.json(&json(marked)?);
    }
    let already = marked.already.iter().map(already_line);
    already
        .into_iter()
        .try_for_each(|line| console.result(&line))?;
    for copy in &marked.copies {
        let distributor = recipients
            .iter()
            .find(|distributor| distributor.id == copy.distributor);
        let described = CopyLines {
            title: &marked.title,
            copy,
            distributor,
        };
        lines(&described)
            .iter()
            .try_for_each(|line| console.result(line))?;
    }
    Ok(())
}

/// How a run ended that failed after copies were issued.
fn ended(session: &Session, marked: &Marked, request: &MarkRequest) -> Exit {
    let Some(error) = &marked.failure else {
        return Exit::Done;
    };
    let made = marked.copies.len() + marked.already.len();
    let why = match error {
        Error::Interrupted => "interrupted".to_owned(),
        other => other.to_string(),
    };
    session.console.warn(&format!(
        "leakmark: {why}: {made} of {} copies are done and recorded; the same command with --resume makes the others",
        request.to.len()
    ));
    Exit::of(error)
}

/// Whether every copy reads back to its distributor.
fn judge(session: &Session, marked: &Marked) -> Exit {
    let failed = |copy: &&MarkedCopy| {
        copy.verified
            .as_ref()
            .is_some_and(|outcome| !outcome.agrees)
    };
    let mut exit = Exit::Done;
    for copy in marked.copies.iter().filter(failed) {
        session.console.warn(&format!(
            "leakmark: the copy for {} does not read back: it was not kept, and no issue was recorded",
            copy.distributor
        ));
        exit = Exit::No;
    }
    exit
}
