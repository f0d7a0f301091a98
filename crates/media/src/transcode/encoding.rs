//! What a caller says about the copies: how they are encoded, where they go, what
//! changes their pictures.

use std::path::PathBuf;

use leakmark_core::error::Result;
use leakmark_core::luma::LumaViewMut;

/// The presets of both encoders, fastest first.
pub const PRESETS: [&str; 10] = [
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
    "placebo",
];

/// The codec of the marked copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCodec {
    /// H.264 by x264.
    H264,
    /// HEVC by x265.
    Hevc,
}

impl VideoCodec {
    /// Its name, as records and command lines have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::H264 => "h264",
            Self::Hevc => "hevc",
        }
    }

    /// The rate factor at which it is visually transparent for most films.
    pub fn default_crf(self) -> f32 {
        match self {
            Self::H264 => 21.0,
            Self::Hevc => 23.0,
        }
    }
}

/// The container of a marked copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// MP4.
    Mp4,
    /// Matroska.
    Mkv,
    /// QuickTime.
    Mov,
}

impl Container {
    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mkv => "mkv",
            Self::Mov => "mov",
        }
    }
}

/// What a look over the whole master showed of its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// The size of most pictures, px: that of the copies.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// True if any picture consists of two fields.
    pub interlaced: bool,
    /// True if of these the upper field comes first.
    pub top_first: bool,
}

/// How the marked copies are encoded.
#[derive(Debug, Clone, PartialEq)]
pub struct VideoEncoding {
    /// The codec.
    pub codec: VideoCodec,
    /// Constant rate factor, 0 (best) to 51.
    pub crf: f32,
    /// The encoder's preset, one of [`PRESETS`].
    pub preset: String,
    /// Threads for the decoder and for all encoders together; 0 for one a core.
    pub threads: usize,
    /// What the pictures are like; `None` to go by the first.
    pub overview: Option<Overview>,
    /// Title time of the first picture, seconds, if the copies are variants that are cut where
    /// slots begin: then each slot begins with a keyframe and refers to no other, and the
    /// kinds of pictures follow from their places alone. `None` for copies that stay whole.
    pub cut_from_s: Option<f64>,
}

/// One file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSpec {
    /// Where to write; an existing file is overwritten.
    pub path: PathBuf,
    /// In which container.
    pub container: Container,
}

/// Changes the pictures of one copy.
pub trait FrameEditor: Send {
    /// Changes the luma of frame `frame_index` (from 0, in display order),
    /// shown `time_s` seconds after the master's first frame. Called in
    /// order, in a thread of the copy's own.
    ///
    /// # Errors
    /// Any error ends the whole run with that error.
    fn edit(&mut self, frame_index: u64, time_s: f64, luma: LumaViewMut<'_>) -> Result<()>;
}
