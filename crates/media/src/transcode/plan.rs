//! Decides how the copies are encoded: as the master is, as
//! nearly as the encoder can.

use super::encoding::{PRESETS, VideoCodec, VideoEncoding};
use crate::ff::encoder::EncoderPlan;
use crate::ff::facts::{Color, StreamFacts};
use crate::ff::frame::{self, Shape};
use crate::ff::pixel::{self, Chroma, Layout};
use crate::ff::{self, Frame, Input, hdr};
use crate::stream_info::is_full_range;
use leakmark_core::error::{Error, Result};

/// The numbers of FFmpeg's colour ranges, field orders and a matrix.
const RANGE_LIMITED: i32 = 1;
const RANGE_FULL: i32 = 2;
const TOP_FIELD_FIRST: i32 = 2;
const BOTTOM_FIELD_FIRST: i32 = 3;
const PROGRESSIVE: i32 = 1;
const MATRIX_BT601: i32 = 6;

/// How to encode, and what to say about it.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub encoder: EncoderPlan,
    pub codec: VideoCodec,
    pub bit_depth: u8,
    pub full_range: bool,
    pub notes: Vec<String>,
}

impl Plan {
    /// Plans for a master whose film is `video` and begins with `first`.
    pub(super) fn new(
        input: &Input,
        video: &StreamFacts,
        first: &Frame,
        encoding: &VideoEncoding,
    ) -> Result<Self> {
        check(encoding)?;
        let layout = pixel::layout(frame::format(first))
            .ok_or_else(|| Error::Internal("the decoder gave no pixel format".to_owned()))?;
        let mut notes = Vec::new();
        let (format, bit_depth) = target(&layout, encoding.codec, &mut notes)?;
        let interlaced = first.is_interlaced() && encoding.codec == VideoCodec::H264;
        if first.is_interlaced() && !interlaced {
            notes.push("the interlaced master is encoded as whole frames".to_owned());
        }
        let (mastering, light) = hdr::bytes(first, input, video.index);
        let hdr10 = hdr::x265_parameters(&mastering, &light);
        if !hdr10.is_empty() && encoding.codec == VideoCodec::H264 {
            notes.push("HDR10 mastering data is lost: only HEVC carries it here".to_owned());
        }
        let color = color(frame::color(first), video.color, &layout);
        let encoder = EncoderPlan {
            name: match encoding.codec {
                VideoCodec::H264 => "libx264",
                VideoCodec::Hevc => "libx265",
            },
            options: options(encoding, video, &hdr10),
            shape: shape(first, format, &mut notes),
            time_base: video.time_base,
            rate: ff::hertz(video.rate).map(|_| video.rate),
            sample_aspect: frame::sample_aspect(first).unwrap_or(video.sample_aspect),
            color,
            field_order: field_order(first),
            interlaced,
            threads: encoding.threads.min(16),
            // Where MP4 and Matroska want them.
            headers_in_band: false,
        };
        let full_range = color.range == RANGE_FULL;
        Ok(Self {
            encoder,
            codec: encoding.codec,
            bit_depth,
            full_range,
            notes,
        })
    }
}

fn check(encoding: &VideoEncoding) -> Result<()> {
    if !(0.0..=51.0).contains(&encoding.crf) {
        let problem = format!("crf {} is out of range: give 0 (best) to 51", encoding.crf);
        return Err(Error::usage(problem));
    }
    // x264 would complain about others on stderr.
    if !PRESETS.contains(&encoding.preset.as_str()) {
        let problem = format!(
            "no preset is called {:?}: give one of {}",
            encoding.preset,
            PRESETS.join(", ")
        );
        return Err(Error::usage(problem));
    }
    Ok(())
}

/// The encoder's format that is nearest to `layout`, and its bit depth.
fn target(layout: &Layout, codec: VideoCodec, notes: &mut Vec<String>) -> Result<(i32, u8)> {
    let bit_depth = match (layout.bit_depth, codec) {
        (0..=8, _) => 8,
        (9 | 10, _) | (_, VideoCodec::H264) => 10,
        (_, VideoCodec::Hevc) => 12,
    };
    let chroma = match layout.chroma {
        Chroma::None => "",
        Chroma::C420 | Chroma::Other(2, 2) => "420",
        Chroma::C422 | Chroma::Other(2, 0) => "422",
        _ => "444",
    };
    let format = match (chroma, bit_depth) {
        ("", 8) => pixel::by_name("gray"),
        ("", _) => pixel::by_name(&format!("gray{bit_depth}le")),
        _ => pixel::planar_yuv(chroma, bit_depth),
    };
    let format = format.ok_or_else(|| Error::Internal("no such pixel format".to_owned()))?;
    let name = pixel::layout(format).map_or_else(String::new, |l| l.name);
    if name != layout.name && !layout.is_full_range_name {
        notes.push(format!(
            "the picture format {} was converted to {name}, the nearest that the encoder takes",
            layout.name
        ));
    }
    Ok((format, bit_depth))
}

/// The first frame's size; even where chroma is shared by pairs of pixels.
fn shape(first: &Frame, format: i32, notes: &mut Vec<String>) -> Shape {
    let chroma = pixel::layout(format).map_or(Chroma::C420, |l| l.chroma);
    let (odd_width, odd_height) = match chroma {
        Chroma::C420 => (first.width() % 2, first.height() % 2),
        Chroma::C422 => (first.width() % 2, 0),
        _ => (0, 0),
    };
    // A picture one pixel wide cannot lose it: the encoder will refuse it.
    let (width, height) = (first.width() - odd_width, first.height() - odd_height);
    if odd_width + odd_height > 0 {
        notes.push(format!(
            "the picture was cut from {} × {} to {width} × {height}: {} needs even sizes",
            first.width(),
            first.height(),
            chroma.name()
        ));
    }
    Shape {
        width,
        height,
        format,
    }
}

/// The frame's colour description, completed by the container's.
fn color(of_frame: Color, of_stream: Color, layout: &Layout) -> Color {
    let known = |own: i32, other: i32, unknown: i32| if own == unknown { other } else { own };
    let mut color = Color {
        range: known(of_frame.range, of_stream.range, 0),
        primaries: known(of_frame.primaries, of_stream.primaries, 2),
        transfer: known(of_frame.transfer, of_stream.transfer, 2),
        matrix: known(of_frame.matrix, of_stream.matrix, 2),
        chroma_location: known(of_frame.chroma_location, of_stream.chroma_location, 0),
    };
    if is_full_range(color.range, Some(layout)) {
        color.range = RANGE_FULL;
    }
    if layout.chroma == Chroma::Rgb {
        // What swscale makes of RGB.
        color.range = RANGE_LIMITED;
        color.matrix = MATRIX_BT601;
    }
    color
}

fn field_order(first: &Frame) -> i32 {
    match (first.is_interlaced(), first.is_top_first()) {
        (false, _) => PROGRESSIVE,
        (true, true) => TOP_FIELD_FIRST,
        (true, false) => BOTTOM_FIELD_FIRST,
    }
}

fn options(
    encoding: &VideoEncoding,
    video: &StreamFacts,
    hdr10: &[(&'static str, String)],
) -> Vec<(String, String)> {
    let mut own: Vec<(&str, String)> = Vec::new();
    // The time base is far finer than a frame; rate control and the level
    // need the true rate.
    if ff::hertz(video.rate).is_some() {
        let (num, den) = (video.rate.numerator(), video.rate.denominator());
        own.push(("fps", format!("{num}/{den}")));
    }
    if encoding.codec == VideoCodec::Hevc {
        // x265 writes to stderr whatever FFmpeg's log level is.
        own.push(("log-level", "none".to_owned()));
        if encoding.threads > 0 {
            own.push(("pools", encoding.threads.to_string()));
        }
        own.extend(hdr10.iter().cloned());
    }
    let words: Vec<String> = own
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let parameters = match encoding.codec {
        VideoCodec::H264 => "x264-params",
        VideoCodec::Hevc => "x265-params",
    };
    vec![
        ("preset".to_owned(), encoding.preset.clone()),
        ("crf".to_owned(), encoding.crf.to_string()),
        (parameters.to_owned(), words.join(":")),
    ]
}
