//! One decoded picture, as the detector sees it.

use super::ff::frame::{Shape, luma_row};
use super::ff::pixel;
use super::ff::scale::Scaler;
use super::ff::{FfError, Frame};
use super::plane::Plane;
use leakmark_core::luma::LumaView;

/// A picture in color.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RgbPicture {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row, 8 bits each.
    pub samples: Vec<u8>,
}

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

    /// The picture in color, no longer than `longest` pixels on either side;
    /// `None` if its format cannot be converted.
    pub fn rgb(&self, longest: u32) -> Option<RgbPicture> {
        rgb(&self.frame, longest).ok()
    }

    /// True if it consists of two fields, taken one after the other.
    pub fn is_interlaced(&self) -> bool {
        self.frame.is_interlaced()
    }

    /// True if of its two fields the upper one comes first.
    pub fn is_top_first(&self) -> bool {
        self.frame.is_top_first()
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

fn rgb(frame: &Frame, longest: u32) -> Result<RgbPicture, FfError> {
    let source = Shape::of(frame);
    let most = source.width.max(source.height).max(1);
    let scaled = |side: u32| match most > longest {
        true => (u64::from(side) * u64::from(longest) / u64::from(most)).max(1) as u32,
        false => side,
    };
    let (width, height) = (scaled(source.width), scaled(source.height));
    let format = pixel::by_name("rgb24").ok_or(FfError::Bug)?;
    let target = Shape {
        width,
        height,
        format,
    };
    let converted = Scaler::default().convert(frame, target)?;
    let mut samples = Vec::with_capacity(3 * width as usize * height as usize);
    for y in 0..height as usize {
        let row = luma_row(&converted, y, 3 * width as usize).ok_or(FfError::Bug)?;
        samples.extend_from_slice(row);
    }
    Ok(RgbPicture {
        width,
        height,
        samples,
    })
}
