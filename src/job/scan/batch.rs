//! Scans many exhibits at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::evidence::hash::FileHash;
use crate::job::events::{Event, Observer};
use crate::job::in_order::{Line, as_done};
use crate::job::scan::context::ScanContext;
use crate::job::scan::resume::{EarlierReports, Kept};
use crate::job::scan::{Scanned, hash_source, scan_with};
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

/// Scans all of `paths`, `jobs` at a time (0: as many as there are threads, but
/// no more than files), sharing the context's threads, but for those of which there
/// is an earlier report that holds. `sink` gets the outcomes on this thread, each with
/// its place in `paths`, as soon as it is there.
///
/// # Errors
/// [`Error::Interrupted`] if the observer asked to stop, or what `sink` returns.
pub fn scan_batch(
    context: &ScanContext,
    paths: &[PathBuf],
    jobs: usize,
    earlier: Option<&EarlierReports>,
    observer: &dyn Observer,
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let jobs = if jobs > 0 { jobs } else { context.threads }.clamp(1, paths.len().max(1));
    let decoders = (context.threads / jobs).max(1);
    let scan = |task: Task<'_>, path: &Path| {
        let kept = earlier.map(|earlier| earlier.kept(context, path, task));
        match kept.transpose() {
            Ok(Some(Some(kept))) => BatchOutcome::Kept(Box::new(kept)),
            Ok(_) => outcome(path, scan_with(context, path, task, decoders), task),
            Err(error) => outcome(path, Err(error), task),
        }
    };
    run(paths, jobs, observer, &scan, sink)
}

/// Lets `jobs` threads `scan` the paths one by one. If `sink` fails they stop soon.
fn run(
    paths: &[PathBuf],
    jobs: usize,
    observer: &dyn Observer,
    scan: &(dyn Fn(Task<'_>, &Path) -> BatchOutcome + Sync),
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let line = Line {
        count: paths.len(),
        workers: jobs,
        // Each is taken at once.
        ahead: paths.len(),
    };
    let one = |_: &mut (), index: usize, unwanted: &AtomicBool| {
        let watched = Stoppable { observer, unwanted };
        scan(Task::new(index, &watched), &paths[index])
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

/// What a scan of the file at `path` came to. One that cannot be read is hashed all
/// the same, if its bytes can be.
fn outcome(path: &Path, scanned: Result<Scanned>, task: Task<'_>) -> BatchOutcome {
    match scanned {
        Ok(scanned) => BatchOutcome::Report(Box::new(scanned)),
        Err(error) => {
            let readable = matches!(error, Error::Unreadable { .. });
            let source = Source::open(path).ok().filter(|_| readable);
            let hash = source.and_then(|s| hash_source(&s, &mut |_| task.check()).ok());
            BatchOutcome::Failed {
                path: path.to_owned(),
                error,
                hash,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::job::events::Silent;

    fn names(count: usize) -> Vec<PathBuf> {
        (0..count)
            .map(|i| PathBuf::from(format!("{i}.mp4")))
            .collect()
    }

    #[test]
    fn a_sink_that_fails_stops_the_workers() {
        let scanned = AtomicUsize::new(0);
        let scan = |_: Task<'_>, path: &Path| {
            scanned.fetch_add(1, Ordering::Relaxed);
            BatchOutcome::Failed {
                path: path.to_owned(),
                error: Error::unreadable(path, "x"),
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
