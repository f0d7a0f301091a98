//! The luma of decoded images.

use image::{DynamicImage, GrayImage};

use crate::luma::{LumaFormat, LumaView, Samples};

/// Samples from 0 to 255, row by row, as luma of this (width, height).
pub(super) fn still_view((width, height): (usize, usize), samples: &[u8]) -> LumaView<'_> {
    let format = LumaFormat {
        width,
        height,
        stride: width,
        bit_depth: 8,
        full_range: true,
    };
    LumaView {
        format,
        samples: Samples::U8(samples),
    }
}

/// The luma of a decoded image.
pub(super) fn grey(image: DynamicImage) -> GrayImage {
    image.into_luma8()
}
