//! Examines one exhibit from its bytes to its report.
//!
//! The file is opened once. The hash, the survey, all decoders and the pictures
//! for the report read through that one handle, and the report is given out only
//! if the file did not change meanwhile: see [`Source`].

pub(crate) mod animation;
pub(crate) mod any_clock;
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
use crate::job::scan::any_clock::film_by_any_clock;
use crate::job::scan::context::ScanContext;
use crate::job::scan::examine::{Examination, Seen};
use crate::job::scan::film::clock::OtherClock;
use crate::job::scan::film::window::{Decoding, Survey, survey};
use crate::job::scan::report::illustrate::illustrate;
use crate::job::scan::report::{Found, InHouse, compose};
use crate::job::scan::spool::{STDIN, spooled};
use crate::job::scan::still::{Image, Still, read_image};
use crate::job::task::Task;
use crate::mark::SLOT_S;
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
    scan_together(context, &[path], task, decoders)
}

/// Examines several files as one exhibit, pieces of one capture: what they show is
/// scored together, each read in its own geometry.
pub(crate) fn scan_together(
    context: &ScanContext,
    paths: &[impl AsRef<Path>],
    task: Task<'_>,
    decoders: usize,
) -> Result<Scanned> {
    let first = paths.first().map(|path| file_name(path.as_ref()));
    task.run(first.unwrap_or_default(), || {
        let sources = paths.iter().map(|path| opened(path.as_ref(), task));
        let sources = sources.collect::<Result<Vec<_>>>()?;
        let scanned = examined(context, &sources, task, decoders);
        let unchanged = |scanned, source: &Source| source.unchanged(scanned);
        sources.iter().fold(scanned, unchanged)
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
    let sources = std::slice::from_ref(source);
    source.unchanged(examined(context, sources, task, decoders))
}

/// Hashes and examines the files of an exhibit: what it says holds only if they did
/// not change.
fn examined(
    context: &ScanContext,
    sources: &[Source],
    task: Task<'_>,
    decoders: usize,
) -> Result<Scanned> {
    let nothing = || Error::usage("got no file to examine").advise("name at least one");
    let first = sources.first().ok_or_else(nothing)?;
    let decoding = Decoding {
        source: first,
        limits: &context.settings.limits,
        threads: decoders,
        task,
    };
    let examination = Examination::new(context, decoding);
    examination.tell(Stage::Hashing, None)?;
    let (begun, started_at) = (Instant::now(), now()?);
    // Hashing waits for the disk, the rest for the processor.
    let (hashes, examined) = std::thread::scope(|scope| {
        let hash = || {
            let one = |source| hash_source(source, &mut |_| task.check());
            sources.iter().map(one).collect::<Result<Vec<_>>>()
        };
        let hashes = scope.spawn(hash);
        let examined = examine_all(examination, sources, decoding);
        let died = |_| Err(Error::Internal("the hashing thread died".into()));
        (hashes.join().unwrap_or_else(died), examined)
    });
    let hashes = hashes?;
    let (looked, mut seen) = examined?;
    let found = sources.iter().zip(hashes).zip(looked);
    let found = Found::of(found.map(|((source, hash), part)| part.found(source.path(), hash)));
    let found = found.ok_or_else(|| Error::Internal("an exhibit without a file".into()))?;
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
        true => illustrate(sources, &settings.limits, &report, seen.scored.as_deref()),
        false => Illustrations::default(),
    };
    Ok(Scanned {
        report,
        in_house,
        illustrations,
    })
}

/// What kind of exhibit a file is.
enum Looked {
    Still(Still),
    Animation(Animation),
    /// With the clocks it was read by besides its time stamps.
    Film(Box<Survey>, Vec<OtherClock>),
}

/// A file of the exhibit, looked at.
struct Part {
    looked: Looked,
    /// When it begins, seconds of exhibit time.
    start_s: f64,
    /// Frames of it that were decoded.
    decoded: u64,
}

impl Part {
    fn found(self, path: &Path, hash: FileHash) -> (Found, f64, u64) {
        let found = match self.looked {
            Looked::Still(still) => Found::still(path, hash, &still),
            Looked::Animation(animation) => Found::animation(path, hash, &animation),
            Looked::Film(survey, clocks) => Found::film(path, hash, *survey, clocks),
        };
        (found, self.start_s, self.decoded)
    }
}

/// Everything but the hashes, file after file.
fn examine_all<'a>(
    mut examination: Examination<'a>,
    sources: &'a [Source],
    decoding: Decoding<'_>,
) -> Result<(Vec<Part>, Seen)> {
    let mut parts: Vec<Part> = Vec::with_capacity(sources.len());
    let mut start_s = 0.0;
    for source in sources {
        let before = examination.decoded();
        examination.turn_to(source, start_s);
        let (looked, length_s) = examine(&mut examination, source, decoding.limits)?;
        parts.push(Part {
            looked,
            start_s,
            decoded: examination.decoded() - before,
        });
        start_s = next_start_s(start_s + length_s);
    }
    Ok((parts, examination.finish()?))
}

/// Examines one file; what it is, and how long, seconds.
fn examine(
    examination: &mut Examination<'_>,
    source: &Source,
    limits: &Limits,
) -> Result<(Looked, f64)> {
    Ok(match read_image(source, limits)? {
        Some(Image::Still(still)) => {
            examination.still(&still)?;
            (Looked::Still(still), 0.0)
        }
        Some(Image::Animation(animation)) => {
            examination.animation(&animation)?;
            let length_s = animation.length_s;
            (Looked::Animation(animation), length_s)
        }
        None => {
            let survey = survey(source, limits, examination.task().observer())?;
            let (survey, clocks) = film_by_any_clock(examination, source, limits, survey)?;
            let length_s = survey.timeline.length_s.unwrap_or(0.0);
            (Looked::Film(Box::new(survey), clocks), length_s)
        }
    })
}

/// When the next of several files begins, seconds of exhibit time, after one that ends
/// at `end_s`: on a whole number of slots, with a gap of one at least, so that nothing
/// runs on from one to the other.
pub(crate) fn next_start_s(end_s: f64) -> f64 {
    ((end_s / SLOT_S).floor() + 2.0) * SLOT_S
}

/// Hashes all of an open file through a reader of its own.
pub(crate) fn hash_source(
    source: &Source,
    progress: &mut dyn FnMut(f64) -> Result<()>,
) -> Result<FileHash> {
    hash_bytes(source.path(), &mut source.reader(), source.size(), progress)
}
