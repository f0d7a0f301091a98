//! Converts pictures with swscale.
#![allow(unsafe_code)] // `Send` for the context, and a checked allocation.

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
