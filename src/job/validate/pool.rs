//! Works through a list on several threads, and keeps its order.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};
use crate::job::events::{Event, Observer};

/// Applies `work` to every item, `jobs` at a time, each as a task of its own for the
/// observer; the results in the items' order. The first failure stops the rest.
pub(super) fn map<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    (first_task, observer): (usize, &dyn Observer),
    name: impl Fn(&T) -> String + Sync,
    work: impl Fn(usize, &T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return Ok(done);
            };
            if observer.is_cancelled() {
                return Err(Error::Interrupted);
            }
            let task = first_task + index;
            observer.on(Event::Began {
                task,
                name: name(item),
            });
            let result = work(task, item);
            observer.on(Event::Ended { task });
            match result {
                Ok(result) => done.push((index, result)),
                Err(error) => {
                    next.store(items.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    };
    let joined: Vec<Result<Vec<(usize, R)>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.clamp(1, items.len().max(1)))
            .map(|_| scope.spawn(worker))
            .collect();
        let died = |_| Err(Error::Internal("a thread of the validation died".into()));
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(died))
            .collect()
    });
    let mut results: Vec<(usize, R)> = Vec::with_capacity(items.len());
    for part in joined {
        results.extend(part?);
    }
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Silent;

    #[test]
    fn results_come_in_order_and_a_failure_stops_the_rest() {
        let items: Vec<usize> = (0..50).collect();
        let silent = Silent::default();
        let name = |i: &usize| i.to_string();
        let squares = map(&items, 4, (0, &silent), name, |task, i| Ok((task, i * i)));
        let squares = squares.expect("done");
        assert!(
            squares
                .iter()
                .enumerate()
                .all(|(i, (task, s))| *task == i && *s == i * i)
        );
        let done = AtomicUsize::new(0);
        let failed = map(&items, 2, (0, &silent), name, |_, i| match i {
            3 => Err(Error::usage("three")),
            _ => {
                std::thread::sleep(std::time::Duration::from_millis(2));
                done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        });
        assert_eq!(failed.expect_err("failed").to_string(), "three");
        assert!(done.load(Ordering::Relaxed) < 20);
    }
}
