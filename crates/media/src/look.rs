//! Tells, of a file in a folder, whether it is to be examined: all that is a film or
//! a picture, and all that looks like one and cannot be opened.

use super::ff;
use super::ff::facts::{Kind, StreamFacts};
use super::nature::{self, Nature};
use super::probe::{film, is_picture_format, is_still_format};
use super::source::Source;

/// What a file is, for whoever looks for films and pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A film or a picture, or something that looks like one by its name or its
    /// first bytes, whether it can be opened or not.
    Media,
    /// Of another kind, in a word: `text`, `zip`, `sound`, `other` …
    Other(&'static str),
}

/// Looks at a file's first bytes, its name, and what FFmpeg makes of it.
pub fn look(source: &Source) -> Look {
    let nature = nature::nature_of(source);
    let other = nature::other_kind(source.path(), nature);
    // No film is written so, and FFmpeg may take anything for one.
    let closed = matches!(
        nature,
        Nature::Archive(_) | Nature::Playlist(_) | Nature::Other(_) | Nature::System(_)
    ) || matches!(nature, Nature::Text(_) | Nature::Subtitles(_));
    if closed {
        return other.map_or(Look::Media, Look::Other);
    }
    match (content(source), other) {
        (Content::Pictures, _) | (Content::Nothing, None) => Look::Media,
        (Content::Carried(word), _) | (Content::Nothing, Some(word)) => Look::Other(word),
    }
}

/// What FFmpeg finds in a file.
enum Content {
    Pictures,
    /// Something else alone, in a word.
    Carried(&'static str),
    Nothing,
}

fn content(source: &Source) -> Content {
    let Ok(input) = ff::input::open(source.reader()) else {
        return Content::Nothing;
    };
    let name = ff::input::format_name(&input);
    let all = ff::facts::read_all(&input);
    let has = |kind: Kind| all.iter().any(|s| s.kind == kind);
    let unsized_film = |s: &StreamFacts| s.kind == Kind::Video && !s.is_cover;
    if is_still_format(&name) {
        return match is_picture_format(&name) {
            true => Content::Pictures,
            false => Content::Nothing,
        };
    }
    if film(&all).is_some() || all.iter().any(unsized_film) {
        Content::Pictures
    } else if has(Kind::Audio) {
        Content::Carried("sound")
    } else if has(Kind::Subtitle) {
        Content::Carried("subtitles")
    } else {
        Content::Nothing
    }
}
