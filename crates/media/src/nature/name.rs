//! Says whether a file's name is that of a film or a picture, whole or not.

use std::path::Path;

/// Endings of films and pictures, in lower case.
const MEDIA: &[&str] = &[
    "mp4", "m4v", "mov", "qt", "mkv", "mk3d", "webm", "avi", "divx", "xvid", "ts", "m2ts", "mts",
    "m2t", "trp", "tp", "tod", "mpg", "mpeg", "mpe", "m1v", "m2v", "mpv", "vob", "evo", "wmv",
    "asf", "flv", "f4v", "3gp", "3gpp", "3g2", "ogv", "ogm", "mxf", "gxf", "dv", "rm", "rmvb",
    "mjpg", "mjpeg", "mj2", "h264", "264", "avc", "h265", "265", "hevc", "av1", "obu", "ivf",
    "y4m", "nut", "amv", "wtv", "m4s", "cmfv", "ismv", "insv", "lrv", "dav", "png", "apng", "jpg",
    "jpeg", "jpe", "jfif", "webp", "bmp", "dib", "tif", "tiff", "gif", "avif", "avifs", "heic",
    "heics", "heif", "heifs", "hif", "jxl", "jp2", "j2k", "jpx", "dpx", "exr", "psd", "tga", "qoi",
    "pnm", "ppm", "pgm", "dng", "cr2", "cr3", "nef", "arw",
];

/// Those among them that text has as well.
const AMBIGUOUS: &[&str] = &["ts", "mts", "tp", "dv", "rm", "h264", "av1"];

/// What programs put behind a name while a file is fetched.
const PARTIAL: &[&str] = &[
    "part",
    "partial",
    "crdownload",
    "download",
    "opdownload",
    "!ut",
    "!qb",
    "bc!",
    "tmp",
    "temp",
];

/// The same, and always of a download: without another ending it may be a film's.
const DOWNLOAD: &[&str] = &["part", "crdownload", "opdownload", "!ut", "!qb", "bc!"];

/// True if a file is named as films or pictures are, also while they are fetched
/// (`film.mp4.part`) and in parts of a split file (`film.mkv.001`).
pub fn is_named_like_media(path: &Path) -> bool {
    let Some(ending) = ending(path) else {
        return false;
    };
    if MEDIA.contains(&ending.as_str()) {
        return true;
    }
    let inner = path.with_extension("");
    let part = PARTIAL.contains(&ending.as_str()) || is_number(&ending);
    match self::ending(&inner) {
        Some(_) if part => is_named_like_media(&inner),
        None => DOWNLOAD.contains(&ending.as_str()),
        Some(_) => false,
    }
}

/// True if the ending is one that text has too.
pub(super) fn is_ambiguous(path: &Path) -> bool {
    ending(path).is_some_and(|ending| AMBIGUOUS.contains(&ending.as_str()))
}

fn is_number(ending: &str) -> bool {
    ending.len() == 3 && ending.bytes().all(|b| b.is_ascii_digit())
}

/// The ending in lower case; what is no UTF-8 is replaced. What is longer than any
/// ending, or has a space, is a part of the name.
fn ending(path: &Path) -> Option<String> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    (ending.len() <= 10 && !ending.contains(' ')).then_some(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_told_by_their_names_also_while_they_are_fetched() {
        for name in [
            "a.mp4",
            "A.MKV",
            "a.b.webp",
            "film.mp4.part",
            "Unconfirmed 123.crdownload",
            "film.avi.!qB",
            "film.mkv.001",
            "film.mkv.002.part",
        ] {
            assert!(is_named_like_media(Path::new(name)), "{name}");
        }
        for name in [
            "a",
            "notes.txt",
            "a.zip",
            "setup.exe.part",
            "a.001",
            "mp4",
            ".mp4",
            "a.nfo",
            "x.tmp",
        ] {
            assert!(!is_named_like_media(Path::new(name)), "{name}");
        }
    }
}
