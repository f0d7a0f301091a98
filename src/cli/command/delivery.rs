//! Delivers reports: to standard output, to files, to the audit log.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::exhibit_lines::Layout;
use super::exhibits::Exhibit;
use super::report_files::ReportFiles;
use crate::cli::exit::Exit;
use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::{named, verdict};
use crate::error::{Error, Result};
use crate::evidence::hash::FileHash;
use crate::evidence::{Report, Unreadable, Verdict, to_json};
use crate::job::{BatchOutcome, Home, Kept, ReportSigner, SCAN, Scanned, case_subject};

/// In what form the reports are delivered.
pub struct Form {
    json: bool,
    files: ReportFiles,
    signer: Option<ReportSigner>,
    /// The table for people, unless the reports go elsewhere.
    table: Option<Layout>,
    no_audit: bool,
}

impl Form {
    /// As ordered, for these exhibits.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be read, [`Error::Usage`] if
    /// there is no key to sign with.
    pub fn new(
        order: &ScanOrder,
        files: ReportFiles,
        home: &Home,
        exhibits: &[Exhibit],
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
            no_audit: order.settings.no_audit,
        })
    }
}

fn layout(home: &Home, exhibits: &[Exhibit]) -> Result<Layout> {
    let (distributors, titles) = (home.registry.roster()?, home.registry.titles()?);
    Ok(Layout::new(
        exhibits.iter().map(|e| e.path.display().to_string()),
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
    /// Those among them whose report is of an earlier run.
    pub kept: u64,
    /// Not readable.
    pub failed: u64,
    /// The gravest of what went wrong.
    pub worst: Option<Exit>,
}

/// Lines for standard output about one exhibit.
#[derive(Default)]
struct Lines {
    json: Option<String>,
    rows: Vec<String>,
}

/// Delivers what was found, exhibit by exhibit: files and the audit log as soon as it
/// is there, standard output in the order of the exhibits.
pub struct Delivery<'a> {
    session: &'a Session,
    home: &'a Home,
    form: Form,
    /// What was delivered.
    pub tally: Tally,
    /// The exhibit whose lines are due.
    due: usize,
    waiting: BTreeMap<usize, Lines>,
    headed: bool,
}

impl<'a> Delivery<'a> {
    /// Prints and logs by `session`, on the registry of `home`.
    pub fn new(session: &'a Session, home: &'a Home, form: Form) -> Self {
        Self {
            session,
            home,
            form,
            tally: Tally::default(),
            due: 0,
            waiting: BTreeMap::new(),
            headed: false,
        }
    }

    /// Delivers what became of exhibit `number`, called by `path`.
    pub fn take(&mut self, number: usize, path: &Path, outcome: BatchOutcome) {
        let lines = match outcome {
            BatchOutcome::Report(scanned) => self.report(number, path, &scanned),
            BatchOutcome::Kept(kept) => self.kept(number, path, &kept),
            BatchOutcome::Failed { path, error, hash } => {
                self.unreadable(number, &path, &error, hash)
            }
        };
        self.waiting.insert(number, lines.unwrap_or_default());
        while let Some(lines) = self.waiting.remove(&self.due) {
            self.print(lines);
            self.due += 1;
        }
    }

    fn unreadable(
        &mut self,
        number: usize,
        path: &Path,
        error: &Error,
        hash: Option<FileHash>,
    ) -> Option<Lines> {
        let unreadable = Unreadable::new(path, hash, error);
        let sha256 = unreadable.unreadable.sha256.as_deref();
        let subject = sha256.map_or_else(|| path.display().to_string(), Into::into);
        self.log(&subject, (path, sha256), &format!("failed: {error}"));
        self.tally.failed += 1;
        let written = self.form.files.failed(number, &unreadable);
        self.failed(error);
        self.tell(written);
        let json = self.form.json.then(|| unreadable.to_json());
        let json = self.or_failed(json.transpose())?;
        Some(Lines {
            json,
            rows: Vec::new(),
        })
    }

    fn count(&mut self, report: &Report) {
        match report.verdict {
            Verdict::Attributed => self.tally.attributed += 1,
            _ => self.tally.others += 1,
        }
    }

    /// An earlier run's report, which stands as it is.
    fn kept(&mut self, number: usize, path: &Path, kept: &Kept) -> Option<Lines> {
        self.count(&kept.report);
        self.tally.kept += 1;
        self.form.files.list(number, &kept.report);
        let line = format!(
            "{}: {} holds: not scanned again",
            path.display(),
            kept.file.display()
        );
        self.session.console.words(&line);
        let json = match (&self.form.signer, self.form.json) {
            (_, false) => Ok(None),
            (Some(signer), true) => signer.envelope(&kept.report).map(Some),
            (None, true) => to_json(&kept.report, false).map(Some),
        };
        let json = self.or_failed(json)?;
        Some(Lines {
            json,
            rows: Vec::new(),
        })
    }

    fn report(&mut self, number: usize, path: &Path, scanned: &Scanned) -> Option<Lines> {
        let report = &scanned.report;
        self.count(report);
        let sha256 = report.exhibit.sha256.as_str();
        let case = report.case.as_ref().and_then(|c| c.case_id.as_deref());
        let subject = case.map_or_else(|| sha256.to_owned(), case_subject);
        self.log(&subject, (path, Some(sha256)), &summary(report));
        let envelope = self.form.signer.as_ref().map(|s| s.envelope(report));
        let envelope = self.or_failed(envelope.transpose())?;
        self.tell_house(path, scanned);
        let written = self.form.files.write(number, scanned, envelope.as_deref());
        if written.is_empty() && self.session.console.is_closed() {
            self.stop();
        }
        self.tell(written);
        let json = match (self.form.json, envelope) {
            (false, _) => None,
            (true, Some(envelope)) => Some(envelope),
            (true, None) => Some(self.or_failed(to_json(report, false))?),
        };
        let table = self.form.table.as_ref();
        let rows = table.map(|layout| layout.rows(&path.display().to_string(), report));
        Some(Lines {
            json,
            rows: rows.unwrap_or_default(),
        })
    }

    /// Enters a scan in the audit log. What was found stands even if that fails.
    fn log(&mut self, subject: &str, exhibit: (&Path, Option<&str>), result: &str) {
        if self.form.no_audit {
            return;
        }
        let registry = &self.home.registry;
        if let Err(error) = self
            .session
            .enter_about(registry, SCAN, subject, exhibit, result)
        {
            self.session
                .console
                .warn("leakmark: the last scan is not in the audit log:");
            self.session.fail(&error);
            self.tally.worst = self.tally.worst.max(Some(Exit::Refused));
        }
    }

    /// Prints what has not been printed because an exhibit before it was never done,
    /// and writes and tells what is about all exhibits together.
    pub fn finish(&mut self) {
        for lines in std::mem::take(&mut self.waiting).into_values() {
            self.print(lines);
        }
        let written = self.form.files.finish();
        self.tell(written);
    }

    fn print(&mut self, lines: Lines) {
        let console = &self.session.console;
        let head = self.form.table.as_ref().filter(|_| !self.headed);
        let head = head.filter(|_| !lines.rows.is_empty()).map(Layout::head);
        self.headed |= head.is_some();
        let json = lines.json.iter().try_for_each(|json| console.json(json));
        let rows = head.iter().chain(&lines.rows);
        let rows = json.and_then(|()| rows.into_iter().try_for_each(|row| console.result(row)));
        self.or_failed(rows);
    }

    /// What there is, or a failure that is told and counted.
    fn or_failed<T>(&mut self, outcome: Result<T>) -> Option<T> {
        match outcome {
            Ok(done) => Some(done),
            Err(error) => {
                self.failed(&error);
                None
            }
        }
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
    for found in report.named() {
        line.push_str(&format!(
            " {} (log10 LR {:.1})",
            found.distributor, found.log10_likelihood_ratio
        ));
    }
    line
}
