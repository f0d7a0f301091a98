//! Opens a video decoder.
#![allow(unsafe_code)] // Limits and threads are set on the raw context.

use ffmpeg_next as ff;

use super::{FfError, Input};

/// An open video decoder.
pub(crate) type Decoder = ff::decoder::Video;

/// How to decode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DecodeOptions {
    /// Decoder threads; 0 lets FFmpeg choose.
    pub threads: usize,
    pub keyframes_only: bool,
    pub deblock: Deblock,
}

/// Which pictures the decoder deblocks, where the codec has such a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deblock {
    /// All of them, as the encoder meant it.
    All,
    /// Those that others are predicted from: the rest are blockier, no error spreads.
    References,
    /// None: blockier, and with every picture decoded a bit more so, up to the
    /// next keyframe. Right for keyframes alone.
    Nothing,
}

/// Opens the decoder for stream `index`, refusing pictures of more than
/// `max_pixels` even where they begin in mid-stream.
pub(crate) fn open(
    input: &Input,
    index: usize,
    max_pixels: u64,
    options: DecodeOptions,
) -> Result<Decoder, FfError> {
    let stream = input.stream(index).ok_or(FfError::StreamNotFound)?;
    let mut decoder = ff::codec::Context::from_parameters(stream.parameters())?.decoder();
    decoder.set_packet_time_base(stream.time_base());
    // A count alone would mean no threads at all.
    let mut threading = ff::threading::Config::kind(ff::threading::Type::Frame);
    threading.count = options.threads;
    decoder.set_threading(threading);
    if options.keyframes_only {
        decoder.skip_frame(ff::Discard::NonKey);
    }
    match options.deblock {
        Deblock::All => {}
        Deblock::References => decoder.skip_loop_filter(ff::Discard::NonReference),
        Deblock::Nothing => decoder.skip_loop_filter(ff::Discard::All),
    }
    // SAFETY: a plain field of a context that is not open yet.
    unsafe { (*decoder.as_mut_ptr()).max_pixels = i64::try_from(max_pixels).unwrap_or(i64::MAX) };
    decoder.video()
}

/// Opens the decoder of this name for packets that come from no file.
pub(crate) fn of_name(name: &str, max_pixels: u64) -> Result<Decoder, FfError> {
    super::init();
    let codec = ff::decoder::find_by_name(name).ok_or(FfError::DecoderNotFound)?;
    let mut decoder = ff::codec::Context::new_with_codec(codec).decoder();
    // SAFETY: a plain field of a context that is not open yet.
    unsafe { (*decoder.as_mut_ptr()).max_pixels = i64::try_from(max_pixels).unwrap_or(i64::MAX) };
    decoder.video()
}
