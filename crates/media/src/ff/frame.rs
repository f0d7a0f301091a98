//! Reads and changes decoded pictures.
#![allow(unsafe_code)] // Sample slices, reference counts and raw colour fields.

use std::ptr::addr_of;

use ffmpeg_next::ffi;

use super::facts::Color;
use super::{FfError, Frame, Rational};

/// A size and a pixel format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub width: u32,
    pub height: u32,
    /// FFmpeg's number of the pixel format.
    pub format: i32,
}

impl Shape {
    /// The shape of a decoded frame.
    pub(crate) fn of(frame: &Frame) -> Self {
        Self {
            width: frame.width(),
            height: frame.height(),
            format: format(frame),
        }
    }
}

/// FFmpeg's number of the frame's pixel format, −1 if none.
pub(crate) fn format(frame: &Frame) -> i32 {
    // SAFETY: a plain field of a live frame.
    unsafe { (*frame.as_ptr()).format }
}

/// Calls the same samples by another format of the same layout (`yuvj420p`
/// and `yuv420p`).
pub(crate) fn rename_format(frame: &mut Frame, format: i32) {
    // SAFETY: a plain field of a live frame.
    unsafe { (*frame.as_mut_ptr()).format = format }
}

/// Cuts the picture at the right and at the bottom, without moving a sample.
pub(crate) fn crop(frame: &mut Frame, width: u32, height: u32) {
    let (width, height) = (width.min(frame.width()), height.min(frame.height()));
    frame.set_width(width);
    frame.set_height(height);
}

/// An uninitialised picture of this shape.
pub(crate) fn alloc(shape: Shape) -> Result<Frame, FfError> {
    let mut frame = Frame::empty();
    let width = i32::try_from(shape.width).map_err(|_| FfError::InvalidData)?;
    let height = i32::try_from(shape.height).map_err(|_| FfError::InvalidData)?;
    // SAFETY: a fresh frame whose three size fields are set before its buffer.
    let code = unsafe {
        let raw = frame.as_mut_ptr();
        if raw.is_null() {
            return Err(FfError::Other {
                errno: libc::ENOMEM,
            });
        }
        (*raw).width = width;
        (*raw).height = height;
        (*raw).format = shape.format;
        ffi::av_frame_get_buffer(raw, 0)
    };
    if code < 0 {
        Err(code.into())
    } else {
        Ok(frame)
    }
}

/// A second reference to the same picture.
pub(crate) fn share(frame: &Frame) -> Result<Frame, FfError> {
    let mut copy = Frame::empty();
    // SAFETY: both frames are live; the new one is empty (a null is refused).
    let code = unsafe {
        if copy.as_ptr().is_null() {
            return Err(FfError::Other {
                errno: libc::ENOMEM,
            });
        }
        ffi::av_frame_ref(copy.as_mut_ptr(), frame.as_ptr())
    };
    if code < 0 { Err(code.into()) } else { Ok(copy) }
}

/// Gives the frame samples of its own, so that changing them changes no other
/// picture: a decoder goes on referring to what it handed out.
pub(crate) fn make_writable(frame: &mut Frame) -> Result<(), FfError> {
    // SAFETY: a live, exclusively borrowed frame.
    let code = unsafe { ffi::av_frame_make_writable(frame.as_mut_ptr()) };
    if code < 0 { Err(code.into()) } else { Ok(()) }
}

/// Carries times, colour, aspect and side data over to a converted picture.
pub(crate) fn copy_properties(from: &Frame, to: &mut Frame) -> Result<(), FfError> {
    // SAFETY: both frames are live and distinct.
    let code = unsafe { ffi::av_frame_copy_props(to.as_mut_ptr(), from.as_ptr()) };
    if code < 0 { Err(code.into()) } else { Ok(()) }
}

/// What a picture can carry beside its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attached {
    /// CEA-608 and CEA-708.
    Captions,
    Hdr10,
    /// HDR10+ and HDR Vivid.
    DynamicHdr,
    DolbyVision,
    /// Which way up it is shown.
    Rotation,
}

/// True if the picture carries that.
pub(crate) fn carries(frame: &Frame, what: Attached) -> bool {
    use ffi::AVFrameSideDataType as Side;
    let kinds: &[Side] = match what {
        Attached::Captions => &[Side::AV_FRAME_DATA_A53_CC],
        Attached::Hdr10 => &[
            Side::AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
            Side::AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
        ],
        Attached::DynamicHdr => &[
            Side::AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
            Side::AV_FRAME_DATA_DYNAMIC_HDR_VIVID,
        ],
        Attached::Rotation => &[Side::AV_FRAME_DATA_DISPLAYMATRIX],
        Attached::DolbyVision => &[
            Side::AV_FRAME_DATA_DOVI_RPU_BUFFER,
            Side::AV_FRAME_DATA_DOVI_METADATA,
        ],
    };
    // SAFETY: a live frame; the entry found is only compared with null.
    let has =
        |&kind: &Side| unsafe { !ffi::av_frame_get_side_data(frame.as_ptr(), kind).is_null() };
    kinds.iter().any(has)
}

/// The frame's colour fields.
pub(crate) fn color(frame: &Frame) -> Color {
    // SAFETY: each field is four bytes and is read as an integer.
    unsafe {
        let raw = frame.as_ptr();
        Color {
            range: addr_of!((*raw).color_range).cast::<i32>().read(),
            primaries: addr_of!((*raw).color_primaries).cast::<i32>().read(),
            transfer: addr_of!((*raw).color_trc).cast::<i32>().read(),
            matrix: addr_of!((*raw).colorspace).cast::<i32>().read(),
            chroma_location: addr_of!((*raw).chroma_location).cast::<i32>().read(),
        }
    }
}

/// The frame's sample aspect ratio, if it is a positive number.
pub(crate) fn sample_aspect(frame: &Frame) -> Option<Rational> {
    let ratio = frame.aspect_ratio();
    (ratio.numerator() > 0 && ratio.denominator() > 0).then_some(ratio)
}

/// Bytes from one row of plane 0 to the next; negative if stored bottom-up.
pub(crate) fn luma_stride_bytes(frame: &Frame) -> isize {
    // SAFETY: a plain field of a live frame.
    unsafe { (*frame.as_ptr()).linesize[0] as isize }
}

/// Row `y` of plane 0 as bytes, `bytes` long; `None` outside the picture.
pub(crate) fn luma_row(frame: &Frame, y: usize, bytes: usize) -> Option<&[u8]> {
    let stride = luma_stride_bytes(frame);
    let y_offset = isize::try_from(y).ok()?.checked_mul(stride)?;
    // SAFETY: a decoded frame's plane 0 holds `height` rows of at least
    // `linesize` bytes; y and the row's length are checked against both.
    unsafe {
        let start = (*frame.as_ptr()).data[0];
        if start.is_null() || y >= frame.height() as usize || bytes > stride.unsigned_abs() {
            return None;
        }
        Some(std::slice::from_raw_parts(start.offset(y_offset), bytes))
    }
}

/// Plane 0 as samples of type `T`, `stride * (height − 1) + width` of them, and
/// the stride in samples; `None` if rows run upwards or are misaligned.
pub(crate) fn luma<T: Sample>(frame: &Frame) -> Option<(&[T], usize)> {
    let (start, samples, stride) = luma_extent::<T>(frame)?;
    // SAFETY: `luma_extent` checked the pointer, the alignment and the length,
    // and the bytes live as long as the frame is borrowed.
    Some((
        unsafe { std::slice::from_raw_parts(start, samples) },
        stride,
    ))
}

/// As [`luma`], to change. The frame must have been made writable.
pub(crate) fn luma_mut<T: Sample>(frame: &mut Frame) -> Option<(&mut [T], usize)> {
    let (start, samples, stride) = luma_extent::<T>(frame)?;
    // SAFETY: as in `luma`, and the frame is exclusively borrowed.
    let samples = unsafe { std::slice::from_raw_parts_mut(start.cast_mut(), samples) };
    Some((samples, stride))
}

/// The sample types that any bit pattern is valid for.
pub(crate) trait Sample: Copy {}
impl Sample for u8 {}
impl Sample for u16 {}

fn luma_extent<T: Sample>(frame: &Frame) -> Option<(*const T, usize, usize)> {
    let size = size_of::<T>();
    let stride = usize::try_from(luma_stride_bytes(frame)).ok()?;
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    // SAFETY: a plain field of a live frame.
    let start = unsafe { (*frame.as_ptr()).data[0] }
        .cast_const()
        .cast::<T>();
    let usable = !start.is_null()
        && start.is_aligned()
        && stride % size == 0
        && stride / size >= width
        && width > 0
        && height > 0;
    usable.then(|| (start, stride / size * (height - 1) + width, stride / size))
}
