//! Scans many exhibits at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::evidence::hash::FileHash;
use crate::job::events::{Event, Observer};
use crate::job::in_order::{Line, as_done};
use crate::job::scan::context::ScanContext;
use crate::job::scan::resume::{EarlierReports, Kept};
use crate::job::scan::{Scanned, hash_source, scan_together};
use crate::job::task::Task;
use crate::media::Source;

/// What became of one exhibit of a batch.
#[derive(Debug)]
pub enum BatchOutcome {
    /// It was examined.
    Report(Box<Scanned>),
    /// An earlier run's report on it holds, and stands.
    Kept(Box<Kept>),
    /// It could not be read; the others go on.
    Failed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: Error,
        /// Size and digests, if its bytes could be read.
        hash: Option<FileHash>,
    },
}

/// The caller's observer, with a flag of the batch's own: scans also stop when
/// nobody takes their outcomes any more.
struct Stoppable<'a> {
    observer: &'a dyn Observer,
    unwanted: &'a AtomicBool,
}

impl Observer for Stoppable<'_> {
    fn on(&self, event: Event) {
        self.observer.on(event);
    }

    fn cancelled(&self) -> &AtomicBool {
        self.observer.cancelled()
    }

    fn is_cancelled(&self) -> bool {
        self.unwanted.load(Ordering::Relaxed) || self.observer.is_cancelled()
    }
}

/// Scans all of `exhibits`, each of one file or of several that are examined together,
/// `jobs` at a time (0: as many as there are threads, but no more than exhibits),
/// sharing the context's threads, but for those of which there is an earlier report
/// that holds. `sink` gets the outcomes on this thread, each with its place in
/// `exhibits`, as soon as it is there.
///
/// # Errors
/// [`Error::Interrupted`] if the observer asked to stop, or what `sink` returns.
pub fn scan_batch(
    context: &ScanContext,
    exhibits: &[Vec<PathBuf>],
    jobs: usize,
    earlier: Option<&EarlierReports>,
    observer: &dyn Observer,
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let jobs = if jobs > 0 { jobs } else { context.threads }.clamp(1, exhibits.len().max(1));
    let decoders = (context.threads / jobs).max(1);
    let scan = |task: Task<'_>, files: &[PathBuf]| {
        let kept = match (earlier, files) {
            (Some(earlier), [path]) => earlier.kept(context, path, task),
            _ => Ok(None),
        };
        match kept {
            Ok(Some(kept)) => BatchOutcome::Kept(Box::new(kept)),
            Ok(None) => outcome(files, scan_together(context, files, task, decoders), task),
            Err(error) => outcome(files, Err(error), task),
        }
    };
    run(exhibits, jobs, observer, &scan, sink)
}

/// Lets `jobs` threads `scan` the exhibits one by one. If `sink` fails they stop soon.
fn run(
    exhibits: &[Vec<PathBuf>],
    jobs: usize,
    observer: &dyn Observer,
    scan: &(dyn Fn(Task<'_>, &[PathBuf]) -> BatchOutcome + Sync),
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let line = Line {
        count: exhibits.len(),
        workers: jobs,
        // Each is taken at once.
        ahead: exhibits.len(),
    };
    let one = |_: &mut (), index: usize, unwanted: &AtomicBool| {
        let watched = Stoppable { observer, unwanted };
        scan(Task::new(index, &watched), &exhibits[index])
    };
    as_done(line, one, &mut |index, outcome| match outcome {
        BatchOutcome::Failed {
            error: Error::Interrupted,
            ..
        } => Ok(false),
        outcome => sink(index, outcome).map(|()| true),
    })?;
    match observer.is_cancelled() {
        true => Err(Error::Interrupted),
        false => Ok(()),
    }
}

/// What a scan of an exhibit of these files came to. The one that cannot be read is
/// hashed all the same, if its bytes can be.
fn outcome(files: &[PathBuf], scanned: Result<Scanned>, task: Task<'_>) -> BatchOutcome {
    match scanned {
        Ok(scanned) => BatchOutcome::Report(Box::new(scanned)),
        Err(error) => {
            let path = match (&error, files) {
                (Error::Unreadable { path, .. }, _) | (_, [path, ..]) => path.as_path(),
                _ => Path::new(""),
            };
            let readable = matches!(error, Error::Unreadable { .. });
            let source = Source::open(path).ok().filter(|_| readable);
            let hash = source.and_then(|s| hash_source(&s, &mut |_| task.check()).ok());
            BatchOutcome::Failed {
                path: path.to_owned(),
                hash,
                error,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::job::events::Silent;

    fn names(count: usize) -> Vec<Vec<PathBuf>> {
        (0..count)
            .map(|i| vec![PathBuf::from(format!("{i}.mp4"))])
            .collect()
    }

    #[test]
    fn a_sink_that_fails_stops_the_workers() {
        let scanned = AtomicUsize::new(0);
        let scan = |_: Task<'_>, files: &[PathBuf]| {
            scanned.fetch_add(1, Ordering::Relaxed);
            BatchOutcome::Failed {
                path: files[0].clone(),
                error: Error::unreadable(&files[0], "x"),
                hash: None,
            }
        };
        let ended = run(&names(1000), 2, &Silent::default(), &scan, &mut |_, _| {
            Err(Error::registry("locked"))
        });
        assert!(matches!(ended, Err(Error::Registry(_))));
        assert!(scanned.load(Ordering::Relaxed) < 1000);
    }
}
