//! Says what a file is by its first bytes and its name, for those files that
//! FFmpeg makes nothing of and for words about them.
//!
//! ```text
//! first bytes ─ magic ─ Nature ─┬─ looks like media, or is named like it ─ a Problem: an exhibit that cannot be read
//! name ─ name ──────────────────┴─ anything else ─ a word: left out
//! ```

mod boxes;
mod magic;
mod name;

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use leakmark_core::problem::{Problem, ProblemKind as Kind};

use super::source::Source;
pub(crate) use boxes::{TopBox, boxes_in, top_boxes};
pub use magic::ARCHIVES;
pub(crate) use magic::{HEAD, Nature, nature};
pub use name::is_named_like_media;

/// What a file is by its first bytes.
pub(crate) fn nature_of(source: &Source) -> Nature {
    let mut head = Vec::new();
    match source.reader().take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => match nature(&head) {
            Nature::Unknown | Nature::Zeros if is_disc(source) => Nature::Archive("disc image"),
            Nature::Zeros if !is_all_zeros(source) => Nature::Unknown,
            known => known,
        },
        Err(_) => Nature::Unknown,
    }
}

/// What a file is that looks like neither film nor picture by its name and its first
/// bytes, in a word; `None` if it does.
pub(crate) fn other_kind(path: &Path, nature: Nature) -> Option<&'static str> {
    let named = is_named_like_media(path);
    match nature {
        Nature::Film(_) | Nature::Still(_) => None,
        Nature::System(word) => Some(word),
        // Program text in TypeScript has the ending of a transport stream.
        Nature::Text(word) | Nature::Subtitles(word) if name::is_ambiguous(path) => Some(word),
        _ if named => None,
        Nature::Zeros => Some("zeros"),
        Nature::Unknown => Some("other"),
        Nature::Sound(word)
        | Nature::Archive(word)
        | Nature::Playlist(word)
        | Nature::Subtitles(word)
        | Nature::Text(word)
        | Nature::Other(word) => Some(word),
    }
}

/// Why FFmpeg makes nothing of a file, as far as its first bytes tell.
pub(super) fn problem(source: &Source) -> Problem {
    let say = |kind, message: String, hint: &str| Problem::new(kind, message, hint);
    match nature_of(source) {
        Nature::Film("mp4") => boxes::problem(source),
        Nature::Still(name @ ("heic" | "avif" | "cr3" | "jxl")) => say(
            Kind::Unsupported,
            format!("it is a picture ({name}) that cannot be decoded here, or damaged"),
            "convert it to PNG, without scaling it, and scan that",
        ),
        Nature::Film(name) | Nature::Still(name) => say(
            Kind::Damaged,
            format!("it begins as {name} does, and cannot be opened: it is damaged, or only a part of it is here"),
            "fetch it again, whole",
        ),
        Nature::Sound(name) => say(
            Kind::NoPictures,
            format!("it holds sound ({name}) but no video; expected a video or an image"),
            "scan the film that the sound is from",
        ),
        Nature::Archive("disc image") => say(
            Kind::Archive,
            "it is a disc image, not a video file".into(),
            "mount it or unpack it, and scan the folder",
        ),
        Nature::Archive(name) => say(
            Kind::Archive,
            format!("it is an archive ({name}), not a video file"),
            "unpack it, and scan what is in it",
        ),
        Nature::Playlist(name) => say(
            Kind::Playlist,
            format!("it is a {name}: it names films and holds none, and leakmark opens no file from within another"),
            "scan the files that it names",
        ),
        Nature::Subtitles(name) | Nature::Text(name) => say(
            Kind::Text,
            format!("it is text ({name}), not a video file: a page that was saved in the film's place looks so"),
            "fetch the film again",
        ),
        Nature::Other(name) | Nature::System(name) => say(
            Kind::OtherKind,
            format!("it is of another kind ({name}), not a video file"),
            "scan the film itself",
        ),
        Nature::Zeros => say(
            Kind::Unfinished,
            "not a video file: it holds zeros alone, as room that was reserved for a download does".into(),
            "let the download end, or fetch it again",
        ),
        Nature::Unknown => say(
            Kind::Unknown,
            "not a video file of any format that FFmpeg knows, or damaged at its beginning; expected mp4, mkv, mov, ts, webm, avi, …".into(),
            "if it is a partial download or one part of several, fetch or join the rest",
        ),
    }
}

/// True if the volume descriptor of a CD, DVD or Blu-ray is where it must be.
fn is_disc(source: &Source) -> bool {
    const AT: u64 = 16 * 2048 + 1;
    let mut word = [0; 5];
    let mut reader = source.reader();
    let read = reader
        .seek(SeekFrom::Start(AT))
        .and_then(|_| reader.read_exact(&mut word));
    read.is_ok() && matches!(&word, b"CD001" | b"BEA01" | b"NSR02" | b"NSR03")
}

/// Places looked at in a file that begins with zeros.
const PROBES: u64 = 16;

/// True if a file holds zeros wherever it is looked into.
fn is_all_zeros(source: &Source) -> bool {
    let zeros = |probe: u64| -> io::Result<bool> {
        let mut reader = source.reader();
        reader.seek(SeekFrom::Start(source.size() / PROBES * probe))?;
        let mut some = Vec::new();
        reader.take(HEAD as u64).read_to_end(&mut some)?;
        Ok(some.iter().all(|&byte| byte == 0))
    };
    (0..PROBES).all(|probe| zeros(probe).unwrap_or(false))
}
