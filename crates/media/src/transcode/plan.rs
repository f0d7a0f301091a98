//! Decides how the copies are encoded: as the master is, as
//! nearly as the encoder can.

use super::encoding::{Overview, PRESETS, VideoCodec, VideoEncoding};
use super::loss::{Loss, LossKind};
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
    /// True if there is HDR10 metadata and the copies carry it.
    pub hdr10: bool,
    pub lost: Vec<Loss>,
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
        let mut lost = Vec::new();
        let (format, bit_depth) = target(&layout, encoding.codec, &mut lost)?;
        let fields = first.is_interlaced() || encoding.overview.is_some_and(|o| o.interlaced);
        let interlaced = fields && encoding.codec == VideoCodec::H264;
        let (mastering, light) = hdr::bytes(first, input, video.index);
        let hdr10 = hdr::parameters(&mastering, &light, hdr_names(encoding.codec));
        let order = field_order(first, encoding.overview, interlaced);
        let color = color(frame::color(first), video.color, &layout);
        let encoder = EncoderPlan {
            name: match encoding.codec {
                VideoCodec::H264 => "libx264",
                VideoCodec::Hevc => "libx265",
            },
            options: options(encoding, video, &hdr10, order),
            shape: shape(first, format, encoding, interlaced, &mut lost),
            time_base: video.time_base,
            rate: ff::hertz(video.rate).map(|_| video.rate),
            // What the container says goes before what the pictures say, as in players.
            sample_aspect: video
                .container_aspect
                .or(frame::sample_aspect(first))
                .unwrap_or(video.sample_aspect),
            color,
            field_order: order,
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
            hdr10: !hdr10.is_empty(),
            lost,
        })
    }
}

impl Plan {
    /// True if fields are encoded and the upper one comes first, `None` if whole frames
    /// are.
    pub(super) fn top_first(&self) -> Option<bool> {
        let order = self.encoder.field_order;
        self.encoder.interlaced.then_some(order == TOP_FIELD_FIRST)
    }
}

fn check(encoding: &VideoEncoding) -> Result<()> {
    if !(0.0..=51.0).contains(&encoding.crf) {
        let problem = format!("crf {} is out of range", encoding.crf);
        return Err(Error::usage(problem).advise("give 0 (best) to 51"));
    }
    // x264 would complain about others on stderr.
    if !PRESETS.contains(&encoding.preset.as_str()) {
        let problem = format!("no preset is called {:?}", encoding.preset);
        return Err(Error::usage(problem).advise(format!("give one of {}", PRESETS.join(", "))));
    }
    Ok(())
}

/// The encoder's format that is nearest to `layout`, and its bit depth.
fn target(layout: &Layout, codec: VideoCodec, lost: &mut Vec<Loss>) -> Result<(i32, u8)> {
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
        let words = format!(
            "the picture format {} was converted to {name}, the nearest that the encoder takes",
            layout.name
        );
        lost.push(Loss::new(LossKind::Format, words));
    }
    Ok((format, bit_depth))
}

/// The size of most pictures, or of the first; even where chroma is shared by pairs of
/// pixels, in each field where there are two.
fn shape(
    first: &Frame,
    format: i32,
    encoding: &VideoEncoding,
    interlaced: bool,
    lost: &mut Vec<Loss>,
) -> Shape {
    let chroma = pixel::layout(format).map_or(Chroma::C420, |l| l.chroma);
    let own = encoding.overview.map(|o| (o.width, o.height));
    let (whole_width, whole_height) = own.unwrap_or((first.width(), first.height()));
    let fields = 1 + u32::from(interlaced);
    let (columns, rows) = match chroma {
        Chroma::C420 => (2, 2 * fields),
        Chroma::C422 => (2, fields),
        _ => (1, fields),
    };
    // A picture one pixel wide cannot lose it: the encoder will refuse it.
    let (width, height) = (
        whole_width - whole_width % columns,
        whole_height - whole_height % rows,
    );
    if (width, height) != (whole_width, whole_height) {
        let scan = if interlaced { "interlaced " } else { "" };
        let words = format!(
            "the picture was cut from {whole_width} × {whole_height} to {width} × {height}: {scan}{} needs even sizes, here multiples of {columns} × {rows}",
            chroma.name()
        );
        lost.push(Loss::new(LossKind::Format, words));
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

/// As the first picture of fields has it.
fn field_order(first: &Frame, overview: Option<Overview>, interlaced: bool) -> i32 {
    let top_first = match overview.filter(|o| o.interlaced && !first.is_interlaced()) {
        Some(overview) => overview.top_first,
        None => first.is_top_first(),
    };
    match (interlaced, top_first) {
        (false, _) => PROGRESSIVE,
        (true, false) => BOTTOM_FIELD_FIRST,
        (true, true) => TOP_FIELD_FIRST,
    }
}

fn hdr_names(codec: VideoCodec) -> [&'static str; 2] {
    match codec {
        VideoCodec::H264 => hdr::X264,
        VideoCodec::Hevc => hdr::X265,
    }
}

fn options(
    encoding: &VideoEncoding,
    video: &StreamFacts,
    hdr10: &[(&'static str, String)],
    field_order: i32,
) -> Vec<(String, String)> {
    let mut own: Vec<(&str, String)> = Vec::new();
    // The time base is far finer than a frame; rate control and the level
    // need the true rate.
    if ff::hertz(video.rate).is_some() {
        let (num, den) = (video.rate.numerator(), video.rate.denominator());
        own.push(("fps", format!("{num}/{den}")));
    }
    // FFmpeg tells x264 of fields, but not which of them comes first.
    match field_order {
        TOP_FIELD_FIRST => own.push(("tff", "1".to_owned())),
        BOTTOM_FIELD_FIRST => own.push(("bff", "1".to_owned())),
        _ => {}
    }
    if encoding.cut_from_s.is_some() {
        own.extend(same_structure(encoding.codec).map(|(key, value)| (key, value.to_owned())));
    }
    if encoding.codec == VideoCodec::Hevc {
        // x265 writes to stderr whatever FFmpeg's log level is.
        own.push(("log-level", "none".to_owned()));
        if encoding.threads > 0 {
            own.push(("pools", encoding.threads.to_string()));
        }
    }
    own.extend(hdr10.iter().cloned());
    let words: Vec<String> = own
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let parameters = match encoding.codec {
        VideoCodec::H264 => "x264-params",
        VideoCodec::Hevc => "x265-params",
    };
    let mut options = vec![
        ("preset".to_owned(), encoding.preset.clone()),
        ("crf".to_owned(), encoding.crf.to_string()),
        (parameters.to_owned(), words.join(":")),
    ];
    if encoding.cut_from_s.is_some() {
        options.push(("forced-idr".to_owned(), "1".to_owned()));
    }
    options
}

/// What makes the structure of a stream follow from the places of its keyframes alone,
/// whatever its pictures show: no keyframe of the encoder's own choice, as many pictures
/// between references as there may be, no reference across a keyframe.
fn same_structure(codec: VideoCodec) -> [(&'static str, &'static str); 5] {
    match codec {
        VideoCodec::H264 => [
            ("keyint", "infinite"),
            ("scenecut", "0"),
            ("b-adapt", "0"),
            ("open-gop", "0"),
            ("stitchable", "1"),
        ],
        VideoCodec::Hevc => [
            ("keyint", "-1"),
            ("scenecut", "0"),
            ("b-adapt", "0"),
            ("open-gop", "0"),
            ("repeat-headers", "0"),
        ],
    }
}
