//! Examines one exhibit from its bytes to its report.
//!
//! The file is opened once. The hash, the survey, all decoders and the pictures
//! for the report read through that one handle, and the report is given out only
//! if the file did not change meanwhile: see [`Source`].

pub(crate) mod animation;
pub(crate) mod batch;
pub(crate) mod content;
pub(crate) mod context;
pub(crate) mod controls;
pub(crate) mod copies;
pub(crate) mod debug_pictures;
pub(crate) mod evidence;
pub(crate) mod examine;
pub(crate) mod exhibits;
pub(crate) mod film;
pub(crate) mod pixels;
pub(crate) mod report;
pub(crate) mod resume;
pub(crate) mod spool;
pub(crate) mod still;
pub(crate) mod stopping;

use std::path::Path;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::evidence::hash::{FileHash, hash_bytes};
use crate::evidence::naming::now;
use crate::evidence::{Report, Timing};
use crate::job::events::{Stage, file_name};
use crate::job::scan::animation::Animation;
use crate::job::scan::context::ScanContext;
use crate::job::scan::examine::{Examination, Seen};
use crate::job::scan::film::window::{Decoding, Survey, survey};
use crate::job::scan::report::illustrate::illustrate;
use crate::job::scan::report::{Found, InHouse, compose};
use crate::job::scan::spool::{STDIN, spooled};
use crate::job::scan::still::{Image, Still, read_image};
use crate::job::task::Task;
use crate::media::{Limits, Source};
use crate::render::Illustrations;

/// Examines the exhibit at `path`, using all the context's threads.
///
/// # Errors
/// [`Error::Unreadable`] if it cannot be read as a film or an image, or changed
/// while it was read; [`Error::Interrupted`] if the observer asked to stop.
pub fn scan(context: &ScanContext, path: &Path, task: Task<'_>) -> Result<Report> {
    Ok(scan_with(context, path, task, context.threads)?.report)
}

/// A report, what stays in the house, and what is shown beside it: nothing, unless the
/// settings ask for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// What was found.
    pub report: Report,
    /// What stays in the house.
    pub in_house: InHouse,
    /// What is shown beside it.
    pub illustrations: Illustrations,
}

/// [`scan`] with another number of decoder threads.
pub(crate) fn scan_with(
    context: &ScanContext,
    path: &Path,
    task: Task<'_>,
    decoders: usize,
) -> Result<Scanned> {
    task.run(file_name(path), || {
        let source = opened(path, task)?;
        scan_within(context, &source, task, decoders)
    })
}

/// The exhibit at `path`, opened; `-` is standard input.
fn opened(path: &Path, task: Task<'_>) -> Result<Source> {
    match path == Path::new(STDIN) {
        true => spooled(&mut std::io::stdin().lock(), task),
        false => Source::open(path),
    }
}

/// [`scan_with`] as a part of other work: the file is open, and there is no
/// beginning and end of its own.
pub(crate) fn scan_within(
    context: &ScanContext,
    source: &Source,
    task: Task<'_>,
    decoders: usize,
) -> Result<Scanned> {
    source.unchanged(examined(context, source, task, decoders))
}

/// Hashes and examines a file: what it says holds only if the file did not change.
fn examined(
    context: &ScanContext,
    source: &Source,
    task: Task<'_>,
    decoders: usize,
) -> Result<Scanned> {
    let path = source.path();
    let decoding = Decoding {
        source,
        limits: &context.settings.limits,
        threads: decoders,
        task,
    };
    let examination = Examination::new(context, decoding);
    examination.tell(Stage::Hashing, None)?;
    let (begun, started_at) = (Instant::now(), now()?);
    // Hashing waits for the disk, the rest for the processor.
    let (hash, examined) = std::thread::scope(|scope| {
        let hash = scope.spawn(|| hash_source(source, &mut |_| task.check()));
        let examined = examine(examination, source, decoding.limits);
        let died = |_| Err(Error::Internal("the hashing thread died".into()));
        (hash.join().unwrap_or_else(died), examined)
    });
    let hash = hash?;
    let (looked, mut seen) = examined?;
    let found = match looked {
        Looked::Still(still) => Found::still(path, hash, &still),
        Looked::Animation(animation) => Found::animation(path, hash, &animation),
        Looked::Film(survey) => Found::film(path, hash, *survey),
    };
    seen.timing = Timing {
        started_at,
        ended_at: now()?,
        total_s: begun.elapsed().as_secs_f64(),
        threads: context.threads as u32,
        command_line: context.settings.command_line.clone(),
        ..seen.timing
    };
    let (report, in_house) = compose(context, found, &mut seen)?;
    let settings = &context.settings;
    let illustrations = match settings.illustrate {
        true => illustrate(source, &settings.limits, &report, seen.scored.as_ref()),
        false => Illustrations::default(),
    };
    Ok(Scanned {
        report,
        in_house,
        illustrations,
    })
}

/// What kind of exhibit it is.
enum Looked {
    Still(Still),
    Animation(Animation),
    Film(Box<Survey>),
}

/// Everything but the hash.
fn examine(
    mut examination: Examination<'_>,
    source: &Source,
    limits: &Limits,
) -> Result<(Looked, Seen)> {
    let looked = match read_image(source, limits)? {
        Some(Image::Still(still)) => {
            examination.still(&still)?;
            Looked::Still(still)
        }
        Some(Image::Animation(animation)) => {
            examination.animation(&animation)?;
            Looked::Animation(animation)
        }
        None => {
            let survey = survey(source, limits, examination.task().observer())?;
            examination.film(&survey)?;
            Looked::Film(Box::new(survey))
        }
    };
    Ok((looked, examination.finish()?))
}

/// Hashes all of an open file through a reader of its own.
pub(crate) fn hash_source(
    source: &Source,
    progress: &mut dyn FnMut(f64) -> Result<()>,
) -> Result<FileHash> {
    hash_bytes(source.path(), &mut source.reader(), source.size(), progress)
}
