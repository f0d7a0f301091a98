//! Takes what a report shows beside its figures: a picture of the
//! exhibit, and the soft symbols. Nothing here has a say in the verdict.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::error::Result;
use crate::evidence::Report;
use crate::job::scan::evidence::Scored;
use crate::job::scan::still::still_in_color;
use crate::media::{Deblock, Limits, ReadOptions, RgbPicture, Source, VideoReader};
use crate::render::{Frame, Illustrations, SlotSymbols};

/// The longer side of the picture in a report, pixels.
const LONGEST: u32 = 960;
/// JPEG quality: artefacts that cannot be taken for the exhibit's own.
const QUALITY: u8 = 85;

/// The illustrations of a report on an exhibit. A picture that cannot
/// be taken is left out: the report stands without it.
pub(crate) fn illustrate(
    sources: &[Source],
    limits: &Limits,
    report: &Report,
    scored: Option<&[Scored]>,
) -> Illustrations {
    let (start_s, end_s) = shown(report);
    // Of several files, the one that holds that part.
    let parts = &report.exhibit.parts;
    let place = parts
        .iter()
        .rposition(|p| p.start_s <= start_s)
        .unwrap_or(0);
    let part = parts.get(place);
    let from_s = part.map_or(0.0, |p| p.start_s);
    let video = &report.exhibit.video;
    let stored = part.map_or((video.width, video.height), |p| (p.width, p.height));
    let take = |source: &Source| {
        let still = || still_in_color(source, limits, LONGEST).map(|picture| (0.0, picture));
        let shown = (start_s - from_s, end_s - from_s);
        let clock_rate = part.map_or(video.clock_rate, |p| p.clock_rate);
        let film = || film_picture(source, limits, (shown, clock_rate));
        match (part, report.exhibit.streams) {
            (None, None) => still(),
            (None, Some(_)) => film().ok().flatten(),
            (Some(_), _) => film().ok().flatten().or_else(still),
        }
    };
    let taken = sources.get(place).and_then(take);
    let frame = taken.and_then(|(file_s, picture)| {
        Some(Frame {
            exhibit_s: from_s + file_s,
            stored,
            jpeg: jpeg(&picture)?,
        })
    });
    Illustrations {
        frame,
        symbols: scored
            .and_then(<[Scored]>::first)
            .map(symbols)
            .unwrap_or_default(),
    }
}

/// The part of the exhibit that the picture is to show: the first piece of the
/// title that was found, or else what was examined first.
fn shown(report: &Report) -> (f64, f64) {
    let sync = report.sync.as_ref().filter(|s| s.found);
    let piece = sync.and_then(|s| s.pieces.first());
    let examined = report.examined.first();
    piece
        .map(|p| (p.exhibit_start_s, p.exhibit_end_s))
        .or(examined.map(|e| (e.start_s, e.end_s)))
        .unwrap_or((0.0, 0.0))
}

/// The keyframe before the middle of that part, or after it if that one lies
/// before its beginning: to decode no other keeps it cheap.
fn film_picture(
    source: &Source,
    limits: &Limits,
    ((start_s, end_s), clock_rate): ((f64, f64), f64),
) -> Result<Option<(f64, RgbPicture)>> {
    let options = ReadOptions {
        threads: 1,
        keyframes_only: true,
        deblock: Deblock::All,
        clock_rate,
    };
    let mut reader = VideoReader::open(source, limits, &options)?;
    let middle_s = (start_s + end_s) / 2.0;
    if middle_s > 0.0 {
        reader.seek(middle_s)?;
    }
    let Some(mut frame) = reader.next_frame()? else {
        return Ok(None);
    };
    if frame.time_s() < start_s
        && let Some(next) = reader.next_frame()?.filter(|f| f.time_s() < end_s)
    {
        frame = next;
    }
    Ok(frame.rgb(LONGEST).map(|picture| (frame.time_s(), picture)))
}

fn jpeg(picture: &RgbPicture) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let color = ExtendedColorType::Rgb8;
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(&picture.samples, picture.width, picture.height, color)
        .ok()?;
    Some(bytes)
}

/// The soft symbols in order of exhibit time.
fn symbols(scored: &Scored) -> Vec<SlotSymbols> {
    let slots = scored.evidence.slots.iter().zip(&scored.places);
    let mut symbols: Vec<SlotSymbols> = slots
        .map(|(slot, place)| SlotSymbols {
            exhibit_s: place.exhibit_s,
            z: slot.z.to_vec(),
        })
        .collect();
    symbols.sort_by(|a, b| a.exhibit_s.total_cmp(&b.exhibit_s));
    symbols
}
