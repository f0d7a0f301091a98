//! What a folder, a name or a pipe may hold: nothing that looks like a film is left
//! out in silence, and nothing opens another file or an address.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kit::case::{Case, testdata};
use crate::kit::exhibits::{ffmpeg, leaked, log10_lr, scanned, unreadable};
use leakmark::evidence::from_json;

/// Bytes that are of no format.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    [0x93]
        .into_iter()
        .chain(std::iter::repeat_with(&mut byte))
        .take(count)
        .collect()
}

/// The leak with its index at its end, and the first half of that.
fn halved(case: &Case) -> Vec<u8> {
    ffmpeg(case, "-i leak.mp4 -c copy -f mov whole.mov");
    let whole = fs::read(case.path("whole.mov")).unwrap();
    whole[..whole.len() / 2].to_vec()
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn whatever_looks_like_a_film_and_cannot_be_opened_is_told_of() {
    let case = leaked("folder");
    let half = halved(&case);
    let dir = case.path("dl");
    fs::create_dir_all(dir.join("deep/er")).unwrap();
    let file = |name: &str, bytes: &[u8]| fs::write(dir.join(name), bytes).unwrap();
    fs::copy(testdata("leaked.mp4"), dir.join("deep/er/noending")).unwrap();
    let html = b"<!DOCTYPE html><title>404</title>";
    let bad: [(&str, &[u8], &str); 11] = [
        ("cut.mp4", &half, "unfinished"),
        ("cut-film", &half, "unfinished"),
        ("film.mp4.part", &half, "unfinished"),
        ("Unconfirmed 7.crdownload", &noise(9000), "unknown"),
        ("reserved.mkv", &[0; 70_000], "unfinished"),
        ("random.MP4", &noise(50_000), "unknown"),
        ("random.webp", &noise(500), "unknown"),
        ("error.mp4", html, "text"),
        ("packed.avi", b"PK\x03\x04\x14\0\0\0 leak.avi", "archive"),
        ("stub.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
        ("empty.mov", b"", "empty"),
    ];
    for (name, bytes, _) in bad {
        file(name, bytes);
    }
    let odd = dir.join(std::ffi::OsStr::from_bytes(b"odd-\xff.mkv"));
    fs::write(&odd, noise(700)).unwrap();
    fifo(&dir.join("pipe.mp4"));
    // What looks like no film.
    file("notes.txt", b"a few words");
    file("readme", "Grüße".as_bytes());
    file("app.ts", b"export const a = 1;\n");
    file("archive.zip", b"PK\x03\x04\x14\0\0\0 leak.avi");
    file("archive.rar", b"Rar!\x1A\x07\x01\0");
    file("list.m3u8", b"#EXTM3U\n#EXTINF:9,\na.ts\n");
    file("subs.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHm.\n");
    file("._cut.mp4", b"\0\x05\x16\x07\0\x02\0\0Mac OS X");
    file("blob.bin", &noise(3000));
    file("nothing", b"");
    fifo(&dir.join("pipe"));
    std::os::unix::fs::symlink("cut.mp4", dir.join("link.mp4")).unwrap();
    ffmpeg(&case, "-f lavfi -i sine -t 1 -c:a aac dl/sound.mp4");

    let (lines, code, words) = scanned(&case, &["dl", "-v", "--out", "reports"]);
    assert_eq!(code, 3, "{words}");
    let mut want: Vec<(String, String)> = bad
        .iter()
        .map(|&(name, _, kind)| (name.to_owned(), kind.to_owned()))
        .collect();
    want.push(("odd-\u{fffd}.mkv".into(), "unknown".into()));
    want.push(("pipe.mp4".into(), "not_a_file".into()));
    want.sort();
    let mut got = unreadable(&lines);
    got.sort();
    assert_eq!(got, want, "{words}");
    assert_eq!(lines.len(), want.len() + 1);
    // The one film among them is examined.
    let film = lines
        .iter()
        .find(|line| line.get("verdict").is_some())
        .unwrap();
    log10_lr(&from_json(&film.to_string()).unwrap());
    // Hashes of what can be read, and words about what is missing.
    let of = |name: &str| {
        let file = lines.iter().filter_map(|line| line.get("unreadable"));
        file.into_iter()
            .find(|f| f["path"].as_str().unwrap().ends_with(name))
            .unwrap()
    };
    assert_eq!(of("cut.mp4")["size_bytes"], half.len());
    assert_eq!(of("cut.mp4")["sha256"], of("film.mp4.part")["sha256"]);
    assert!(
        of("cut.mp4")["message"]
            .as_str()
            .unwrap()
            .contains("index (moov)")
    );
    assert!(
        of("packed.avi")["hint"]
            .as_str()
            .unwrap()
            .contains("unpack")
    );
    assert!(of("pipe.mp4")["sha256"].is_null());
    // All else is counted by kind, and named with -v.
    for kind in [
        "3 text",
        "1 zip",
        "1 rar",
        "1 playlist",
        "1 subtitles",
        "1 system file",
        "1 other",
        "1 empty file",
        "1 pipe",
        "1 link",
        "1 sound",
        "left out 13 files",
        "unpack them",
    ] {
        assert!(words.contains(kind), "{kind}: {words}");
    }
    assert!(words.contains("left out dl/notes.txt (text)"), "{words}");
    assert!(words.contains("left out dl/link.mp4 (link)"), "{words}");
    let summary = fs::read_to_string(case.path("reports/summary.csv")).unwrap();
    assert_eq!(summary.lines().count(), 1 + lines.len(), "{summary}");
    assert!(summary.contains("index (moov)"), "{summary}");
    let said = fs::read_to_string(case.path("reports/cut.mp4.unreadable.json")).unwrap();
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(&said["unreadable"], of("cut.mp4"));
}

#[test]
fn without_v_nothing_is_named_and_a_folder_of_other_files_alone_is_fine() {
    let case = leaked("quiet_folder");
    fs::create_dir(case.path("dl")).unwrap();
    fs::copy(testdata("leaked.mp4"), case.path("dl/a.mp4")).unwrap();
    fs::write(case.path("dl/notes.txt"), "words").unwrap();
    let said = case.ended(0, &["scan", "dl"]);
    assert!(said.contains("left out 1 file: 1 text"), "{said}");
    assert!(!said.contains("notes.txt"), "{said}");
}

#[test]
fn a_folder_with_nothing_to_scan_is_a_usage_error() {
    let case = Case::new("empty_folder");
    fs::create_dir(case.path("none")).unwrap();
    let said = case.ended(2, &["scan", "none"]);
    assert!(said.contains("nothing to scan"), "{said}");
    fs::write(case.path("none/notes.txt"), "words").unwrap();
    let said = case.ended(2, &["scan", "none"]);
    assert!(said.contains("1 text"), "{said}");
}

#[test]
fn a_folder_that_may_not_be_looked_into_is_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let case = leaked("shut_folder");
    let shut = case.path("dl/shut");
    fs::create_dir_all(&shut).unwrap();
    fs::copy(testdata("leaked.mp4"), case.path("dl/a.mp4")).unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    let obeyed = fs::read_dir(&shut).is_err();
    let (lines, code, words) = scanned(&case, &["dl"]);
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    if !obeyed {
        println!("skipped: permissions do not bind this user");
        return;
    }
    assert_eq!(code, 3, "{words}");
    let shut = ("shut".to_owned(), "no_permission".to_owned());
    assert_eq!(unreadable(&lines), [shut]);
}

#[test]
fn names_that_are_addresses_or_protocols_are_said_to_be_so() {
    let case = leaked("addresses");
    for (name, kind) in [
        ("https://example.org/leak.mp4", "address"),
        ("s3://bucket/leak.mp4", "address"),
        ("rtsp://127.0.0.1:9/live", "address"),
        ("file:///etc/hostname", "address"),
        ("concat:leak.mp4|leak.mp4", "missing"),
        ("subfile,,start,0,end,0,,:leak.mp4", "missing"),
        ("data:video/mp4;base64,AAAA", "missing"),
        ("pipe:0", "missing"),
        ("nowhere.mp4", "missing"),
    ] {
        let (lines, code, words) = scanned(&case, &[name]);
        assert_eq!(code, 3, "{name}: {words}");
        assert_eq!(unreadable(&lines)[0].1, kind, "{name}: {words}");
        assert!(lines[0]["unreadable"]["hint"].is_string());
    }
}

/// Lists of files: each is sound, and names the leak and an address.
#[test]
fn lists_of_files_open_neither_files_nor_addresses() {
    let case = leaked("lists");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    ffmpeg(&case, "-i leak.mp4 -c copy -t 4 -f mpegts part.ts");
    let file = |name: &str, text: &str| fs::write(case.path(name), text).unwrap();
    let hls = |first: &str| {
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{first}\n#EXT-X-ENDLIST\n")
    };
    file("near.m3u8", &hls("part.ts"));
    // FFmpeg itself follows it: the file is what it seems.
    ffmpeg(&case, "-i near.m3u8 -frames:v 1 -f null -");
    file("far.m3u8", &hls(&format!("http://{address}/a.ts")));
    file("far.mp4", &hls(&format!("http://{address}/a.ts")));
    file("list.ffconcat", "ffconcat version 1.0\nfile part.ts\n");
    file(
        "stream.sdp",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    );
    let mpd = format!(
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" mediaPresentationDuration=\"PT4S\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>http://{address}/a.mp4</BaseURL><SegmentBase indexRange=\"0-9\"/></Representation></AdaptationSet></Period></MPD>"
    );
    file("manifest.mpd", &mpd);
    file("list.pls", "[playlist]\nFile1=leak.mp4\n");
    file(
        "film.torrent",
        "d8:announce20:http://127.0.0.1:9/a4:infod4:name4:filmee",
    );
    for name in [
        "near.m3u8",
        "far.m3u8",
        "far.mp4",
        "list.ffconcat",
        "stream.sdp",
        "manifest.mpd",
        "list.pls",
        "film.torrent",
    ] {
        let (lines, code, words) = scanned(&case, &[name]);
        assert_eq!(code, 3, "{name}: {words}");
        assert_eq!(unreadable(&lines)[0].1, "playlist", "{name}: {words}");
    }
    let asked = listener.accept().map(|_| ()).map_err(|e| e.kind());
    assert_eq!(
        asked,
        Err(ErrorKind::WouldBlock),
        "somebody asked for an address"
    );
}

fn piped(case: &Case, input: Option<&Path>, args: &[&str]) -> (Vec<String>, i32, String) {
    let stdin = input.map_or_else(Stdio::null, |path| File::open(path).unwrap().into());
    // Through a pipe: a file as standard input could be sought in.
    let mut cat = Command::new("cat")
        .stdin(stdin)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_leakmark"))
        .current_dir(&case.dir)
        .arg("--home")
        .arg(case.home())
        .args(args)
        .stdin(cat.stdout.take().unwrap())
        .output()
        .unwrap();
    cat.wait().unwrap();
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (
        lines.map(Into::into).collect(),
        output.status.code().unwrap(),
        words,
    )
}

#[test]
fn standard_input_is_an_exhibit_like_any_other() {
    let case = leaked("stdin");
    let leak = testdata("leaked.mp4");
    let (lines, code, words) = piped(&case, Some(&leak), &["scan", "--json", "-"]);
    assert_eq!(code, 0, "{words}");
    let piped_in = from_json(&lines[0]).unwrap();
    let (named, ..) = scanned(&case, &["leak.mp4"]);
    let named = from_json(&named[0].to_string()).unwrap();
    assert_eq!(piped_in.exhibit.path, "-");
    assert_eq!(piped_in.exhibit.sha256, named.exhibit.sha256);
    assert_eq!(piped_in.attributions, named.attributions);
    let (_, code, words) = piped(&case, None, &["scan", "-"]);
    assert_eq!(code, 3, "{words}");
    assert!(words.contains("empty"), "{words}");
    let (_, code, words) = piped(&case, Some(&leak), &["scan", "-", "-"]);
    assert_eq!(code, 2, "{words}");
}
