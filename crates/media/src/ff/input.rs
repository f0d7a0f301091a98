//! Opens a file for demuxing and seeks in it.
#![allow(unsafe_code)] // Discard flags and the byte-exact seek have no safe wrapper.

use std::io::{Read, Seek};

use ffmpeg_next as ff;

use super::{FfError, Input, Packet};

/// What to read of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Nothing,
    Keyframes,
    Everything,
}

/// Opens what `file` gives, by its content alone. Whatever it contains, FFmpeg cannot
/// open a second file or an address from it: no protocol is allowed, and no format
/// that is a list of other files.
pub(crate) fn open<R>(file: R) -> Result<Input, FfError>
where
    R: Read + Seek + Send + 'static,
{
    super::init();
    let io = ff::format::context::StreamIo::from_read_seek_with_capacity(file, 1 << 16)?;
    let options = ff::Dictionary::from_iter([
        ("protocol_whitelist", "none"),
        ("format_whitelist", super::demuxers::allowed()),
    ]);
    ff::format::input_from_stream(io, None, Some(options))
}

/// Says what the demuxer may leave out of stream `index`.
pub(crate) fn keep(input: &mut Input, index: usize, keep: Keep) {
    let discard = match keep {
        Keep::Nothing => ff::Discard::All,
        Keep::Keyframes => ff::Discard::NonKey,
        Keep::Everything => ff::Discard::Default,
    };
    if index < input.nb_streams() as usize {
        // SAFETY: the index was checked against the stream array just above.
        unsafe { (**(*input.as_mut_ptr()).streams.add(index)).discard = discard.into() };
    }
}

/// Reads the next packet of any stream that is kept.
pub(crate) fn read(input: &mut Input) -> Result<Packet, FfError> {
    let mut packet = Packet::empty();
    packet.read(input)?;
    Ok(packet)
}

/// Goes to the keyframe of stream `index` at or before `tick` of its time base.
pub(crate) fn seek(input: &mut Input, index: usize, tick: i64) -> Result<(), FfError> {
    let index = i32::try_from(index).map_err(|_| FfError::StreamNotFound)?;
    // SAFETY: the context is open and exclusively borrowed.
    let code =
        unsafe { ff::ffi::avformat_seek_file(input.as_mut_ptr(), index, i64::MIN, tick, tick, 0) };
    if code < 0 { Err(code.into()) } else { Ok(()) }
}

/// Goes to the first keyframe of stream `index` at or after `tick` of its time
/// base, where the format's index knows; else to one nearby.
pub(crate) fn seek_onwards(input: &mut Input, index: usize, tick: i64) -> Result<(), FfError> {
    let index = i32::try_from(index).map_err(|_| FfError::StreamNotFound)?;
    // SAFETY: the context is open and exclusively borrowed.
    let code =
        unsafe { ff::ffi::avformat_seek_file(input.as_mut_ptr(), index, tick, tick, i64::MAX, 0) };
    if code < 0 { Err(code.into()) } else { Ok(()) }
}

/// Goes to the first byte, for formats whose time index cannot find it.
pub(crate) fn rewind(input: &mut Input) -> Result<(), FfError> {
    let flags = ff::ffi::AVSEEK_FLAG_BYTE;
    // SAFETY: the context is open and exclusively borrowed.
    let code = unsafe { ff::ffi::avformat_seek_file(input.as_mut_ptr(), -1, 0, 0, 0, flags) };
    if code < 0 { Err(code.into()) } else { Ok(()) }
}

/// True if the format's timestamps may jump or begin anywhere (broadcast).
pub(crate) fn has_loose_timestamps(input: &Input) -> bool {
    // SAFETY: an opened input always has its format.
    unsafe { (*(*input.as_ptr()).iformat).flags & ff::ffi::AVFMT_TS_DISCONT != 0 }
}

/// When the file's earliest stream starts, microseconds.
pub(crate) fn start_us(input: &Input) -> Option<i64> {
    // SAFETY: a plain field of an open context.
    let start = unsafe { (*input.as_ptr()).start_time };
    (start != ff::ffi::AV_NOPTS_VALUE).then_some(start)
}

/// The file's running time, seconds, as far as its header or bit rate tells.
pub(crate) fn duration_s(input: &Input) -> Option<f64> {
    let us = input.duration();
    (us != ff::ffi::AV_NOPTS_VALUE && us > 0).then(|| us as f64 / 1e6)
}

/// The running time that the header declares, seconds: not one guessed from a bit rate
/// or from time stamps.
pub(crate) fn declared_s(input: &Input) -> Option<f64> {
    use ff::ffi::AVDurationEstimationMethod::AVFMT_DURATION_FROM_STREAM;
    // SAFETY: a plain field of an open context, set by FFmpeg itself.
    let from = unsafe { (*input.as_ptr()).duration_estimation_method };
    duration_s(input).filter(|_| from == AVFMT_DURATION_FROM_STREAM)
}

/// The demuxer's names, such as `mov,mp4,m4a,3gp,3g2,mj2`.
pub(crate) fn format_name(input: &Input) -> String {
    // SAFETY: an opened input has a format, whose name is a static C string.
    unsafe { super::facts::text((*(*input.as_ptr()).iformat).name) }
}

/// True if the file itself, not its content, could not be read. Demuxers call
/// a short file an I/O error too, so only the I/O layer knows.
pub(crate) fn has_io_error(input: &Input) -> bool {
    // SAFETY: a custom-I/O input keeps its `pb` for life; null is refused.
    unsafe {
        let io = (*input.as_ptr()).pb;
        !io.is_null() && (*io).error < 0 && (*io).error != ff::ffi::AVERROR_EOF
    }
}
