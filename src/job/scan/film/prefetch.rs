//! Decodes parts of a film side by side, ahead of whoever reads them.
//!
//! ```text
//! decoder ─ part 0 ─ part 3 ─ …  ┐
//! decoder ─ part 1 ─ part 4 ─ …  ├─ in order ─ one part after another is read,
//! decoder ─ part 2 ─ part 5 ─ …  ┘              meanwhile the next ones are decoded
//! ```
//!
//! Decoders of one thread each waste nothing on waiting for each other. What is
//! decoded does not depend on how many there are; what was decoded in vain
//! because reading stopped is not counted.
//!
//! Memory is bounded: at most as many parts are decoded, wait or are read as there
//! are decoders, or two if there is one (34 MB of bins each), and decoders are so few
//! that their pictures fit [`PICTURES`](super::schedule).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::error::{Error, Result};
use crate::job::scan::film::schedule::Schedule;
use crate::job::scan::film::window::{Decoding, Gathered, Survey};

/// Decodes a whole schedule, and hands its parts to `take` in their order until it
/// says false.
pub(crate) fn prefetch(
    decoding: &Decoding<'_>,
    survey: &Survey,
    schedule: &Schedule,
    take: &mut dyn FnMut(usize, Result<Gathered>) -> Result<bool>,
) -> Result<()> {
    let decoders = decoding.threads.min(schedule.side_by_side()).max(1);
    let decoding = &Decoding {
        threads: (decoding.threads / decoders).max(1),
        ..*decoding
    };
    let (next, unwanted) = (&AtomicUsize::new(0), &AtomicBool::new(false));
    // One permit for each part that is in memory: a decoder by itself reads on
    // while its last part is looked at.
    let parts = decoders.max(2);
    let (permit, permits) = bounded::<()>(parts);
    let (send, receive) = bounded(decoders);
    std::thread::scope(|scope| {
        for _ in 0..decoders {
            let (permits, send) = (permits.clone(), send.clone());
            scope.spawn(move || {
                while permits.recv().is_ok() {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= schedule.len() {
                        return;
                    }
                    let gathered = schedule.gather(decoding, survey, part, unwanted);
                    if send.send((part, gathered)).is_err() {
                        return;
                    }
                }
            });
        }
        drop((send, permits));
        let taken = take_in_order(schedule.len(), parts, permit, receive, take);
        unwanted.store(true, Ordering::Relaxed);
        taken
    })
}

fn take_in_order(
    count: usize,
    parts: usize,
    permit: Sender<()>,
    receive: Receiver<(usize, Result<Gathered>)>,
    take: &mut dyn FnMut(usize, Result<Gathered>) -> Result<bool>,
) -> Result<()> {
    let gone = || Error::Internal("the decoder threads died".into());
    for _ in 0..parts {
        permit.send(()).map_err(|_| gone())?;
    }
    let mut waiting = BTreeMap::new();
    for due in 0..count {
        let gathered = loop {
            if let Some(gathered) = waiting.remove(&due) {
                break gathered;
            }
            let (index, gathered) = receive.recv().map_err(|_| gone())?;
            waiting.insert(index, gathered);
        };
        if !take(due, gathered)? {
            break;
        }
        // The decoders may all have found that no part is left.
        let _ = permit.try_send(());
    }
    Ok(())
}
