//! Writes marked copies: it decodes the master once, and edits and
//! encodes every copy in threads of its own.
//!
//! ```text
//!                    ┌─ bounded ─ edit luma ─ bounded ─ encode ─┐
//! demux ─ decode ────┤                                          ├─ interleave ─ copy 1
//!    └─ other packets┼──────────────────────────────────────────┘
//!                    └─ bounded ─ …                                            copy 2
//! ```
//!
//! A decoded picture is shared by reference; each copy's editor makes the
//! samples its own before it changes them. Timestamps are the master's own, so
//! that sound, subtitles and a variable frame rate stay exact; where they begin again
//! or leap, all streams go on together.
//!
//! Nothing is lost in silence: what came in and what went out is counted, and a copy
//! that would lose what is not allowed ends the run as soon as that is seen.

mod cuts;
mod damage;
mod editor;
mod encoding;
mod feed;
mod ledger;
mod loss;
mod parcel;
mod pictures;
mod plan;
mod routes;
mod sound;
mod summary;
mod text;
mod watch;
mod writer;

use std::sync::atomic::AtomicBool;
use std::thread::ScopedJoinHandle;

use crossbeam_channel::bounded;

use self::editor::Editor;
pub use self::encoding::{
    Container, FrameEditor, OutputSpec, Overview, PRESETS, VideoCodec, VideoEncoding,
};
use self::feed::Feed;
use self::ledger::sound_lost;
pub use self::ledger::{Account, Ledger};
pub use self::loss::{Allowances, Loss, LossKind};
pub use self::summary::{OutputSummary, TranscodeProgress, TranscodeSummary};
use self::writer::{Writer, Written};
use super::ff::facts::Kind;
use super::limits::Limits;
use super::source::Source;
use super::stream_info::counted;
use leakmark_core::error::{Error, Result};

/// Pictures and packets that may wait for one copy's encoder: at 1080p, 16
/// pictures are some 50 MB, shared by all copies.
const QUEUE: usize = 16;
/// Pictures of a copy edited before its encoder takes them.
const EDITED: usize = 2;

/// Writes one marked copy of `master` for each of `outputs`.
///
/// `progress` is called in the calling thread for every frame. If `cancelled`
/// becomes true the run ends soon. On any error the files may exist and be
/// incomplete, all of them closed: the caller deletes them.
///
/// # Errors
/// [`Error::Usage`] for an impossible encoding, [`Error::Unreadable`] for the
/// master, [`Error::Lossy`] if a copy would lose what is not `allowed`, as soon as
/// that is seen, [`Error::Unwritable`] for an output, [`Error::Interrupted`] if
/// cancelled, or what an editor returned.
pub fn transcode(
    master: &Source,
    limits: &Limits,
    encoding: &VideoEncoding,
    allowed: &Allowances,
    outputs: Vec<(OutputSpec, Box<dyn FrameEditor>)>,
    progress: &(dyn Fn(TranscodeProgress) + Sync),
    cancelled: &AtomicBool,
) -> Result<TranscodeSummary> {
    if outputs.is_empty() {
        return Err(Error::usage("no output was named").advise("name at least one"));
    }
    let mut feed = Feed::open(master, limits, encoding.threads, allowed)?;
    let each = VideoEncoding {
        threads: threads_each(encoding.threads, outputs.len()),
        ..encoding.clone()
    };
    let plan = feed.plan(&each, cancelled)?;
    let mut copies = Vec::with_capacity(outputs.len());
    for (spec, editor) in outputs {
        let editor = Editor::new(editor, spec.path.clone(), &plan);
        copies.push((editor, Writer::open(spec, &plan, &feed)?));
    }
    let written = run(&mut feed, copies, progress, cancelled)?;
    let damage = feed.damage();
    allowed.check_damage(&feed.path, &damage)?;
    let balance = |written: Written| balanced(&feed, written, &damage);
    let outputs: Vec<OutputSummary> = written.into_iter().map(balance).collect::<Result<_>>()?;
    Ok(TranscodeSummary {
        frames: feed.frames(),
        duration_s: feed.duration_s(),
        outputs,
        counts: feed.counts(),
        notes: feed.into_notes(Vec::new()),
    })
}

/// Closes the ledger of a copy.
///
/// # Errors
/// [`Error::Lossy`] if it does not balance and that was not allowed.
fn balanced(feed: &Feed, written: Written, damage: &[String]) -> Result<OutputSummary> {
    let Written {
        path,
        bytes,
        notes,
        mut ledger,
        extents,
    } = written;
    ledger.lost.extend(feed.losses());
    let mut sound_s = Vec::new();
    for stream in feed.all.iter().filter(|s| s.kind == Kind::Audio) {
        let read = feed.extent(stream.index);
        sound_s.push(read.length_s());
        let written = extents.get(stream.index).copied().flatten();
        ledger
            .lost
            .extend(written.and_then(|written| sound_lost(stream.index, &read, &written)));
    }
    ledger.master = Account {
        streams: counted(&feed.all),
        frames: feed.counts().decoded,
        picture_s: feed.duration_s(),
        sound_s,
    };
    ledger.damage.extend_from_slice(damage);
    ledger.balance();
    feed.allowed.check(&feed.path, &ledger.lost)?;
    Ok(OutputSummary {
        path,
        bytes,
        notes,
        ledger,
    })
}

/// Threads of each of several encoders; 0 lets an encoder choose. Alone it takes
/// what it likes. Side by side they are given half as many again as there are to
/// share, as x264 does for itself: some always wait for others.
fn threads_each(threads: usize, encoders: usize) -> usize {
    if encoders <= 1 {
        return threads;
    }
    let all = match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    (3 * all).div_ceil(2 * encoders)
}

/// Runs threads for each editor and writer and feeds them from this one; joins all.
fn run(
    feed: &mut Feed,
    copies: Vec<(Editor, Writer)>,
    progress: &(dyn Fn(TranscodeProgress) + Sync),
    cancelled: &AtomicBool,
) -> Result<Vec<Written>> {
    std::thread::scope(|scope| {
        let mut senders = Vec::with_capacity(copies.len());
        let mut editors = Vec::with_capacity(copies.len());
        let mut writers = Vec::with_capacity(copies.len());
        for (editor, writer) in copies {
            let (sender, parcels) = bounded(QUEUE);
            let (edited, ready) = bounded(EDITED);
            senders.push(sender);
            editors.push(scope.spawn(move || editor.run(&parcels, &edited)));
            writers.push(scope.spawn(move || writer.run(&ready, cancelled)));
        }
        // The senders go with it, so that the others see the end of it.
        let fed = feed.run(senders, progress, cancelled);
        let edited = editors.into_iter().map(joined).chain([fed]).collect();
        root_cause(edited, writers.into_iter().map(joined).collect())
    })
}

fn joined<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    let panicked = |_| Err(Error::Internal("a thread of a copy panicked".to_owned()));
    thread.join().unwrap_or_else(panicked)
}

/// All summaries, or the error that came first in cause: a thread that only
/// stopped because another had says [`Error::Interrupted`].
fn root_cause(before: Vec<Result<()>>, written: Vec<Result<Written>>) -> Result<Vec<Written>> {
    let mut summaries = Vec::with_capacity(written.len());
    let mut interrupted = false;
    let before = before.into_iter().map(|done| done.map(|()| None));
    for outcome in written.into_iter().map(|w| w.map(Some)).chain(before) {
        match outcome {
            Ok(summary) => summaries.extend(summary),
            Err(Error::Interrupted) => interrupted = true,
            Err(cause) => return Err(cause),
        }
    }
    if interrupted {
        Err(Error::Interrupted)
    } else {
        Ok(summaries)
    }
}
