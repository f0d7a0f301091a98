//! Writes the reports of a run in all formats asked for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::case_file::CaseFile;
use super::report_folder::{Names, ReportFolder};
use crate::cli::order::ReportOrder;
use crate::error::{Error, Result};
use crate::evidence::escape::plain_json;
use crate::evidence::{EVIDENCE_ENDING, EvidenceFile, REPORT_ENDING, Report, Unreadable, to_json};
use crate::job::{EarlierReports, Scanned};
use crate::render::{BatchRow, VerbalScale, document, index, page, pdf, summary_csv};

/// Where the reports go, and what was gathered for the lists of a batch. Exhibits are
/// known by their place among those of the run, and may come in any order.
pub struct ReportFiles {
    /// The names of the files on each exhibit, without endings.
    names: Vec<String>,
    json: Option<ReportFolder>,
    html: Option<ReportFolder>,
    pdf: Option<ReportFolder>,
    case: Option<CaseFile>,
    signed: bool,
    scale: VerbalScale,
    rows: BTreeMap<usize, BatchRow>,
}

impl ReportFiles {
    /// Opens every folder and reads the scale, before the long work.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if a folder cannot be written to, [`Error::Unreadable`]
    /// or [`Error::Usage`] if the scale cannot be read.
    pub fn open(order: &ReportOrder, signed: bool) -> Result<Self> {
        let open = |dir: &Option<PathBuf>| dir.as_deref().map(ReportFolder::open).transpose();
        Ok(Self {
            names: Vec::new(),
            json: open(&order.json)?,
            html: open(&order.html)?,
            pdf: open(&order.pdf)?,
            case: order.case.as_deref().map(CaseFile::open).transpose()?,
            signed,
            scale: order
                .scale
                .as_deref()
                .map_or_else(|| Ok(VerbalScale::default()), scale)?,
            rows: BTreeMap::new(),
        })
    }

    /// The reports of an earlier run that are whole: with all files that this run
    /// would write.
    pub fn earlier(&self) -> EarlierReports {
        let whole = |report: &Path| {
            let name = report.file_name().unwrap_or_default().to_string_lossy();
            let stem = name.strip_suffix(REPORT_ENDING).unwrap_or(&name);
            let has = |folder: &Option<ReportFolder>, ending: &str| {
                let folder = folder.as_ref();
                folder.is_none_or(|folder| folder.has(&format!("{stem}{ending}")))
            };
            has(&self.html, PAGE_ENDING)
                && has(&self.pdf, PDF_ENDING)
                && (!self.signed || has(&self.json, SIGNED_ENDING))
        };
        let dir = self.json.as_ref().map(ReportFolder::dir);
        dir.map_or_else(EarlierReports::default, |dir| {
            EarlierReports::read(dir, &whole)
        })
    }

    /// Gives the files on each exhibit a name. Where there is an earlier report on an
    /// exhibit it keeps its name, and no other gets it.
    pub fn name<'a>(
        &mut self,
        exhibits: impl Iterator<Item = &'a Path>,
        earlier: Option<&EarlierReports>,
    ) {
        let mut names = Names::default();
        let stem = |file: &Path| {
            let name = file.file_name()?.to_string_lossy().into_owned();
            name.strip_suffix(REPORT_ENDING).map(str::to_owned)
        };
        let kept: HashMap<String, String> = earlier
            .into_iter()
            .flat_map(EarlierReports::files)
            .filter_map(|(exhibit, file)| Some((exhibit, stem(&file)?)))
            .collect();
        kept.values().for_each(|name| names.reserve(name));
        let mut given = HashSet::new();
        let mut name = |path: &Path| {
            let before = kept.get(path.to_string_lossy().as_ref());
            match before.filter(|name| given.insert((*name).clone())) {
                Some(name) => name.clone(),
                None => names.fresh(path),
            }
        };
        self.names = exhibits.map(&mut name).collect();
    }

    /// True if the reports as JSON go to files.
    pub fn takes_json(&self) -> bool {
        self.json.is_some()
    }

    /// Writes the report on an exhibit and, beside the JSON, its signed envelope if
    /// there is one; what was written and what could not be.
    pub fn write(
        &mut self,
        number: usize,
        scanned: &Scanned,
        envelope: Option<&str>,
    ) -> Vec<Result<PathBuf>> {
        let name = self.names[number].clone();
        let mut written = Vec::new();
        if let Some(folder) = &self.json {
            folder.remove(&format!("{name}{UNREADABLE_ENDING}"));
            written.extend(write_json(folder, scanned, &name, envelope));
        }
        if self.html.is_some() || self.pdf.is_some() {
            written.extend(self.write_document(scanned, &name));
        }
        self.list(number, &scanned.report);
        written
    }

    /// Puts a report on the lists of the batch.
    pub fn list(&mut self, number: usize, report: &Report) {
        let page = match self.html {
            Some(_) => format!("{}{PAGE_ENDING}", self.names[number]),
            None => String::new(),
        };
        self.rows.insert(number, BatchRow::of(report, &page));
        if let Some(case) = &mut self.case {
            case.add(number, Some(report));
        }
    }

    fn write_document(&self, scanned: &Scanned, name: &str) -> Vec<Result<PathBuf>> {
        let document = match document(&scanned.report, &scanned.illustrations, &self.scale) {
            Ok(document) => document,
            Err(error) => return vec![Err(error)],
        };
        let mut written = Vec::new();
        if let Some(folder) = &self.html {
            let file = format!("{name}{PAGE_ENDING}");
            written.push(folder.write(&file, page(&document).as_bytes()));
        }
        if let Some(folder) = &self.pdf {
            let write = |bytes: Vec<u8>| folder.write(&format!("{name}{PDF_ENDING}"), &bytes);
            written.push(pdf(&document).and_then(write));
        }
        written
    }

    /// Writes that an exhibit could not be read, where its report would be.
    pub fn failed(&mut self, number: usize, unreadable: &Unreadable) -> Vec<Result<PathBuf>> {
        self.rows.insert(number, BatchRow::failed(unreadable));
        if let Some(case) = &mut self.case {
            case.add(number, None);
        }
        let write = |folder: &ReportFolder| {
            let json = plain_json(&unreadable.to_json()?) + "\n";
            let file = format!("{}{UNREADABLE_ENDING}", self.names[number]);
            folder.write(&file, json.as_bytes())
        };
        self.json.as_ref().map(write).into_iter().collect()
    }

    /// Writes what is about all exhibits together; what was written and what could not be.
    pub fn finish(&mut self) -> Vec<Result<PathBuf>> {
        let rows: Vec<BatchRow> = self.rows.values().cloned().collect();
        let mut written = Vec::new();
        let failed = rows.iter().any(|row| !row.problem.is_empty());
        if rows.len() > 1 || failed {
            if let Some(folder) = &self.html {
                written.push(folder.write("index.html", index(&rows).as_bytes()));
            }
            let apart = |html: &&ReportFolder| {
                self.json
                    .as_ref()
                    .is_none_or(|json| json.dir() != html.dir())
            };
            for folder in self.json.iter().chain(self.html.as_ref().filter(apart)) {
                let csv = summary_csv(&rows);
                written.push(csv.and_then(|csv| folder.write("summary.csv", &csv)));
            }
        }
        written.extend(self.case.as_mut().map(CaseFile::write));
        written
    }
}

/// What the files on an exhibit end with, beside the report itself.
const UNREADABLE_ENDING: &str = ".unreadable.json";
const SIGNED_ENDING: &str = ".report.dsse.json";
const PAGE_ENDING: &str = ".report.html";
const PDF_ENDING: &str = ".report.pdf";

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
        let lines = scanned.in_house.evidence.iter().map(EvidenceFile::to_text);
        match lines.collect::<Result<String>>()? {
            // One of an earlier run would not fit the report.
            none if none.is_empty() => folder.remove(&evidence),
            lines => written.push(folder.write_private(&evidence, lines.as_bytes())?),
        }
        let signed = format!("{name}{SIGNED_ENDING}");
        match envelope {
            Some(envelope) => drop(folder.write(&signed, format!("{envelope}\n").as_bytes())?),
            None => folder.remove(&signed),
        }
        let json = plain_json(&to_json(&scanned.report, true)?) + "\n";
        written.push(folder.write(&format!("{name}{REPORT_ENDING}"), json.as_bytes())?);
        Ok(written)
    };
    match write() {
        Ok(written) => written.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
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
