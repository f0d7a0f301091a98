//! This module is the command `scan`.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::exhibit_lines::Layout;
use super::report_folder::ReportFolder;
use crate::cli::exit::Exit;
use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::{named, several};
use crate::error::{Error, Result};
use crate::job::{BatchOutcome, Found, Home, ScanContext, find_exhibits, scan_batch};
use crate::report::{Report, Verdict, to_json};

/// Scans all exhibits and delivers a report on each.
///
/// # Errors
/// Whatever kept all of them from being scanned; what is wrong with one is told
/// and remembered in the exit code.
pub fn run(session: &Session, order: &ScanOrder) -> Result<Exit> {
    let home = session.home_for_work()?;
    let context = ScanContext::new(&home, order.settings.clone())?;
    let folder = order.out.as_deref().map(ReportFolder::open).transpose()?;
    let exhibits = exhibits(session, &order.paths);
    let form = Form::new(order, folder, &home, &exhibits)?;
    let mut delivery = Delivery {
        session,
        home: &home,
        form,
        tally: Tally::default(),
    };
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
    finish(session, &delivery.tally, ended)
}

/// The exhibits among `paths`; says what was left out.
fn exhibits(session: &Session, paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut exhibits = Vec::new();
    let mut skipped = 0;
    for found in find_exhibits(paths) {
        match found {
            Found::Exhibit(path) => exhibits.push(path),
            Found::Skipped(_) => skipped += 1,
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
    exhibits
}

/// In what form the reports are delivered.
struct Form {
    json: bool,
    folder: Option<ReportFolder>,
    /// The table for people, unless the reports go elsewhere.
    table: Option<Layout>,
}

impl Form {
    fn new(
        order: &ScanOrder,
        folder: Option<ReportFolder>,
        home: &Home,
        exhibits: &[PathBuf],
    ) -> Result<Self> {
        let table = match order.json || folder.is_some() {
            true => None,
            false => Some(layout(home, exhibits)?),
        };
        Ok(Self {
            json: order.json,
            folder,
            table,
        })
    }
}

fn layout(home: &Home, exhibits: &[PathBuf]) -> Result<Layout> {
    let names: Vec<_> = exhibits
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let distributors = home.registry.distributors()?;
    let distributors: Vec<_> = distributors
        .iter()
        .map(|known| named(&known.name, &known.id))
        .collect();
    let titles: Vec<_> = home
        .registry
        .titles()?
        .iter()
        .map(|known| named(&known.name, &known.id))
        .collect();
    Ok(Layout::new(&names, &distributors, &titles))
}

/// How many exhibits came to what.
#[derive(Default)]
struct Tally {
    attributed: u64,
    others: u64,
    failed: u64,
    /// The gravest of what went wrong.
    worst: Option<Exit>,
}

/// Delivers what was found, exhibit by exhibit.
struct Delivery<'a> {
    session: &'a Session,
    home: &'a Home,
    form: Form,
    tally: Tally,
}

impl Delivery<'_> {
    fn take(&mut self, path: &Path, outcome: BatchOutcome) {
        match outcome {
            BatchOutcome::Report(report) => self.report(path, &report),
            BatchOutcome::Failed { path, error } => {
                let subject = path.display().to_string();
                let error = self
                    .session
                    .log_failure(&self.home.registry, "scan", &subject, error);
                self.tally.failed += 1;
                self.failed(&error);
            }
        }
    }

    fn report(&mut self, path: &Path, report: &Report) {
        match report.verdict {
            Verdict::Attributed => self.tally.attributed += 1,
            _ => self.tally.others += 1,
        }
        self.session.log(
            &self.home.registry,
            "scan",
            &report.exhibit.sha256,
            &summary(path, report),
        );
        if let Err(error) = self.show(path, report) {
            self.failed(&error);
        }
        let written = self
            .form
            .folder
            .as_mut()
            .map(|folder| folder.write(report, path));
        match written {
            Some(Ok(file)) => self
                .session
                .console
                .words(&format!("wrote {}", file.display())),
            Some(Err(error)) => self.failed(&error),
            None if self.session.console.is_closed() => self.stop(),
            None => {}
        }
    }

    fn show(&self, path: &Path, report: &Report) -> Result<()> {
        let console = &self.session.console;
        if self.form.json {
            console.json(&to_json(report, false)?)?;
        }
        let Some(layout) = &self.form.table else {
            return Ok(());
        };
        if self.tally.attributed + self.tally.others == 1 {
            console.result(&layout.head())?;
        }
        let rows = layout.rows(&path.display().to_string(), report);
        rows.iter().try_for_each(|row| console.result(row))
    }

    fn failed(&mut self, error: &Error) {
        let exit = self.session.fail(error);
        // Whatever is wrong with one exhibit, the others are reported.
        let exit = if exit == Exit::Refused {
            exit
        } else {
            Exit::File
        };
        self.tally.worst = self.tally.worst.max(Some(exit));
    }

    /// Nobody reads on: there is no point in scanning on.
    fn stop(&self) {
        self.session
            .console
            .bars
            .stop_flag()
            .store(true, Ordering::Relaxed);
    }
}

/// One line for the audit log.
fn summary(path: &Path, report: &Report) -> String {
    let mut line = format!("{}: {}", path.display(), crate::cli::words::verdict(report));
    for found in &report.attributions {
        line.push_str(&format!(
            " {} (log10 LR {:.1})",
            found.distributor, found.log10_likelihood_ratio
        ));
    }
    line
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
