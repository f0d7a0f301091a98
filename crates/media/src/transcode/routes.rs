//! Decides which streams of the master a copy carries, and how.

use super::encoding::{Container, VideoCodec};
use super::loss::{Loss, LossKind};
use super::sound::Converter;
use crate::ff::facts::{Kind, StreamFacts};
use crate::ff::output::{self, CopyAs};
use crate::ff::sound::{self, Lossless};
use crate::ff::{FfError, Input, Output};

/// A further video track that lasts less than this share of the film is no film.
const SHORT: f64 = 0.25;

/// The way of one of the master's streams into a copy.
pub(super) struct Route {
    /// Stream number in the copy.
    pub stream: usize,
    pub way: Way,
}

/// How a stream gets there.
pub(super) enum Way {
    Copied(CopyAs),
    /// PCM as lossless sound.
    Converted(Box<Converter>),
}

/// The ways of all of the master's streams (by their number; the film's own
/// is `None`), what has none, and what was changed without loss, in words.
pub(super) struct Routes {
    pub ways: Vec<Option<Route>>,
    pub lost: Vec<Loss>,
    pub notes: Vec<String>,
}

impl Container {
    /// All of them.
    const ALL: [Self; 3] = [Self::Mp4, Self::Mkv, Self::Mov];

    /// The lossless sound that it carries best, then the other.
    fn lossless(self) -> [Lossless; 2] {
        match self {
            Self::Mkv => [Lossless::Flac, Lossless::Alac],
            Self::Mp4 | Self::Mov => [Lossless::Alac, Lossless::Flac],
        }
    }

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
            ways: all.iter().map(|_| None).collect(),
            lost: Vec::new(),
            notes: Vec::new(),
        };
        let lasts_s = all.get(film).and_then(|s| s.lasts_s);
        for stream in all.iter().filter(|s| s.index != film) {
            match choose(container, input, stream, lasts_s) {
                Ok(copy_as) => {
                    let number = output::add_copied(output, input, stream.index, copy_as)?;
                    routes.ways[stream.index] = Some(Route {
                        stream: number,
                        way: Way::Copied(copy_as),
                    });
                }
                Err(_) if routes.convert(output, container, input, stream)? => {}
                Err(lost) => routes.lost.extend(lost),
            }
        }
        Ok(routes)
    }

    /// Converts a PCM stream that cannot be copied without loss; false if that cannot
    /// be done.
    fn convert(
        &mut self,
        output: &mut Output,
        container: Container,
        input: &Input,
        stream: &StreamFacts,
    ) -> Result<bool, FfError> {
        if stream.kind != Kind::Audio {
            return Ok(false);
        }
        for codec in container.lossless() {
            let opened = sound::open(input, stream.index, codec);
            let Some(opened) = opened.filter(|(_, e)| output::can_hold(container.muxer(), e))
            else {
                continue;
            };
            let number = output::add_converted(output, &opened.1, input, stream.index)?;
            self.notes.push(format!(
                "stream {}, {}: converted without loss to {}, which {} carries",
                stream.index,
                words(stream),
                codec.name(),
                container.muxer()
            ));
            let converter = Converter::new(opened, stream.time_base);
            self.ways[stream.index] = Some(Route {
                stream: number,
                way: Way::Converted(Box::new(converter)),
            });
            return Ok(true);
        }
        Ok(false)
    }
}

/// How `container` carries `stream`, or why it does not (`None`: it does so by
/// other means).
fn choose(
    container: Container,
    input: &Input,
    stream: &StreamFacts,
    film_s: Option<f64>,
) -> Result<CopyAs, Option<Loss>> {
    let named = |kind: LossKind, why: &str| {
        let words = format!("stream {}, {}: {why}", stream.index, words(stream));
        Some(Loss::new(kind, words))
    };
    if stream.kind == Kind::Video && !stream.is_cover {
        let (kind, why) = match is_poster(stream, film_s) {
            true => (LossKind::Cover, "a poster beside the film"),
            false => (LossKind::Video, "a second film would go out unmarked"),
        };
        return Err(named(kind, why));
    }
    if is_chapter_track(input, stream) || (container != Container::Mkv && is_time_code(stream)) {
        return Err(None);
    }
    let way = way(container, stream);
    if way.is_some_and(|way| output::can_carry(container.muxer(), input, stream.index, way)) {
        return way.ok_or(None);
    }
    let carries = |other: &Container| {
        self::way(*other, stream)
            .is_some_and(|way| output::can_carry(other.muxer(), input, stream.index, way))
    };
    let others = Container::ALL.into_iter().filter(carries);
    let others: Vec<String> = others
        .map(|other| format!(".{}", other.extension()))
        .collect();
    let mut why = format!("{} cannot carry it", container.muxer());
    if !others.is_empty() {
        why.push_str(&format!("; {} can", others.join(" and ")));
    }
    Err(named(kind_of(stream), &why))
}

/// How `container` would carry `stream`; `None` if it has no place for such.
fn way(container: Container, stream: &StreamFacts) -> Option<CopyAs> {
    Some(match (container, stream.kind, stream.codec.as_str()) {
        (Container::Mkv, Kind::Data, _) => return None,
        (Container::Mov, Kind::Video, _) => return None,
        (Container::Mkv, Kind::Subtitle, "mov_text") => CopyAs::SubRip,
        (Container::Mp4 | Container::Mov, Kind::Subtitle, "subrip" | "text") => CopyAs::MovText,
        (Container::Mkv, Kind::Video, _) => CopyAs::Attachment,
        _ => CopyAs::Same,
    })
}

/// What is lost with a stream.
fn kind_of(stream: &StreamFacts) -> LossKind {
    match stream.kind {
        Kind::Video if stream.is_cover => LossKind::Cover,
        Kind::Video => LossKind::Video,
        Kind::Audio => LossKind::Sound,
        Kind::Subtitle if stream.codec.starts_with("eia_") => LossKind::Captions,
        Kind::Subtitle => LossKind::Subtitles,
        Kind::Attachment => LossKind::Attachment,
        Kind::Data => LossKind::Data,
    }
}

/// True for a video track of one picture, or far shorter than the film.
fn is_poster(stream: &StreamFacts, film_s: Option<f64>) -> bool {
    let short = |own: f64| film_s.is_some_and(|film_s| own < film_s * SHORT);
    stream.frames == Some(1) || stream.lasts_s.is_some_and(short)
}

/// QuickTime's time code; the muxer writes its own from the tag.
fn is_time_code(stream: &StreamFacts) -> bool {
    stream.kind == Kind::Data && &stream.tag == b"tmcd"
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
pub(super) fn losses(container: Container, video: &StreamFacts, lost_chapters: usize) -> Vec<Loss> {
    let mut lost = Vec::new();
    if lost_chapters > 0 {
        let words = format!("{lost_chapters} chapters: their times make no sense");
        lost.push(Loss::new(LossKind::Chapters, words));
    }
    if video.has_dolby_vision {
        let words = "Dolby Vision metadata: it does not fit the new encoding";
        lost.push(Loss::new(LossKind::DolbyVision, words));
    }
    if container == Container::Mov && video.has_projection {
        let words = "the projection (360° or stereoscopic): QuickTime here cannot carry it; choose .mp4 or .mkv";
        lost.push(Loss::new(LossKind::Projection, words));
    }
    if container == Container::Mkv && video.display_matrix.is_some_and(|m| !is_upright(m)) {
        let words = "rotation: this FFmpeg cannot write it to Matroska; choose .mp4 or .mov";
        lost.push(Loss::new(LossKind::Rotation, words));
    }
    lost
}

/// True for a display matrix that changes nothing.
fn is_upright(matrix: [i32; 9]) -> bool {
    const ONE: i32 = 1 << 16;
    matrix[..6] == [ONE, 0, 0, 0, ONE, 0]
}
