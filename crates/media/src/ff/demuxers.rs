//! Says which of FFmpeg's formats may be opened.
#![allow(unsafe_code)] // Walks FFmpeg's static list of demuxers.

use std::ptr::null_mut;
use std::sync::OnceLock;

use ffmpeg_next::ffi;

use super::facts::text;

/// Formats that exist to open other files, addresses or programs, and those that
/// draw text or run scripts: none of them holds a film.
const REFUSED: &[&str] = &[
    "hls",
    "applehttp",
    "dash",
    "webm_dash_manifest",
    "imf",
    "concat",
    "sdp",
    "rtsp",
    "rtp",
    "sap",
    "image2",
    "image2pipe",
    "vapoursynth",
    "avisynth",
    "ffmetadata",
    "tty",
    "svg_pipe",
    "lavfi",
];

/// The names of all formats that may be opened, as FFmpeg's `format_whitelist`
/// wants them.
pub(crate) fn allowed() -> &'static str {
    static NAMES: OnceLock<String> = OnceLock::new();
    NAMES.get_or_init(|| {
        let refused = |name: &String| name.split(',').any(|n| REFUSED.contains(&n));
        let names: Vec<String> = all().into_iter().filter(|n| !refused(n)).collect();
        names.join(",")
    })
}

fn all() -> Vec<String> {
    let mut names = Vec::new();
    let mut place = null_mut();
    loop {
        // SAFETY: the list is static; `place` is FFmpeg's own and begins as null.
        let format = unsafe { ffi::av_demuxer_iterate(&mut place) };
        if format.is_null() {
            return names;
        }
        // SAFETY: a format has a static name.
        names.push(unsafe { text((*format).name) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_may_be_opened_and_lists_of_files_may_not() {
        let allowed: Vec<&str> = allowed().split(',').collect();
        for name in ["mp4", "matroska", "mpegts", "avi", "gif", "bmp_pipe"] {
            assert!(allowed.contains(&name), "{name}");
        }
        for name in REFUSED {
            assert!(!allowed.contains(name), "{name}");
        }
    }
}
