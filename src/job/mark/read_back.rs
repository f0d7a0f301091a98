//! Checks that a copy reads back to the distributor it was issued to.

use std::path::Path;

use crate::error::Result;
use crate::evidence::{Attribution, Report, Verdict};
use crate::job::home::Home;
use crate::job::scan::context::{ScanContext, ScanSettings};
use crate::job::scan::report::findings::{SHORT_S, SMALL_PX};
use crate::job::scan::{scan, scan_within};
use crate::job::task::Task;
use crate::media::{Limits, Source};
use crate::registry::Issue;

/// Evidence below this many decades beyond the threshold will hardly outlive a pirate's treatment.
const THIN: f64 = 8.0;

/// How a copy read back.
#[derive(Debug)]
pub struct VerifyOutcome {
    /// The record of its issue; `None` if the registry knows no such file.
    pub issue: Option<Issue>,
    /// What the scan found.
    pub report: Report,
    /// True if it reads back to the distributor, copy and title of the record, and to nothing else.
    pub agrees: bool,
    /// The outcome in words: how much evidence there is and, if it is thin, why.
    pub words: String,
}

/// Scans a copy and compares the result with its issue record, which is found
/// by the file's SHA-256. `threads` is 0 for one a core.
///
/// # Errors
/// As [`scan`].
pub fn verify_copy(
    home: &Home,
    path: &Path,
    limits: &Limits,
    threads: usize,
    task: Task<'_>,
) -> Result<VerifyOutcome> {
    let context = ScanContext::new(
        home,
        ScanSettings {
            limits: *limits,
            threads,
            ..ScanSettings::default()
        },
    )?;
    let report = scan(&context, path, task)?;
    let Some(issue) = home.registry.issue_by_copy_sha256(&report.exhibit.sha256)? else {
        let words = "No copy with this SHA-256 was issued: it is not the very file that was issued, or it belongs to another registry.".into();
        return Ok(VerifyOutcome {
            issue: None,
            report,
            agrees: false,
            words,
        });
    };
    let (agrees, words) = compare(&report, (&issue.distributor, issue.copy), &issue.title);
    Ok(VerifyOutcome {
        issue: Some(issue),
        report,
        agrees,
        words,
    })
}

/// [`verify_copy`] for a copy that has no record yet; part of marking it.
pub(crate) fn read_back(
    context: &ScanContext,
    source: &Source,
    copy: (&str, u32),
    title: &str,
    task: Task<'_>,
) -> Result<VerifyOutcome> {
    let report = scan_within(context, source, task, context.threads)?.report;
    let (agrees, mut words) = compare(&report, copy, title);
    if !agrees {
        words.push_str(" The copy was not kept.");
        if report.attributions.is_empty() {
            words.push_str(
                " --no-verify issues it anyway, but then nobody knows whether it can be traced.",
            );
        }
    }
    Ok(VerifyOutcome {
        issue: None,
        report,
        agrees,
        words,
    })
}

fn compare(report: &Report, (distributor, copy): (&str, u32), title: &str) -> (bool, String) {
    let threshold = report.threshold.log10_likelihood_ratio;
    let right_title = report.title.as_ref().is_some_and(|t| t.id == title);
    let own = |named: &Attribution| (named.distributor.as_str(), named.copy) == (distributor, copy);
    let alone = report.named().count() == 1 && report.named().all(own);
    if report.verdict == Verdict::Attributed && alone && right_title {
        let lr = report.attributions[0].log10_likelihood_ratio;
        let words = if lr < threshold + THIN {
            format!(
                "Reads back to {distributor}, but the evidence is thin (log10 LR {lr:.1}, threshold {threshold:.1}): {}.",
                reason(report)
            )
        } else {
            format!("Reads back to {distributor} (log10 LR {lr:.1}, threshold {threshold:.1}).")
        };
        return (true, words);
    }
    if let Some(other) = report
        .title
        .as_ref()
        .into_iter()
        .chain(report.other_titles.iter().map(|other| &other.title))
        .find(|t| t.id != title && report.named().next().is_some())
    {
        return (
            false,
            format!(
                "Reads back as title {}, not {title}: do not send this copy out.",
                other.id
            ),
        );
    }
    if let Some(other) = report.attributions.iter().find(|named| !own(named)) {
        let read = match other.distributor == distributor {
            true => format!("copy {} of {distributor}", other.copy),
            false => other.distributor.clone(),
        };
        return (
            false,
            format!(
                "Reads back to {read}, not to copy {copy} of {distributor}: do not send this copy out."
            ),
        );
    }
    (
        false,
        format!(
            "Does not read back to {distributor} (threshold log10 LR {threshold:.1}): {}.",
            reason(report)
        ),
    )
}

/// The likeliest reason for thin evidence.
fn reason(report: &Report) -> String {
    let video = &report.exhibit.video;
    let length: f64 = report.examined.iter().map(|e| e.end_s - e.start_s).sum();
    if length < SHORT_S {
        format!("{length:.1} s is too short, {SHORT_S:.0} s or more are needed")
    } else if video.width.max(video.height) < SMALL_PX {
        format!(
            "a picture of {} × {} is too small, {SMALL_PX} pixels or more along the longer side are needed",
            video.width, video.height
        )
    } else {
        "the picture is too flat or too dark to carry the mark at this strength; try a higher --strength".into()
    }
}
