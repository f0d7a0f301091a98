//! Reads the index of a stream: what the container knows of its packets before
//! any is read.
#![allow(unsafe_code)] // Entries are read from the demuxer's own table.

use ffmpeg_next::ffi;

use super::Input;

/// A packet that the index knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where it is in the file, bytes.
    pub at: i64,
    /// Decoding time, ticks of the stream's time base.
    pub tick: i64,
}

/// The entries for stream `index`, by time. Some formats have one for each
/// packet, some for keyframes, some none; some load them only with a first seek.
pub(crate) fn entries(input: &Input, index: usize) -> Vec<Entry> {
    if index >= input.nb_streams() as usize {
        return Vec::new();
    }
    // SAFETY: the index is inside the stream array of an open input, which nothing
    // changes while it is borrowed; entry numbers are below the count; a null is
    // refused.
    unsafe {
        let stream = *(*input.as_ptr()).streams.add(index);
        let count = ffi::avformat_index_get_entries_count(stream);
        (0..count)
            .filter_map(|n| ffi::avformat_index_get_entry(stream, n).as_ref())
            .map(|entry| Entry {
                at: entry.pos,
                tick: entry.timestamp,
            })
            .collect()
    }
}
