//! Reads what a container says about one stream, as plain values.
#![allow(unsafe_code)] // Reads struct fields, those with unchecked enums as integers.

use std::ffi::{CStr, CString, c_char};
use std::ptr::addr_of;

use ffmpeg_next::ffi;

use super::{Input, Rational};

/// What a stream carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Video,
    Audio,
    Subtitle,
    Attachment,
    Data,
}

/// The colour description, each field one of FFmpeg's numbers, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Color {
    pub range: i32,
    pub primaries: i32,
    pub transfer: i32,
    pub matrix: i32,
    pub chroma_location: i32,
}

/// One stream as its container describes it.
#[derive(Debug, Clone)]
pub(crate) struct StreamFacts {
    pub index: usize,
    pub kind: Kind,
    pub codec: String,
    pub profile: Option<String>,
    /// Four-character code, zeros if none.
    pub tag: [u8; 4],
    pub width: u32,
    pub height: u32,
    /// Pixel format number, −1 if unknown.
    pub format: i32,
    pub sample_aspect: Rational,
    /// What the container says of it, whatever the pictures say.
    pub container_aspect: Option<Rational>,
    pub color: Color,
    pub time_base: Rational,
    /// First timestamp, ticks.
    pub start: Option<i64>,
    /// Ticks.
    pub duration: Option<i64>,
    /// How long the stream is, seconds, as far as the container tells.
    pub lasts_s: Option<f64>,
    /// Frames declared; `None` if the container does not say.
    pub frames: Option<u64>,
    pub rate: Rational,
    /// Row-major 3 × 3 display matrix, 16.16 and 2.30 fixed point.
    pub display_matrix: Option<[i32; 9]>,
    pub is_cover: bool,
    pub is_default: bool,
    pub has_encryption: bool,
    pub has_dolby_vision: bool,
    /// Whole-sphere or stereoscopic pictures.
    pub has_projection: bool,
}

/// Copies a C string that may be null or not UTF-8.
///
/// # Safety
/// `text` is null or points to a NUL-terminated string.
pub(super) unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// Reads the facts of stream `index`.
pub(crate) fn read(input: &Input, index: usize) -> Option<StreamFacts> {
    if index >= input.nb_streams() as usize {
        return None;
    }
    // SAFETY: the index is inside the stream array of an open input, whose
    // streams always have parameters.
    unsafe { Some(read_stream(index, *(*input.as_ptr()).streams.add(index))) }
}

/// Reads the facts of every stream.
pub(crate) fn read_all(input: &Input) -> Vec<StreamFacts> {
    (0..input.nb_streams() as usize)
        .filter_map(|index| read(input, index))
        .collect()
}

unsafe fn read_stream(index: usize, stream: *const ffi::AVStream) -> StreamFacts {
    use ffi::AVPacketSideDataType as Side;
    let known = |tick: i64| (tick != ffi::AV_NOPTS_VALUE).then_some(tick);
    // SAFETY: the caller hands a stream of an open input.
    unsafe {
        let par = (*stream).codecpar;
        let tag = (*par).codec_tag.to_le_bytes();
        StreamFacts {
            index,
            kind: kind((*par).codec_type),
            codec: text(ffi::avcodec_get_name((*par).codec_id)),
            profile: profile(par),
            tag,
            width: u32::try_from((*par).width).unwrap_or(0),
            height: u32::try_from((*par).height).unwrap_or(0),
            format: (*par).format,
            sample_aspect: sample_aspect(stream),
            container_aspect: Some((*stream).sample_aspect_ratio)
                .filter(|own| own.num > 0 && own.den > 0)
                .map(Rational::from),
            color: color(par),
            time_base: (*stream).time_base.into(),
            start: known((*stream).start_time),
            duration: known((*stream).duration).filter(|&d| d > 0),
            lasts_s: lasts_s(stream),
            frames: frames(stream),
            rate: rate(stream),
            display_matrix: display_matrix(stream),
            is_cover: (*stream).disposition
                & (ffi::AV_DISPOSITION_ATTACHED_PIC | ffi::AV_DISPOSITION_TIMED_THUMBNAILS)
                != 0,
            is_default: (*stream).disposition & ffi::AV_DISPOSITION_DEFAULT != 0,
            has_encryption: is_encrypted_tag(tag)
                || !side_data(stream, Side::AV_PKT_DATA_ENCRYPTION_INIT_INFO).is_empty(),
            has_dolby_vision: !side_data(stream, Side::AV_PKT_DATA_DOVI_CONF).is_empty(),
            has_projection: !side_data(stream, Side::AV_PKT_DATA_SPHERICAL).is_empty()
                || !side_data(stream, Side::AV_PKT_DATA_STEREO3D).is_empty(),
        }
    }
}

fn kind(kind: ffi::AVMediaType) -> Kind {
    match kind {
        ffi::AVMediaType::AVMEDIA_TYPE_VIDEO => Kind::Video,
        ffi::AVMediaType::AVMEDIA_TYPE_AUDIO => Kind::Audio,
        ffi::AVMediaType::AVMEDIA_TYPE_SUBTITLE => Kind::Subtitle,
        ffi::AVMediaType::AVMEDIA_TYPE_ATTACHMENT => Kind::Attachment,
        _ => Kind::Data,
    }
}

/// Sample entries that say "encrypted" instead of naming the codec.
fn is_encrypted_tag(tag: [u8; 4]) -> bool {
    matches!(&tag, b"encv" | b"enca" | b"drmi" | b"drms" | b"drmt")
}

unsafe fn profile(par: *const ffi::AVCodecParameters) -> Option<String> {
    // SAFETY: parameters of a live stream; the name is static or null.
    let name = unsafe { text(ffi::avcodec_profile_name((*par).codec_id, (*par).profile)) };
    (!name.is_empty()).then_some(name)
}

unsafe fn color(par: *const ffi::AVCodecParameters) -> Color {
    // SAFETY: each field is four bytes and is read as an integer.
    unsafe {
        Color {
            range: addr_of!((*par).color_range).cast::<i32>().read(),
            primaries: addr_of!((*par).color_primaries).cast::<i32>().read(),
            transfer: addr_of!((*par).color_trc).cast::<i32>().read(),
            matrix: addr_of!((*par).color_space).cast::<i32>().read(),
            chroma_location: addr_of!((*par).chroma_location).cast::<i32>().read(),
        }
    }
}

unsafe fn sample_aspect(stream: *const ffi::AVStream) -> Rational {
    // SAFETY: plain fields of a live stream and its parameters.
    let (own, coded) = unsafe {
        (
            (*stream).sample_aspect_ratio,
            (*(*stream).codecpar).sample_aspect_ratio,
        )
    };
    let given = if own.num > 0 { own } else { coded };
    if given.num > 0 && given.den > 0 {
        given.into()
    } else {
        Rational(1, 1)
    }
}

unsafe fn rate(stream: *const ffi::AVStream) -> Rational {
    // SAFETY: plain fields of a live stream.
    let (average, lowest) = unsafe { ((*stream).avg_frame_rate, (*stream).r_frame_rate) };
    if average.num > 0 && average.den > 0 {
        average.into()
    } else {
        lowest.into()
    }
}

/// The stream's own length, in its header or in the tag that Matroska's writers
/// leave (`00:01:04.160000000`).
unsafe fn lasts_s(stream: *const ffi::AVStream) -> Option<f64> {
    // SAFETY: plain fields of a live stream, and its own dictionary.
    let (ticks, tick_s, tag) = unsafe {
        (
            (*stream).duration,
            super::seconds_per_tick((*stream).time_base.into()),
            tag_value((*stream).metadata, "DURATION"),
        )
    };
    let own = (ticks != ffi::AV_NOPTS_VALUE && ticks > 0).then_some(ticks as f64 * tick_s);
    own.or_else(|| tag.as_deref().and_then(clock_s))
}

/// The seconds of `H:MM:SS.…`.
fn clock_s(words: &str) -> Option<f64> {
    let parts = words.trim().splitn(3, ':').map(str::parse);
    let parts: Vec<f64> = parts.collect::<Result<_, _>>().ok()?;
    let [hours, minutes, seconds] = parts[..] else {
        return None;
    };
    Some(3600.0 * hours + 60.0 * minutes + seconds).filter(|s| s.is_finite() && *s > 0.0)
}

unsafe fn frames(stream: *const ffi::AVStream) -> Option<u64> {
    // SAFETY: a plain field of a live stream.
    let counted = unsafe { (*stream).nb_frames };
    if counted > 0 {
        return u64::try_from(counted).ok();
    }
    // Matroska's writers leave the count in a tag, perhaps with a language.
    ["NUMBER_OF_FRAMES", "NUMBER_OF_FRAMES-eng"]
        .iter()
        // SAFETY: the dictionary belongs to a live stream.
        .find_map(|key| unsafe { tag_value((*stream).metadata, key) })
        .and_then(|words| words.trim().parse().ok())
}

/// The value of `key` in a dictionary.
///
/// # Safety
/// `dictionary` is null or a live dictionary.
pub(super) unsafe fn tag_value(dictionary: *const ffi::AVDictionary, key: &str) -> Option<String> {
    let key = CString::new(key).ok()?;
    // SAFETY: the caller's promise; the entry lives as long as the dictionary.
    unsafe {
        let entry = ffi::av_dict_get(dictionary, key.as_ptr(), std::ptr::null(), 0);
        (!entry.is_null()).then(|| text((*entry).value))
    }
}

unsafe fn display_matrix(stream: *const ffi::AVStream) -> Option<[i32; 9]> {
    use ffi::AVPacketSideDataType::AV_PKT_DATA_DISPLAYMATRIX;
    // SAFETY: a live stream; the bytes are copied before anything changes.
    let bytes = unsafe { side_data(stream, AV_PKT_DATA_DISPLAYMATRIX) };
    let mut matrix = [0; 9];
    for (cell, four) in matrix.iter_mut().zip(bytes.chunks_exact(4)) {
        *cell = i32::from_ne_bytes(four.try_into().ok()?);
    }
    (bytes.len() >= 36).then_some(matrix)
}

/// A stream's side data of one type, empty if it has none.
///
/// # Safety
/// `stream` is a live stream, not changed while the slice is used.
pub(super) unsafe fn side_data<'a>(
    stream: *const ffi::AVStream,
    kind: ffi::AVPacketSideDataType,
) -> &'a [u8] {
    let mut size = 0;
    // SAFETY: the caller's promise; FFmpeg gives the size of what it points to.
    unsafe {
        let bytes = ffi::av_stream_get_side_data(stream, kind, &mut size);
        if bytes.is_null() || size == 0 {
            &[]
        } else {
            std::slice::from_raw_parts(bytes, size)
        }
    }
}
