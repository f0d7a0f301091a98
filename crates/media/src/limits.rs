//! What a file may demand before it is refused.

use leakmark_core::problem::{Problem, ProblemKind};

/// How much a file may ask for. The defaults admit 8K film and a day of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Pixels a picture, width times height.
    pub max_pixels: u64,
    /// Running time that is read, seconds. A declared length beyond it is not
    /// believed.
    pub max_duration_s: f64,
    /// Streams of any kind in the file.
    pub max_streams: u32,
}

/// Pixels along either side, whatever the limits: twice 8K. A picture of a single
/// row would cost far more than its pixels say.
pub(super) const MAX_SIDE_PX: u32 = 16_384;

impl Limits {
    /// Why a picture of `width` × `height` pixels is refused; `None` if it is not.
    pub fn refuses(&self, width: u32, height: u32) -> Option<Problem> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels > self.max_pixels {
            return Some(too_large(
                format!(
                    "its picture is {width} × {height} = {pixels} pixels, more than the limit of {}",
                    self.max_pixels
                ),
                "raise the limit (--max-pixels) if you trust the file",
            ));
        }
        (width.max(height) > MAX_SIDE_PX).then(|| {
            too_large(
                format!(
                    "its picture is {width} × {height}, more than {MAX_SIDE_PX} pixels along a side"
                ),
                "no film is; scale it down first",
            )
        })
    }

    /// Why a file of so many streams is refused; `None` if it is not.
    pub(super) fn refuses_streams(&self, streams: usize) -> Option<Problem> {
        (streams > self.max_streams as usize).then(|| {
            too_large(
                format!(
                    "it declares {streams} streams, more than the limit of {}",
                    self.max_streams
                ),
                "raise the limit (--max-streams) if you trust the file",
            )
        })
    }
}

fn too_large(message: String, hint: &str) -> Problem {
    Problem::new(ProblemKind::TooLarge, message, hint)
}

impl Default for Limits {
    /// 8192 × 4352 pixels (8K with its coding margin), 24 hours, 64 streams.
    fn default() -> Self {
        Self {
            max_pixels: 8192 * 4352,
            max_duration_s: 24.0 * 3600.0,
            max_streams: 64,
        }
    }
}
