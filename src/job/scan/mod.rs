//! Examines one exhibit from its bytes to its report.

pub(crate) mod batch;
pub(crate) mod context;
pub(crate) mod debug_pictures;
pub(crate) mod evidence;
pub(crate) mod examine;
pub(crate) mod exhibits;
pub(crate) mod film;
pub(crate) mod report;
pub(crate) mod still;
pub(crate) mod stopping;

use std::path::Path;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::evidence::hash::{FileHash, hash_file};
use crate::evidence::{Report, Timing};
use crate::job::events::{Event, Observer, Stage, file_name};
use crate::job::scan::context::ScanContext;
use crate::job::scan::examine::{Examination, Seen};
use crate::job::scan::film::window::{Decoding, Survey, survey};
use crate::job::scan::report::illustrate::illustrate;
use crate::job::scan::report::{Found, compose};
use crate::job::scan::still::{Still, read_still};
use crate::media::Limits;
use crate::render::Illustrations;

/// Examines the exhibit at `path`, using all the context's threads.
///
/// # Errors
/// [`Error::Unreadable`] if it cannot be read as a film or an image,
/// [`Error::Interrupted`] if the observer asked to stop.
pub fn scan(
    context: &ScanContext,
    path: &Path,
    task: usize,
    observer: &dyn Observer,
) -> Result<Report> {
    Ok(scan_with(context, path, task, observer, context.threads)?.report)
}

/// A report, and what is shown beside it: nothing, unless the settings ask for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// What was found.
    pub report: Report,
    /// What is shown beside it.
    pub illustrations: Illustrations,
}

/// [`scan`] with another number of decoder threads.
pub(crate) fn scan_with(
    context: &ScanContext,
    path: &Path,
    task: usize,
    observer: &dyn Observer,
    decoders: usize,
) -> Result<Scanned> {
    observer.on(Event::Began {
        task,
        name: file_name(path),
    });
    let scanned = scan_within(context, path, task, observer, decoders);
    observer.on(Event::Ended { task });
    scanned
}

/// [`scan_with`] as a part of other work: it has no beginning and end of its own.
pub(crate) fn scan_within(
    context: &ScanContext,
    path: &Path,
    task: usize,
    observer: &dyn Observer,
    decoders: usize,
) -> Result<Scanned> {
    let decoding = Decoding {
        path,
        limits: &context.settings.limits,
        threads: decoders,
        task,
        observer,
    };
    let examination = Examination::new(context, decoding);
    examination.tell(Stage::Hashing, None)?;
    let (begun, started_at) = (Instant::now(), now());
    // Hashing waits for the disk, the rest for the processor.
    let (hash, examined) = std::thread::scope(|scope| {
        let hash = scope.spawn(|| hash_unless_cancelled(path, observer));
        let examined = examine(examination, path, decoding.limits);
        let died = |_| Err(Error::Internal("the hashing thread died".into()));
        (hash.join().unwrap_or_else(died), examined)
    });
    // What is no regular file is best described by the one who only reads bytes.
    let hash = hash?;
    let (looked, mut seen) = examined?;
    let found = match looked {
        Looked::Still(still) => Found::still(path, hash, &still),
        Looked::Film(survey) => Found::film(path, hash, survey.info),
    };
    seen.timing = Timing {
        started_at,
        ended_at: now(),
        total_s: begun.elapsed().as_secs_f64(),
        threads: context.threads as u32,
        command_line: context.settings.command_line.clone(),
        ..seen.timing
    };
    let report = compose(context, found, &mut seen);
    let settings = &context.settings;
    let illustrations = match settings.illustrate {
        true => illustrate(path, &settings.limits, &report, seen.scored.as_ref()),
        false => Illustrations::default(),
    };
    Ok(Scanned {
        report,
        illustrations,
    })
}

/// What kind of exhibit it is.
enum Looked {
    Still(Still),
    Film(Box<Survey>),
}

/// Everything but the hash.
fn examine(
    mut examination: Examination<'_>,
    path: &Path,
    limits: &Limits,
) -> Result<(Looked, Seen)> {
    let looked = match read_still(path, limits)? {
        Some(still) => {
            examination.still(&still)?;
            Looked::Still(still)
        }
        None => {
            let survey = survey(path, limits)?;
            examination.film(&survey)?;
            Looked::Film(Box::new(survey))
        }
    };
    Ok((looked, examination.finish()?))
}

/// The time, RFC 3339 UTC.
fn now() -> String {
    time::OffsetDateTime::now_utc()
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}

fn hash_unless_cancelled(path: &Path, observer: &dyn Observer) -> Result<FileHash> {
    hash_file(path, &mut |_| {
        if observer.is_cancelled() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    })
}
