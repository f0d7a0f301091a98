//! Examines the controls of a run: files of which it is known what must come out.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::evidence::{Control, Report};
use crate::job::events::Observer;
use crate::job::scan::context::ScanContext;
use crate::job::scan::scan;
use crate::job::task::Task;

/// Examines the controls at `paths` one after another, with the settings of the run.
/// A file that is, byte for byte, a copy of the registry must be attributed to its
/// distributor; any other must name nobody.
///
/// # Errors
/// As [`scan`]: without its controls nothing is examined.
pub fn scan_controls(
    context: &ScanContext,
    paths: &[PathBuf],
    observer: &dyn Observer,
) -> Result<Vec<Control>> {
    let one = |(number, path): (usize, &PathBuf)| {
        let report = scan(context, path, Task::new(number, observer))?;
        Ok(control(context, path, &report))
    };
    paths.iter().enumerate().map(one).collect()
}

fn control(context: &ScanContext, path: &Path, report: &Report) -> Control {
    let sha256 = &report.exhibit.sha256;
    let issued = context.copies.issued().map(|issued| &issued.said);
    let issued = issued.filter(|said| said.copy_sha256 == *sha256);
    let issued = issued.max_by_key(|said| said.issue);
    let named = report.named().map(|a| a.distributor.clone());
    let strongest = report.attributions.first();
    Control {
        path: path.to_string_lossy().into_owned(),
        sha256: sha256.clone(),
        expected: issued.map(|said| said.distributor.clone()),
        verdict: report.verdict,
        named: named.collect(),
        log10_likelihood_ratio: strongest.map(|a| a.log10_likelihood_ratio),
    }
}
