//! Measures by ColorVideoVDP what an eye sees of a mark.
//!
//! It is slow, about a second a frame of 1080p, so that it looks at half a second in
//! the middle of an excerpt, and at the middle 1920 × 1080 pixels of a larger picture.

use std::path::Path;

use colorvideovdp::{Color, Cvvdp, DisplayModel, Image, Options};

use super::ffmpeg::Ffmpeg;
use crate::error::{Error, Result};
use crate::evidence::rounded;
use crate::job::events::Observer;
use crate::media::StreamInfo;

/// Length looked at, seconds: twice the memory of the metric's filters.
const SECONDS: f64 = 0.5;
/// Frames looked at, at least and at most.
const FRAMES: (u32, u32) = (8, 30);
/// The largest picture looked at, pixels.
const LARGEST: (u32, u32) = (1920, 1080);
/// The number of SMPTE ST 2084 among transfer functions (ITU-T H.273).
const PQ: i32 = 16;
/// The number of ARIB STD-B67.
const HLG: i32 = 18;
/// What the metric may take, bytes.
const MEMORY: usize = 3 << 30;

/// What an eye sees, JOD: 10 is no visible difference from the master.
pub(super) struct Seen {
    pub unmarked_jod: f64,
    pub marked_jod: f64,
    pub frames: u32,
}

/// The part of an excerpt that is looked at.
struct Part {
    first: u32,
    frames: u32,
    width: u32,
    height: u32,
    /// Bytes of a sample.
    bytes: usize,
}

/// Compares a marked copy and its unmarked twin with their master, which is `info`;
/// `None` if they have too few frames.
pub(super) fn compare(
    ffmpeg: &Ffmpeg,
    (master, marked, unmarked): (&Path, &Path, &Path),
    info: &StreamInfo,
    observer: &dyn Observer,
) -> Result<Option<Seen>> {
    let fps = info.fps.unwrap_or(25.0);
    let part = part(info, fps);
    let load = |path: &Path| frames(ffmpeg, path, &part, observer);
    let reference = load(master)?;
    if reference.len() < FRAMES.0 as usize {
        return Ok(None);
    }
    let (display, color) = viewing(info);
    let wrong = |e: colorvideovdp::Error| Error::Internal(format!("ColorVideoVDP: {e}"));
    let options = Options::default().with_memory_limit_bytes(MEMORY);
    let metric =
        Cvvdp::new(DisplayModel::from_name(display).map_err(wrong)?, options).map_err(wrong)?;
    let jod = |path: &Path| -> Result<f64> {
        if observer.is_cancelled() {
            return Err(Error::Interrupted);
        }
        let test = load(path)?;
        let shared = test.len().min(reference.len());
        let seen = metric.predict_video(
            &test[..shared],
            &reference[..shared],
            fps as f32,
            color.clone(),
        );
        Ok(rounded(f64::from(seen.map_err(wrong)?.jod)))
    };
    Ok(Some(Seen {
        unmarked_jod: jod(unmarked)?,
        marked_jod: jod(marked)?,
        frames: reference.len() as u32,
    }))
}

fn part(info: &StreamInfo, fps: f64) -> Part {
    let all = (info.duration_s.unwrap_or(0.0) * fps) as u32;
    let frames = ((SECONDS * fps).round() as u32).clamp(FRAMES.0, FRAMES.1);
    let (across, down) = match info.width >= info.height {
        true => LARGEST,
        false => (LARGEST.1, LARGEST.0),
    };
    Part {
        first: all.saturating_sub(frames) / 2,
        frames,
        // Even, as pictures with halved colours are cut.
        width: info.width.min(across) & !1,
        height: info.height.min(down) & !1,
        bytes: if info.bit_depth > 8 { 2 } else { 1 },
    }
}

/// The display and the meaning of samples for a film.
fn viewing(info: &StreamInfo) -> (&'static str, Color) {
    match info.color_transfer {
        PQ => ("standard_hdr_pq", Color::Pq),
        HLG => ("standard_hdr_hlg", Color::Hlg),
        _ if info.width.max(info.height) > LARGEST.0 => ("standard_4k", Color::Srgb),
        _ => ("standard_fhd", Color::Srgb),
    }
}

/// The part's frames of a film as RGB, 0 to 1.
fn frames(
    ffmpeg: &Ffmpeg,
    path: &Path,
    part: &Part,
    observer: &dyn Observer,
) -> Result<Vec<Image>> {
    let filter = format!(
        "select=between(n\\,{}\\,{}),crop={}:{}",
        part.first,
        part.first + part.frames - 1,
        part.width,
        part.height
    );
    let format = if part.bytes == 2 { "rgb48le" } else { "rgb24" };
    let words = [
        "-map",
        "0:V:0",
        "-vf",
        &filter,
        "-fps_mode",
        "passthrough",
        "-sws_flags",
        "bicubic+accurate_rnd+full_chroma_int",
        "-pix_fmt",
        format,
        "-f",
        "rawvideo",
        "-",
    ];
    let before = ["-v", "error", "-threads", "1", "-i"].map(std::ffi::OsString::from);
    let all = before
        .into_iter()
        .chain([path.as_os_str().to_owned()])
        .chain(words.map(std::ffi::OsString::from));
    let bytes = ffmpeg.run(all, observer)?;
    let (width, height) = (part.width as usize, part.height as usize);
    let frame = width * height * 3 * part.bytes;
    let whole = bytes.chunks_exact(frame).map(|frame| {
        let samples = match part.bytes {
            2 => frame
                .chunks_exact(2)
                .map(|b| f32::from(u16::from_le_bytes([b[0], b[1]])) / 65535.0)
                .collect(),
            _ => frame.iter().map(|b| f32::from(*b) / 255.0).collect(),
        };
        Image::new(width, height, 3, samples)
            .map_err(|e| Error::Internal(format!("a frame for ColorVideoVDP: {e}")))
    });
    whole.collect()
}
