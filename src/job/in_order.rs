//! Works through a list on several threads, and hands out what comes of it in order.
//!
//! ```text
//! worker ─ item 0 ─ item 3 ─ …  ┐
//! worker ─ item 1 ─ item 4 ─ …  ├─ in order ─ taken one after another on this thread,
//! worker ─ item 2 ─ item 5 ─ …  ┘              meanwhile the next ones are worked on
//! ```

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::error::{Error, Result};

/// How much there is to do, and how much of it at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// Items.
    pub count: usize,
    /// Threads that work, 1 or more.
    pub workers: usize,
    /// Items that are worked on, wait or are taken at a time: what bounds memory.
    pub ahead: usize,
}

/// Lets workers do `work` on the items 0, 1, …, and hands the results to `take` in
/// this order, each as soon as all before it are there, until it says false. Each
/// worker has a state of its own. `work` may look at the flag: it is set when
/// nothing more is wanted; and it may set it, if nothing after this item is.
///
/// # Errors
/// What `take` returns, or [`Error::Internal`] if a worker dies.
pub(crate) fn in_order<S: Default, T: Send>(
    line: Line,
    work: impl Fn(&mut S, usize, &AtomicBool) -> T + Sync,
    take: &mut dyn FnMut(usize, T) -> Result<bool>,
) -> Result<()> {
    with_workers(line, work, |permit, receive| {
        take_all(line, permit, receive, take)
    })
}

/// The same, but each result is handed to `take` as soon as it is there.
///
/// # Errors
/// As for [`in_order`].
pub(crate) fn as_done<S: Default, T: Send>(
    line: Line,
    work: impl Fn(&mut S, usize, &AtomicBool) -> T + Sync,
    take: &mut dyn FnMut(usize, T) -> Result<bool>,
) -> Result<()> {
    with_workers(line, work, |permit, receive| {
        for _ in 0..line.ahead.max(1) {
            permit.send(()).map_err(|_| gone())?;
        }
        for _ in 0..line.count {
            let (index, done) = receive.recv().map_err(|_| gone())?;
            if !take(index, done.ok_or_else(gone)?)? {
                break;
            }
            // The workers may all have found that nothing is left.
            let _ = permit.try_send(());
        }
        Ok(())
    })
}

/// Lets workers do `work`; `take` gets what they send, and gives permits to go on.
fn with_workers<S: Default, T: Send>(
    line: Line,
    work: impl Fn(&mut S, usize, &AtomicBool) -> T + Sync,
    take: impl FnOnce(Sender<()>, Receiver<(usize, Option<T>)>) -> Result<()>,
) -> Result<()> {
    let (next, unwanted) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (permit, permits) = bounded(line.ahead.max(1));
    let (send, receive) = bounded(line.workers.max(1));
    let worker = |permits: Receiver<()>, send: Sender<(usize, Option<T>)>| {
        let mut own = S::default();
        while permits.recv().is_ok() && !unwanted.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= line.count {
                return;
            }
            // Nobody must wait for a worker that has died.
            let done = catch_unwind(AssertUnwindSafe(|| work(&mut own, index, &unwanted)));
            let died = done.is_err();
            if send.send((index, done.ok())).is_err() || died {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..line.workers.max(1) {
            let (permits, send, worker) = (permits.clone(), send.clone(), &worker);
            scope.spawn(move || worker(permits, send));
        }
        drop((send, permits));
        // Both ends go with it, or workers would wait for them for ever.
        let taken = take(permit, receive);
        unwanted.store(true, Ordering::Relaxed);
        taken
    })
}

fn take_all<T>(
    line: Line,
    permit: Sender<()>,
    receive: Receiver<(usize, Option<T>)>,
    take: &mut dyn FnMut(usize, T) -> Result<bool>,
) -> Result<()> {
    for _ in 0..line.ahead.max(1) {
        permit.send(()).map_err(|_| gone())?;
    }
    let mut waiting = BTreeMap::new();
    for due in 0..line.count {
        let done = loop {
            if let Some(done) = waiting.remove(&due) {
                break done;
            }
            let (index, done) = receive.recv().map_err(|_| gone())?;
            waiting.insert(index, done.ok_or_else(gone)?);
        };
        if !take(due, done)? {
            break;
        }
        // The workers may all have found that nothing is left.
        let _ = permit.try_send(());
    }
    Ok(())
}

fn gone() -> Error {
    Error::Internal("a thread of this program died".into())
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    const LINE: Line = Line {
        count: 40,
        workers: 4,
        ahead: 6,
    };

    #[test]
    fn results_come_in_order_however_long_each_takes() {
        let mut seen = Vec::new();
        let work = |mine: &mut usize, index: usize, _: &AtomicBool| {
            *mine += 1;
            sleep(Duration::from_millis(index as u64 * 3 % 5));
            (index * index, *mine)
        };
        let mut own = 0;
        in_order(LINE, work, &mut |index, (square, mine)| {
            assert_eq!(square, index * index);
            own = own.max(mine);
            seen.push(index);
            Ok(true)
        })
        .expect("done");
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
        assert!(own >= 10, "four workers keep their own state: {own}");
    }

    #[test]
    fn results_that_are_taken_as_they_come_wait_for_no_other() {
        let mut seen = Vec::new();
        let work = |_: &mut (), index: usize, _: &AtomicBool| {
            sleep(Duration::from_millis(if index == 0 { 200 } else { 1 }));
        };
        let line = Line { ahead: 40, ..LINE };
        as_done(line, work, &mut |index, ()| {
            seen.push(index);
            Ok(true)
        })
        .expect("done");
        assert_ne!(seen.first(), Some(&0));
        seen.sort_unstable();
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
    }

    #[test]
    fn no_more_is_worked_on_than_may_be_ahead() {
        let (begun, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |_: &mut (), _: usize, _: &AtomicBool| begun.fetch_add(1, Ordering::SeqCst);
        in_order(LINE, work, &mut |index, _| {
            sleep(Duration::from_millis(2));
            most.fetch_max(begun.load(Ordering::SeqCst) - index, Ordering::SeqCst);
            Ok(true)
        })
        .expect("done");
        assert!(most.into_inner() <= LINE.ahead);
    }

    #[test]
    fn who_takes_no_more_stops_the_workers() {
        for ending in [Ok(false), Err(Error::registry("locked"))] {
            let begun = AtomicUsize::new(0);
            let line = Line {
                count: 1000,
                ..LINE
            };
            let work = |_: &mut (), _: usize, _: &AtomicBool| begun.fetch_add(1, Ordering::SeqCst);
            let fails = ending.is_err();
            let mut ending = Some(ending);
            let ended = in_order(line, work, &mut |_, _| ending.take().unwrap_or(Ok(true)));
            assert_eq!(ended.is_err(), fails);
            assert!(begun.into_inner() <= line.ahead);
        }
    }

    #[test]
    fn an_item_can_be_the_last_that_is_wanted() {
        let begun = AtomicUsize::new(0);
        let work = |_: &mut (), index: usize, unwanted: &AtomicBool| {
            begun.fetch_add(1, Ordering::SeqCst);
            unwanted.fetch_or(index == 3, Ordering::SeqCst);
            sleep(Duration::from_millis(1));
            index
        };
        let line = Line {
            count: 1000,
            ahead: 1000,
            ..LINE
        };
        in_order(line, work, &mut |_, index| Ok(index < 3)).expect("done");
        assert!(begun.into_inner() < 20);
    }

    #[test]
    fn a_worker_that_dies_is_an_error() {
        let work = |_: &mut (), index: usize, _: &AtomicBool| assert!(index != 7, "on purpose");
        let ended = in_order(LINE, work, &mut |_, ()| Ok(true));
        assert!(matches!(ended, Err(Error::Internal(_))));
    }
}
