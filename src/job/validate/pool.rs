//! Works through a list of tasks, several at a time.

use std::sync::atomic::Ordering;

use crate::error::Result;
use crate::job::events::Observer;
use crate::job::in_order::{Line, in_order};
use crate::job::task::Task;

/// Applies `work` to every item, `jobs` at a time, each as a task of its own for the
/// observer; the results in the items' order. The first failure stops the rest.
pub(super) fn map<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    (first_task, observer): (usize, &dyn Observer),
    name: impl Fn(&T) -> String + Sync,
    work: impl Fn(Task<'_>, &T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let line = Line {
        count: items.len(),
        workers: jobs.clamp(1, items.len().max(1)),
        ahead: items.len(),
    };
    let mut results = Vec::with_capacity(items.len());
    in_order(
        line,
        |_: &mut (), index, unwanted| {
            let (item, task) = (&items[index], Task::new(first_task + index, observer));
            let result = task
                .check()
                .and_then(|()| task.run(name(item), || work(task, item)));
            unwanted.fetch_or(result.is_err(), Ordering::Relaxed);
            result
        },
        &mut |_, result| {
            results.push(result?);
            Ok(true)
        },
    )?;
    Ok(results)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::error::Error;
    use crate::job::Silent;

    #[test]
    fn the_first_failure_stops_the_rest() {
        let items: Vec<usize> = (0..50).collect();
        let silent = Silent::default();
        let name = |i: &usize| i.to_string();
        let squares = map(&items, 4, (0, &silent), name, |_, i| Ok(i * i));
        let expected: Vec<usize> = items.iter().map(|i| i * i).collect();
        assert_eq!(squares.expect("done"), expected);
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
