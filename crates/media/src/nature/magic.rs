//! Tells kinds of files by their first bytes.

/// So many first bytes are looked at.
pub(crate) const HEAD: usize = 4096;

/// What a file is by its first bytes, with the kind in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// A container of films.
    Film(&'static str),
    /// A picture.
    Still(&'static str),
    Sound(&'static str),
    Archive(&'static str),
    /// It names films.
    Playlist(&'static str),
    Subtitles(&'static str),
    Text(&'static str),
    /// Some other kind.
    Other(&'static str),
    /// What systems leave in folders, whatever its name.
    System(&'static str),
    Zeros,
    Unknown,
}

use Nature::{Archive, Film, Other, Playlist, Sound, Still, Subtitles, System, Text};

/// The words for archives and disc images.
pub const ARCHIVES: &[&str] = &[
    "zip",
    "rar",
    "7z",
    "gzip",
    "bzip2",
    "xz",
    "zstd",
    "lzip",
    "cab",
    "xar",
    "tar",
    "disc image",
];

/// First bytes, and what begins so.
const BEGINNINGS: &[(&[u8], Nature)] = &[
    (b"\x1A\x45\xDF\xA3", Film("mkv")),
    (b"FLV\x01", Film("flv")),
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Film("asf")),
    (b"\x00\x00\x01\xBA", Film("mpeg")),
    (b"\x00\x00\x01\xB3", Film("mpeg")),
    (b"\x06\x0E\x2B\x34\x02\x05\x01\x01", Film("mxf")),
    (b".RMF", Film("rm")),
    (b"DKIF", Film("ivf")),
    (b"YUV4MPEG2", Film("y4m")),
    (b"nut/multimedia container\0", Film("nut")),
    (b"\x89PNG\r\n\x1A\n", Still("png")),
    (b"\xFF\xD8\xFF", Still("jpeg")),
    (b"GIF87a", Still("gif")),
    (b"GIF89a", Still("gif")),
    (b"II*\0", Still("tiff")),
    (b"MM\0*", Still("tiff")),
    (b"II+\0", Still("tiff")),
    (b"\0\0\0\x0CJXL \r\n\x87\n", Still("jxl")),
    (b"\xFF\x0A", Still("jxl")),
    (b"\0\0\0\x0CjP  \r\n\x87\n", Still("jp2")),
    (b"\xFF\x4F\xFF\x51", Still("j2k")),
    (b"SDPX", Still("dpx")),
    (b"XPDS", Still("dpx")),
    (b"\x76\x2F\x31\x01", Still("exr")),
    (b"8BPS", Still("psd")),
    (b"qoif", Still("qoi")),
    (b"ID3", Sound("mp3")),
    (b"fLaC", Sound("flac")),
    (b"MThd", Sound("midi")),
    (b"\x0B\x77", Sound("ac3")),
    (b"PK\x03\x04", Archive("zip")),
    (b"PK\x05\x06", Archive("zip")),
    (b"PK\x07\x08", Archive("zip")),
    (b"Rar!\x1A\x07", Archive("rar")),
    (b"7z\xBC\xAF\x27\x1C", Archive("7z")),
    (b"\x1F\x8B", Archive("gzip")),
    (b"BZh", Archive("bzip2")),
    (b"\xFD7zXZ\0", Archive("xz")),
    (b"\x28\xB5\x2F\xFD", Archive("zstd")),
    (b"LZIP", Archive("lzip")),
    (b"MSCF\0\0\0\0", Archive("cab")),
    (b"xar!", Archive("xar")),
    (b"%PDF-", Other("pdf")),
    (b"\x7FELF", Other("program")),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        Other("office document"),
    ),
    (b"SQLite format 3\0", Other("database")),
    (b"DVDVIDEO-VMG", Other("dvd index")),
    (b"DVDVIDEO-VTS", Other("dvd index")),
    (b"INDX0", Other("blu-ray index")),
    (b"MPLS0", Other("blu-ray index")),
    (b"HDMV0", Other("blu-ray index")),
    (b"\0\x05\x16\x07", System("system file")),
    (b"\0\0\0\x01Bud1", System("system file")),
];

/// What a file is that begins with `head`, [`HEAD`] bytes of it or all.
pub(crate) fn nature(head: &[u8]) -> Nature {
    if let Some((_, nature)) = BEGINNINGS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *nature;
    }
    let at = |from: usize, word: &[u8]| head.get(from..from + word.len()) == Some(word);
    match head {
        [] => return Nature::Unknown,
        _ if head.iter().all(|&byte| byte == 0) => return Nature::Zeros,
        _ => {}
    }
    if at(4, b"ftyp") {
        return brand(head.get(8..12).unwrap_or_default());
    }
    if at(0, b"RIFF") || at(0, b"RIFX") || at(0, b"RF64") {
        return riff(head.get(8..12).unwrap_or_default());
    }
    if at(257, b"ustar") {
        return Archive("tar");
    }
    if is_mp4(head) {
        return Film("mp4");
    }
    if is_transport_stream(head) {
        return Film("ts");
    }
    if at(0, b"OggS") {
        return ogg(head);
    }
    // Two letters are few: the sizes behind them must fit.
    if at(0, b"BM") && at(6, &[0; 4]) {
        return Still("bmp");
    }
    if at(0, b"MZ") && !is_text(head) {
        return Other("program");
    }
    match is_text(head) {
        true => text(head),
        false => Nature::Unknown,
    }
}

/// By the major brand of an ISO file.
fn brand(brand: &[u8]) -> Nature {
    match brand {
        b"avif" => Still("avif"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" => Still("heic"),
        b"M4A " | b"M4B " => Sound("m4a"),
        b"crx " => Still("cr3"),
        _ => Film("mp4"),
    }
}

fn riff(form: &[u8]) -> Nature {
    match form {
        b"AVI " | b"AMV " => Film("avi"),
        b"WEBP" => Still("webp"),
        b"WAVE" => Sound("wav"),
        b"CDXA" => Film("vcd"),
        _ => Other("riff"),
    }
}

/// Without `ftyp`: old QuickTime files, and fragments.
fn is_mp4(head: &[u8]) -> bool {
    let Some(name) = head.get(4..8) else {
        return false;
    };
    matches!(
        name,
        b"moov" | b"mdat" | b"wide" | b"styp" | b"moof" | b"pnot" | b"sidx"
    )
}

/// Sync bytes at four packets' beginnings, of 188 bytes or 192.
fn is_transport_stream(head: &[u8]) -> bool {
    let syncs = |from: usize, step: usize| (0..4).all(|n| head.get(from + n * step) == Some(&0x47));
    syncs(0, 188) || syncs(4, 192) || syncs(0, 204)
}

fn ogg(head: &[u8]) -> Nature {
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    match has(b"\x80theora") || has(b"BBCD\0") || has(b"OVP80") {
        true => Film("ogg"),
        false => Sound("ogg"),
    }
}

/// True if all of it can be seen or is white space, in UTF-8 or UTF-16.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return head.len() > 2;
    }
    let words = match std::str::from_utf8(head) {
        Ok(words) => words,
        // The last letter may be cut.
        Err(e) if e.error_len().is_none() && e.valid_up_to() > 0 => {
            std::str::from_utf8(&head[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0C' | '\x1B');
    !words.is_empty() && !words.chars().any(odd)
}

/// The kind of a text.
fn text(head: &[u8]) -> Nature {
    let words = String::from_utf8_lossy(head);
    let words = words.trim_start_matches('\u{feff}').trim_start();
    let start: String = words.chars().take(64).collect::<String>().to_lowercase();
    let begins = |word: &str| start.starts_with(word);
    if begins("#extm3u") || begins("[playlist]") || begins("ffconcat version") {
        return Playlist("playlist");
    }
    if begins("v=0") && words.contains("\nm=video") {
        return Playlist("description of a stream");
    }
    if words.contains("<MPD") || words.contains("<SmoothStreamingMedia") {
        return Playlist("manifest of a stream");
    }
    if begins("d8:announce") || begins("d13:announce") || begins("d4:info") || begins("magnet:?") {
        return Playlist("torrent");
    }
    if begins("webvtt") || begins("[script info]") || words.contains(" --> ") {
        return Subtitles("subtitles");
    }
    if begins("<!doctype html") || begins("<html") || begins("<head") {
        return Text("html");
    }
    Text("text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        let cases: [(&[u8], Nature); 17] = [
            (b"\0\0\0\x20ftypisom\0\0", Film("mp4")),
            (b"\0\0\0\x20ftypavif\0\0", Still("avif")),
            (b"\0\0\0\x08wide\0\0\0\0mdat", Film("mp4")),
            (b"\x1A\x45\xDF\xA3\x01", Film("mkv")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Still("webp")),
            (b"RIFF\x10\0\0\0WAVEfmt ", Sound("wav")),
            (b"PK\x03\x04\x14", Archive("zip")),
            (b"  <!DOCTYPE HTML><p>", Text("html")),
            ("Grüße, das ist kein Film".as_bytes(), Text("text")),
            (b"MZ and more words", Text("text")),
            (b"BM is a text too", Text("text")),
            (b"#EXTM3U\nhttp://x/a.ts", Playlist("playlist")),
            (b"d8:announce30:http", Playlist("torrent")),
            (
                b"1\n00:00:01,000 --> 00:00:02,000\nhm",
                Subtitles("subtitles"),
            ),
            (b"\0\0\0\0\0\0", Nature::Zeros),
            (b"\x93\x01\x88\xFA\x00", Nature::Unknown),
            (b"", Nature::Unknown),
        ];
        for (head, want) in cases {
            assert_eq!(nature(head), want, "{head:?}");
        }
        let mut packets = vec![0x11; 188 * 4];
        (0..4).for_each(|n| packets[n * 188] = 0x47);
        assert_eq!(nature(&packets), Film("ts"));
    }
}
