//! Says what a video file is, without decoding it.

use serde::Serialize;

use super::ff::facts::{Kind, StreamFacts};
use super::ff::{self, Input, pixel};
use leakmark_core::film::StreamCounts;

/// A video file as its container describes it. Nothing here was decoded: a
/// broken or hostile file can claim anything.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreamInfo {
    /// FFmpeg's name of the container format, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    pub container: String,
    /// FFmpeg's name of the video codec, such as `h264`.
    pub codec: String,
    /// The codec profile, if known.
    pub profile: Option<String>,
    /// Stored width, px (before rotation).
    pub width: u32,
    /// Stored height, px.
    pub height: u32,
    /// Width to height of one pixel; (1, 1) if not stated.
    pub sample_aspect_ratio: (u32, u32),
    /// Clockwise turn that shows the picture upright: 0, 90, 180 or 270.
    pub rotation_deg: u16,
    /// True if the picture must be mirrored left to right before that turn.
    pub flipped: bool,
    /// Bits a luma sample.
    pub bit_depth: u8,
    /// FFmpeg's name of the pixel format, such as `yuv420p10le`.
    pub pixel_format: String,
    /// `4:2:0`, `4:2:2`, `4:4:4`, `4:0:0`, `4:1:1`, `RGB`, …
    pub chroma: String,
    /// True if black is 0 and white all ones.
    pub full_range: bool,
    /// Colour primaries, ITU-T H.273 number; 2 is "unspecified".
    pub color_primaries: i32,
    /// Transfer characteristics, ITU-T H.273 number; 16 is PQ, 18 is HLG.
    pub color_transfer: i32,
    /// Matrix coefficients, ITU-T H.273 number.
    pub color_matrix: i32,
    /// Average frames a second.
    pub fps: Option<f64>,
    /// Declared running time, seconds: the true one is for
    /// [`timeline`](super::timeline()) to say.
    pub duration_s: Option<f64>,
    /// Timestamp of the first picture, seconds.
    pub start_s: f64,
    /// Frames the container declares; `None` if it does not say.
    pub declared_frames: Option<u64>,
    /// How many streams of each kind there are.
    pub streams: StreamCounts,
    /// True if there is an audio stream.
    pub has_audio: bool,
    /// True if the stream says that it is encrypted.
    pub encrypted: bool,
}

impl StreamInfo {
    /// Width and height as displayed, px: square pixels, upright.
    pub fn display_size(&self) -> (u32, u32) {
        let (num, den) = self.sample_aspect_ratio;
        let aspect = f64::from(num.max(1)) / f64::from(den.max(1));
        let wide = (f64::from(self.width) * aspect).round() as u32;
        if self.rotation_deg % 180 == 90 {
            (self.height, wide)
        } else {
            (wide, self.height)
        }
    }

    /// Describes stream `video` of `input`, all of whose streams are `all`.
    pub(super) fn new(input: &Input, video: &StreamFacts, all: &[StreamFacts]) -> Self {
        let layout = pixel::layout(video.format);
        let tick_s = ff::seconds_per_tick(video.time_base);
        let streams = counted(all);
        let (rotation_deg, flipped) = video.display_matrix.map_or((0, false), orientation);
        Self {
            container: ff::input::format_name(input),
            codec: video.codec.clone(),
            profile: video.profile.clone(),
            width: video.width,
            height: video.height,
            sample_aspect_ratio: (
                video.sample_aspect.numerator().unsigned_abs(),
                video.sample_aspect.denominator().unsigned_abs(),
            ),
            rotation_deg,
            flipped,
            bit_depth: layout.as_ref().map_or(0, |l| l.bit_depth),
            chroma: layout
                .as_ref()
                .map_or("unknown", |l| l.chroma.name())
                .to_owned(),
            full_range: is_full_range(video.color.range, layout.as_ref()),
            pixel_format: layout.map_or_else(|| "unknown".to_owned(), |l| l.name),
            color_primaries: video.color.primaries,
            color_transfer: video.color.transfer,
            color_matrix: video.color.matrix,
            fps: ff::hertz(video.rate),
            duration_s: duration_s(input, video),
            start_s: video.start.map_or(0.0, |tick| tick as f64 * tick_s),
            declared_frames: video.frames,
            has_audio: streams.audio > 0,
            streams,
            encrypted: video.has_encryption,
        }
    }
}

/// How many streams of each kind there are.
pub(super) fn counted(all: &[StreamFacts]) -> StreamCounts {
    let count = |want: &dyn Fn(&StreamFacts) -> bool| {
        u32::try_from(all.iter().filter(|s| want(s)).count()).unwrap_or(u32::MAX)
    };
    StreamCounts {
        video: count(&|s| s.kind == Kind::Video && !s.is_cover),
        audio: count(&|s| s.kind == Kind::Audio),
        subtitle: count(&|s| s.kind == Kind::Subtitle),
        attachment: count(&|s| s.kind == Kind::Attachment),
        data: count(&|s| s.kind == Kind::Data),
        cover: count(&|s| s.kind == Kind::Video && s.is_cover),
    }
}

fn duration_s(input: &Input, video: &StreamFacts) -> Option<f64> {
    let own = video
        .duration
        .map(|ticks| ticks as f64 * ff::seconds_per_tick(video.time_base))
        .filter(|&s| s > 0.0);
    own.or_else(|| ff::input::duration_s(input))
}

/// True for range number 2 (JPEG) and the old `yuvj…` formats.
pub(super) fn is_full_range(range: i32, layout: Option<&pixel::Layout>) -> bool {
    range == 2 || layout.is_some_and(|l| l.is_full_range_name)
}

/// The clockwise turn, in degrees to the nearest quarter, and whether the
/// picture is mirrored before it. A display matrix maps a stored point (x, y)
/// to (a x + c y, b x + d y), y pointing down, with a, b, c, d its cells 0, 1,
/// 3, 4; mirroring first negates a and b.
fn orientation(matrix: [i32; 9]) -> (u16, bool) {
    let [a, b, _, c, d, ..] = matrix.map(f64::from);
    let flipped = a * d - b * c < 0.0;
    let sign = if flipped { -1.0 } else { 1.0 };
    let clockwise_deg = (sign * b).atan2(sign * a).to_degrees();
    let quarters = (clockwise_deg / 90.0).round().rem_euclid(4.0) as u16;
    (quarters % 4 * 90, flipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> [i32; 9] {
        [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30]
    }

    #[test]
    fn orientation_reads_turns_and_mirrors() {
        assert_eq!(orientation(matrix(1, 0, 0, 1)), (0, false));
        assert_eq!(orientation(matrix(0, 1, -1, 0)), (90, false));
        assert_eq!(orientation(matrix(-1, 0, 0, -1)), (180, false));
        assert_eq!(orientation(matrix(0, -1, 1, 0)), (270, false));
        assert_eq!(orientation(matrix(-1, 0, 0, 1)), (0, true));
        assert_eq!(orientation(matrix(1, 0, 0, -1)), (180, true));
    }
}
