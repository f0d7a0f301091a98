//! Writes the reports of a run in all formats asked for.

use std::path::{Path, PathBuf};

use super::report_folder::{Names, ReportFolder, probe_beside, write_whole};
use crate::cli::order::ReportOrder;
use crate::error::{Error, Result};
use crate::evidence::escape::plain_json;
use crate::evidence::{EVIDENCE_ENDING, to_json};
use crate::job::Scanned;
use crate::render::{BatchRow, CaseGraph, VerbalScale, document, index, page, pdf, summary_csv};

/// Where the reports go, and what was gathered for the lists of a batch.
pub struct ReportFiles {
    names: Names,
    json: Option<ReportFolder>,
    html: Option<ReportFolder>,
    pdf: Option<ReportFolder>,
    case: Option<(PathBuf, CaseGraph)>,
    scale: VerbalScale,
    rows: Vec<BatchRow>,
}

impl ReportFiles {
    /// Opens every folder and reads the scale, before the long work.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if a folder cannot be written to, [`Error::Unreadable`]
    /// or [`Error::Usage`] if the scale cannot be read.
    pub fn open(order: &ReportOrder) -> Result<Self> {
        let open = |dir: &Option<PathBuf>| dir.as_deref().map(ReportFolder::open).transpose();
        Ok(Self {
            names: Names::default(),
            json: open(&order.json)?,
            html: open(&order.html)?,
            pdf: open(&order.pdf)?,
            case: order.case.as_deref().map(case_file).transpose()?,
            scale: order
                .scale
                .as_deref()
                .map_or_else(|| Ok(VerbalScale::default()), scale)?,
            rows: Vec::new(),
        })
    }

    /// True if the reports as JSON go to files.
    pub fn takes_json(&self) -> bool {
        self.json.is_some()
    }

    /// Writes the report on the exhibit at `path` and, beside the JSON, its signed
    /// envelope if there is one; what was written and what could not be.
    pub fn write(
        &mut self,
        scanned: &Scanned,
        path: &Path,
        envelope: Option<&str>,
    ) -> Vec<Result<PathBuf>> {
        let name = self.names.fresh(path);
        let mut written = Vec::new();
        if let Some(folder) = &self.json {
            written.extend(write_json(folder, scanned, &name, envelope));
        }
        if let Some((_, graph)) = &mut self.case {
            graph.add(&scanned.report);
        }
        if self.html.is_some() || self.pdf.is_some() {
            written.extend(self.write_document(scanned, &name));
        }
        written
    }

    fn write_document(&mut self, scanned: &Scanned, name: &str) -> Vec<Result<PathBuf>> {
        let document = match document(&scanned.report, &scanned.illustrations, &self.scale) {
            Ok(document) => document,
            Err(error) => return vec![Err(error)],
        };
        let mut written = Vec::new();
        if let Some(folder) = &self.html {
            let file = format!("{name}.report.html");
            written.push(folder.write(&file, page(&document).as_bytes()));
            self.rows.push(BatchRow::of(&scanned.report, &file));
        }
        if let Some(folder) = &self.pdf {
            let write = |bytes: Vec<u8>| folder.write(&format!("{name}.report.pdf"), &bytes);
            written.push(pdf(&document).and_then(write));
        }
        written
    }

    /// Remembers that the exhibit at `path` could not be read.
    pub fn failed(&mut self, path: &Path, error: &Error) {
        if self.html.is_some() {
            let exhibit = path.to_string_lossy();
            self.rows
                .push(BatchRow::failed(&exhibit, &error.to_string()));
        }
    }

    /// Writes what is about all exhibits together; what was written and what could not be.
    pub fn finish(&self) -> Vec<Result<PathBuf>> {
        let mut written = Vec::new();
        if let Some(folder) = self.html.as_ref().filter(|_| self.rows.len() > 1) {
            written.push(folder.write("index.html", index(&self.rows).as_bytes()));
            let csv = summary_csv(&self.rows);
            written.push(csv.and_then(|csv| folder.write("summary.csv", &csv)));
        }
        if let Some((file, graph)) = &self.case {
            let write = |json: String| write_whole(file, json.as_bytes());
            written.push(graph.to_json().and_then(write).map(|()| file.clone()));
        }
        written
    }
}

/// Writes a report as JSON, and first what it refers to and is signed by: the house's
/// evidence and the envelope.
fn write_json(
    folder: &ReportFolder,
    scanned: &Scanned,
    name: &str,
    envelope: Option<&str>,
) -> Vec<Result<PathBuf>> {
    let write = || -> Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        let evidence = format!("{name}{EVIDENCE_ENDING}");
        match &scanned.in_house.evidence {
            Some(file) => {
                written.push(folder.write_private(&evidence, file.to_text()?.as_bytes())?);
            }
            // One of an earlier run would not fit the report.
            None => folder.remove(&evidence),
        }
        let signed = format!("{name}.report.dsse.json");
        match envelope {
            Some(envelope) => drop(folder.write(&signed, format!("{envelope}\n").as_bytes())?),
            None => folder.remove(&signed),
        }
        let json = plain_json(&to_json(&scanned.report, true)?) + "\n";
        written.push(folder.write(&format!("{name}.report.json"), json.as_bytes())?);
        Ok(written)
    };
    match write() {
        Ok(written) => written.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
}

/// The file for the graph, checked to be writable.
fn case_file(file: &Path) -> Result<(PathBuf, CaseGraph)> {
    if file.is_dir() {
        return Err(Error::usage(format!("{} is a folder", file.display()))
            .advise("expected a file for --case, such as case.jsonld"));
    }
    probe_beside(file)?;
    Ok((file.to_owned(), CaseGraph::default()))
}

/// Bytes of a verbal scale, at most.
const LARGEST_SCALE: u64 = 1 << 16;

fn scale(path: &Path) -> Result<VerbalScale> {
    let unreadable = |error: std::io::Error| {
        Error::unreadable(
            path,
            format!("the verbal scale cannot be read: {error}; check the path"),
        )
    };
    if std::fs::metadata(path).map_err(unreadable)?.len() > LARGEST_SCALE {
        let problem = format!("got more than {LARGEST_SCALE} bytes; expected a verbal scale");
        return Err(Error::unreadable(path, problem));
    }
    let text = std::fs::read(path).map_err(unreadable)?;
    VerbalScale::from_csv(&text, &path.to_string_lossy())
}
