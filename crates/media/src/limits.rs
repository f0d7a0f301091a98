//! What a file may demand before it is refused.

/// How much a file may ask for. The defaults admit 8K film and a day of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Pixels a picture, width times height.
    pub max_pixels: u64,
    /// Declared running time, seconds.
    pub max_duration_s: f64,
    /// Streams of any kind in the file.
    pub max_streams: u32,
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
