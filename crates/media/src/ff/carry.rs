//! Carries what belongs to a stream from the master's to the
//! copy's: tags, side data, private headers, a cover's bytes.
//!
//! # Safety
//! Every function takes pointers to live streams, parameters or dictionaries
//! that nothing else uses meanwhile.
#![allow(unsafe_code)] // Raw structs on both sides.

use ffmpeg_next::ffi;

use super::FfError;

/// The style of MP4 timed text without any: FFmpeg's own default (18 points,
/// white, centred at the bottom, "Serif").
pub(super) const TX3G: [u8; 48] = [
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

pub(super) unsafe fn copy_metadata(
    to: *mut *mut ffi::AVDictionary,
    from: *const ffi::AVDictionary,
) {
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

pub(super) unsafe fn copy_video_side_data(
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
pub(super) unsafe fn copy_side_data(
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
pub(super) unsafe fn recode(
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
pub(super) unsafe fn attach(
    from: *const ffi::AVStream,
    to: *mut ffi::AVStream,
) -> Result<(), FfError> {
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
