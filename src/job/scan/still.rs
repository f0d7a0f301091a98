//! Reads still images: a screenshot gets what a single frame can give.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use image::{ImageFormat, ImageReader};

use crate::error::{Error, Result};
use crate::luma::{LumaFormat, LumaView, Samples};
use crate::media::{Limits, RgbPicture};

/// A decoded still image.
pub(crate) struct Still {
    pub format_name: &'static str,
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

impl Still {
    /// Its luma.
    pub fn luma(&self) -> LumaView<'_> {
        let format = LumaFormat {
            width: self.width,
            height: self.height,
            stride: self.width,
            bit_depth: 8,
            full_range: true,
        };
        LumaView {
            format,
            samples: Samples::U8(&self.samples),
        }
    }
}

/// True if the file begins as a PNG or a JPEG does.
pub(crate) fn is_image(path: &Path) -> bool {
    sniffed(path).is_some()
}

fn sniffed(path: &Path) -> Option<ImageFormat> {
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut start = Vec::new();
    File::open(path)
        .ok()?
        .take(16)
        .read_to_end(&mut start)
        .ok()?;
    let format = image::guess_format(&start).ok()?;
    matches!(format, ImageFormat::Png | ImageFormat::Jpeg).then_some(format)
}

/// The image at `path`; `None` if it is none.
///
/// # Errors
/// [`Error::Unreadable`] if it is damaged or beyond the limits.
pub(crate) fn read_still(path: &Path, limits: &Limits) -> Result<Option<Still>> {
    let Some(format) = sniffed(path) else {
        return Ok(None);
    };
    let bad = |e: &dyn std::fmt::Display| {
        Error::unreadable(
            path,
            format!(
                "got an image that cannot be decoded ({e}); expected a whole PNG or JPEG; get the file again"
            ),
        )
    };
    let size = ImageReader::with_format(
        BufReader::new(File::open(path).map_err(|e| bad(&e))?),
        format,
    )
    .into_dimensions()
    .map_err(|e| bad(&e))?;
    if u64::from(size.0) * u64::from(size.1) > limits.max_pixels {
        return Err(Error::unreadable(
            path,
            format!(
                "got an image of {} × {} pixels; at most {} pixels are allowed; raise --max-pixels if it is genuine",
                size.0, size.1, limits.max_pixels
            ),
        ));
    }
    let file = File::open(path).map_err(|e| bad(&e))?;
    let luma = ImageReader::with_format(BufReader::new(file), format)
        .decode()
        .map_err(|e| bad(&e))?
        .into_luma8();
    let format_name = if format == ImageFormat::Png {
        "png"
    } else {
        "jpeg"
    };
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    Ok(Some(Still {
        format_name,
        width,
        height,
        samples: luma.into_raw(),
    }))
}

/// The image at `path` in color, no longer than `longest` pixels on either side;
/// `None` if it is none, or beyond the limits.
pub(crate) fn still_in_color(path: &Path, limits: &Limits, longest: u32) -> Option<RgbPicture> {
    let format = sniffed(path)?;
    let open = || {
        let file = File::open(path).ok()?;
        Some(ImageReader::with_format(BufReader::new(file), format))
    };
    let size = open()?.into_dimensions().ok()?;
    if u64::from(size.0) * u64::from(size.1) > limits.max_pixels {
        return None;
    }
    let image = open()?.decode().ok()?;
    let small = match image.width().max(image.height()) > longest {
        true => image.thumbnail(longest, longest),
        false => image,
    };
    let picture = small.into_rgb8();
    Some(RgbPicture {
        width: picture.width(),
        height: picture.height(),
        samples: picture.into_raw(),
    })
}
