//! Decides which streams of the master a copy carries, and how.

use super::encoding::{Container, VideoCodec};
use crate::ff::facts::{Kind, StreamFacts};
use crate::ff::output::{self, CopyAs};
use crate::ff::{FfError, Input, Output};

/// The way of one of the master's streams into a copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    /// Stream number in the copy.
    pub stream: usize,
    pub copy_as: CopyAs,
}

/// The ways of all of the master's streams (by their number; the film's own
/// is `None`), and in words what has no way.
pub(super) struct Routes {
    pub ways: Vec<Option<Route>>,
    pub left_out: Vec<String>,
}

impl Container {
    /// FFmpeg's name of the muxer.
    pub(super) fn muxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mkv => "matroska",
            Self::Mov => "mov",
        }
    }
}

impl Routes {
    /// Adds to `output` every stream but film `film` that it can carry.
    pub(super) fn add(
        output: &mut Output,
        container: Container,
        input: &Input,
        film: usize,
        all: &[StreamFacts],
    ) -> Result<Self, FfError> {
        let mut routes = Self {
            ways: vec![None; all.len()],
            left_out: Vec::new(),
        };
        for stream in all.iter().filter(|s| s.index != film) {
            match choose(container, input, stream) {
                Ok(copy_as) => {
                    let number = output::add_copied(output, input, stream.index, copy_as)?;
                    routes.ways[stream.index] = Some(Route {
                        stream: number,
                        copy_as,
                    });
                }
                Err(why) => routes.left_out.extend(why),
            }
        }
        Ok(routes)
    }
}

/// How `container` carries `stream`, or why it does not (`None`: it does so by
/// other means).
fn choose(
    container: Container,
    input: &Input,
    stream: &StreamFacts,
) -> Result<CopyAs, Option<String>> {
    let named = |why: &str| Some(format!("stream {}, {}: {why}", stream.index, words(stream)));
    if stream.kind == Kind::Video && !stream.is_cover {
        return Err(named("a second film would go out unmarked"));
    }
    if is_chapter_track(input, stream) {
        return Err(None);
    }
    if container == Container::Mkv && stream.kind == Kind::Data {
        return Err(named("Matroska cannot carry it"));
    }
    let first = match (container, stream.kind, stream.codec.as_str()) {
        (Container::Mkv, Kind::Subtitle, "mov_text") => CopyAs::SubRip,
        (Container::Mp4 | Container::Mov, Kind::Subtitle, "subrip" | "text") => CopyAs::MovText,
        (Container::Mkv, Kind::Video, _) => CopyAs::Attachment,
        _ => CopyAs::Same,
    };
    if container == Container::Mov && stream.is_cover {
        return Err(named("QuickTime has no place for a cover"));
    }
    if output::can_carry(container.muxer(), input, stream.index, first) {
        Ok(first)
    } else {
        Err(named(&format!("{} cannot carry it", container.muxer())))
    }
}

/// QuickTime keeps chapters as a text track too; the muxer writes its own.
fn is_chapter_track(input: &Input, stream: &StreamFacts) -> bool {
    stream.kind == Kind::Data && &stream.tag == b"text" && input.nb_chapters() > 0
}

fn words(stream: &StreamFacts) -> String {
    let kind = match stream.kind {
        Kind::Video if stream.is_cover => "cover picture",
        Kind::Video => "video",
        Kind::Audio => "audio",
        Kind::Subtitle => "subtitles",
        Kind::Attachment => "attachment",
        Kind::Data => "data",
    };
    format!("{kind} ({})", stream.codec)
}

/// Apple's players want HEVC in MP4 to be called `hvc1`; all else is the
/// muxer's choice.
pub(super) fn tag(container: Container, codec: VideoCodec) -> u32 {
    match (container, codec) {
        (Container::Mp4 | Container::Mov, VideoCodec::Hevc) => u32::from_le_bytes(*b"hvc1"),
        _ => 0,
    }
}

/// What a copy in `container` loses besides streams.
pub(super) fn losses(
    container: Container,
    video: &StreamFacts,
    lost_chapters: usize,
) -> Vec<String> {
    let mut words = Vec::new();
    if lost_chapters > 0 {
        words.push(format!(
            "{lost_chapters} chapters: their times make no sense"
        ));
    }
    if video.has_dolby_vision {
        words.push("Dolby Vision metadata: it does not fit the new encoding".to_owned());
    }
    if container == Container::Mkv && video.display_matrix.is_some() {
        words.push(
            "rotation: this FFmpeg cannot write it to Matroska; choose mp4 or mov".to_owned(),
        );
    }
    words
}
