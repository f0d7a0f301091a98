//! Opens a video encoder.
#![allow(unsafe_code)] // Colour is written as raw integers, like everywhere here.

use std::ptr::addr_of_mut;

use ff::ffi;
use ffmpeg_next as ff;

use super::facts::Color;
use super::frame::Shape;
use super::{FfError, Rational, pixel};

/// An open video encoder.
pub(crate) type Encoder = ff::encoder::video::Encoder;

/// Everything an encoder must know before its first frame.
#[derive(Debug, Clone)]
pub(crate) struct EncoderPlan {
    /// FFmpeg's name of the encoder.
    pub name: &'static str,
    /// The encoder's own options.
    pub options: Vec<(String, String)>,
    pub shape: Shape,
    /// Timestamps are in these units, unchanged from the master.
    pub time_base: Rational,
    pub rate: Option<Rational>,
    pub sample_aspect: Rational,
    pub color: Color,
    pub field_order: i32,
    /// Encode as fields rather than as a progressive frame.
    pub interlaced: bool,
    /// 0 lets the encoder choose.
    pub threads: usize,
    /// Parameter sets go before every keyframe, not to a container's header.
    pub headers_in_band: bool,
}

/// Opens the encoder that `plan` describes.
pub(crate) fn open(plan: &EncoderPlan) -> Result<Encoder, FfError> {
    super::init();
    let codec = ff::encoder::find_by_name(plan.name).ok_or(FfError::EncoderNotFound)?;
    let format = pixel::pixel(plan.shape.format).ok_or(FfError::InvalidData)?;
    let mut encoder = ff::codec::Context::new_with_codec(codec)
        .encoder()
        .video()?;
    encoder.set_width(plan.shape.width);
    encoder.set_height(plan.shape.height);
    encoder.set_format(format);
    encoder.set_time_base(plan.time_base);
    encoder.set_frame_rate(plan.rate);
    let mut threading = ff::threading::Config::kind(ff::threading::Type::Frame);
    threading.count = plan.threads;
    encoder.set_threading(threading);
    set_raw(&mut encoder, plan);
    encoder.open_as_with(
        codec,
        ff::Dictionary::from_iter(plan.options.iter().cloned()),
    )
}

fn set_raw(encoder: &mut ff::encoder::video::Video, plan: &EncoderPlan) {
    let interlaced = ffi::AV_CODEC_FLAG_INTERLACED_DCT | ffi::AV_CODEC_FLAG_INTERLACED_ME;
    let mut flags = 0;
    if !plan.headers_in_band {
        flags |= ffi::AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    if plan.interlaced {
        flags |= interlaced;
    }
    let color = plan.color;
    // SAFETY: plain fields of a context that is not open yet; the enums are
    // four bytes each and written as integers.
    unsafe {
        let raw = encoder.as_mut_ptr();
        (*raw).flags |= flags as i32;
        (*raw).sample_aspect_ratio = plan.sample_aspect.into();
        addr_of_mut!((*raw).field_order)
            .cast::<i32>()
            .write(plan.field_order);
        addr_of_mut!((*raw).color_range)
            .cast::<i32>()
            .write(color.range);
        addr_of_mut!((*raw).color_primaries)
            .cast::<i32>()
            .write(color.primaries);
        addr_of_mut!((*raw).color_trc)
            .cast::<i32>()
            .write(color.transfer);
        addr_of_mut!((*raw).colorspace)
            .cast::<i32>()
            .write(color.matrix);
        addr_of_mut!((*raw).chroma_sample_location)
            .cast::<i32>()
            .write(color.chroma_location);
    }
}
