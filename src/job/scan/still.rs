//! Reads still images: a screenshot gets what a single frame can give.

use std::io::{BufReader, Read};
use std::path::Path;

use image::{ImageFormat, ImageReader};

use crate::error::{Error, Result};
use crate::luma::bars::BarFinder;
use crate::luma::{LumaFormat, LumaView, Rect, Samples};
use crate::media::{BlockReader, Limits, RgbPicture, Source};

/// A decoded still image.
pub(crate) struct Still {
    pub format_name: &'static str,
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

impl Still {
    /// The picture inside black bars.
    pub fn active(&self) -> Rect {
        let mut bars = BarFinder::new(self.width, self.height);
        bars.push(&self.luma());
        bars.active()
    }

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

fn opened(source: &Source, format: ImageFormat) -> ImageReader<BufReader<BlockReader>> {
    ImageReader::with_format(BufReader::new(source.reader()), format)
}

/// True if the file begins as a PNG or a JPEG does.
pub(crate) fn is_image(path: &Path) -> bool {
    Source::open(path).is_ok_and(|source| sniffed(&source).is_some())
}

fn sniffed(source: &Source) -> Option<ImageFormat> {
    let mut start = Vec::new();
    source.reader().take(16).read_to_end(&mut start).ok()?;
    let format = image::guess_format(&start).ok()?;
    matches!(format, ImageFormat::Png | ImageFormat::Jpeg).then_some(format)
}

/// The image in a file; `None` if it is none.
///
/// # Errors
/// [`Error::Unreadable`] if it is damaged or beyond the limits.
pub(crate) fn read_still(source: &Source, limits: &Limits) -> Result<Option<Still>> {
    let Some(format) = sniffed(source) else {
        return Ok(None);
    };
    let bad = |e: &dyn std::fmt::Display| {
        Error::unreadable(
            source.path(),
            format!(
                "got an image that cannot be decoded ({e}); expected a whole PNG or JPEG; get the file again"
            ),
        )
    };
    let size = opened(source, format)
        .into_dimensions()
        .map_err(|e| bad(&e))?;
    if let Some(problem) = limits.refuses(size.0, size.1) {
        return Err(Error::unreadable(source.path(), problem));
    }
    let luma = opened(source, format)
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

/// The image in a file in color, no longer than `longest` pixels on either side;
/// `None` if it is none, or beyond the limits.
pub(crate) fn still_in_color(source: &Source, limits: &Limits, longest: u32) -> Option<RgbPicture> {
    let format = sniffed(source)?;
    let size = opened(source, format).into_dimensions().ok()?;
    if limits.refuses(size.0, size.1).is_some() {
        return None;
    }
    let image = opened(source, format).decode().ok()?;
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
