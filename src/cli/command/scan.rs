//! The command `scan`.

use std::path::PathBuf;

use super::delivery::{Delivery, Form, Tally};
use super::report_files::ReportFiles;
use crate::cli::exit::Exit;
use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::several;
use crate::error::{Error, Result};
use crate::job::{BatchOutcome, Found, ScanContext, find_exhibits, scan_batch};

/// Scans all exhibits and delivers a report on each.
///
/// # Errors
/// Whatever kept all of them from being scanned; what is wrong with one is told
/// and remembered in the exit code.
pub fn run(session: &Session, order: &ScanOrder) -> Result<Exit> {
    let home = session.home_for_work()?;
    let context = ScanContext::new(&home, order.settings.clone())?;
    let files = ReportFiles::open(&order.reports)?;
    let (exhibits, unreadable) = exhibits(session, &order.paths);
    let form = Form::new(order, files, &home, &exhibits)?;
    let mut delivery = Delivery {
        session,
        home: &home,
        form,
        tally: Tally::default(),
    };
    for (path, error) in unreadable {
        let outcome = BatchOutcome::Failed {
            path: path.clone(),
            error,
        };
        delivery.take(&path, outcome);
    }
    session.console.bars.expect(exhibits.len());
    let ended = scan_batch(
        &context,
        &exhibits,
        order.jobs,
        &session.console.bars,
        &mut |number, outcome| {
            delivery.take(&exhibits[number], outcome);
            Ok(())
        },
    );
    delivery.finish();
    finish(session, &delivery.tally, ended)
}

/// The exhibits among `paths`, and what could not be looked at; says what was left out.
fn exhibits(session: &Session, paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<(PathBuf, Error)>) {
    let (mut exhibits, mut unreadable) = (Vec::new(), Vec::new());
    let mut skipped = 0;
    for found in find_exhibits(paths) {
        match found {
            Found::Exhibit(path) => exhibits.push(path),
            Found::Skipped(_) => skipped += 1,
            Found::Unreadable { path, error } => unreadable.push((path, error)),
        }
    }
    let console = &session.console;
    if skipped > 0 {
        console.words(&format!(
            "left out {}, neither films nor images",
            several(skipped, "file", "files")
        ));
    }
    if exhibits.is_empty() {
        console.warn("leakmark: nothing to scan: no film or image was found");
    }
    (exhibits, unreadable)
}

fn finish(session: &Session, tally: &Tally, ended: Result<()>) -> Result<Exit> {
    match ended {
        Err(Error::Interrupted) if session.console.is_closed() => {}
        Err(Error::Interrupted) => {
            session.console.warn("leakmark: interrupted: what was reported until now stands, nothing half done is left");
            return Ok(Exit::Interrupted);
        }
        ended => ended?,
    }
    let scanned = several(
        tally.attributed + tally.others + tally.failed,
        "exhibit",
        "exhibits",
    );
    let Tally {
        attributed,
        others,
        failed,
        ..
    } = tally;
    session.console.words(&format!(
        "{scanned}: {attributed} attributed, {others} not attributed, {failed} not readable"
    ));
    let answer = if *attributed > 0 {
        Exit::Done
    } else {
        Exit::No
    };
    Ok(tally.worst.unwrap_or(answer))
}
