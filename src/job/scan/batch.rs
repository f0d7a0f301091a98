//! Scans many exhibits at once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::bounded;

use crate::error::{Error, Result};
use crate::job::events::{Event, Observer};
use crate::job::scan::context::ScanContext;
use crate::job::scan::{Scanned, scan_with};

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
    unwanted: AtomicBool,
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
    let scan = |index: usize, observer: &dyn Observer| {
        scan_with(context, &paths[index], index, observer, decoders)
    };
    run(paths, jobs, observer, &scan, sink)
}

/// Lets `jobs` threads `scan` the paths one by one. If `sink` fails they stop soon.
fn run(
    paths: &[PathBuf],
    jobs: usize,
    observer: &dyn Observer,
    scan: &(dyn Fn(usize, &dyn Observer) -> Result<Scanned> + Sync),
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let watched = Stoppable {
        observer,
        unwanted: AtomicBool::new(false),
    };
    let next = AtomicUsize::new(0);
    let (send, receive) = bounded(jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (send, next, watched) = (send.clone(), &next, &watched);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= paths.len() {
                        return;
                    }
                    let outcome = scan(index, watched);
                    if send.send((index, outcome)).is_err() || watched.is_cancelled() {
                        return;
                    }
                }
            });
        }
        drop(send);
        // The receiver goes with `deliver`, or workers would wait for it for ever.
        let delivered = deliver(paths, receive.into_iter(), sink);
        watched.unwanted.store(true, Ordering::Relaxed);
        delivered
    })?;
    if observer.is_cancelled() {
        Err(Error::Interrupted)
    } else {
        Ok(())
    }
}

/// Hands outcomes on in the order of `paths`.
fn deliver(
    paths: &[PathBuf],
    outcomes: impl Iterator<Item = (usize, Result<Scanned>)>,
    sink: &mut dyn FnMut(usize, BatchOutcome) -> Result<()>,
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut due = 0;
    for (index, outcome) in outcomes {
        if matches!(outcome, Err(Error::Interrupted)) {
            continue;
        }
        waiting.insert(index, outcome);
        while let Some(outcome) = waiting.remove(&due) {
            let outcome = match outcome {
                Ok(scanned) => BatchOutcome::Report(Box::new(scanned)),
                Err(error) => BatchOutcome::Failed {
                    path: paths[due].clone(),
                    error,
                },
            };
            sink(due, outcome)?;
            due += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::events::Silent;

    fn names(count: usize) -> Vec<PathBuf> {
        (0..count)
            .map(|i| PathBuf::from(format!("{i}.mp4")))
            .collect()
    }

    #[test]
    fn outcomes_come_in_the_order_of_the_paths() {
        let mut seen = Vec::new();
        let scan = |index: usize, _: &dyn Observer| {
            std::thread::sleep(std::time::Duration::from_millis(7 * (index as u64 * 3 % 5)));
            Err(Error::unreadable(format!("{index}"), "x"))
        };
        run(
            &names(20),
            4,
            &Silent::default(),
            &scan,
            &mut |number, _| {
                seen.push(number);
                Ok(())
            },
        )
        .expect("delivered");
        assert_eq!(seen, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn a_sink_that_fails_stops_the_workers() {
        let scanned = AtomicUsize::new(0);
        let scan = |index: usize, _: &dyn Observer| {
            scanned.fetch_add(1, Ordering::Relaxed);
            Err(Error::unreadable(format!("{index}"), "x"))
        };
        let ended = run(&names(1000), 2, &Silent::default(), &scan, &mut |_, _| {
            Err(Error::registry("locked"))
        });
        assert!(matches!(ended, Err(Error::Registry(_))));
        assert!(scanned.load(Ordering::Relaxed) < 1000);
    }
}
