//! Decides whether a file is a video that we may and can read.

use std::path::Path;

use super::ff::facts::{Kind, StreamFacts};
use super::ff::{self, FfError, Input};
use super::limits::Limits;
use super::source::open_regular;
use super::stream_info::StreamInfo;
use leakmark_core::error::{Error, Result};

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
    Ok(open(path, limits)?.info)
}

/// True if the file at `path` holds moving pictures, whatever its name says.
/// Still images, sound with a cover, text and anything that is not a regular
/// file give false; a video beyond the limits gives true.
pub fn is_video(path: &Path) -> bool {
    let Ok(file) = open_regular(path) else {
        return false;
    };
    let Ok(input) = ff::input::open(file) else {
        return false;
    };
    !is_still_format(&ff::input::format_name(&input))
        && film(&ff::facts::read_all(&input)).is_some()
}

/// Opens the video file at `path` and checks it against the limits.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<Opened> {
    let file = open_regular(path)?;
    let input = ff::input::open(file).map_err(|e| not_media(path, e))?;
    let all = ff::facts::read_all(&input);
    if all.len() > limits.max_streams as usize {
        return Err(beyond(
            path,
            "streams",
            all.len() as f64,
            limits.max_streams.into(),
        ));
    }
    let name = ff::input::format_name(&input);
    if is_still_format(&name) {
        let problem = format!("a still image or text ({name}); expected a video");
        return Err(Error::unreadable(path, problem));
    }
    let video = film(&all).ok_or_else(|| no_video(path, &all))?.clone();
    let info = StreamInfo::new(&input, &video, &all);
    check_limits(path, limits, &info)?;
    Ok(Opened {
        input,
        video,
        all,
        info,
    })
}

fn check_limits(path: &Path, limits: &Limits, info: &StreamInfo) -> Result<()> {
    let pixels = u64::from(info.width) * u64::from(info.height);
    if pixels > limits.max_pixels {
        let problem = format!(
            "its picture is {} × {} = {pixels} pixels, more than the limit of {}: raise the limit if you trust the file",
            info.width, info.height, limits.max_pixels
        );
        return Err(Error::unreadable(path, problem));
    }
    let duration_s = info.duration_s.unwrap_or(0.0);
    if duration_s > limits.max_duration_s {
        return Err(beyond(path, "seconds", duration_s, limits.max_duration_s));
    }
    Ok(())
}

fn beyond(path: &Path, what: &str, got: f64, limit: f64) -> Error {
    let problem = format!(
        "it declares {got:.0} {what}, more than the limit of {limit:.0}: raise the limit if you trust the file"
    );
    Error::unreadable(path, problem)
}

/// The stream that is the film: not a cover, with a size; the default one,
/// then the largest, then the first.
fn film(all: &[StreamFacts]) -> Option<&StreamFacts> {
    let rank = |s: &StreamFacts| {
        let pixels = u64::from(s.width) * u64::from(s.height);
        (s.is_default, pixels, std::cmp::Reverse(s.index))
    };
    all.iter()
        .filter(|s| s.kind == Kind::Video && !s.is_cover && s.width > 0 && s.height > 0)
        .max_by_key(|s| rank(s))
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
