//! Gathers a reference from a master that is read for that alone.

use super::gather::{Gathered, ReferenceGatherer};
use crate::error::Result;
use crate::job::events::Stage;
use crate::job::task::Task;
use crate::media::{Limits, ReadOptions, Source, VideoReader};
use crate::registry::Title;

/// Every so many frames it is told how far the reading has come.
const TELL_EVERY: u64 = 24;

/// What an open master of a title shows, of which at most `limits` say is read.
///
/// # Errors
/// [`Error::Unreadable`](crate::error::Error::Unreadable) if it cannot be decoded,
/// [`Error::Interrupted`](crate::error::Error::Interrupted).
pub(crate) fn read_whole(
    title: &Title,
    source: &Source,
    limits: &Limits,
    threads: usize,
    task: Task<'_>,
) -> Result<Gathered> {
    let options = ReadOptions {
        threads,
        ..ReadOptions::default()
    };
    let mut reader = VideoReader::open(source, limits, &options)?;
    let mut gatherer = ReferenceGatherer::of_title(title);
    let mut frames = 0;
    while let Some(frame) = reader.next_frame()? {
        if frame.time_s() >= limits.max_duration_s {
            break;
        }
        gatherer.push(frame.time_s(), &frame.luma())?;
        if frames % TELL_EVERY == 0 {
            task.check()?;
            let share = (title.duration_s > 0.0).then(|| frame.time_s() / title.duration_s);
            task.progress(Stage::Reading, share.map(|s| s.clamp(0.0, 1.0)), frames);
        }
        frames += 1;
    }
    gatherer.finish()
}
