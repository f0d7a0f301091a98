//! Converts pictures with swscale.
#![allow(unsafe_code)] // `Send` for contexts, and one whose ranges are set before it begins.

use ff::ffi;
use ff::software::scaling::{Context, Flags};
use ffmpeg_next as ff;

use super::frame::{Shape, alloc};
use super::{FfError, Frame, pixel};

/// Converts frames to one shape; remembers the last kind of conversion.
#[derive(Default)]
pub(crate) struct Scaler {
    context: Option<(Shape, Shape, Context)>,
}

// SAFETY: a swscale context has no tie to the thread that made it, and it is
// only used through `&mut self`.
unsafe impl Send for Scaler {}

impl Scaler {
    /// A new picture with `frame`'s content in shape `target`. Limited and
    /// full range are kept as they are between YUV formats; RGB becomes
    /// limited range.
    pub(crate) fn convert(&mut self, frame: &Frame, target: Shape) -> Result<Frame, FfError> {
        let source = Shape::of(frame);
        let fresh = !matches!(&self.context, Some((s, t, _)) if *s == source && *t == target);
        if fresh {
            self.context = Some((source, target, context(source, target)?));
        }
        let (_, _, context) = self.context.as_mut().ok_or(FfError::Bug)?;
        let mut out = alloc(target)?;
        context.run(frame, &mut out)?;
        Ok(out)
    }
}

/// A shape, and whether its samples are of full range.
type Kept = (Shape, bool);

/// Converts frames to one shape and one range of samples; remembers the last kind of
/// conversion.
#[derive(Default)]
pub(crate) struct RangeScaler {
    context: Option<(Kept, Kept, Ranged)>,
}

/// An open swscale context.
struct Ranged(*mut ffi::SwsContext);

// SAFETY: as for `Scaler`.
unsafe impl Send for Ranged {}

impl Drop for Ranged {
    fn drop(&mut self) {
        // SAFETY: the context is ours; null is allowed.
        unsafe { ffi::sws_freeContext(self.0) }
    }
}

impl RangeScaler {
    /// A new picture with the content of `frame`, whose samples are of full range if
    /// `is_full`, in shape `target`, of full range if `be_full`.
    pub(crate) fn convert(
        &mut self,
        frame: &Frame,
        is_full: bool,
        target: Shape,
        be_full: bool,
    ) -> Result<Frame, FfError> {
        let (from, to) = ((Shape::of(frame), is_full), (target, be_full));
        let fresh = !matches!(&self.context, Some((f, t, _)) if *f == from && *t == to);
        if fresh {
            self.context = Some((from, to, Ranged::open(from, to)?));
        }
        let (_, _, context) = self.context.as_mut().ok_or(FfError::Bug)?;
        let mut out = super::frame::alloc(target)?;
        // SAFETY: an open context, and frames of the shapes it was opened for.
        let code = unsafe { ffi::sws_scale_frame(context.0, out.as_mut_ptr(), frame.as_ptr()) };
        if code < 0 { Err(code.into()) } else { Ok(out) }
    }
}

impl Ranged {
    fn open(from: (Shape, bool), to: (Shape, bool)) -> Result<Self, FfError> {
        let flags = (Flags::BICUBIC | Flags::FULL_CHR_H_INT | Flags::ACCURATE_RND).bits();
        let options = [
            (c"srcw", i64::from(from.0.width)),
            (c"srch", i64::from(from.0.height)),
            (c"src_format", i64::from(from.0.format)),
            (c"src_range", i64::from(from.1)),
            (c"dstw", i64::from(to.0.width)),
            (c"dsth", i64::from(to.0.height)),
            (c"dst_format", i64::from(to.0.format)),
            (c"dst_range", i64::from(to.1)),
            (c"sws_flags", i64::from(flags)),
        ];
        // SAFETY: a context of our own, which is freed on every way out; its options
        // are set before it begins.
        unsafe {
            let context = Self(ffi::sws_alloc_context());
            if context.0.is_null() {
                return Err(FfError::Other {
                    errno: libc::ENOMEM,
                });
            }
            for (name, value) in options {
                let code = ffi::av_opt_set_int(context.0.cast(), name.as_ptr(), value, 0);
                if code < 0 {
                    return Err(code.into());
                }
            }
            let code = ffi::sws_init_context(context.0, std::ptr::null_mut(), std::ptr::null_mut());
            if code < 0 {
                Err(code.into())
            } else {
                Ok(context)
            }
        }
    }
}

fn context(source: Shape, target: Shape) -> Result<Context, FfError> {
    let from = pixel::pixel(source.format).ok_or(FfError::InvalidData)?;
    let to = pixel::pixel(target.format).ok_or(FfError::InvalidData)?;
    let flags = Flags::BICUBIC | Flags::FULL_CHR_H_INT | Flags::ACCURATE_RND;
    Context::get(
        from,
        source.width,
        source.height,
        to,
        target.width,
        target.height,
        flags,
    )
}
