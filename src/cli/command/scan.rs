//! The command `scan`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::delivery::{Delivery, Form, Tally};
use super::exhibits::{Exhibit, exhibits};
use super::report_files::ReportFiles;
use crate::cli::exit::Exit;
use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::several;
use crate::error::{Error, Result};
use crate::evidence::{Control, cite_dossier};
use crate::job::{BatchOutcome, Home, ScanContext, scan_batch, scan_controls};

/// Scans all exhibits and delivers a report on each.
///
/// # Errors
/// Whatever kept all of them from being scanned; what is wrong with one is told
/// and remembered in the exit code.
pub fn run(session: &Session, order: &ScanOrder) -> Result<Exit> {
    let home = session.home_for_work()?;
    if !order.settings.no_audit {
        auditable(&home)?;
    }
    let mut settings = order.settings.clone();
    let cited = order.dossier.as_deref().map(cite_dossier).transpose()?;
    settings.dossier = cited.map(Arc::new);
    let mut context = ScanContext::new(&home, settings)?;
    let mut exhibits = exhibits(session, order)?;
    let mut files = ReportFiles::open(&order.reports, order.sign.is_some())?;
    let earlier = order.resume.then(|| files.earlier());
    files.name(exhibits.iter().map(|e| e.path.as_path()), earlier.as_ref());
    let form = Form::new(order, files, &home, &exhibits)?;
    context.controls = controls(session, &home, &context, order)?;
    let mut delivery = Delivery::new(session, &home, form);
    let numbers = readable(&mut exhibits, &mut delivery);
    let files: Vec<Vec<PathBuf>> = numbers.iter().map(|&n| exhibits[n].files()).collect();
    let observer = &session.console.bars;
    observer.expect(files.len());
    let ended = scan_batch(
        &context,
        &files,
        order.jobs,
        earlier.as_ref(),
        observer,
        &mut |place, outcome| {
            let number = numbers[place];
            delivery.take(number, &exhibits[number].path, outcome);
            Ok(())
        },
    );
    delivery.finish();
    finish(session, &delivery.tally, ended)
}

/// Delivers what cannot be looked into; the places of all others.
fn readable(exhibits: &mut [Exhibit], delivery: &mut Delivery<'_>) -> Vec<usize> {
    let mut numbers = Vec::new();
    for (number, exhibit) in exhibits.iter_mut().enumerate() {
        let Some(error) = exhibit.error.take() else {
            numbers.push(number);
            continue;
        };
        let outcome = BatchOutcome::Failed {
            path: exhibit.path.clone(),
            error,
            hash: None,
        };
        delivery.take(number, &exhibit.path, outcome);
    }
    numbers
}

/// Makes sure, before the long work, that scans can be entered in the audit log.
fn auditable(home: &Home) -> Result<()> {
    home.registry.check_writable().map_err(|error| {
        let hint = error
            .hint()
            .map_or_else(String::new, |hint| format!("{hint}, "));
        error
            .reworded(|why| format!("every scan is entered in the audit log, and {why}"))
            .advise(format!(
                "{hint}or scan with --no-audit: the reports will say so"
            ))
    })
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
        if !order.settings.no_audit {
            session.log_exhibit(&home.registry, "scan --control", exhibit, result);
        }
        session
            .console
            .words(&format!("control {} {result}", control.path));
    }
    Ok(controls)
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
        kept,
        ..
    } = tally;
    let earlier = match kept {
        0 => String::new(),
        kept => format!(" ({kept} by reports of an earlier run)"),
    };
    session.console.words(&format!(
        "{scanned}: {attributed} attributed, {others} not attributed, {failed} not readable{earlier}"
    ));
    let answer = if *attributed > 0 {
        Exit::Done
    } else {
        Exit::No
    };
    Ok(tally.worst.unwrap_or(answer))
}
