//! The command `scan`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::delivery::{Delivery, Form, Tally};
use super::report_files::ReportFiles;
use crate::cli::exit::Exit;
use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::several;
use crate::error::{Error, Result};
use crate::evidence::{Control, cite_dossier};
use crate::job::{
    BatchOutcome, Found, Home, ScanContext, find_exhibits, scan_batch, scan_controls,
};

/// Scans all exhibits and delivers a report on each.
///
/// # Errors
/// Whatever kept all of them from being scanned; what is wrong with one is told
/// and remembered in the exit code.
pub fn run(session: &Session, order: &ScanOrder) -> Result<Exit> {
    let home = session.home_for_work()?;
    let mut settings = order.settings.clone();
    let cited = order.dossier.as_deref().map(cite_dossier).transpose()?;
    settings.dossier = cited.map(Arc::new);
    let mut context = ScanContext::new(&home, settings)?;
    let files = ReportFiles::open(&order.reports)?;
    let (exhibits, unreadable) = exhibits(session, &order.paths);
    let form = Form::new(order, files, &home, &exhibits)?;
    context.controls = controls(session, &home, &context, order)?;
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

/// Examines the controls, and logs what they came to.
fn controls(
    session: &Session,
    home: &Home,
    context: &ScanContext,
    order: &ScanOrder,
) -> Result<Vec<Control>> {
    let controls = scan_controls(context, &order.controls, &session.console.bars)?;
    for control in &controls {
        let result = match control.is_as_expected() {
            true => "came out as it must",
            false => "DID NOT come out as it must",
        };
        let exhibit = (Path::new(&control.path), Some(control.sha256.as_str()));
        session.log_exhibit(&home.registry, "scan --control", exhibit, result);
        session
            .console
            .words(&format!("control {} {result}", control.path));
    }
    Ok(controls)
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
