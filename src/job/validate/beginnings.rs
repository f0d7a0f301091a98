//! Finds out how many seconds of an exhibit are enough.

use std::ffi::OsString;
use std::path::Path;

use super::cell::{Bench, Test, Tested};
use crate::error::{Error, Result};
use crate::evidence::{CellResult, Report};
use crate::job::scan::scan_with;
use crate::job::task::Task;

/// Slack when a beginning and a file's length are compared, seconds.
const ONE_FRAME_S: f64 = 0.1;

impl Bench<'_> {
    /// Scans ever longer beginnings of the exhibit, until one is attributed.
    pub(super) fn beginnings(
        &self,
        (test, sources): (&Test<'_>, &[String]),
        (file, key): (&Path, &str),
        whole: &Report,
        tested: &mut Tested,
        task: Task<'_>,
    ) -> Result<()> {
        let title = &self.maker.films[test.excerpt.film].title;
        let duration_s = whole.exhibit.video.duration_s.unwrap_or(0.0);
        let mut lengths = self.maker.request.beginnings_s.clone();
        lengths.sort_by(f64::total_cmp);
        lengths.retain(|s| *s < duration_s - ONE_FRAME_S);
        for length_s in lengths {
            let Some(report) = self.scan_beginning((file, key), length_s, task)? else {
                continue;
            };
            match judge(&report, sources, title) {
                CellResult::Attributed => {
                    tested.seconds_to_attribute = Some(length_s);
                    return Ok(());
                }
                CellResult::Wrong => tested.wrong_beginnings_s.push(length_s),
                CellResult::NotAttributed | CellResult::NotRun => {}
            }
        }
        if judge(whole, sources, title) == CellResult::Attributed {
            tested.seconds_to_attribute = Some(rounded_to_tenths(duration_s));
        }
        Ok(())
    }

    /// The report on the first seconds of a file, cut packet by packet; `None` if they
    /// cannot be cut or hold no picture.
    fn scan_beginning(
        &self,
        (file, key): (&Path, &str),
        length_s: f64,
        task: Task<'_>,
    ) -> Result<Option<Report>> {
        let ending = file.extension().unwrap_or_default().to_string_lossy();
        let folder = self.maker.work.folder("attacked")?;
        let part = folder.join(format!("{key}-{length_s}s.{ending}"));
        let length = length_s.to_string();
        let before = ["-v", "error", "-i"].map(OsString::from);
        let after = ["-t", &length, "-map", "0:v:0", "-c", "copy"].map(OsString::from);
        let words = before
            .into_iter()
            .chain([file.as_os_str().to_owned()])
            .chain(after)
            .chain([part.clone().into_os_string()]);
        let cut = self.maker.ffmpeg.run(words, task.observer());
        let scanned = cut.and_then(|_| scan_with(self.own, &part, task, 1));
        let _ = std::fs::remove_file(&part);
        match scanned {
            Ok(scanned) => Ok(Some(scanned.report)),
            Err(Error::Usage(_) | Error::Unreadable { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a report names `sources` for their title and nobody else.
fn judge(report: &Report, sources: &[String], title: &str) -> CellResult {
    if report.attributions.is_empty() {
        return CellResult::NotAttributed;
    }
    let right = report
        .attributions
        .iter()
        .all(|a| sources.contains(&a.distributor));
    match right && report.title.as_ref().is_some_and(|t| t.id == title) {
        true => CellResult::Attributed,
        false => CellResult::Wrong,
    }
}

fn rounded_to_tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}
