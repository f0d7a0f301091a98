//! Decides whether a file is a video that we may and can read.

use std::path::Path;

use super::ff::facts::{Kind as Carried, StreamFacts};
use super::ff::{self, Input};
use super::limits::Limits;
use super::nature::{self, Nature};
use super::source::Source;
use super::stream_info::StreamInfo;
use leakmark_core::error::{Error, Result};
use leakmark_core::problem::{Problem, ProblemKind as Kind};

/// A video track shorter than this share of the longest is not the film: a poster,
/// a menu.
const LASTING: f64 = 0.25;

/// Frames a second of films; what is faster says no more for a track.
const FILM_HZ: f64 = 24.0;

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
    let input = ff::input::open(source.reader()).map_err(|_| nature::problem(source).at(path))?;
    let all = ff::facts::read_all(&input);
    if let Some(problem) = limits.refuses_streams(all.len()) {
        return Err(problem.at(path));
    }
    let name = ff::input::format_name(&input);
    if is_still_format(&name) {
        return Err(not_moving(source, &name).at(path));
    }
    let video = film(&all).ok_or_else(|| no_video(source, &all))?.clone();
    let info = StreamInfo::new(&input, &video, &all);
    if let Some(problem) = limits.refuses(info.width, info.height) {
        return Err(problem.at(path));
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
pub(super) fn film(all: &[StreamFacts]) -> Option<&StreamFacts> {
    let films = || {
        let moving = |s: &&StreamFacts| s.kind == Carried::Video && !s.is_cover;
        all.iter()
            .filter(moving)
            .filter(|s| s.width > 0 && s.height > 0)
    };
    let longest_s = films().filter_map(|s| s.lasts_s).fold(0.0, f64::max);
    let hertz = |s: &StreamFacts| ff::hertz(s.rate);
    let fastest_hz = films().filter_map(hertz).fold(0.0, f64::max).min(FILM_HZ);
    let lasts = |s: &StreamFacts| {
        let long = s.lasts_s.is_none_or(|own| own >= longest_s * LASTING);
        // Slides are shown one after another, slowly.
        let moves = hertz(s).is_none_or(|own| own >= fastest_hz * LASTING);
        long && moves && s.frames != Some(1)
    };
    let rank = |s: &StreamFacts| {
        let pixels = u64::from(s.width) * u64::from(s.height);
        (lasts(s), s.is_default, pixels, std::cmp::Reverse(s.index))
    };
    films().max_by_key(|s| rank(s))
}

/// Formats that are one picture, or text drawn as a picture.
pub(super) fn is_still_format(name: &str) -> bool {
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

/// Those among them that are pictures made of pixels, and no text or drawing.
pub(super) fn is_picture_format(name: &str) -> bool {
    name == "ico" || (name.ends_with("_pipe") && name != "svg_pipe")
}

/// Why a file that FFmpeg takes for one picture, or for text, is no video.
fn not_moving(source: &Source, name: &str) -> Problem {
    let still = || {
        Problem::new(
            Kind::NoPictures,
            format!("a still image ({name}); expected a video"),
            "name a film",
        )
    };
    other_kind(source).unwrap_or_else(still)
}

/// What is wrong with a file that FFmpeg opens as something, and that is known to be of
/// another kind.
fn other_kind(source: &Source) -> Option<Problem> {
    let other = matches!(
        nature::nature_of(source),
        Nature::Text(_) | Nature::Subtitles(_) | Nature::Playlist(_) | Nature::Archive(_)
    );
    other.then(|| nature::problem(source))
}

fn no_video(source: &Source, all: &[StreamFacts]) -> Error {
    if let Some(problem) = other_kind(source) {
        return problem.at(source.path());
    }
    let has = |kind: Carried| all.iter().any(|s| s.kind == kind);
    let sized = |s: &StreamFacts| s.width > 0 && s.height > 0;
    let unsized_video = |s: &StreamFacts| s.kind == Carried::Video && !s.is_cover && !sized(s);
    let (kind, got, hint) = if all.iter().any(unsized_video) {
        (
            Kind::Damaged,
            "its video stream has no picture size (0 × 0): it is damaged, or of a codec this FFmpeg lacks",
            "fetch it again, or convert it to H.264 first",
        )
    } else if has(Carried::Audio) {
        (
            Kind::NoPictures,
            "it holds sound but no video stream; expected a video",
            "scan the film that the sound is from",
        )
    } else if has(Carried::Video) {
        (
            Kind::NoPictures,
            "it holds only a cover picture; expected a video",
            "scan the film itself",
        )
    } else if all.is_empty() {
        (
            Kind::Unfinished,
            "it holds no streams at all; expected a video",
            "it may be a partial download: fetch the rest",
        )
    } else {
        (
            Kind::NoPictures,
            "it holds no video stream; expected a video",
            "scan the film itself",
        )
    };
    Problem::new(kind, got, hint).at(source.path())
}
