//! This module decodes windows of a film side by side, ahead of whoever reads them.
//!
//! ```text
//! decoder ─ window 0 ─ window 3 ─ …  ┐
//! decoder ─ window 1 ─ window 4 ─ …  ├─ in order ─ one window after another is read,
//! decoder ─ window 2 ─ window 5 ─ …  ┘              meanwhile the next ones are decoded
//! ```
//!
//! Decoders of one thread each that seek to their window waste nothing on
//! waiting for each other. What is decoded does not depend on how many there
//! are; what was decoded in vain because reading stopped is not counted.
//!
//! Memory is bounded: at most as many windows are decoded or wait as there are
//! decoders (34 MB of bins each), and decoders are so few that their pictures
//! fit [`PICTURES`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::window::{Decoding, Gathered, Survey, Window, gather, gather_here};
use crate::error::{Error, Result};

/// Bytes that the pictures inside all decoders may need.
const PICTURES: usize = 256 << 20;
/// Pictures inside a decoder: references and those that wait for their turn.
const HELD: usize = 8;

/// Decodes all `windows`, and hands them to `take` in their order until it says
/// false.
pub(super) fn gather_ahead(
    decoding: &Decoding<'_>,
    survey: &Survey,
    windows: &[Window],
    take: &mut dyn FnMut(usize, Result<Gathered>) -> Result<bool>,
) -> Result<()> {
    if let [window] = windows {
        return take(0, gather(decoding, survey, *window)).map(drop);
    }
    let (decoders, threads) = side_by_side(decoding.threads, survey, windows.len());
    let decoding = &Decoding {
        threads,
        ..*decoding
    };
    let (next, unwanted) = (&AtomicUsize::new(0), &AtomicBool::new(false));
    // One permit for each window that may be decoded but not yet taken.
    let (permit, permits) = bounded::<()>(decoders);
    let (send, receive) = bounded(decoders);
    std::thread::scope(|scope| {
        for _ in 0..decoders {
            let (permits, send) = (permits.clone(), send.clone());
            scope.spawn(move || work(decoding, survey, windows, next, unwanted, &permits, &send));
        }
        drop((send, permits));
        let taken = take_in_order(windows.len(), decoders, permit, receive, take);
        unwanted.store(true, Ordering::Relaxed);
        taken
    })
}

/// (decoders, threads of each) for a film: as many decoders as there are
/// threads, unless its pictures are very large or its windows few.
fn side_by_side(threads: usize, survey: &Survey, windows: usize) -> (usize, usize) {
    let info = &survey.info;
    let bytes = if info.bit_depth > 8 { 3 } else { 2 };
    let picture = info.width as usize * info.height as usize * bytes;
    let room = PICTURES / (HELD * picture).max(1);
    let decoders = threads.min(windows).min(room).max(1);
    (decoders, (threads / decoders).max(1))
}

type Decoded = (usize, Result<Gathered>);

fn work(
    decoding: &Decoding<'_>,
    survey: &Survey,
    windows: &[Window],
    next: &AtomicUsize,
    unwanted: &AtomicBool,
    permits: &Receiver<()>,
    send: &Sender<Decoded>,
) {
    while permits.recv().is_ok() {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(window) = windows.get(index) else {
            return;
        };
        let gathered = gather_here(decoding, survey, *window, unwanted);
        if send.send((index, gathered)).is_err() {
            return;
        }
    }
}

fn take_in_order(
    count: usize,
    decoders: usize,
    permit: Sender<()>,
    receive: Receiver<Decoded>,
    take: &mut dyn FnMut(usize, Result<Gathered>) -> Result<bool>,
) -> Result<()> {
    let gone = || Error::Internal("the decoder threads died".into());
    for _ in 0..decoders {
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
        // The decoders may all have found that no window is left.
        let _ = permit.try_send(());
        if !take(due, gathered)? {
            break;
        }
    }
    Ok(())
}
