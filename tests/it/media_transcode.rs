//! Writing marked copies: what must not change does not, what must does.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::kit::program::{ffmpeg_in, tool};
use leakmark::error::{Error, Result};
use leakmark::luma::{LumaViewMut, Samples, SamplesMut};
use leakmark::media::{
    Allowances, Container, FrameEditor, Limits, OutputSpec, ReadOptions, Source, TranscodeSummary,
    VideoCodec, VideoEncoding, VideoReader, probe, transcode,
};
use tempfile::TempDir;

/// Adds a pattern that depends on the frame to every sample.
struct Add(i32);

impl FrameEditor for Add {
    fn edit(&mut self, index: u64, _time_s: f64, luma: LumaViewMut<'_>) -> Result<()> {
        let f = luma.format;
        let scale = 1 << (f.bit_depth - 8);
        let most = (256 << (f.bit_depth - 8)) - 1;
        let add = self.0 * scale * if index.is_multiple_of(2) { 1 } else { -1 };
        let changed = |old: i32| (old + add).clamp(0, most);
        match luma.samples {
            SamplesMut::U8(s) => s.iter_mut().for_each(|s| *s = changed(i32::from(*s)) as u8),
            SamplesMut::U16(s) => s
                .iter_mut()
                .for_each(|s| *s = changed(i32::from(*s)) as u16),
        }
        Ok(())
    }
}

struct Failing(u64);

impl FrameEditor for Failing {
    fn edit(&mut self, index: u64, _time_s: f64, _luma: LumaViewMut<'_>) -> Result<()> {
        if index == self.0 {
            Err(Error::usage("the editor gave up"))
        } else {
            Ok(())
        }
    }
}

fn ffmpeg(dir: &TempDir, arguments: &str) -> String {
    ffmpeg_in(dir.path(), arguments)
}

/// Lines of comma-separated values.
fn ffprobe(dir: &TempDir, arguments: &str) -> String {
    let lines = tool(
        dir.path(),
        "ffprobe",
        &format!("-v error -of csv=p=0 {arguments}"),
    );
    lines.replace(",\n", "\n")
}

fn encoding(codec: VideoCodec, crf: f32) -> VideoEncoding {
    VideoEncoding {
        codec,
        crf,
        preset: "ultrafast".to_owned(),
        threads: 2,
        overview: None,
        cut_from_s: None,
    }
}

fn container(name: &str) -> Container {
    match name.rsplit('.').next() {
        Some("mkv") => Container::Mkv,
        Some("mov") => Container::Mov,
        _ => Container::Mp4,
    }
}

fn try_mark(
    dir: &TempDir,
    master: &str,
    encoding: &VideoEncoding,
    copies: Vec<(&str, Box<dyn FrameEditor>)>,
) -> Result<TranscodeSummary> {
    mark_allowing(dir, master, encoding, &Allowances::all(), copies)
}

fn mark_allowing(
    dir: &TempDir,
    master: &str,
    encoding: &VideoEncoding,
    allowed: &Allowances,
    copies: Vec<(&str, Box<dyn FrameEditor>)>,
) -> Result<TranscodeSummary> {
    let outputs = copies
        .into_iter()
        .map(|(name, editor)| {
            let spec = OutputSpec {
                path: dir.path().join(name),
                container: container(name),
            };
            (spec, editor)
        })
        .collect();
    let master = dir.path().join(master);
    let go_on = AtomicBool::new(false);
    transcode(
        &Source::open(&master).unwrap(),
        &Limits::default(),
        encoding,
        allowed,
        outputs,
        &|_| {},
        &go_on,
    )
}

/// One copy of `master` called `copy`, at crf 1.
fn mark(dir: &TempDir, master: &str, copy: &str, codec: VideoCodec, add: i32) -> TranscodeSummary {
    let editor: Box<dyn FrameEditor> = Box::new(Add(add));
    try_mark(dir, master, &encoding(codec, 1.0), vec![(copy, editor)]).unwrap()
}

/// What the only copy loses, in words.
fn lost(summary: &TranscodeSummary) -> String {
    let ledger = &summary.outputs[0].ledger;
    let words: Vec<&str> = ledger.lost.iter().map(|l| l.words.as_str()).collect();
    words.join("; ")
}

struct Film {
    /// Luma of each frame, scaled to 8 bits.
    frames: Vec<Vec<f32>>,
    times: Vec<f64>,
}

fn film(path: &Path) -> Film {
    let mut reader = VideoReader::open(
        &Source::open(path).unwrap(),
        &Limits::default(),
        &ReadOptions::default(),
    )
    .unwrap();
    let mut film = Film {
        frames: Vec::new(),
        times: Vec::new(),
    };
    while let Some(frame) = reader.next_frame().unwrap() {
        let view = frame.luma();
        let f = view.format;
        let scale = 1.0 / f32::from(1u16 << (f.bit_depth - 8));
        let picked = (0..f.height).flat_map(|y| (0..f.width).map(move |x| y * f.stride + x));
        film.frames.push(match view.samples {
            Samples::U8(s) => picked.map(|i| f32::from(s[i])).collect(),
            Samples::U16(s) => picked.map(|i| f32::from(s[i]) * scale).collect(),
        });
        film.times.push(frame.time_s());
    }
    film
}

/// Worst frame's PSNR in dB after `add` (with alternating sign) is applied to `a`.
fn worst_psnr_db(a: &Film, b: &Film, add: f32) -> f64 {
    assert_eq!(a.frames.len(), b.frames.len());
    let of_frame = |n: usize| {
        let add = [add, -add][n % 2];
        let (x, y) = (&a.frames[n], &b.frames[n]);
        assert_eq!(x.len(), y.len());
        let square = |(x, y): (&f32, &f32)| f64::from(((x + add).clamp(0.0, 255.0) - y).powi(2));
        let mse = x.iter().zip(y).map(square).sum::<f64>() / x.len() as f64;
        10.0 * (255.0 * 255.0 / mse.max(1e-9)).log10()
    };
    (0..a.frames.len())
        .map(of_frame)
        .fold(f64::INFINITY, f64::min)
}

fn path(dir: &TempDir, name: &str) -> PathBuf {
    dir.path().join(name)
}

#[test]
fn every_format_keeps_its_picture_and_its_frames() {
    let dir = TempDir::new().unwrap();
    for (size, format, make, codec, copy) in [
        (
            "1080x1916",
            "yuv420p",
            "libx264 -preset ultrafast",
            VideoCodec::H264,
            "c.mp4",
        ),
        ("320x180", "yuv422p", "libx264", VideoCodec::H264, "c.mkv"),
        ("320x180", "yuv444p", "libx264", VideoCodec::Hevc, "c.mkv"),
        (
            "320x180",
            "yuv420p10le",
            "libx264",
            VideoCodec::Hevc,
            "c.mp4",
        ),
        (
            "320x180",
            "yuv422p10le",
            "libx264",
            VideoCodec::H264,
            "c.mov",
        ),
        (
            "320x180",
            "yuv444p10le",
            "libx264",
            VideoCodec::H264,
            "c.mp4",
        ),
        (
            "320x180",
            "yuv420p12le",
            "libx265 -x265-params log-level=none",
            VideoCodec::Hevc,
            "c.mkv",
        ),
        ("320x180", "gray", "ffv1", VideoCodec::H264, "c.mkv"),
        ("320x180", "nv12", "rawvideo", VideoCodec::H264, "c.mp4"),
    ] {
        let source = format!("-f lavfi -i testsrc2=s={size}:r=25");
        ffmpeg(
            &dir,
            &format!("{source} -frames:v 13 -pix_fmt {format} -c:v {make} m.mkv"),
        );
        let summary = mark(&dir, "m.mkv", copy, codec, 0);
        let (a, b) = (film(&path(&dir, "m.mkv")), film(&path(&dir, copy)));
        let psnr_db = worst_psnr_db(&a, &b, 0.0);
        assert!(psnr_db > 45.0, "{format} {codec:?}: {psnr_db:.1} dB");
        assert_eq!((summary.frames, a.frames.len()), (13, 13), "{format}");
        assert!(
            (summary.duration_s - 0.52).abs() < 2e-3,
            "{}",
            summary.duration_s
        );
        let info = |name: &str| probe(&path(&dir, name), &Limits::default()).unwrap();
        assert_eq!(info("m.mkv").bit_depth, info(copy).bit_depth);
        // FFmpeg decodes monochrome H.264 as 4:2:0 with gray chroma.
        assert!(
            format == "gray" || info("m.mkv").chroma == info(copy).chroma,
            "{format}"
        );
        assert!(
            (info(copy).fps.unwrap() - 25.0).abs() < 0.5,
            "{:?}",
            info(copy)
        );
        assert_eq!(
            summary.outputs[0].bytes,
            std::fs::metadata(path(&dir, copy)).unwrap().len()
        );
    }
}

#[test]
fn an_edit_changes_its_own_frame_and_no_other() {
    let dir = TempDir::new().unwrap();
    for (format, codec) in [
        ("yuv420p", VideoCodec::H264),
        ("yuv420p10le", VideoCodec::Hevc),
    ] {
        let source = "-f lavfi -i mandelbrot=s=320x180:r=25 -frames:v 50";
        ffmpeg(
            &dir,
            &format!("{source} -pix_fmt {format} -c:v libx264 -bf 3 -refs 4 m.mp4"),
        );
        mark(&dir, "m.mp4", "c.mp4", codec, 5);
        let (a, b) = (film(&path(&dir, "m.mp4")), film(&path(&dir, "c.mp4")));
        let psnr_db = worst_psnr_db(&a, &b, 5.0);
        assert!(psnr_db > 42.0, "{format}: {psnr_db:.1} dB");
    }
}

#[test]
fn several_copies_come_from_one_decode() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 30 -c:v libx264 m.mp4",
    );
    let copies: Vec<(&str, Box<dyn FrameEditor>)> = vec![
        ("a.mp4", Box::new(Add(3))),
        ("b.mkv", Box::new(Add(0))),
        ("c.mov", Box::new(Add(-3))),
    ];
    let summary = try_mark(&dir, "m.mp4", &encoding(VideoCodec::H264, 1.0), copies).unwrap();
    assert_eq!(summary.counts.decoded, 30);
    let master = film(&path(&dir, "m.mp4"));
    for (name, add) in [("a.mp4", 3.0), ("b.mkv", 0.0), ("c.mov", -3.0)] {
        let psnr_db = worst_psnr_db(&master, &film(&path(&dir, name)), add);
        assert!(psnr_db > 42.0, "{name}: {psnr_db:.1} dB");
    }
}

#[test]
fn a_variable_frame_rate_keeps_every_timestamp() {
    let dir = TempDir::new().unwrap();
    let jitter =
        "-vf settb=1/1000,setpts=N*40+mod(N*7\\,11)*3 -vsync passthrough -enc_time_base 1:1000";
    for name in ["mp4", "mkv"] {
        let source = "-f lavfi -i testsrc2=s=160x90:r=25 -frames:v 60";
        ffmpeg(&dir, &format!("{source} {jitter} -c:v libx264 m.{name}"));
        for copy in ["c.mp4", "c.mkv"] {
            mark(&dir, &format!("m.{name}"), copy, VideoCodec::H264, 1);
            let pts = |file: &str| {
                let all = ffprobe(&dir, &format!("-show_entries frame=pts_time {file}"));
                all.lines().map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(pts(&format!("m.{name}")), pts(copy), "{name} to {copy}");
        }
    }
}

#[test]
fn the_look_of_the_picture_is_kept() {
    let dir = TempDir::new().unwrap();
    let look = "-vf setsar=4/3 -color_range pc -colorspace bt709 -color_primaries bt2020 \
                -color_trc smpte2084 -chroma_sample_location topleft";
    let source = "-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 5";
    ffmpeg(
        &dir,
        &format!("{source} {look} -pix_fmt yuvj420p -c:v libx264 t.mp4"),
    );
    ffmpeg(
        &dir,
        "-i t.mp4 -c copy -metadata:s:v rotate=90 -metadata title=Film m.mp4",
    );
    for copy in ["c.mp4", "c.mov", "c.mkv"] {
        let summary = mark(&dir, "m.mp4", copy, VideoCodec::H264, 0);
        let (a, b) = (
            probe(&path(&dir, "m.mp4"), &Limits::default()).unwrap(),
            probe(&path(&dir, copy), &Limits::default()).unwrap(),
        );
        assert_ne!(a.rotation_deg, 0);
        assert_eq!(a.sample_aspect_ratio, b.sample_aspect_ratio, "{copy}");
        assert_eq!(b.pixel_format.replace("yuvj", "yuv"), "yuv420p");
        assert!(a.full_range && b.full_range, "{copy}");
        let colors =
            |i: &leakmark::media::StreamInfo| (i.color_primaries, i.color_transfer, i.color_matrix);
        assert_eq!(colors(&a), (9, 16, 1));
        assert_eq!(colors(&b), (9, 16, 1), "{copy}");
        let said = lost(&summary).contains("rotation");
        assert_eq!(a.rotation_deg == b.rotation_deg, !said, "{copy}: {b:?}");
        let place = "-select_streams v -show_entries stream=chroma_location";
        assert_eq!(ffprobe(&dir, &format!("{place} {copy}")).trim(), "topleft");
        assert_eq!(
            ffprobe(&dir, &format!("-show_entries format_tags=title {copy}")).trim(),
            "Film"
        );
        let worst = worst_psnr_db(&film(&path(&dir, "m.mp4")), &film(&path(&dir, copy)), 0.0);
        assert!(worst > 45.0, "{copy}: {worst}");
    }
}

/// Two sounds, subtitles, chapters, a font and a cover.
fn rich_master(dir: &TempDir) {
    let srt = "1\n00:00:00,500 --> 00:00:01,200\n<i>Hallo</i> Welt\n\n2\n00:00:01,500 --> 00:00:02,500\nZwei\n";
    std::fs::write(path(dir, "s.srt"), srt).unwrap();
    let chapters = ";FFMETADATA1\ntitle=Film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=One\n\
                    [CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=3000\ntitle=Two\n";
    std::fs::write(path(dir, "c.txt"), chapters).unwrap();
    std::fs::write(path(dir, "f.ttf"), [7; 500]).unwrap();
    ffmpeg(dir, "-f lavfi -i testsrc2=s=160x120 -frames:v 1 cover.jpg");
    ffmpeg(
        dir,
        "-f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine=f=440:r=48000 \
         -f lavfi -i sine=f=880:r=44100 -i s.srt -i c.txt -map 0 -map 1 -map 2 -map 3 \
         -map_metadata 4 -t 3 -c:v libx264 -c:a:0 aac -c:a:1 ac3 -c:s srt \
         -metadata:s:a:1 language=ger -disposition:a:1 forced \
         -attach f.ttf -metadata:s:t mimetype=application/x-truetype-font m.mkv",
    );
    ffmpeg(
        dir,
        "-i m.mkv -i cover.jpg -map 0:v -map 0:a -map 0:s -map 1 -c copy -c:s mov_text \
         -disposition:v:1 attached_pic m.mp4",
    );
}

/// Hashes of every packet of one stream, in order.
fn packets(dir: &TempDir, file: &str, stream: &str) -> Vec<String> {
    let entries = "-show_entries packet=data_hash,size -show_data_hash md5";
    ffprobe(dir, &format!("{entries} -select_streams {stream} {file}"))
        .lines()
        .map(str::to_owned)
        .collect()
}

fn times(dir: &TempDir, file: &str, stream: &str) -> Vec<f64> {
    ffprobe(
        dir,
        &format!("-show_entries packet=pts_time -select_streams {stream} {file}"),
    )
    .lines()
    .filter_map(|line| line.trim_end_matches(',').parse().ok())
    .collect()
}

/// Offsets of the sound's packets from the first picture, seconds.
fn sync(dir: &TempDir, file: &str, stream: &str) -> Vec<f64> {
    let start = times(dir, file, "v:0")
        .into_iter()
        .fold(f64::INFINITY, f64::min);
    times(dir, file, stream)
        .into_iter()
        .map(|t| t - start)
        .collect()
}

#[test]
fn all_other_streams_are_copied_bit_for_bit() {
    let dir = TempDir::new().unwrap();
    rich_master(&dir);
    for (master, copy) in [
        ("m.mkv", "a.mkv"),
        ("m.mkv", "b.mp4"),
        ("m.mp4", "c.mkv"),
        ("m.mp4", "d.mp4"),
        ("m.mp4", "e.mov"),
    ] {
        let summary = mark(&dir, master, copy, VideoCodec::H264, 1);
        println!(
            "{master} to {copy}: {:?} {:?}",
            lost(&summary),
            summary.notes
        );
        for stream in ["a:0", "a:1"] {
            assert_eq!(
                packets(&dir, master, stream),
                packets(&dir, copy, stream),
                "{copy} {stream}"
            );
            let (a, b) = (sync(&dir, master, stream), sync(&dir, copy, stream));
            assert!(a.len() > 50 && a.len() == b.len());
            let worst = a
                .iter()
                .zip(&b)
                .map(|(x, y)| (x - y).abs())
                .fold(0.0, f64::max);
            assert!(worst < 2e-3, "{master} to {copy} {stream}: {worst} s");
        }
        let chapters = ffprobe(
            &dir,
            &format!(
                "-show_chapters -show_entries chapter=start_time,end_time:chapter_tags=title {copy}"
            ),
        );
        assert_eq!(chapters.lines().count(), 2, "{chapters}");
        assert!(
            chapters.contains("1.500000,3.000000,Two"),
            "{copy}: {chapters}"
        );
        let language = ffprobe(
            &dir,
            &format!("-select_streams a:1 -show_entries stream_tags=language {copy}"),
        );
        assert_eq!(language.trim(), "ger", "{copy}");
        let forced = |file: &str| {
            let entry = "-select_streams a:1 -show_entries stream_disposition=forced";
            ffprobe(&dir, &format!("{entry} {file}"))
        };
        // QuickTime has no field for it.
        assert!(copy == "e.mov" || forced(master) == forced(copy), "{copy}");
        let words = ffmpeg(&dir, &format!("-i {copy} -map 0:s:0 -f srt -"));
        assert!(words.contains("Hallo") && words.contains("Zwei"), "{words}");
        // MP4 keeps the pauses between texts as samples of their own.
        let shown = |file: &str| {
            let at = sync(&dir, file, "s:0");
            assert!(at.iter().any(|t| (t - 1.5).abs() < 2e-3), "{file}: {at:?}");
        };
        shown(master);
        shown(copy);
    }
    let same = packets(&dir, "m.mkv", "s:0");
    assert_eq!(same, packets(&dir, "a.mkv", "s:0"));
    let fonts = ffprobe(
        &dir,
        "-select_streams t -show_entries stream_tags=filename a.mkv",
    );
    assert_eq!(fonts.trim(), "f.ttf");
    let info = |name: &str| {
        probe(&path(&dir, name), &Limits::default())
            .unwrap()
            .streams
    };
    assert_eq!(
        (
            info("m.mp4").cover,
            info("d.mp4").cover,
            info("c.mkv").cover
        ),
        (1, 1, 1)
    );
    assert_eq!(packets(&dir, "m.mp4", "v:1"), packets(&dir, "d.mp4", "v:1"));
    assert_eq!(packets(&dir, "m.mp4", "v:1"), packets(&dir, "c.mkv", "v:1"));
}

#[test]
fn what_a_container_cannot_carry_is_said() {
    let dir = TempDir::new().unwrap();
    rich_master(&dir);
    let left_out = |master: &str, copy: &str| lost(&mark(&dir, master, copy, VideoCodec::H264, 0));
    assert!(left_out("m.mkv", "b.mp4").contains("attachment"));
    assert_eq!(left_out("m.mkv", "a.mkv"), "");
    assert_eq!(left_out("m.mp4", "d.mp4"), "");
    assert!(left_out("m.mp4", "e.mov").contains("cover"));
    ffmpeg(&dir, "-i m.mp4 -map 0:v:0 -map 0:v:0 -c copy two.mkv");
    assert!(left_out("two.mkv", "f.mkv").contains("second film"));
}

#[test]
fn hevc_in_mp4_plays_on_apple_devices() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 5 -c:v libx264 m.mp4",
    );
    mark(&dir, "m.mp4", "c.mp4", VideoCodec::Hevc, 0);
    let tag = ffprobe(&dir, "-show_entries stream=codec_tag_string c.mp4");
    assert_eq!(tag.trim(), "hvc1");
}

#[test]
fn hdr10_data_and_fields_are_kept() {
    let dir = TempDir::new().unwrap();
    let hdr = "log-level=none:master-display=G(13250,34500)B(7500,3000)R(34000,16000)\
               WP(15635,16450)L(10000000,1):max-cll=1000,400:transfer=16";
    let source = "-f lavfi -i testsrc2=s=320x180:r=24 -frames:v 5 -pix_fmt yuv420p10le";
    ffmpeg(
        &dir,
        &format!("{source} -c:v libx265 -x265-params {hdr} m.mp4"),
    );
    mark(&dir, "m.mp4", "c.mkv", VideoCodec::Hevc, 0);
    let first = "-show_frames -read_intervals %+#1 -show_entries frame=side_data_list";
    let found = |file: &str| ffprobe(&dir, &format!("{first} {file}"));
    assert!(found("c.mkv").contains("1000,400"), "{}", found("c.mkv"));
    assert_eq!(
        found("m.mp4").split("H.26").next(),
        found("c.mkv").split("H.26").next()
    );
    let summary = mark(&dir, "m.mp4", "d.mkv", VideoCodec::H264, 0);
    assert_eq!(lost(&summary), "");
    // FFmpeg 5.1 does not read it back from H.264, but it is there.
    let traced = "-v trace -i d.mkv -c copy -bsf:v trace_headers -f null -";
    let traced = Command::new("ffmpeg")
        .current_dir(dir.path())
        .args(traced.split_whitespace())
        .output()
        .unwrap();
    let traced = String::from_utf8_lossy(&traced.stderr).into_owned();
    assert!(traced.contains("Mastering Display Colour Volume"));
    assert!(traced.contains("max_content_light_level"));
    let fields = "-frames:v 20 -vf interlace -flags +ilme+ildct -c:v libx264";
    ffmpeg(
        &dir,
        &format!("-f lavfi -i testsrc2=s=320x180:r=50 {fields} i.mp4"),
    );
    mark(&dir, "i.mp4", "j.mp4", VideoCodec::H264, 0);
    let order = |file: &str| ffprobe(&dir, &format!("-show_entries stream=field_order {file}"));
    assert_eq!(order("i.mp4"), order("j.mp4"));
    assert_eq!(order("i.mp4").trim(), "tt");
}

#[test]
fn a_damaged_master_never_crashes_the_run() {
    let dir = TempDir::new().unwrap();
    rich_master(&dir);
    for master in ["m.mkv", "m.mp4"] {
        let whole = std::fs::read(path(&dir, master)).unwrap();
        for seed in 1..12u64 {
            let mut bytes = whole.clone();
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            for _ in 0..60 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = (state >> 20) as usize % bytes.len();
                bytes[at] = (state >> 12) as u8;
            }
            std::fs::write(path(&dir, "broken"), bytes).unwrap();
            let editor: Box<dyn FrameEditor> = Box::new(Add(1));
            let name = ["o.mp4", "o.mkv"][seed as usize % 2];
            match try_mark(
                &dir,
                "broken",
                &encoding(VideoCodec::H264, 30.0),
                vec![(name, editor)],
            ) {
                Ok(_) | Err(Error::Unreadable { .. } | Error::Unwritable { .. }) => {}
                Err(other) => panic!("{master} {seed}: {other}"),
            }
        }
    }
}

#[test]
fn odd_and_foreign_formats_are_converted_and_said() {
    let dir = TempDir::new().unwrap();
    for (size, format, want) in [
        ("561x407", "yuv420p", "even"),
        ("320x180", "bgr0", "converted"),
        ("320x180", "yuv411p", "converted"),
        ("320x180", "yuva420p", "converted"),
    ] {
        let source = format!(
            "-f lavfi -i color=c=gray:s=562x408 -vf crop={}",
            size.replace('x', ":")
        );
        ffmpeg(
            &dir,
            &format!("{source}:exact=1 -frames:v 3 -pix_fmt {format} -c:v ffv1 m.mkv"),
        );
        let info = probe(&path(&dir, "m.mkv"), &Limits::default()).unwrap();
        assert_eq!(format!("{}x{}", info.width, info.height), size);
        for codec in [VideoCodec::H264, VideoCodec::Hevc] {
            let summary = mark(&dir, "m.mkv", "c.mp4", codec, 0);
            assert!(
                lost(&summary).contains(want),
                "{format}: {:?}",
                summary.outputs
            );
            assert_eq!(summary.frames, 3);
            assert_eq!(film(&path(&dir, "c.mp4")).frames.len(), 3);
        }
    }
}

#[test]
fn a_size_change_in_mid_stream_is_scaled() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=320x180:r=10 -t 1 -c:v libx264 a.ts",
    );
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=160x120:r=10 -t 1 -c:v libx264 -output_ts_offset 1.5 b.ts",
    );
    let mut both = std::fs::read(path(&dir, "a.ts")).unwrap();
    both.extend(std::fs::read(path(&dir, "b.ts")).unwrap());
    std::fs::write(path(&dir, "m.ts"), both).unwrap();
    let summary = mark(&dir, "m.ts", "c.mp4", VideoCodec::H264, 1);
    assert!(summary.frames >= 19, "{summary:?}");
    assert!(
        summary.notes.join("; ").contains("another size"),
        "{summary:?}"
    );
    let info = probe(&path(&dir, "c.mp4"), &Limits::default()).unwrap();
    assert_eq!((info.width, info.height), (320, 180));
    assert!(info.start_s < 0.5, "{info:?}");
}

#[test]
fn broadcast_audio_goes_into_mp4_in_sync() {
    let dir = TempDir::new().unwrap();
    let source = "-f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine=r=48000 -t 2";
    ffmpeg(
        &dir,
        &format!("{source} -c:v libx264 -c:a aac -output_ts_offset 1000 m.ts"),
    );
    mark(&dir, "m.ts", "c.mp4", VideoCodec::H264, 0);
    let (a, b) = (sync(&dir, "m.ts", "a:0"), sync(&dir, "c.mp4", "a:0"));
    assert_eq!(a.len(), b.len());
    let worst = a
        .iter()
        .zip(&b)
        .map(|(x, y)| (x - y).abs())
        .fold(0.0, f64::max);
    assert!(worst < 1e-3, "{worst}");
    let last = film(&path(&dir, "c.mp4")).times.pop().unwrap();
    assert!((last - 1.96).abs() < 1e-6, "{last}");
}

#[test]
fn the_last_frame_lasts_as_long_as_it_did() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=320x180:r=5 -frames:v 10 -c:v libx264 m.mp4",
    );
    mark(&dir, "m.mp4", "c.mp4", VideoCodec::H264, 0);
    let info = probe(&path(&dir, "c.mp4"), &Limits::default()).unwrap();
    assert!((info.duration_s.unwrap() - 2.0).abs() < 1e-6, "{info:?}");
}

#[test]
fn an_editors_error_is_the_one_reported() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 200 -c:v libx264 m.mp4",
    );
    let copies: Vec<(&str, Box<dyn FrameEditor>)> = vec![
        ("a.mp4", Box::new(Add(0))),
        ("b.mp4", Box::new(Failing(20))),
    ];
    let said = try_mark(&dir, "m.mp4", &encoding(VideoCodec::H264, 20.0), copies);
    assert!(said.unwrap_err().to_string().contains("gave up"));
}

#[test]
fn a_cancelled_run_ends_soon() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=640x360:r=25 -t 20 -c:v libx264 -preset ultrafast m.mp4",
    );
    let cancelled = AtomicBool::new(false);
    let spec = OutputSpec {
        path: path(&dir, "a.mp4"),
        container: Container::Mp4,
    };
    let editor: Box<dyn FrameEditor> = Box::new(Add(0));
    let said = transcode(
        &Source::open(&path(&dir, "m.mp4")).unwrap(),
        &Limits::default(),
        &encoding(VideoCodec::Hevc, 20.0),
        &Allowances::default(),
        vec![(spec, editor)],
        &|progress| cancelled.store(progress.frames >= 20, Ordering::Relaxed),
        &cancelled,
    );
    assert!(matches!(said, Err(Error::Interrupted)), "{said:?}");
}

#[test]
fn what_cannot_be_done_is_said_before_the_work() {
    let dir = TempDir::new().unwrap();
    ffmpeg(
        &dir,
        "-f lavfi -i testsrc2=s=320x180:r=25 -frames:v 5 -c:v libx264 m.mp4",
    );
    std::fs::write(path(&dir, "junk.mp4"), [1; 4000]).unwrap();
    let attempt = |master: &str, copy: &'static str, encoding: &VideoEncoding| {
        let editor: Box<dyn FrameEditor> = Box::new(Add(0));
        try_mark(&dir, master, encoding, vec![(copy, editor)]).unwrap_err()
    };
    let sound = encoding(VideoCodec::H264, 20.0);
    assert!(matches!(
        attempt("junk.mp4", "a.mp4", &sound),
        Error::Unreadable { .. }
    ));
    assert!(matches!(
        attempt("m.mp4", "no/a.mp4", &sound),
        Error::Unwritable { .. }
    ));
    let mut wrong = sound.clone();
    wrong.preset = "quick".to_owned();
    assert!(matches!(attempt("m.mp4", "a.mp4", &wrong), Error::Usage(_)));
    wrong = sound;
    wrong.crf = 99.0;
    assert!(matches!(attempt("m.mp4", "a.mp4", &wrong), Error::Usage(_)));
}
