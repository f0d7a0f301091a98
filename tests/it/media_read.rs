//! Reading: every pixel layout, damaged and hostile files, times and seeks.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::program::ffmpeg_in;
use leakmark::error::Result;
use leakmark::luma::Samples;
use leakmark::media::{DecodedFrame, Limits, ReadOptions, Source, VideoReader, is_video, probe};
use tempfile::TempDir;

/// A file made by `ffmpeg` from a moving test picture.
fn clip(dir: &TempDir, name: &str, source: &str, encode: &str) -> PathBuf {
    ffmpeg_in(dir.path(), &format!("-f lavfi -i {source} {encode} {name}"));
    dir.path().join(name)
}

fn open_with(path: &Path, limits: &Limits, options: &ReadOptions) -> Result<VideoReader> {
    VideoReader::open(&Source::open(path)?, limits, options)
}

fn open(path: &Path) -> VideoReader {
    open_with(path, &Limits::default(), &ReadOptions::default()).unwrap()
}

fn open_error(path: &Path) -> String {
    match open_with(path, &Limits::default(), &ReadOptions::default()) {
        Ok(_) => panic!("{} should not open", path.display()),
        Err(e) => e.to_string(),
    }
}

fn frames(path: &Path) -> Vec<DecodedFrame> {
    let mut reader = open(path);
    std::iter::from_fn(|| reader.next_frame().unwrap()).collect()
}

/// The picture's luma, packed, one number a sample.
fn luma(frame: &DecodedFrame) -> Vec<u16> {
    let view = frame.luma();
    let at = |i: usize| match view.samples {
        Samples::U8(s) => u16::from(s[i]),
        Samples::U16(s) => s[i],
    };
    let f = view.format;
    (0..f.height)
        .flat_map(|y| (0..f.width).map(move |x| y * f.stride + x))
        .map(at)
        .collect()
}

/// What the `ffmpeg` command decodes as luma.
fn reference(dir: &TempDir, path: &Path, format: &str) -> Vec<u8> {
    let arguments = format!(
        "-i {} -frames:v 1 -vf extractplanes=y -f rawvideo -pix_fmt {format} reference.raw",
        path.display()
    );
    ffmpeg_in(dir.path(), &arguments);
    std::fs::read(dir.path().join("reference.raw")).unwrap()
}

#[test]
fn luma_is_exact_in_every_planar_format() {
    let dir = TempDir::new().unwrap();
    for (format, codec) in [
        ("yuv420p", "libx264"),
        ("yuv422p", "libx264"),
        ("yuv444p", "libx264"),
        ("yuvj420p", "libx264"),
        ("nv12", "rawvideo"),
        ("gray", "ffv1"),
        ("yuv411p", "ffv1"),
    ] {
        let encode = format!("-frames:v 3 -pix_fmt {format} -c:v {codec}");
        let path = clip(&dir, "a.mkv", "testsrc2=s=561x407:r=10", &encode);
        let found = luma(&frames(&path)[0]);
        let want: Vec<u16> = reference(&dir, &path, "gray")
            .iter()
            .map(|&b| b.into())
            .collect();
        assert!(found == want, "{format}");
        assert_eq!(
            probe(&path, &Limits::default()).unwrap().bit_depth,
            8,
            "{format}"
        );
    }
}

#[test]
fn luma_is_exact_above_eight_bits() {
    let dir = TempDir::new().unwrap();
    for (format, gray, codec, depth) in [
        (
            "yuv420p10le",
            "gray10le",
            "libx265 -x265-params log-level=none",
            10,
        ),
        ("yuv422p10le", "gray10le", "libx264", 10),
        ("yuv444p12le", "gray12le", "ffv1", 12),
        ("gray16le", "gray16le", "ffv1", 16),
    ] {
        let encode = format!("-frames:v 2 -pix_fmt {format} -c:v {codec}");
        let path = clip(&dir, "a.mkv", "testsrc2=s=322x180:r=10", &encode);
        let frame = &frames(&path)[0];
        let want: Vec<u16> = reference(&dir, &path, gray)
            .chunks_exact(2)
            .map(|b| u16::from_le_bytes([b[0], b[1]]))
            .collect();
        assert!(luma(frame) == want, "{format}");
        assert_eq!(frame.luma().format.bit_depth, depth);
    }
}

#[test]
fn rgb_palette_and_packed_formats_are_converted() {
    let dir = TempDir::new().unwrap();
    let plain = clip(
        &dir,
        "p.mkv",
        "testsrc2=s=320x180",
        "-frames:v 1 -pix_fmt yuv444p -c:v ffv1",
    );
    let want = luma(&frames(&plain)[0]);
    for (name, encode) in [
        ("a.mkv", "-frames:v 1 -pix_fmt bgr0 -c:v ffv1"),
        ("b.mkv", "-frames:v 1 -pix_fmt gbrp -c:v ffv1"),
        ("c.gif", "-frames:v 2"),
        ("d.avi", "-frames:v 1 -pix_fmt yuyv422 -c:v rawvideo"),
        ("e.mkv", "-frames:v 1 -pix_fmt gbrp10le -c:v ffv1"),
    ] {
        let path = clip(&dir, name, "testsrc2=s=320x180", encode);
        assert!(is_video(&path), "{name}");
        let frame = &frames(&path)[0];
        let scale = 2f64.powi(i32::from(frame.luma().format.bit_depth) - 8);
        let found = luma(frame);
        let error: f64 = found
            .iter()
            .zip(&want)
            .map(|(&a, &b)| (f64::from(a) / scale - f64::from(b)).abs())
            .sum();
        assert!(
            error / (want.len() as f64) < 6.0,
            "{name}: {}",
            error / want.len() as f64
        );
        assert!(!frame.luma().format.full_range);
    }
}

#[test]
fn the_container_is_described() {
    let dir = TempDir::new().unwrap();
    let encode = "-f lavfi -i sine -t 1 -vf setsar=4/3 -pix_fmt yuvj422p -color_range pc -c:v libx264 -c:a aac";
    clip(&dir, "a.mp4", "testsrc2=s=320x180:r=25", encode);
    ffmpeg_in(dir.path(), "-i a.mp4 -c copy -metadata:s:v rotate=90 b.mp4");
    let info = probe(&dir.path().join("b.mp4"), &Limits::default()).unwrap();
    assert_eq!(
        (info.codec.as_str(), info.width, info.height),
        ("h264", 320, 180)
    );
    assert_eq!(info.sample_aspect_ratio, (4, 3));
    assert!([90, 270].contains(&info.rotation_deg), "{info:?}");
    assert_eq!(info.display_size(), (180, 427));
    assert_eq!((info.bit_depth, info.chroma.as_str()), (8, "4:2:2"));
    assert!(info.full_range && info.has_audio && !info.encrypted);
    assert_eq!(info.declared_frames, Some(25));
    assert!((info.fps.unwrap() - 25.0).abs() < 1e-9);
    assert!((info.duration_s.unwrap() - 1.0).abs() < 0.05);
    assert_eq!((info.streams.video, info.streams.audio), (1, 1));
}

#[test]
fn times_and_counts_are_those_of_the_file() {
    let dir = TempDir::new().unwrap();
    let vfr = "-frames:v 40 -vf settb=1/1000,setpts=N*40+mod(N*7\\,11)*3 -vsync passthrough -enc_time_base 1:1000 -c:v libx264";
    for name in ["a.mkv", "a.mp4"] {
        let path = clip(&dir, name, "testsrc2=s=160x90:r=25", vfr);
        let mut reader = open(&path);
        let times: Vec<f64> = std::iter::from_fn(|| reader.next_frame().unwrap())
            .map(|f| f.time_s())
            .collect();
        assert_eq!(times.len(), 40);
        for (n, &time) in times.iter().enumerate() {
            let want = (n as f64 * 40.0 + (n * 7 % 11) as f64 * 3.0) / 1000.0;
            assert!(
                (time - want).abs() < 2e-3,
                "{name} frame {n}: {time} {want}"
            );
        }
        let counts = reader.counts();
        assert_eq!((counts.demuxed, counts.decoded), (40, 40));
        assert_eq!(
            (counts.rejected, counts.corrupt, counts.read_errors),
            (0, 0, 0)
        );
    }
}

#[test]
fn seeking_lands_on_the_keyframe_before() {
    let dir = TempDir::new().unwrap();
    for name in ["a.mp4", "a.mkv", "a.ts"] {
        let path = clip(
            &dir,
            name,
            "testsrc2=s=160x90:r=25",
            "-t 4 -g 25 -sc_threshold 0 -c:v libx264",
        );
        let all = frames(&path);
        let mut reader = open(&path);
        for wanted_s in [2.5, 0.0, 3.0] {
            reader.seek(wanted_s).unwrap();
            let frame = reader.next_frame().unwrap().unwrap();
            assert!(
                frame.time_s() <= wanted_s + 1e-6,
                "{name}: {}",
                frame.time_s()
            );
            assert!(
                name == "a.ts" || frame.time_s() > wanted_s - 1.1,
                "{name}: {}",
                frame.time_s()
            );
            let same = (frame.time_s() * 25.0).round() as usize;
            assert!(luma(&frame) == luma(&all[same]), "{name} at {wanted_s}");
        }
    }
}

#[test]
fn keyframes_alone_are_a_subset() {
    let dir = TempDir::new().unwrap();
    let path = clip(
        &dir,
        "a.mp4",
        "testsrc2=s=160x90:r=25",
        "-t 4 -g 25 -sc_threshold 0 -c:v libx264",
    );
    let options = ReadOptions {
        keyframes_only: true,
        deblock: leakmark::media::Deblock::Nothing,
        threads: 2,
        ..ReadOptions::default()
    };
    let mut reader = open_with(&path, &Limits::default(), &options).unwrap();
    let keys: Vec<_> = std::iter::from_fn(|| reader.next_frame().unwrap()).collect();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(DecodedFrame::is_key));
    let times: Vec<f64> = keys.iter().map(DecodedFrame::time_s).collect();
    assert_eq!(times, [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn frames_may_change_size_in_mid_stream() {
    let dir = TempDir::new().unwrap();
    clip(&dir, "a.ts", "testsrc2=s=320x180:r=10", "-t 1 -c:v libx264");
    clip(&dir, "b.ts", "testsrc2=s=160x120:r=10", "-t 1 -c:v libx264");
    let mut both = std::fs::read(dir.path().join("a.ts")).unwrap();
    both.extend(std::fs::read(dir.path().join("b.ts")).unwrap());
    let path = dir.path().join("c.ts");
    std::fs::write(&path, both).unwrap();
    let all = frames(&path);
    assert_eq!((all[0].width(), all[0].height()), (320, 180));
    let last = all.last().unwrap();
    assert_eq!((last.width(), last.luma().format.height), (160, 120));
    assert!(all.windows(2).all(|w| w[1].time_s() > w[0].time_s()));
}

#[test]
fn a_truncated_file_gives_what_it_has() {
    let dir = TempDir::new().unwrap();
    let path = clip(
        &dir,
        "a.mp4",
        "testsrc2=s=320x180:r=25",
        "-t 4 -c:v libx264 -movflags +faststart",
    );
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let mut reader = open(&path);
    while reader.next_frame().unwrap().is_some() {}
    let counts = reader.counts();
    assert_eq!(counts.declared, Some(100));
    assert!(counts.decoded > 20 && counts.decoded < 80, "{counts:?}");
}

#[test]
fn damage_never_crashes_the_reader() {
    let dir = TempDir::new().unwrap();
    for name in ["a.mp4", "a.mkv", "a.ts"] {
        let path = clip(
            &dir,
            name,
            "testsrc2=s=160x90:r=25",
            "-t 1 -g 10 -c:v libx264",
        );
        let whole = std::fs::read(&path).unwrap();
        for seed in 0..40u64 {
            let mut bytes = whole.clone();
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            for _ in 0..30 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = (state >> 20) as usize % bytes.len();
                bytes[at] = (state >> 12) as u8;
            }
            let broken = dir.path().join(format!("broken-{name}"));
            std::fs::write(&broken, bytes).unwrap();
            if let Ok(mut reader) = open_with(&broken, &Limits::default(), &ReadOptions::default())
            {
                while let Ok(Some(frame)) = reader.next_frame() {
                    assert!(!luma(&frame).is_empty());
                }
            }
        }
    }
}

#[test]
fn what_is_not_a_video_is_said_in_words() {
    let dir = TempDir::new().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        std::fs::write(dir.path().join(name), bytes).unwrap();
        dir.path().join(name)
    };
    let fifo = dir.path().join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let audio = clip(&dir, "a.m4a", "sine", "-t 1 -c:a aac");
    let png = clip(&dir, "a.png", "testsrc2=s=160x90", "-frames:v 1");
    let jpg = clip(&dir, "a.jpg", "testsrc2=s=160x90", "-frames:v 1");
    let playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n";
    for (path, words) in [
        (file("empty.mp4", b""), "empty"),
        (file("garbage.mp4", &[0x85; 5000]), "not a video"),
        (file("text.mkv", b"hello, this is no film\n"), "not a video"),
        (file("list.m3u8", playlist), "a playlist"),
        (audio, "sound but no video"),
        (png, "still image"),
        (jpg, "still image"),
        (dir.path().to_owned(), "directory"),
        (fifo, "pipe"),
        (PathBuf::from("/dev/zero"), "device"),
        (dir.path().join("nowhere.mp4"), "no such file"),
    ] {
        let said = open_error(&path);
        println!("{said}");
        assert!(said.contains(words), "{said}");
        assert!(!is_video(&path), "{}", path.display());
    }
}

#[test]
fn sound_with_a_cover_is_not_a_video() {
    let dir = TempDir::new().unwrap();
    clip(&dir, "c.jpg", "testsrc2=s=160x90", "-frames:v 1");
    let encode = "-i c.jpg -t 1 -map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic";
    let path = clip(&dir, "a.m4a", "sine", encode);
    assert!(!is_video(&path));
    assert!(open_error(&path).contains("video"), "{}", open_error(&path));
}

#[test]
fn limits_refuse_before_decoding() {
    let dir = TempDir::new().unwrap();
    let path = clip(
        &dir,
        "a.mp4",
        "testsrc2=s=320x180:r=25",
        "-t 2 -c:v libx264",
    );
    let refused = |limits: Limits| {
        open_with(&path, &limits, &ReadOptions::default())
            .err()
            .unwrap()
            .to_string()
    };
    let sound = Limits::default();
    assert!(
        refused(Limits {
            max_pixels: 1000,
            ..sound
        })
        .contains("pixels")
    );
    assert!(
        refused(Limits {
            max_streams: 0,
            ..sound
        })
        .contains("streams")
    );
}

#[cfg(unix)]
#[test]
fn paths_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let dir = TempDir::new().unwrap();
    let path = clip(
        &dir,
        "a.mp4",
        "testsrc2=s=160x90",
        "-frames:v 5 -c:v libx264",
    );
    let odd = dir
        .path()
        .join(std::ffi::OsStr::from_bytes(b"film-\xff\xfe: 100%.mp4"));
    std::fs::rename(path, &odd).unwrap();
    assert_eq!(frames(&odd).len(), 5);
}

#[test]
fn frames_and_readers_can_cross_threads() {
    fn sendable<T: Send>() {}
    sendable::<VideoReader>();
    sendable::<DecodedFrame>();
    assert!(leakmark::media::library_version().contains("libavcodec"));
}
