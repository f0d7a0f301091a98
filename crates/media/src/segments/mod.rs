//! Cuts variants of a film into segments, and puts copies together from them.
//!
//! ```text
//! film in q variants, each an MP4 ─ same structure? ─ cut at keyframes ─ one fragmented MP4 a variant
//!                                                        └ sound, subtitles: one each, once
//!
//! copy = head + for each segment: a range of one variant's file, ranges of the others
//! ```
//!
//! Only boxes are read and written here: no FFmpeg, and no picture.

mod assemble;
mod boxes;
mod codec;
mod cut;
mod digest;
mod fragment;
mod head;
mod layout;
mod movie;
mod pad;
mod payload;
mod playlist;
mod structure;
mod top_box;
mod write;

pub use assemble::{Assembler, Assembly, ByteRange, Form};
pub use digest::digests_of;
pub use layout::{FileFacts, Layout, SegmentFacts, TrackFile, TrackLayout};
pub use playlist::Playlist;
pub use write::write_segments;
