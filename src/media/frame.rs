//! This module is one decoded picture, as the detector sees it.

use super::ff::Frame;
use super::plane::Plane;
use crate::luma::LumaView;

/// A decoded picture. It owns its memory (about 3 MB at 1080p) and can be sent
/// to another thread; bound every queue of them.
pub struct DecodedFrame {
    pub(super) frame: Frame,
    pub(super) plane: Plane,
    pub(super) time_s: f64,
}

impl DecodedFrame {
    /// The luma samples, without a copy where the codec allows it. Width and
    /// height are this frame's own: they can change in mid-stream.
    pub fn luma(&self) -> LumaView<'_> {
        self.plane.view(&self.frame)
    }

    /// Seconds from the start of the video stream; greater than that of the
    /// frame before, whatever the file's timestamps do.
    pub fn time_s(&self) -> f64 {
        self.time_s
    }

    /// Stored width, px.
    pub fn width(&self) -> u32 {
        self.frame.width()
    }

    /// Stored height, px.
    pub fn height(&self) -> u32 {
        self.frame.height()
    }

    /// True if this is a keyframe.
    pub fn is_key(&self) -> bool {
        self.frame.is_key()
    }

    /// True if the decoder had to guess part of the picture.
    pub fn is_corrupt(&self) -> bool {
        self.frame.is_corrupt() || self.frame.has_decode_errors()
    }
}
