//! This module works through a list on several threads and keeps its order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two lines of progress.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Applies `work` to every item, `jobs` at a time; results in the items' order.
pub fn map<T, R>(label: &str, jobs: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R>
where
    T: Sync,
    R: Send,
{
    let next = AtomicUsize::new(0);
    let progress = Mutex::new(Progress::new(label, items.len()));
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
            if let Ok(mut progress) = progress.lock() {
                progress.step();
            }
        }
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.clamp(1, items.len().max(1)))
            .map(|_| scope.spawn(worker))
            .collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

struct Progress<'a> {
    label: &'a str,
    total: usize,
    done: usize,
    start: Instant,
    last_line: Instant,
}

impl<'a> Progress<'a> {
    fn new(label: &'a str, total: usize) -> Self {
        let now = Instant::now();
        Self {
            label,
            total,
            done: 0,
            start: now,
            last_line: now,
        }
    }

    fn step(&mut self) {
        self.done += 1;
        if self.last_line.elapsed() < BETWEEN_LINES {
            return;
        }
        self.last_line = Instant::now();
        let left =
            self.start.elapsed().as_secs_f64() / self.done as f64 * (self.total - self.done) as f64;
        eprintln!(
            "{}: {} of {}, about {left:.0} s left",
            self.label, self.done, self.total
        );
    }
}
