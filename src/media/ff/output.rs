//! This module makes an output file and its streams.
#![allow(unsafe_code)] // Stream parameters, side data and dictionaries are copied raw.

use std::io::{Cursor, Seek, Write};

use ff::ffi;
use ff::format::context::StreamIo;
use ffmpeg_next as ff;

use super::encoder::Encoder;
use super::{FfError, Input, Output, Packet, Rational};

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

/// The style of MP4 timed text without any: FFmpeg's own default (18 points,
/// white, centred at the bottom, "Serif").
const TX3G: [u8; 48] = [
    0, 0, 0, 0, 1, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 18, 0xff, 0xff,
    0xff, 0xff, 0, 0, 0, 18, b'f', b't', b'a', b'b', 0, 1, 0, 1, 5, b'S', b'e', b'r', b'i', b'f',
];

/// Tags that describe the master's own packaging, and would now be wrong.
const STALE_TAGS: [&str; 4] = [
    "encoder",
    "major_brand",
    "minor_version",
    "compatible_brands",
];

unsafe fn copy_metadata(to: *mut *mut ffi::AVDictionary, from: *const ffi::AVDictionary) {
    // SAFETY: the caller hands live dictionaries; the keys are C strings.
    unsafe {
        ffi::av_dict_copy(to, from, 0);
        for tag in STALE_TAGS {
            if let Ok(key) = std::ffi::CString::new(tag) {
                ffi::av_dict_set(to, key.as_ptr(), std::ptr::null(), 0);
            }
        }
    }
}

unsafe fn copy_video_side_data(
    from: *const ffi::AVStream,
    to: *mut ffi::AVStream,
) -> Result<(), FfError> {
    use ffi::AVPacketSideDataType as Side;
    let describes_the_picture = |kind: i32| {
        [
            Side::AV_PKT_DATA_DISPLAYMATRIX,
            Side::AV_PKT_DATA_STEREO3D,
            Side::AV_PKT_DATA_SPHERICAL,
            Side::AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
            Side::AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
            Side::AV_PKT_DATA_ICC_PROFILE,
        ]
        .iter()
        .any(|&k| k as i32 == kind)
    };
    // SAFETY: the caller's promise.
    unsafe { copy_side_data(from, to, &describes_the_picture) }
}

/// Copies the side data whose type number `wanted` accepts.
unsafe fn copy_side_data(
    from: *const ffi::AVStream,
    to: *mut ffi::AVStream,
    wanted: &dyn Fn(i32) -> bool,
) -> Result<(), FfError> {
    // SAFETY: the caller hands live streams; each entry's bytes are copied.
    unsafe {
        for n in 0..usize::try_from((*from).nb_side_data).unwrap_or(0) {
            let entry = (*from).side_data.add(n);
            let kind = std::ptr::addr_of!((*entry).type_).cast::<i32>().read();
            if !wanted(kind) || (*entry).data.is_null() || (*entry).size == 0 {
                continue;
            }
            let copy = ffi::av_stream_new_side_data(to, (*entry).type_, (*entry).size);
            if copy.is_null() {
                return Err(FfError::Other {
                    errno: libc::ENOMEM,
                });
            }
            std::ptr::copy_nonoverlapping((*entry).data, copy, (*entry).size);
        }
    }
    Ok(())
}

/// Changes what a stream's packets are, and their private header.
unsafe fn recode(
    par: *mut ffi::AVCodecParameters,
    codec: ffi::AVCodecID,
    header: &[u8],
) -> Result<(), FfError> {
    // SAFETY: the caller hands live parameters, whose header FFmpeg allocated.
    unsafe {
        (*par).codec_id = codec;
        ffi::av_freep(std::ptr::addr_of_mut!((*par).extradata).cast());
        (*par).extradata_size = 0;
        set_header(par, header)
    }
}

unsafe fn set_header(par: *mut ffi::AVCodecParameters, header: &[u8]) -> Result<(), FfError> {
    let size = i32::try_from(header.len()).map_err(|_| FfError::InvalidData)?;
    if size == 0 {
        return Ok(());
    }
    let padded = header.len() + ffi::AV_INPUT_BUFFER_PADDING_SIZE as usize;
    // SAFETY: a fresh zeroed buffer with FFmpeg's padding, owned by `par` now.
    unsafe {
        let buffer = ffi::av_mallocz(padded).cast::<u8>();
        if buffer.is_null() {
            return Err(FfError::Other {
                errno: libc::ENOMEM,
            });
        }
        std::ptr::copy_nonoverlapping(header.as_ptr(), buffer, header.len());
        (*par).extradata = buffer;
        (*par).extradata_size = size;
    }
    Ok(())
}

/// Makes a cover picture an attached file, the way Matroska keeps covers.
unsafe fn attach(from: *const ffi::AVStream, to: *mut ffi::AVStream) -> Result<(), FfError> {
    // SAFETY: live streams; a cover's packet is kept by the demuxer.
    unsafe {
        let picture = &(*from).attached_pic;
        let size = usize::try_from(picture.size).unwrap_or(0);
        if picture.data.is_null() || size == 0 {
            return Err(FfError::InvalidData);
        }
        let (mime, name) = match (*(*from).codecpar).codec_id {
            ffi::AVCodecID::AV_CODEC_ID_MJPEG => (c"image/jpeg", c"cover.jpg"),
            ffi::AVCodecID::AV_CODEC_ID_PNG => (c"image/png", c"cover.png"),
            _ => return Err(FfError::InvalidData),
        };
        let par = (*to).codecpar;
        (*par).codec_type = ffi::AVMediaType::AVMEDIA_TYPE_ATTACHMENT;
        (*to).disposition = 0;
        recode(
            par,
            (*par).codec_id,
            std::slice::from_raw_parts(picture.data, size),
        )?;
        ffi::av_dict_set(&mut (*to).metadata, c"mimetype".as_ptr(), mime.as_ptr(), 0);
        let keep = ffi::AV_DICT_DONT_OVERWRITE;
        ffi::av_dict_set(
            &mut (*to).metadata,
            c"filename".as_ptr(),
            name.as_ptr(),
            keep,
        );
    }
    Ok(())
}
