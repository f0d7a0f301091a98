//! Scans many exhibits at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::job::events::{Event, Observer};
use crate::job::in_order::{Line, in_order};
use crate::job::scan::context::ScanContext;
use crate::job::scan::{Scanned, scan_with};
use crate::job::task::Task;

/// What became of one exhibit of a batch.
#[derive(Debug)]
pub enum BatchOutcome {
    /// It was examined.
    Report(Box<Scanned>),
    /// It could not be read; the others go on.
    Failed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: Error,
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
/// no more than files), sharing the context's threads. `sink` gets the outcomes
/// on this thread in the order of `paths`, each as soon as all before it are done.
///
/// # Errors
/// [`Error::Interrupted`] if the observer asked to stop, or what `sink` returns.
pub fn scan_batch(
    context: &ScanContext,
    paths: &[PathBuf],
    jobs: usize,
    observer: &dyn Observer,
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let jobs = if jobs > 0 { jobs } else { context.threads }.clamp(1, paths.len().max(1));
    let decoders = (context.threads / jobs).max(1);
    let scan = |task: Task<'_>, path: &Path| scan_with(context, path, task, decoders);
    run(paths, jobs, observer, &scan, sink)
}

/// Lets `jobs` threads `scan` the paths one by one. If `sink` fails they stop soon.
fn run(
    paths: &[PathBuf],
    jobs: usize,
    observer: &dyn Observer,
    scan: &(dyn Fn(Task<'_>, &Path) -> Result<Scanned> + Sync),
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let line = Line {
        count: paths.len(),
        workers: jobs,
        // Outcomes that wait for one before them are small.
        ahead: paths.len(),
    };
    let one = |_: &mut (), index: usize, unwanted: &AtomicBool| {
        let watched = Stoppable { observer, unwanted };
        scan(Task::new(index, &watched), &paths[index])
    };
    in_order(line, one, &mut |index, outcome| {
        let outcome = match outcome {
            Ok(scanned) => BatchOutcome::Report(Box::new(scanned)),
            Err(Error::Interrupted) => return Ok(false),
            Err(error) => BatchOutcome::Failed {
                path: paths[index].clone(),
                error,
            },
        };
        sink(index, outcome).map(|()| true)
    })?;
    match observer.is_cancelled() {
        true => Err(Error::Interrupted),
        false => Ok(()),
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
            Err(Error::unreadable(path, "x"))
        };
        let ended = run(&names(1000), 2, &Silent::default(), &scan, &mut |_, _| {
            Err(Error::registry("locked"))
        });
        assert!(matches!(ended, Err(Error::Registry(_))));
        assert!(scanned.load(Ordering::Relaxed) < 1000);
    }
}
