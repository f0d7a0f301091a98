//! Reads and writes video files: FFmpeg in and out.
//!
//! ```text
//! path ─ Source ─ ff::input ─ demux ─ decode ─┬─ VideoReader ─ DecodedFrame ─ LumaView
//!   (opened once)  (no other                  │
//!                   file, no network)         └─ transcode ─ one thread a copy: edit luma, encode, interleave
//! ```
//!
//! Nothing outside this module names FFmpeg. Everything `unsafe` is in `ff`,
//! in files that do one thing each; the rest is ordinary Rust on top of it.
//! Files are taken to be hostile: they are opened through our own file handle
//! so that a playlist cannot pull in a second file or an address, the limits
//! hold before anything is allocated, and damage is counted, not fatal.

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod blocks;
mod clock;
mod clocks;
mod decode;
mod ff;
mod frame;
mod gray;
mod heif;
mod limits;
mod look;
mod nature;
mod plane;
mod probe;
mod reader;
mod segments;
mod source;
mod splice;
mod still;
mod stream_info;
mod timeline;
mod transcode;

pub use blocks::BlockReader;
pub use clocks::{Clocks, clocks};
pub use ff::decoder::Deblock;
pub use frame::{DecodedFrame, RgbPicture};
pub use gray::GrayGroup;
pub use limits::Limits;
pub use look::{Look, look};
pub use nature::{ARCHIVES, is_named_like_media};
pub use probe::{is_video, probe};
pub use reader::{ReadOptions, VideoReader};
pub use segments::{
    Assembler, Assembly, ByteRange, FileFacts, Form, Layout, Playlist, SegmentFacts, TrackFile,
    TrackLayout, digests_of, write_segments,
};
pub use source::Source;
pub use still::{StillPicture, still_picture};
pub use stream_info::StreamInfo;
pub use timeline::{Timeline, timeline};
pub use transcode::{
    Account, Allowances, Container, FrameEditor, Ledger, Loss, LossKind, OutputSpec, OutputSummary,
    Overview, PRESETS, TranscodeProgress, TranscodeSummary, VideoCodec, VideoEncoding, transcode,
};

pub use leakmark_core::film::{FrameCounts, StreamCounts};

/// Keeps the memory of a program with many threads low, at no cost worth speaking
/// of. For programs, before they start threads: it concerns all of the process.
pub fn share_memory() {
    ff::memory::share_one_store();
}

/// The versions of the FFmpeg libraries in use at run time, for provenance:
/// `"libavcodec 59.37.100, libavformat 59.27.100, …"`.
pub fn library_version() -> String {
    ff::library_version()
}
