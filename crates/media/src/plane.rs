//! Finds the luma of a decoded picture, wherever the codec put it.

use super::ff::frame::{Shape, luma, luma_mut, luma_row};
use super::ff::pixel::{self, Chroma, Layout};
use super::ff::scale::Scaler;
use super::ff::{FfError, Frame};
use super::stream_info::is_full_range;
use leakmark_core::luma::{LumaFormat, LumaView, LumaViewMut, Samples, SamplesMut};

/// Where the luma samples of a picture are.
pub(super) enum Luma {
    /// In the decoder's own picture.
    InPlace,
    /// In a converted picture.
    Converted(Frame),
    /// Copied row by row: stored bottom-up, or in the high bits of words.
    Copied8(Vec<u8>),
    Copied16(Vec<u16>),
}

/// A picture's luma and what its numbers mean.
pub(super) struct Plane {
    pub luma: Luma,
    pub bit_depth: u8,
    pub full_range: bool,
}

impl Plane {
    /// Finds the luma of `frame`; `scaler` converts what has none of its own.
    pub(super) fn of(frame: &Frame, scaler: &mut Scaler) -> Result<Self, FfError> {
        let shape = Shape::of(frame);
        let layout = pixel::layout(shape.format).ok_or(FfError::InvalidData)?;
        let range = super::ff::frame::color(frame).range;
        let full_range = layout.chroma != Chroma::Rgb && is_full_range(range, Some(&layout));
        if !layout.has_plain_luma {
            let (format, bit_depth) = readable(&layout).ok_or(FfError::InvalidData)?;
            let converted = scaler.convert(frame, Shape { format, ..shape })?;
            return Ok(Self {
                luma: Luma::Converted(converted),
                bit_depth,
                full_range,
            });
        }
        let luma = if layout.shift == 0 && is_viewable(frame, layout.bit_depth) {
            Luma::InPlace
        } else if layout.bit_depth > 8 {
            Luma::Copied16(copy16(frame, layout.shift).ok_or(FfError::InvalidData)?)
        } else {
            Luma::Copied8(copy8(frame).ok_or(FfError::InvalidData)?)
        };
        Ok(Self {
            luma,
            bit_depth: layout.bit_depth,
            full_range,
        })
    }

    /// The luma of `frame`, the picture this was made from.
    pub(super) fn view<'a>(&'a self, frame: &'a Frame) -> LumaView<'a> {
        let width = frame.width() as usize;
        let in_frame = |f: &'a Frame| {
            if self.bit_depth > 8 {
                luma::<u16>(f).map(|(samples, stride)| (Samples::U16(samples), stride))
            } else {
                luma::<u8>(f).map(|(samples, stride)| (Samples::U8(samples), stride))
            }
        };
        let found = match &self.luma {
            Luma::InPlace => in_frame(frame),
            Luma::Converted(converted) => in_frame(converted),
            Luma::Copied8(samples) => Some((Samples::U8(samples), width)),
            Luma::Copied16(samples) => Some((Samples::U16(samples), width)),
        };
        // `of` saw to it that there is one; an empty plane if not.
        let height = if found.is_some() {
            frame.height() as usize
        } else {
            0
        };
        let (samples, stride) = found.unwrap_or((Samples::U8(&[]), width));
        LumaView {
            format: LumaFormat {
                width,
                height,
                stride,
                bit_depth: self.bit_depth,
                full_range: self.full_range,
            },
            samples,
        }
    }
}

/// The luma of a planar picture that was made writable, to change.
pub(super) fn view_mut(
    frame: &mut Frame,
    bit_depth: u8,
    full_range: bool,
) -> Option<LumaViewMut<'_>> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let (samples, stride) = if bit_depth > 8 {
        let (samples, stride) = luma_mut::<u16>(frame)?;
        (SamplesMut::U16(samples), stride)
    } else {
        let (samples, stride) = luma_mut::<u8>(frame)?;
        (SamplesMut::U8(samples), stride)
    };
    let format = LumaFormat {
        width,
        height,
        stride,
        bit_depth,
        full_range,
    };
    Some(LumaViewMut { format, samples })
}

fn is_viewable(frame: &Frame, bit_depth: u8) -> bool {
    if bit_depth > 8 {
        luma::<u16>(frame).is_some()
    } else {
        luma::<u8>(frame).is_some()
    }
}

/// The planar format to convert to, and its depth.
fn readable(layout: &Layout) -> Option<(i32, u8)> {
    let bit_depth = match layout.bit_depth {
        0..=8 => 8,
        9 | 10 => 10,
        11 | 12 => 12,
        _ => 16,
    };
    Some((pixel::planar_yuv("444", bit_depth)?, bit_depth))
}

fn copy8(frame: &Frame) -> Option<Vec<u8>> {
    let width = frame.width() as usize;
    let mut samples = Vec::with_capacity(width.checked_mul(frame.height() as usize)?);
    for y in 0..frame.height() as usize {
        samples.extend_from_slice(luma_row(frame, y, width)?);
    }
    Some(samples)
}

fn copy16(frame: &Frame, shift: u8) -> Option<Vec<u16>> {
    let width = frame.width() as usize;
    let mut samples = Vec::with_capacity(width.checked_mul(frame.height() as usize)?);
    for y in 0..frame.height() as usize {
        let words = luma_row(frame, y, width.checked_mul(2)?)?.chunks_exact(2);
        samples.extend(words.map(|w| u16::from_ne_bytes([w[0], w[1]]) >> shift));
    }
    Some(samples)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn samples_in_the_high_bits_come_down() {
        let shape = |name: &str| Shape {
            width: 37,
            height: 5,
            format: pixel::by_name(name).unwrap(),
        };
        let ten_bits = super::super::ff::frame::alloc(shape("yuv420p10le")).unwrap();
        let mut scaler = Scaler::default();
        let mut flat = scaler.convert(&ten_bits, shape("yuv420p10le")).unwrap();
        let (samples, _) = super::super::ff::frame::luma_mut::<u16>(&mut flat).unwrap();
        for (n, sample) in samples.iter_mut().enumerate() {
            *sample = n as u16 * 7 % 1024;
        }
        let packed = scaler.convert(&flat, shape("p010le")).unwrap();
        let (plain, high) = (
            Plane::of(&flat, &mut scaler),
            Plane::of(&packed, &mut scaler),
        );
        let (plain, high) = (plain.unwrap(), high.unwrap());
        let (a, b) = (plain.view(&flat), high.view(&packed));
        assert_eq!((a.format.bit_depth, b.format.bit_depth), (10, 10));
        let (Samples::U16(a16), Samples::U16(b16)) = (a.samples, b.samples) else {
            unreachable!("both are above eight bits")
        };
        for y in 0..5 {
            let row = |s: &[u16], stride: usize| s[y * stride..][..37].to_vec();
            assert_eq!(row(a16, a.format.stride), row(b16, b.format.stride));
        }
    }
}
