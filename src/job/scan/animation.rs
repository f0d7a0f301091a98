//! Reads animated images frame by frame, those that FFmpeg reads only the first
//! frame of: WebP and PNG.

use std::io::BufReader;
use std::time::Duration;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, Frames, ImageDecoder, ImageFormat, ImageResult};

use crate::error::Result;
use crate::job::scan::pixels::{grey, still_view};
use crate::luma::bars::BarFinder;
use crate::luma::{LumaView, Rect};
use crate::media::{BlockReader, FrameCounts, Limits, Source};
use crate::problem::{Problem, ProblemKind};

/// How long a frame is shown that says no time, as browsers do.
const UNSAID: Duration = Duration::from_millis(100);

/// An animated image that was looked over.
#[derive(Debug, Clone)]
pub(crate) struct Animation {
    pub format: ImageFormat,
    pub width: usize,
    pub height: usize,
    /// What became of its frames.
    pub counts: FrameCounts,
    /// Running time, seconds.
    pub length_s: f64,
    /// The picture inside black bars.
    pub active: Rect,
}

impl Animation {
    /// Looks over an image of this format; `None` if it does not move.
    ///
    /// # Errors
    /// [`Error::Unreadable`](crate::error::Error::Unreadable) if not one frame can be
    /// decoded, or it is beyond the limits.
    pub fn survey(source: &Source, format: ImageFormat, limits: &Limits) -> Result<Option<Self>> {
        let Ok(Some(((width, height), frames))) = opened(source, format) else {
            return Ok(None);
        };
        drop(frames);
        if let Some(problem) = limits.refuses(width, height) {
            return Err(problem.at(source.path()));
        }
        let (width, height) = (width as usize, height as usize);
        let mut bars = BarFinder::new(width, height);
        let mut seen = Self {
            format,
            width,
            height,
            counts: FrameCounts::default(),
            length_s: 0.0,
            active: Rect::whole(width, height),
        };
        let longest_s = limits.max_duration_s;
        let (counts, length_s) = seen.each(source, longest_s, &mut |_, luma| {
            bars.push(luma);
            Ok(true)
        })?;
        if counts.decoded == 0 {
            let got = "not one frame of this animated image can be decoded";
            let problem = Problem::new(ProblemKind::Damaged, got, "fetch it again, whole");
            return Err(problem.at(source.path()));
        }
        (seen.counts, seen.length_s, seen.active) = (counts, length_s, bars.active());
        Ok(Some(seen))
    }

    /// Hands on all frames, each with its time in seconds, up to a time, until `take`
    /// says false; what became of them, and when the last one ends.
    pub fn each(
        &self,
        source: &Source,
        longest_s: f64,
        take: &mut dyn FnMut(f64, &LumaView<'_>) -> Result<bool>,
    ) -> Result<(FrameCounts, f64)> {
        let (mut counts, mut time) = (FrameCounts::default(), Duration::ZERO);
        let frames = opened(source, self.format).ok().flatten();
        for frame in frames.into_iter().flat_map(|(_, frames)| frames) {
            if time.as_secs_f64() > longest_s {
                break;
            }
            counts.demuxed += 1;
            let Ok(frame) = frame else {
                // What follows rests on it.
                counts.rejected += 1;
                break;
            };
            counts.decoded += 1;
            let shown = Duration::from(frame.delay());
            let luma = grey(DynamicImage::ImageRgba8(frame.into_buffer()));
            let size = (luma.width() as usize, luma.height() as usize);
            let view = still_view(size, luma.as_raw());
            let go_on = take(time.as_secs_f64(), &view)?;
            time += if shown.is_zero() { UNSAID } else { shown };
            if !go_on {
                break;
            }
        }
        Ok((counts, time.as_secs_f64()))
    }
}

type Opened = ((u32, u32), Frames<'static>);

/// The size and the frames of an animated image; `None` if it does not move.
fn opened(source: &Source, format: ImageFormat) -> ImageResult<Option<Opened>> {
    let reader: BufReader<BlockReader> = BufReader::new(source.reader());
    Ok(match format {
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(reader)?;
            let size = decoder.dimensions();
            decoder
                .has_animation()
                .then(|| (size, decoder.into_frames()))
        }
        ImageFormat::Png => {
            let decoder = PngDecoder::new(reader)?;
            let size = decoder.dimensions();
            match decoder.is_apng()? {
                true => Some((size, decoder.apng()?.into_frames())),
                false => None,
            }
        }
        _ => None,
    })
}
