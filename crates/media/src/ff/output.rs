//! Makes an output file and its streams.
#![allow(unsafe_code)] // Stream parameters, side data and dictionaries are copied raw.

use std::ffi::CString;
use std::io::{Cursor, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use ff::ffi;
use ff::format::context::StreamIo;
use ffmpeg_next as ff;

use super::carry::{TX3G, attach, copy_metadata, copy_side_data, copy_video_side_data, recode};
use super::encoder::Encoder;
use super::sound::LosslessEncoder;
use super::{FfError, Input, Output, Packet, Rational};
use leakmark_core::film::StreamCounts;

/// What a copied stream becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyAs {
    /// The same, bit for bit.
    Same,
    /// MP4 timed text as SubRip text.
    SubRip,
    /// SubRip or plain text as MP4 timed text.
    MovText,
    /// A cover picture as a Matroska attachment.
    Attachment,
}

/// A new output of `format` ("mp4", "mov" or "matroska") written to `sink`.
pub(crate) fn create<W>(sink: W, format: &str) -> Result<Output, FfError>
where
    W: Write + Seek + Send + 'static,
{
    super::init();
    let io = StreamIo::from_write_seek_with_capacity(sink, 1 << 18)?;
    ff::format::output_to_stream(io, None, Some(format))
}

/// Adds the encoder's stream, with what stream `index` of the master says
/// about display, mastering and language.
pub(crate) fn add_encoded(
    output: &mut Output,
    encoder: &Encoder,
    tag: u32,
    rate: Option<Rational>,
    (input, index): (&Input, usize),
) -> Result<usize, FfError> {
    let time_base = encoder.time_base();
    let mut stream = output.add_stream_with(encoder)?;
    stream.set_time_base(time_base);
    if let Some(rate) = rate {
        stream.set_avg_frame_rate(rate);
    }
    // SAFETY: the new stream and the master's are live; the index was checked
    // by whoever decodes that stream.
    unsafe {
        let to = stream.as_mut_ptr();
        let from = *(*input.as_ptr()).streams.add(index);
        (*(*to).codecpar).codec_tag = tag;
        (*to).sample_aspect_ratio = (*(*to).codecpar).sample_aspect_ratio;
        (*to).disposition = (*from).disposition;
        copy_metadata(&mut (*to).metadata, (*from).metadata);
        copy_video_side_data(from, to)?;
        Ok((*to).index as usize)
    }
}

/// Adds a stream that carries stream `index` of the master.
pub(crate) fn add_copied(
    output: &mut Output,
    input: &Input,
    index: usize,
    copy_as: CopyAs,
) -> Result<usize, FfError> {
    let source = input.stream(index).ok_or(FfError::StreamNotFound)?;
    let time_base = source.time_base();
    let mut stream = output.add_stream(ff::codec::Id::None)?;
    stream.set_parameters(source.parameters());
    stream.set_time_base(time_base);
    // SAFETY: both streams are live and their parameters are allocated.
    unsafe {
        let to = stream.as_mut_ptr();
        let from = *(*input.as_ptr()).streams.add(index);
        (*(*to).codecpar).codec_tag = 0;
        (*to).disposition = (*from).disposition;
        (*to).avg_frame_rate = (*from).avg_frame_rate;
        (*to).sample_aspect_ratio = (*from).sample_aspect_ratio;
        copy_metadata(&mut (*to).metadata, (*from).metadata);
        match copy_as {
            CopyAs::Same => copy_side_data(from, to, &|_| true)?,
            CopyAs::SubRip => recode((*to).codecpar, ffi::AVCodecID::AV_CODEC_ID_SUBRIP, &[])?,
            CopyAs::MovText => {
                recode((*to).codecpar, ffi::AVCodecID::AV_CODEC_ID_MOV_TEXT, &TX3G)?;
            }
            CopyAs::Attachment => attach(from, to)?,
        }
        Ok((*to).index as usize)
    }
}

/// Adds a stream of lossless sound that takes the place of stream `index` of the
/// master.
pub(crate) fn add_converted(
    output: &mut Output,
    encoder: &LosslessEncoder,
    input: &Input,
    index: usize,
) -> Result<usize, FfError> {
    let mut stream = output.add_stream_with(encoder.context())?;
    stream.set_time_base(Rational(1, i32::try_from(encoder.rate).unwrap_or(i32::MAX)));
    if index >= input.nb_streams() as usize {
        return Err(FfError::StreamNotFound);
    }
    // SAFETY: the new stream and the master's are live; the index was checked.
    unsafe {
        let to = stream.as_mut_ptr();
        let from = *(*input.as_ptr()).streams.add(index);
        (*(*to).codecpar).codec_tag = 0;
        (*to).disposition = (*from).disposition;
        copy_metadata(&mut (*to).metadata, (*from).metadata);
        Ok((*to).index as usize)
    }
}

/// True if a file of `format` can carry what `encoder` makes: tried in memory.
pub(crate) fn can_hold(format: &str, encoder: &LosslessEncoder) -> bool {
    let tried = create(Cursor::new(Vec::new()), format).and_then(|mut output| {
        output.add_stream_with(encoder.context())?;
        output.write_header().map(|_| ())
    });
    tried.is_ok()
}

/// Writes the header. The index of an mp4 or mov file at `path` is brought to its
/// beginning at the end, so that a download of it can be read before it is complete.
pub(crate) fn write_header(output: &mut Output, path: &Path) -> Result<(), FfError> {
    let mut name = b"file:".to_vec();
    name.extend(path.as_os_str().as_bytes());
    let name = CString::new(name).map_err(|_| FfError::InvalidData)?;
    // SAFETY: a live output, whose url is its own to free; the muxer opens it again
    // to read when it moves what it wrote.
    unsafe {
        let raw = output.as_mut_ptr();
        ffi::av_freep(std::ptr::addr_of_mut!((*raw).url).cast());
        (*raw).url = ffi::av_strdup(name.as_ptr());
        if (*raw).url.is_null() {
            return Err(FfError::Other {
                errno: libc::ENOMEM,
            });
        }
    }
    // MP4 has whole-sphere and stereoscopic pictures only by common consent.
    let options = ff::Dictionary::from_iter([("movflags", "faststart"), ("strict", "unofficial")]);
    output.write_header_with(options).map(|_| ())
}

/// True if a file of `format` can carry stream `index` of the master in this
/// way: tried on a file in memory, because the muxers' tables say too little.
pub(crate) fn can_carry(format: &str, input: &Input, index: usize, copy_as: CopyAs) -> bool {
    let tried = create(Cursor::new(Vec::new()), format).and_then(|mut output| {
        add_copied(&mut output, input, index, copy_as)?;
        output.write_header().map(|_| ())
    });
    tried.is_ok()
}

/// Copies the master's tags and chapters; returns how many chapters had
/// times that make no sense and were left out.
pub(crate) fn copy_tags(output: &mut Output, input: &Input, shift_us: i64) -> usize {
    // SAFETY: both contexts are live.
    unsafe {
        let from = (*input.as_ptr()).metadata;
        copy_metadata(&mut (*output.as_mut_ptr()).metadata, from);
    }
    let chapters: Vec<_> = input.chapters().collect();
    let mut lost = 0;
    for (n, chapter) in (0i64..).zip(&chapters) {
        let base = chapter.time_base();
        let shift = rescale(shift_us, Rational(1, 1_000_000), base);
        let (start, end) = (
            chapter.start().saturating_sub(shift),
            chapter.end().saturating_sub(shift),
        );
        // Chapters are told apart by their id while adding; a file may repeat one.
        let Ok(mut added) = output.add_chapter(i64::MIN + n, base, start, end.max(start), "")
        else {
            lost += 1;
            continue;
        };
        added.set_id(chapter.id());
        // SAFETY: the chapter just added and the master's are live.
        unsafe {
            ffi::av_dict_free(&mut (*added.as_mut_ptr()).metadata);
            copy_metadata(
                &mut (*added.as_mut_ptr()).metadata,
                (*chapter.as_ptr()).metadata,
            );
        }
    }
    lost
}

/// The unit that the muxer chose for the times of its stream `index`.
pub(crate) fn time_base(output: &Output, index: usize) -> Rational {
    output
        .stream(index)
        .map_or(Rational(1, 1), |s| s.time_base())
}

/// How many streams of each kind the output has.
pub(crate) fn counted(output: &Output) -> StreamCounts {
    use ff::media::Type;
    let mut counts = StreamCounts::default();
    for stream in output.streams() {
        let is_cover = stream
            .disposition()
            .contains(ff::format::stream::Disposition::ATTACHED_PIC);
        *match stream.parameters().medium() {
            Type::Video if is_cover => &mut counts.cover,
            Type::Video => &mut counts.video,
            Type::Audio => &mut counts.audio,
            Type::Subtitle => &mut counts.subtitle,
            Type::Attachment => &mut counts.attachment,
            _ => &mut counts.data,
        } += 1;
    }
    counts
}

/// Hands a packet to the muxer, which sorts packets of all streams by time.
pub(crate) fn write(output: &mut Output, packet: &mut Packet) -> Result<(), FfError> {
    packet.set_position(-1);
    packet.write_interleaved(output)
}

/// Ends the file and makes sure that all of it reached the disk's cache.
pub(crate) fn finish(output: &mut Output) -> Result<(), FfError> {
    output.write_trailer()?;
    // SAFETY: a custom-I/O output keeps its `pb` for life.
    let code = unsafe {
        let io = (*output.as_mut_ptr()).pb;
        ffi::avio_flush(io);
        (*io).error
    };
    if code < 0 { Err(code.into()) } else { Ok(()) }
}

/// `ticks` of `from` in units of `to`, rounded to the nearest.
pub(crate) fn rescale(ticks: i64, from: Rational, to: Rational) -> i64 {
    use ff::Rescale;
    ticks.rescale(from, to)
}
