//! Finds the reports of an earlier run that still hold, so that a run that was cut
//! short goes on where it ended.
//!
//! ```text
//! folder ─ reports ─ by path ─ same bytes? same parameters, program, registry? as signed? ─ it stands
//! ```

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::evidence::files::read_text;
use crate::evidence::{REPORT_ENDING, Report, evidence_of, from_json};
use crate::job::events::Stage;
use crate::job::scan::context::ScanContext;
use crate::job::scan::hash_source;
use crate::job::scan::report::{parameters, registry_facts, threshold_facts, tool};
use crate::job::task::Task;
use crate::media::Source;

/// An earlier run's report that stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The report.
    pub report: Report,
    /// Its file.
    pub file: PathBuf,
}

/// The reports in a folder, by the paths of their exhibits.
#[derive(Debug, Default)]
pub struct EarlierReports {
    files: HashMap<String, PathBuf>,
}

impl EarlierReports {
    /// Those in the folder `dir` that can be read; `whole` says of a report's file
    /// whether all that the run would write beside it is there.
    pub fn read(dir: &Path, whole: &dyn Fn(&Path) -> bool) -> Self {
        let mut files = HashMap::new();
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(REPORT_ENDING)
                && whole(&path)
                && let Some(report) = report_in(&path)
            {
                files.insert(report.exhibit.path, path);
            }
        }
        Self { files }
    }

    /// The files, each with the path of its exhibit.
    pub fn files(&self) -> impl Iterator<Item = (String, PathBuf)> + use<'_> {
        let both = |(exhibit, file): (&'_ String, &'_ PathBuf)| (exhibit.clone(), file.clone());
        self.files.iter().map(both)
    }

    /// The report on the exhibit at `path`, if a scan now would say the same.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::error::Error::Interrupted) if the observer asked to stop.
    pub(crate) fn kept(
        &self,
        context: &ScanContext,
        path: &Path,
        task: Task<'_>,
    ) -> Result<Option<Kept>> {
        let Some(file) = self.files.get(path.to_string_lossy().as_ref()) else {
            return Ok(None);
        };
        let Some(report) = report_in(file).filter(|r| stands(context, r, file)) else {
            return Ok(None);
        };
        let Ok(source) = Source::open(path) else {
            return Ok(None);
        };
        if source.size() != report.exhibit.size_bytes {
            return Ok(None);
        }
        task.tell(Stage::Hashing, None)?;
        let hash = source.unchanged(hash_source(&source, &mut |_| task.check()))?;
        let same = hash.sha256 == report.exhibit.sha256 && hash.sha512 == report.exhibit.sha512;
        Ok(same.then(|| Kept {
            report,
            file: file.clone(),
        }))
    }
}

fn report_in(path: &Path) -> Option<Report> {
    from_json(&read_text(path).ok()?).ok()
}

/// True if a report is as the registry signed it, and was made by this very program
/// with these parameters from a registry in which nothing was added since.
fn stands(context: &ScanContext, report: &Report, file: &Path) -> bool {
    let facts = &report.registry;
    let now = registry_facts(context);
    let registry = facts.id == now.id
        && facts.public_key == now.public_key
        && (facts.titles, facts.distributors) == (now.titles, now.distributors);
    let settings = &context.settings;
    let cited = settings.dossier.as_ref().map(|d| d.sha256.as_str());
    let asked = report.parameters == parameters(context)
        && report.threshold == threshold_facts(context)
        && report.case == settings.case
        && report.controls == context.controls
        && report
            .validation
            .as_ref()
            .map(|v| v.dossier_sha256.as_str())
            == cited;
    // Somebody named without a record may have one by now.
    let recorded = report.named().all(|a| a.issue.is_some());
    // The title's master may have become known since.
    let title = report.title.as_ref();
    let compared =
        !report.content.is_empty() || title.is_none_or(|t| !context.masters.shelf().has(&t.id));
    let mut references = report.of_titles().filter_map(|of| of.evidence);
    let evidence = references.all(|of| evidence_of(Some(of), file, None).is_ok());
    registry
        && asked
        && recorded
        && compared
        && report.tool == tool()
        && report.signature.public_key == now.public_key
        && report.is_as_signed()
        && evidence
}
