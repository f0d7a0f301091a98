//! Decides how many copies are encoded side by side.
//!
//! More encoders than a few a core gain nothing, and each holds some hundred pictures.
//! What does not fit is another group, for which the master is decoded once more: that
//! costs a twentieth of encoding one copy.

use crate::job::mark::request::MarkRequest;
use crate::media::{Overview, VideoCodec};

/// Encoders a core: their threads are shared among them all.
const A_CORE: usize = 4;
/// Memory for all encoders of a group, bytes: with the pictures that wait for them and
/// the rest of the program that is below 4 GB.
const MEMORY_BYTES: u64 = 2_500_000_000;
/// Pictures that a copy in the making takes: looked ahead, referred to, being edited and
/// encoded. Measured 135 (x264, medium, 720p: 187 MB).
const PICTURES_H264: u64 = 140;
/// See [`PICTURES_H264`].
const PICTURES_HEVC: u64 = 200;
/// Bytes a pixel: 4:2:0 in two bytes a sample.
const PIXEL_BYTES: f64 = 1.5;

/// Copies to encode side by side, at least one.
pub(crate) fn side_by_side(request: &MarkRequest, overview: Overview, bit_depth: u8) -> usize {
    let cores = match request.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let fits = MEMORY_BYTES / encoder_bytes(request.codec, overview, bit_depth).max(1);
    (A_CORE * cores)
        .min(usize::try_from(fits).unwrap_or(usize::MAX))
        .max(1)
}

/// What one encoder takes, bytes.
fn encoder_bytes(codec: VideoCodec, overview: Overview, bit_depth: u8) -> u64 {
    let pixels = f64::from(overview.width) * f64::from(overview.height);
    let depth = if bit_depth > 8 { 2.0 } else { 1.0 };
    let pictures = match codec {
        VideoCodec::H264 => PICTURES_H264,
        VideoCodec::Hevc => PICTURES_HEVC,
    };
    (pixels * PIXEL_BYTES * depth) as u64 * pictures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_once(width: u32, height: u32, threads: usize) -> usize {
        let overview = Overview {
            width,
            height,
            interlaced: false,
            top_first: true,
        };
        let mut request = MarkRequest::new("m.mp4".into(), vec!["a".into()]);
        request.threads = threads;
        side_by_side(&request, overview, 8)
    }

    #[test]
    fn encoders_fit_the_memory_and_the_cores() {
        assert_eq!(at_once(640, 360, 2), 8);
        assert_eq!(at_once(1920, 1080, 64), 5);
        assert_eq!(at_once(7680, 4320, 64), 1);
        assert!(at_once(1280, 720, 64) > at_once(1920, 1080, 64));
    }
}
