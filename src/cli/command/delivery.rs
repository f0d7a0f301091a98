//! Delivers reports: to standard output, to files, to the audit log.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::exhibit_lines::Layout;
use super::report_files::ReportFiles;
use crate::cli::exit::Exit;
use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::{named, verdict};
use crate::error::{Error, Result};
use crate::evidence::{Report, Verdict, to_json};
use crate::job::{BatchOutcome, Home, ReportSigner, SCAN, Scanned, case_subject};

/// In what form the reports are delivered.
pub struct Form {
    json: bool,
    files: ReportFiles,
    signer: Option<ReportSigner>,
    /// The table for people, unless the reports go elsewhere.
    table: Option<Layout>,
}

impl Form {
    /// As ordered.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be read, [`Error::Usage`] if
    /// there is no key to sign with.
    pub fn new(
        order: &ScanOrder,
        files: ReportFiles,
        home: &Home,
        exhibits: &[PathBuf],
    ) -> Result<Self> {
        let table = match order.json || files.takes_json() {
            true => None,
            false => Some(layout(home, exhibits)?),
        };
        let signer = order.sign.as_deref().map(ReportSigner::read).transpose()?;
        Ok(Self {
            json: order.json,
            files,
            signer,
            table,
        })
    }
}

fn layout(home: &Home, exhibits: &[PathBuf]) -> Result<Layout> {
    let (distributors, titles) = (home.registry.roster()?, home.registry.titles()?);
    Ok(Layout::new(
        exhibits.iter().map(|path| path.display().to_string()),
        distributors.iter().map(|known| named(known.name, known.id)),
        titles.iter().map(|known| named(&known.name, &known.id)),
    ))
}

/// How many exhibits came to what.
#[derive(Default)]
pub struct Tally {
    /// Attributed.
    pub attributed: u64,
    /// Read, and not attributed.
    pub others: u64,
    /// Not readable.
    pub failed: u64,
    /// The gravest of what went wrong.
    pub worst: Option<Exit>,
}

/// Delivers what was found, exhibit by exhibit.
pub struct Delivery<'a> {
    /// Where to print.
    pub session: &'a Session,
    /// Whose audit log to write.
    pub home: &'a Home,
    /// In what form.
    pub form: Form,
    /// What was delivered.
    pub tally: Tally,
}

impl Delivery<'_> {
    /// Delivers what became of the exhibit at `path`.
    pub fn take(&mut self, path: &Path, outcome: BatchOutcome) {
        match outcome {
            BatchOutcome::Report(scanned) => self.report(path, &scanned),
            BatchOutcome::Failed { path, error } => {
                let result = format!("failed: {error}");
                let exhibit = (path.as_path(), None);
                self.session
                    .log_exhibit(&self.home.registry, SCAN, exhibit, &result);
                self.tally.failed += 1;
                self.form.files.failed(&path, &error);
                self.failed(&error);
            }
        }
    }

    fn report(&mut self, path: &Path, scanned: &Scanned) {
        let report = &scanned.report;
        match report.verdict {
            Verdict::Attributed => self.tally.attributed += 1,
            _ => self.tally.others += 1,
        }
        let sha256 = report.exhibit.sha256.as_str();
        let case = report.case.as_ref().and_then(|c| c.case_id.as_deref());
        self.session.log_about(
            &self.home.registry,
            SCAN,
            &case.map_or_else(|| sha256.to_owned(), case_subject),
            (path, Some(sha256)),
            &summary(report),
        );
        let envelope = self.form.signer.as_ref().map(|s| s.envelope(report));
        let envelope = match envelope.transpose() {
            Ok(envelope) => envelope,
            Err(error) => return self.failed(&error),
        };
        if let Err(error) = self.show(path, report, envelope.as_deref()) {
            self.failed(&error);
        }
        self.tell_house(path, scanned);
        let written = self.form.files.write(scanned, path, envelope.as_deref());
        if written.is_empty() && self.session.console.is_closed() {
            self.stop();
        }
        self.tell(written);
    }

    /// Writes and tells what is about all exhibits together.
    pub fn finish(&mut self) {
        let written = self.form.files.finish();
        self.tell(written);
    }

    /// What nobody but the house may know: how near somebody comes who is not named.
    fn tell_house(&self, path: &Path, scanned: &Scanned) {
        if let Some(short) = scanned.in_house.short_of_threshold {
            self.session.console.words(&format!(
                "{}: the strongest distributor falls short of the threshold by {short:.1} decades; more or better material may settle it (for the house alone: no report says so)",
                path.display()
            ));
        }
    }

    fn tell(&mut self, written: Vec<Result<PathBuf>>) {
        for file in written {
            match file {
                Ok(file) => {
                    let line = format!("wrote {}", file.display());
                    self.session.console.words(&line);
                }
                Err(error) => self.failed(&error),
            }
        }
    }

    fn show(&self, path: &Path, report: &Report, envelope: Option<&str>) -> Result<()> {
        let console = &self.session.console;
        if self.form.json {
            match envelope {
                Some(envelope) => console.json(envelope)?,
                None => console.json(&to_json(report, false)?)?,
            }
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
fn summary(report: &Report) -> String {
    let mut line = verdict(report).to_owned();
    for found in &report.attributions {
        line.push_str(&format!(
            " {} (log10 LR {:.1})",
            found.distributor, found.log10_likelihood_ratio
        ));
    }
    line
}
