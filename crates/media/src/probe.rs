//! Decides whether a file is a video that we may and can read.

use std::path::Path;

use super::ff::facts::{Kind, StreamFacts};
use super::ff::{self, FfError, Input};
use super::limits::Limits;
use super::source::Source;
use super::stream_info::StreamInfo;
use leakmark_core::error::{Error, Result};

/// A video track shorter than this share of the longest is not the film: a poster,
/// a menu.
const LASTING: f64 = 0.25;

/// A file opened for reading, with the stream that is its film.
pub(super) struct Opened {
    pub input: Input,
    pub video: StreamFacts,
    pub all: Vec<StreamFacts>,
    pub info: StreamInfo,
}

/// What the video file at `path` declares. Reads little and decodes no more
/// than is needed to know the picture format.
///
/// # Errors
/// [`Error::Unreadable`] if it is not a regular file, not a video, or beyond
/// the limits. An encrypted file is described, not refused.
pub fn probe(path: &Path, limits: &Limits) -> Result<StreamInfo> {
    Ok(open(&Source::open(path)?, limits)?.info)
}

/// True if the file at `path` holds moving pictures, whatever its name says.
/// Still images, sound with a cover, text and anything that is not a regular
/// file give false; a video beyond the limits gives true.
pub fn is_video(path: &Path) -> bool {
    let Ok(source) = Source::open(path) else {
        return false;
    };
    let Ok(input) = ff::input::open(source.reader()) else {
        return false;
    };
    !is_still_format(&ff::input::format_name(&input))
        && film(&ff::facts::read_all(&input)).is_some()
}

/// Opens a video file for decoding and checks it against the limits.
pub(super) fn open(source: &Source, limits: &Limits) -> Result<Opened> {
    let path = source.path();
    let input = ff::input::open(source.reader()).map_err(|e| not_media(path, e))?;
    let all = ff::facts::read_all(&input);
    if all.len() > limits.max_streams as usize {
        let problem = format!(
            "it declares {} streams, more than the limit of {}: \
             raise the limit (--max-streams) if you trust the file",
            all.len(),
            limits.max_streams
        );
        return Err(Error::unreadable(path, problem));
    }
    let name = ff::input::format_name(&input);
    if is_still_format(&name) {
        let problem = format!("a still image or text ({name}); expected a video");
        return Err(Error::unreadable(path, problem));
    }
    let video = film(&all).ok_or_else(|| no_video(path, &all))?.clone();
    let info = StreamInfo::new(&input, &video, &all);
    if let Some(problem) = limits.refuses(info.width, info.height) {
        return Err(Error::unreadable(path, problem));
    }
    Ok(Opened {
        input,
        video,
        all,
        info,
    })
}

/// The stream that is the film: not a cover, with a size; one that lasts rather
/// than a poster, then the default one, then the largest, then the first.
fn film(all: &[StreamFacts]) -> Option<&StreamFacts> {
    let films = || {
        let moving = |s: &&StreamFacts| s.kind == Kind::Video && !s.is_cover;
        all.iter()
            .filter(moving)
            .filter(|s| s.width > 0 && s.height > 0)
    };
    let longest_s = films().filter_map(|s| s.lasts_s).fold(0.0, f64::max);
    let lasts = |s: &StreamFacts| {
        let long = s.lasts_s.is_none_or(|own| own >= longest_s * LASTING);
        long && s.frames != Some(1)
    };
    let rank = |s: &StreamFacts| {
        let pixels = u64::from(s.width) * u64::from(s.height);
        (lasts(s), s.is_default, pixels, std::cmp::Reverse(s.index))
    };
    films().max_by_key(|s| rank(s))
}

/// Formats that are one picture, or text drawn as a picture.
fn is_still_format(name: &str) -> bool {
    const STILL: [&str; 10] = [
        "image2",
        "ico",
        "tty",
        "bin",
        "xbin",
        "adf",
        "idf",
        "fits",
        "alias_pix",
        "brender_pix",
    ];
    name.ends_with("_pipe") || name.split(',').any(|n| STILL.contains(&n))
}

fn not_media(path: &Path, error: FfError) -> Error {
    let problem = match error {
        FfError::InvalidData | FfError::Eof => {
            "not a video file, or damaged at its beginning; expected mp4, mkv, mov, ts, webm, avi, …: \
             if it is a partial download, fetch the rest"
                .to_owned()
        }
        other => format!("cannot be opened as a video ({other}): check that it is complete"),
    };
    Error::unreadable(path, problem)
}

fn no_video(path: &Path, all: &[StreamFacts]) -> Error {
    let has = |kind: Kind| all.iter().any(|s| s.kind == kind);
    let sized = |s: &StreamFacts| s.width > 0 && s.height > 0;
    let problem = if all
        .iter()
        .any(|s| s.kind == Kind::Video && !s.is_cover && !sized(s))
    {
        "its video stream has no picture size (0 × 0): it is damaged, or of a codec this FFmpeg lacks"
    } else if has(Kind::Audio) {
        "it holds sound but no video stream; expected a video"
    } else if has(Kind::Video) {
        "it holds only a cover picture; expected a video"
    } else if all.is_empty() {
        "it holds no streams at all; expected a video: it may be a partial download"
    } else {
        "it holds no video stream; expected a video"
    };
    Error::unreadable(path, problem)
}
