//! This module scans many exhibits at once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_channel::bounded;

use super::events::Observer;
use super::scan::{ScanContext, scan_with};
use crate::error::{Error, Result};
use crate::report::Report;

/// What became of one exhibit of a batch.
#[derive(Debug)]
pub enum BatchOutcome {
    /// It was examined.
    Report(Box<Report>),
    /// It could not be read; the others go on.
    Failed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: Error,
    },
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
    let next = AtomicUsize::new(0);
    let (send, receive) = bounded(jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(index) else { return };
                    let outcome = scan_with(context, path, index, observer, decoders);
                    if send.send((index, outcome)).is_err() || observer.is_cancelled() {
                        return;
                    }
                }
            });
        }
        drop(send);
        deliver(paths, receive.iter(), sink)
    })?;
    if observer.is_cancelled() { Err(Error::Interrupted) } else { Ok(()) }
}

/// Hands outcomes on in the order of `paths`.
fn deliver(paths: &[PathBuf], outcomes: impl Iterator<Item = (usize, Result<Report>)>, sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut due = 0;
    for (index, outcome) in outcomes {
        if matches!(outcome, Err(Error::Interrupted)) {
            continue;
        }
        waiting.insert(index, outcome);
        while let Some(outcome) = waiting.remove(&due) {
            let outcome = match outcome {
                Ok(report) => BatchOutcome::Report(Box::new(report)),
                Err(error) => BatchOutcome::Failed { path: paths[due].clone(), error },
            };
            sink(due, outcome)?;
            due += 1;
        }
    }
    Ok(())
}
