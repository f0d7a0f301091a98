//! Reads images: a screenshot gets what a single frame can give, an animated image
//! what a film of its frames can.
//!
//! PNG, JPEG and WebP are decoded by the `image` crate, in safe code; every other
//! format by FFmpeg, as far as it can.

use std::io::{BufReader, Read};

use image::{DynamicImage, ImageFormat, ImageReader, RgbImage};

use crate::error::Result;
use crate::job::scan::animation::Animation;
use crate::job::scan::pixels::{grey, still_view};
use crate::luma::bars::BarFinder;
use crate::luma::{LumaView, Rect};
use crate::media::{BlockReader, Limits, RgbPicture, Source, StillPicture, still_picture};
use crate::problem::{Problem, ProblemKind};

/// What an image file holds.
pub(crate) enum Image {
    /// One picture.
    Still(Still),
    /// Moving ones.
    Animation(Animation),
}

/// A decoded still image.
pub(crate) struct Still {
    pub format_name: String,
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
        still_view((self.width, self.height), &self.samples)
    }
}

fn opened(source: &Source, format: ImageFormat) -> ImageReader<BufReader<BlockReader>> {
    ImageReader::with_format(BufReader::new(source.reader()), format)
}

fn sniffed(source: &Source) -> Option<ImageFormat> {
    let mut start = Vec::new();
    source.reader().take(16).read_to_end(&mut start).ok()?;
    let format = image::guess_format(&start).ok()?;
    matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP
    )
    .then_some(format)
}

/// The image in a file; `None` if it is none.
///
/// # Errors
/// [`Error::Unreadable`](crate::error::Error::Unreadable) if it is damaged or beyond the limits.
pub(crate) fn read_image(source: &Source, limits: &Limits) -> Result<Option<Image>> {
    let Some(format) = sniffed(source) else {
        return other_format(source, limits);
    };
    if let Some(animation) = Animation::survey(source, format, limits)? {
        return Ok(Some(Image::Animation(animation)));
    }
    let bad = |e: &dyn std::fmt::Display| {
        Problem::new(
            ProblemKind::Damaged,
            format!(
                "got an image that cannot be decoded ({e}); expected a whole {}",
                name(format).to_uppercase()
            ),
            "get the file again",
        )
        .at(source.path())
    };
    let size = opened(source, format)
        .into_dimensions()
        .map_err(|e| bad(&e))?;
    if let Some(problem) = limits.refuses(size.0, size.1) {
        return Err(problem.at(source.path()));
    }
    let decoded = opened(source, format).decode().map_err(|e| bad(&e))?;
    let luma = grey(decoded);
    Ok(Some(Image::Still(Still {
        format_name: name(format).to_owned(),
        width: luma.width() as usize,
        height: luma.height() as usize,
        samples: luma.into_raw(),
    })))
}

/// The name of one of the formats that are read here.
pub(crate) fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "png",
        ImageFormat::WebP => "webp",
        _ => "jpeg",
    }
}

fn other_format(source: &Source, limits: &Limits) -> Result<Option<Image>> {
    let Some(picture) = still_picture(source, limits)? else {
        return Ok(None);
    };
    let own = picture.is_rgb().then(|| in_color(&picture, u32::MAX));
    Ok(Some(Image::Still(Still {
        width: picture.width as usize,
        height: picture.height as usize,
        samples: match own.flatten() {
            Some(image) => grey(image).into_raw(),
            None => picture.luma(),
        },
        format_name: picture.codec,
    })))
}

fn in_color(picture: &StillPicture, longest: u32) -> Option<DynamicImage> {
    let RgbPicture {
        width,
        height,
        samples,
    } = picture.rgb(longest)?;
    RgbImage::from_raw(width, height, samples).map(DynamicImage::ImageRgb8)
}

/// The image in a file in color, no longer than `longest` pixels on either side;
/// `None` if it is none, or beyond the limits.
pub(crate) fn still_in_color(source: &Source, limits: &Limits, longest: u32) -> Option<RgbPicture> {
    let image = match sniffed(source) {
        Some(format) => {
            let size = opened(source, format).into_dimensions().ok()?;
            if limits.refuses(size.0, size.1).is_some() {
                return None;
            }
            opened(source, format).decode().ok()?
        }
        None => {
            let picture = still_picture(source, limits).ok()??;
            in_color(&picture, longest)?
        }
    };
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
