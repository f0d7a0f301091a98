//! A mark loses nothing in silence: what the copies would lose of the master is kept,
//! allowed or refused.

use std::fs;
use std::process::Command;

use crate::kit::case::Case;
use crate::kit::program::ffmpeg_in;
use crate::kit::python::python;
use leakmark::evidence::from_json;
use serde_json::Value;

/// Four seconds of a moving picture with grain, and a tone.
const FILM: &str =
    "-f lavfi -i testsrc2=s=320x180:r=25,noise=alls=8:allf=t -f lavfi -i sine=r=48000 -t 4";
const X264: &str = "-c:v libx264 -preset ultrafast -crf 18 -g 25";

/// A folder with a registry, for the masters of one test.
struct Masters(Case);

impl Masters {
    fn new(name: &str) -> Self {
        Self(Case::new(&format!("ledger_{name}")))
    }

    fn ffmpeg(&self, arguments: &str) -> String {
        ffmpeg_in(&self.0.dir, arguments)
    }

    /// Lines of what ffprobe says.
    fn probed(&self, arguments: &str) -> Vec<String> {
        let ended = Command::new("ffprobe")
            .current_dir(&self.0.dir)
            .args(["-v", "error", "-of", "csv=p=0"])
            .args(arguments.split_whitespace())
            .output()
            .unwrap();
        let text = String::from_utf8(ended.stdout).unwrap();
        let lines = text
            .lines()
            .map(|line| line.trim_end_matches(',').to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    }

    fn joined(&self, parts: [&str; 2], whole: &str) {
        let read = |part: &str| fs::read(self.0.path(part)).unwrap();
        let bytes = [read(parts[0]), read(parts[1])].concat();
        fs::write(self.0.path(whole), bytes).unwrap();
    }

    fn arguments<'a>(master: &'a str, copy: &'a str, more: &str) -> Vec<String> {
        let plain = format!(
            "-q mark {master} --to kernel --title t-{copy} -o {copy} --no-verify --preset ultrafast --json {more}"
        );
        plain.split_whitespace().map(str::to_owned).collect()
    }

    /// Marks `master` as `copy`; what `mark` says of the copy.
    fn mark(&self, master: &str, copy: &str, more: &str) -> Value {
        let arguments = Self::arguments(master, copy, more);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = self.0.run(&words);
        let complaint = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{master}: {complaint}");
        serde_json::from_slice(&ended.stdout).unwrap()
    }

    /// The words with which marking is refused with exit code 5.
    fn refused(&self, master: &str, copy: &str, more: &str) -> String {
        let arguments = Self::arguments(master, copy, more);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = self.0.ended(5, &words);
        assert!(!self.0.path(copy).exists(), "{said}");
        said
    }

    /// Pictures of a film.
    fn frames(&self, file: &str) -> usize {
        self.probed(&format!(
            "-select_streams v:0 -show_entries packet=size {file}"
        ))
        .len()
    }

    /// Times of the packets of a stream, seconds, in order.
    fn times(&self, file: &str, stream: &str) -> Vec<f64> {
        let entries = format!("-select_streams {stream} -show_entries packet=pts_time {file}");
        let mut times: Vec<f64> = self
            .probed(&entries)
            .iter()
            .map(|t| t.parse().unwrap())
            .collect();
        times.sort_by(f64::total_cmp);
        times
    }

    /// A digest of the sound's samples.
    fn sound(&self, file: &str) -> String {
        self.ffmpeg(&format!("-i {file} -map 0:a:0 -c:a pcm_s24le -f md5 -"))
    }
}

fn lost(marked: &Value) -> Vec<&str> {
    let lost = marked["copies"][0]["ledger"]["lost"].as_array().unwrap();
    lost.iter()
        .map(|loss| loss["kind"].as_str().unwrap())
        .collect()
}

/// Evenly spaced, within a factor of two, over this many seconds.
fn assert_even(times: &[f64], seconds: f64) {
    let step = seconds / times.len() as f64;
    let steps = times.windows(2).map(|w| w[1] - w[0]);
    let uneven = steps.filter(|s| *s < step / 2.0 || *s > step * 2.0).count();
    // Where two stretches meet, sound may overlap by a packet.
    assert!(uneven <= 1, "{uneven} uneven steps of {step}: {times:?}");
    let length = times[times.len() - 1] - times[0] + step;
    assert!((length - seconds).abs() < 0.2, "{length} of {seconds} s");
}

#[test]
fn stretches_that_begin_again_are_marked_whole_in_picture_and_sound() {
    let masters = Masters::new("joined");
    for (format, codecs) in [
        ("vob", "-c:v mpeg2video -q:v 3 -c:a ac3"),
        ("mpegts", "-c:v libx264 -preset ultrafast -c:a aac"),
    ] {
        masters.ffmpeg(&format!("{FILM} {codecs} -f {format} a.{format}"));
        let late = match format {
            "vob" => "",
            _ => "-output_ts_offset 7000",
        };
        masters.ffmpeg(&format!("{FILM} {codecs} {late} -f {format} b.{format}"));
        for parts in [["a", "a"], ["a", "b"], ["b", "a"]] {
            let master = format!("{}{}.{format}", parts[0], parts[1]);
            masters.joined(
                parts
                    .map(|p| format!("{p}.{format}"))
                    .each_ref()
                    .map(String::as_str),
                &master,
            );
            let copy = format!("{master}.mkv");
            let marked = masters.mark(&master, &copy, "");
            assert_eq!(lost(&marked), [""; 0], "{master}");
            assert_eq!(masters.frames(&copy), 200, "{master}");
            assert_even(&masters.times(&copy, "v:0"), 8.0);
            assert_even(&masters.times(&copy, "a:0"), 8.0);
        }
    }
}

#[test]
fn a_single_late_stamp_costs_no_picture_and_no_sound() {
    let masters = Masters::new("late");
    masters.ffmpeg(&format!("{FILM} {X264} -bf 0 -c:a aac sound.mkv"));
    for late in [60_000, 11_900_000] {
        for (stream, n) in [("v", 60), ("a", 80)] {
            let master = format!("late{stream}{late}.mkv");
            masters.ffmpeg(&format!(
                "-i sound.mkv -c copy -bsf:{stream} setts=pts=if(eq(N\\,{n})\\,PTS+{late}\\,PTS):dts=DTS {master}"
            ));
            let copy = format!("{master}.mp4");
            let marked = masters.mark(&master, &copy, "");
            assert_eq!(lost(&marked), [""; 0], "{master}");
            assert_eq!(masters.frames(&copy), 100, "{master}");
            assert_even(&masters.times(&copy, "v:0"), 4.0);
            assert_even(&masters.times(&copy, "a:0"), 4.0);
        }
    }
}

#[test]
fn a_truncated_or_damaged_master_is_refused_unless_that_is_allowed() {
    let masters = Masters::new("damaged");
    masters.ffmpeg(&format!(
        "{FILM} {X264} -g 25 -c:a aac -movflags +faststart whole.mp4"
    ));
    masters.ffmpeg("-i whole.mp4 -c copy whole.mkv");
    masters.ffmpeg("-i whole.mp4 -c copy whole.ts");
    let read = |name: &str| fs::read(masters.0.path(name)).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(masters.0.path(name), bytes).unwrap();
    let (mp4, mut mkv, mut ts) = (read("whole.mp4"), read("whole.mkv"), read("whole.ts"));
    write("half.mp4", &mp4[..mp4.len() / 2]);
    write("half.mkv", &mkv[..mkv.len() / 2]);
    let middle = mkv.len() / 2;
    mkv[middle..middle + 40_000].fill(0);
    write("hole.mkv", &mkv);
    for packet in (400..ts.len() / 188 - 1).step_by(97) {
        ts[packet * 188 + 5..packet * 188 + 180].fill(0x5A);
    }
    write("noise.ts", &ts);
    // As a program that was killed, or is still writing, leaves it.
    masters.ffmpeg("-i whole.mp4 -c copy -live 1 -f matroska unfinished.mkv");
    for master in [
        "half.mp4",
        "half.mkv",
        "hole.mkv",
        "noise.ts",
        "unfinished.mkv",
    ] {
        let copy = format!("{master}.mkv");
        let said = masters.refused(master, &copy, "");
        assert!(said.contains("--allow-damaged"), "{said}");
        let marked = masters.mark(master, &copy, "--allow-damaged");
        let damage = &marked["copies"][0]["ledger"]["damage"];
        assert!(!damage.as_array().unwrap().is_empty(), "{master}: {damage}");
    }
    for master in ["whole.mp4", "whole.mkv", "whole.ts"] {
        let marked = masters.mark(master, &format!("{master}.mkv"), "");
        let ledger = &marked["copies"][0]["ledger"];
        assert_eq!(ledger["damage"].as_array().unwrap().len(), 0, "{ledger}");
        assert_eq!(ledger["master"]["frames"], ledger["copy"]["frames"]);
    }
    let home = leakmark::job::Home::open(&masters.0.home()).unwrap();
    let receipts = home.registry.receipts().unwrap();
    let damaged = receipts
        .iter()
        .filter(|kept| kept.receipt.text.contains("\ndamaged "));
    assert_eq!(damaged.count(), 5);
    masters.0.ended(0, &["registry", "verify"]);
}

#[test]
fn pcm_that_a_container_cannot_carry_is_converted_without_loss_or_refused() {
    let masters = Masters::new("pcm");
    masters.ffmpeg(&format!(
        "{FILM} -c:v prores_ks -c:a pcm_s24le -timecode 01:00:00:00 film.mov"
    ));
    masters.ffmpeg(&format!("{FILM} {X264} -c:a pcm_bluray film.m2ts"));
    masters.ffmpeg(&format!("{FILM} {X264} -c:a pcm_u8 film.avi"));
    for (master, copy, codec) in [
        ("film.mov", "a.mp4", "alac"),
        ("film.mov", "b.mov", "pcm_s24le"),
        ("film.m2ts", "c.mkv", "flac"),
        ("film.m2ts", "d.mp4", "alac"),
        ("film.avi", "e.mp4", "alac"),
    ] {
        let marked = masters.mark(master, copy, "");
        assert!(!lost(&marked).contains(&"sound"), "{marked}");
        let sound = masters.probed(&format!(
            "-select_streams a -show_entries stream=codec_name {copy}"
        ));
        assert_eq!(sound, [codec], "{copy}");
        assert_eq!(masters.sound(master), masters.sound(copy), "{copy}");
        let said = marked["notes"].to_string().contains("without loss");
        assert_eq!(said, copy != "b.mov", "{marked}");
        assert!(!marked.to_string().contains("tmcd"), "{marked}");
    }
    let code = |copy: &str| masters.probed(&format!("-show_entries stream_tags=timecode {copy}"));
    assert!(code("a.mp4").iter().any(|tag| tag.contains("01:00:00:00")));
    masters.ffmpeg(&format!("{FILM} -c:v prores_ks -c:a pcm_f32le float.mov"));
    let said = masters.refused("float.mov", "f.mp4", "");
    assert!(
        said.contains("--allow-loss sound") && said.contains(".mov"),
        "{said}"
    );
    let marked = masters.mark("float.mov", "f.mp4", "--allow-loss sound");
    assert_eq!(lost(&marked), ["sound"]);
    let home = leakmark::job::Home::open(&masters.0.home()).unwrap();
    let receipts = home.registry.receipts().unwrap();
    assert!(
        receipts[receipts.len() - 1]
            .receipt
            .text
            .contains("\nlost sound\n")
    );
}

#[test]
fn the_containers_aspect_goes_before_the_pictures() {
    let masters = Masters::new("aspect");
    masters.ffmpeg(&format!(
        "{FILM} -vf scale=360:288,setsar=1 {X264} -an s.mkv"
    ));
    masters.ffmpeg("-i s.mkv -c copy -aspect 16:9 master.mkv");
    for copy in ["a.mkv", "b.mp4"] {
        masters.mark("master.mkv", copy, "");
        let aspect = masters.probed(&format!("-show_entries stream=display_aspect_ratio {copy}"));
        assert_eq!(aspect, ["16:9"], "{copy}");
    }
}

#[test]
fn fields_are_kept_wherever_they_begin_and_in_their_order() {
    let masters = Masters::new("fields");
    masters.ffmpeg(
        "-f lavfi -i testsrc2=s=360x288:r=25 -t 2 -c:v mpeg2video -q:v 3 -f mpegts whole.ts",
    );
    masters.ffmpeg(
        "-f lavfi -i testsrc2=s=360x288:r=50 -t 4 -vf interlace=scan=bff -c:v mpeg2video -q:v 3 \
         -flags +ilme+ildct -top 0 -output_ts_offset 2 -f mpegts fields.ts",
    );
    masters.joined(["whole.ts", "fields.ts"], "master.ts");
    masters.mark("master.ts", "copy.mkv", "");
    let flags = |file: &str| {
        masters.probed(&format!(
            "-show_entries frame=interlaced_frame,top_field_first {file}"
        ))
    };
    let bottom_first = |file: &str| flags(file).iter().filter(|f| f.starts_with("1,0")).count();
    assert!(
        bottom_first("copy.mkv") >= bottom_first("master.ts"),
        "{:?}",
        flags("copy.mkv")
    );
    assert!(bottom_first("master.ts") > 90);
    let said = masters.refused("master.ts", "hevc.mkv", "--codec hevc");
    assert!(
        said.contains("interlacing") && said.contains("--codec h264"),
        "{said}"
    );
}

#[test]
fn the_full_ntsc_frame_is_marked() {
    let masters = Masters::new("ntsc");
    masters.ffmpeg(
        "-f lavfi -i testsrc2=s=720x486:r=60 -t 1 -vf interlace=scan=bff,setsar=10/11,format=yuv420p -c:v ffv1 n.mkv",
    );
    let marked = masters.mark("n.mkv", "c.mkv", "");
    assert_eq!(lost(&marked), ["format"]);
    let size = masters.probed("-show_entries stream=width,height c.mkv");
    assert_eq!(size, ["720,484"]);
}

#[test]
fn a_change_of_range_changes_no_brightness() {
    let masters = Masters::new("range");
    let gray = "-f lavfi -i color=gray:s=320x180:r=25 -t 1";
    masters.ffmpeg(&format!("{gray} {X264} -color_range tv -f mpegts tv.ts"));
    let full = "-vf scale=out_range=pc -color_range pc -output_ts_offset 1";
    masters.ffmpeg(&format!("{gray} {X264} {full} -f mpegts pc.ts"));
    masters.joined(["tv.ts", "pc.ts"], "master.ts");
    masters.mark("master.ts", "copy.mkv", "--strength 0");
    let raw = "-i copy.mkv -vf format=gray -f rawvideo out.raw";
    masters.ffmpeg(&raw.replace("copy.mkv", "copy.mkv -vsync 0"));
    let bytes = fs::read(masters.0.path("out.raw")).unwrap();
    let mean = |n: usize| {
        let picture = &bytes[n * 320 * 180..(n + 1) * 320 * 180];
        picture.iter().map(|&b| f64::from(b)).sum::<f64>() / picture.len() as f64
    };
    assert!(
        (mean(5) - mean(45)).abs() < 1.5,
        "{} and {}",
        mean(5),
        mean(45)
    );
}

#[test]
fn a_small_bumper_does_not_make_the_film_small() {
    let masters = Masters::new("bumper");
    masters.ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=320x240:r=25 -t 1 {X264} -f mpegts bumper.ts"
    ));
    masters.ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=640x360:r=25 -t 5 {X264} -output_ts_offset 1 -f mpegts film.ts"
    ));
    masters.joined(["bumper.ts", "film.ts"], "master.ts");
    let marked = masters.mark("master.ts", "copy.mkv", "");
    assert_eq!(lost(&marked), [""; 0]);
    assert_eq!(
        masters.probed("-show_entries stream=width,height copy.mkv"),
        ["640,360"]
    );
    masters.joined(["film.ts", "bumper.ts"], "other.ts");
    masters.mark("other.ts", "other.mkv", "");
    // The other way about something is lost.
    masters.ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=320x240:r=25 -t 9 {X264} -f mpegts small.ts"
    ));
    masters.joined(["small.ts", "film.ts"], "shrinks.ts");
    let said = masters.refused("shrinks.ts", "shrinks.mkv", "");
    assert!(said.contains("--allow-loss size"), "{said}");
}

/// Puts `unit` before (or after) every slice of an Annex B stream whose type `is_slice`.
fn with_units(stream: &[u8], unit: &[u8], is_slice: fn(u8) -> bool, after: bool) -> Vec<u8> {
    let starts: Vec<usize> = (0..stream.len() - 3)
        .filter(|&n| stream[n..n + 3] == [0, 0, 1])
        .collect();
    let mut out = stream[..starts[0]].to_vec();
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(stream.len());
        let own = &stream[start..end];
        let slice = is_slice(own[3]);
        let extra: &[u8] = if slice { unit } else { &[] };
        let parts = if after { [own, extra] } else { [extra, own] };
        parts.iter().for_each(|part| out.extend_from_slice(part));
    }
    out
}

const IS_AVC_SLICE: fn(u8) -> bool = |head| matches!(head & 31, 1 | 5);
const IS_HEVC_SLICE: fn(u8) -> bool = |head| head >> 1 & 63 < 22;

#[test]
fn captions_are_kept_by_h264_and_their_loss_by_hevc_is_refused() {
    let masters = Masters::new("captions");
    masters.ffmpeg("-f lavfi -i testsrc2=s=320x180:r=25 -t 1 -c:v libx264 -preset ultrafast -bf 0 -x264-params slices=1 plain.h264");
    let plain = fs::read(masters.0.path("plain.h264")).unwrap();
    // SEI, user data of ITU-T T.35: US, ATSC, "GA94", one pair of CEA-608.
    let payload = [
        0xB5, 0, 0x31, b'G', b'A', b'9', b'4', 3, 0xC1, 0xFF, 0xFC, 0x94, 0x2C, 0xFF,
    ];
    let sei = [&[0, 0, 1, 6, 4, payload.len() as u8][..], &payload, &[0x80]].concat();
    let captioned = with_units(&plain, &sei, IS_AVC_SLICE, false);
    fs::write(masters.0.path("cc.h264"), captioned).unwrap();
    masters.ffmpeg("-framerate 25 -i cc.h264 -c copy master.mkv");
    let captions = |file: &str| {
        let all = masters.probed(&format!(
            "-show_frames -show_entries frame=side_data_list {file}"
        ));
        all.iter()
            .filter(|line| line.contains("Closed Captions"))
            .count()
    };
    let has = captions("master.mkv");
    assert!(has > 20, "{has}");
    masters.mark("master.mkv", "copy.mkv", "");
    assert_eq!(captions("copy.mkv"), has);
    let said = masters.refused("master.mkv", "hevc.mkv", "--codec hevc");
    assert!(said.contains("--allow-loss captions"), "{said}");
    let marked = masters.mark(
        "master.mkv",
        "hevc.mkv",
        "--codec hevc --allow-loss captions",
    );
    assert_eq!(lost(&marked), ["captions"]);
}

#[test]
fn dynamic_hdr_is_not_lost_in_silence() {
    let masters = Masters::new("hdr");
    let x265 = "-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=0";
    masters.ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=320x180:r=25 -t 1 -pix_fmt yuv420p10le {x265} plain.hevc"
    ));
    let plain = fs::read(masters.0.path("plain.hevc")).unwrap();
    let rpu = [&[0, 0, 1, 0x7C, 1, 0x19][..], &[0x04; 40], &[0x80]].concat();
    let plus = [&[0, 0, 1, 0x4E, 1][..], &escaped(&hdr10_plus()), &[0x80]].concat();
    for (name, unit, after) in [("dolby-vision", rpu, true), ("hdr10-plus", plus, false)] {
        let with = with_units(&plain, &unit, IS_HEVC_SLICE, after);
        fs::write(masters.0.path("with.hevc"), with).unwrap();
        let (master, copy) = (format!("{name}.mkv"), format!("{name}.mp4"));
        masters.ffmpeg(&format!("-framerate 25 -i with.hevc -c copy {master}"));
        for codec in ["hevc", "h264"] {
            let said = masters.refused(&master, &copy, &format!("--codec {codec}"));
            let allow = format!("--allow-loss {name}");
            assert!(said.contains(&allow), "{said}");
        }
        let allowed = format!("--codec hevc --allow-loss {name}");
        assert_eq!(lost(&masters.mark(&master, &copy, &allowed)), [name]);
    }
}

/// User data of ITU-T T.35 with the HDR10+ metadata of a picture with one window.
fn hdr10_plus() -> Vec<u8> {
    let fields = [
        (1, 2),
        (400, 27),
        (0, 1),
        (9000, 17),
        (9100, 17),
        (9200, 17),
        (5000, 17),
        (0, 4),
        (700, 10),
        (0, 1),
        (0, 1),
        (0, 1),
    ];
    let bit = |value: u32, place: u32| u8::from(value >> place & 1 == 1);
    let bits: Vec<u8> = fields
        .iter()
        .flat_map(|&(value, width)| (0..width).rev().map(move |place| bit(value, place)))
        .collect();
    let byte =
        |eight: &[u8]| (0..8).fold(0, |byte, n| byte << 1 | eight.get(n).copied().unwrap_or(0));
    let metadata = bits.chunks(8).map(byte);
    let payload: Vec<u8> = [0xB5, 0, 0x3C, 0, 1, 4, 1]
        .into_iter()
        .chain(metadata)
        .collect();
    [&[4, payload.len() as u8][..], &payload].concat()
}

/// With the bytes that keep a unit from holding another's beginning.
fn escaped(unit: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in unit {
        if out.ends_with(&[0, 0]) && byte <= 3 {
            out.push(3);
        }
        out.push(byte);
    }
    out
}

#[test]
fn what_changes_in_mid_film_and_a_copy_has_once_is_refused() {
    let masters = Masters::new("changes");
    let film = "-f lavfi -i testsrc2=s=320x180:r=25 -t 1";
    let plain = format!("{X264} -bf 0 -f mpegts");
    let hd = "-colorspace bt709 -color_primaries bt709 -color_trc bt709";
    let hdr = "-colorspace bt2020nc -color_primaries bt2020 -color_trc smpte2084";
    masters.ffmpeg(&format!("{film} -vf setsar=1 {hd} {plain} a.ts"));
    masters.ffmpeg(&format!("{film} -vf setsar=4/3 {hd} {plain} aspect.ts"));
    masters.ffmpeg(&format!("{film} -vf setsar=1 {hdr} {plain} color.ts"));
    for order in ["tff", "bff"] {
        let fields =
            format!("-vf setsar=1,setfield={order} -flags +ilme+ildct -x264-params {order}=1");
        masters.ffmpeg(&format!("{film} {fields} {hd} {plain} {order}.ts"));
    }
    for (first, second, kind) in [
        ("a.ts", "aspect.ts", "aspect"),
        ("a.ts", "color.ts", "color"),
        ("tff.ts", "bff.ts", "interlacing"),
    ] {
        masters.joined([first, second], "master.ts");
        let said = masters.refused("master.ts", "copy.mkv", "");
        assert!(said.contains(&format!("--allow-loss {kind}")), "{said}");
        let allowed = format!("--allow-loss {kind}");
        let marked = masters.mark("master.ts", &format!("{kind}.mkv"), &allowed);
        assert_eq!(lost(&marked), [kind]);
    }
}

#[test]
fn a_second_film_is_not_left_out_in_silence() {
    let masters = Masters::new("two_films");
    masters.ffmpeg(&format!(
        "{FILM} -map 0:v -map 0:v -map 1:a {X264} -c:a aac two.mkv"
    ));
    let said = masters.refused("two.mkv", "copy.mkv", "");
    assert!(said.contains("--allow-loss video"), "{said}");
    let marked = masters.mark("two.mkv", "copy.mkv", "--allow-loss video");
    assert_eq!(lost(&marked), ["video"]);
}

#[test]
fn subtitles_that_a_container_cannot_carry_are_refused() {
    let masters = Masters::new("subtitles");
    masters.ffmpeg(&format!("{FILM} {X264} -c:a aac film.mkv"));
    // Blu-ray subtitles: a composition of no objects, and its end.
    let segment = |kind: u8, data: &[u8]| {
        let head = [
            b'P',
            b'G',
            0,
            1,
            0x5F,
            0x90,
            0,
            0,
            0,
            0,
            kind,
            0,
            data.len() as u8,
        ];
        [&head[..], data].concat()
    };
    let composed = segment(0x16, &[1, 64, 0, 180, 0x10, 0, 0, 0x80, 0, 0, 0]);
    fs::write(
        masters.0.path("s.sup"),
        [composed, segment(0x80, &[])].concat(),
    )
    .unwrap();
    masters.ffmpeg("-i film.mkv -i s.sup -map 0 -map 1 -c copy master.mkv");
    let said = masters.refused("master.mkv", "copy.mp4", "");
    assert!(
        said.contains("--allow-loss subtitles") && said.contains("mkv"),
        "{said}"
    );
    assert!(lost(&masters.mark("master.mkv", "copy.mkv", "")).is_empty());
    let kept = masters.probed("-select_streams s -show_entries stream=codec_name copy.mkv");
    assert_eq!(kept, ["hdmv_pgs_subtitle"]);
    let marked = masters.mark("master.mkv", "copy.mp4", "--allow-loss subtitles");
    assert_eq!(lost(&marked), ["subtitles"]);
}

#[test]
fn what_cannot_be_is_said_before_the_work() {
    let masters = Masters::new("before");
    masters.ffmpeg(&format!("{FILM} {X264} -c:a aac film.mkv"));
    let ended = |code: i32, words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        masters.0.ended(code, &words)
    };
    let said = ended(
        2,
        "mark film.mkv --to kernel --title late --at 23:59:58 -o late.mkv",
    );
    assert!(
        said.contains("24:00:00") && said.contains("--title"),
        "{said}"
    );
    let long = format!("{}.mkv", "n".repeat(252));
    let said = ended(3, &format!("mark film.mkv --to kernel -o {long}"));
    assert!(said.contains("cannot be given this name"), "{said}");
    ended(
        0,
        "-q mark film.mkv --to kernel --no-verify --preset ultrafast -o newfolder",
    );
    assert!(masters.0.path("newfolder/film.kernel.mkv").is_file());
    fs::write(masters.0.path("f.ttf"), [7; 50]).unwrap();
    let fonts = "-attach f.ttf ".repeat(66);
    masters.ffmpeg(&format!(
        "-i film.mkv -map 0 -c copy {fonts} -metadata:s:t mimetype=font/ttf fonts.mkv"
    ));
    let said = ended(3, "mark fonts.mkv --to kernel -o fonts.out.mkv");
    assert!(said.contains("--max-streams"), "{said}");
}

#[test]
fn a_title_of_a_day_is_traced_to_its_end() {
    let masters = Masters::new("day");
    let film = "-f lavfi -i testsrc2=s=640x360:r=25,noise=alls=12:allf=t -t 8";
    masters.ffmpeg(&format!("{film} {X264} film.mkv"));
    let words =
        "-q mark film.mkv --to kernel --title day --at 20:00:00 -o day.mkv --preset ultrafast";
    let words: Vec<&str> = words.split(' ').collect();
    assert!(masters.0.ended(0, &words).contains("Reads back to kernel"));
    masters.0.ended(0, &["scan", "day.mkv", "--out", "reports"]);
    let report = fs::read_to_string(masters.0.path("reports/day.mkv.report.json")).unwrap();
    let report = from_json(&report).unwrap();
    assert_eq!(report.attributions[0].distributor, "kernel");
    let begins_s = report.sync.as_ref().unwrap().title_start_s;
    assert!((begins_s - 72_000.0).abs() < 0.3, "{begins_s}");
    // Its codeword is committed to that far.
    let pack = [
        "pack",
        "make",
        "reports/day.mkv.report.json",
        "-o",
        "day.pack.json",
    ];
    masters.0.ended(0, &pack);
    let key = masters.0.registry_key();
    let read = [
        "pack",
        "verify",
        "day.pack.json",
        "--exhibit",
        "day.mkv",
        "--registry-key",
        &key,
    ];
    masters.0.ended(0, &read);
    let independent = python(&masters.0.path("day.pack.json"));
    assert!(independent.is_none_or(|checked| checked.is_ok()));
    masters.0.ended(0, &["registry", "verify"]);
}

#[test]
fn a_copy_can_be_read_before_its_download_is_complete() {
    let masters = Masters::new("faststart");
    masters.ffmpeg(&format!("{FILM} {X264} -c:a aac film.mkv"));
    for copy in ["copy.mp4", "copy.mov"] {
        masters.mark("film.mkv", copy, "");
        let bytes = fs::read(masters.0.path(copy)).unwrap();
        let at = |name: &[u8]| bytes.windows(4).position(|four| four == name).unwrap();
        assert!(at(b"moov") < at(b"mdat"), "{copy}");
        fs::write(
            masters.0.path(&format!("part.{copy}")),
            &bytes[..bytes.len() * 6 / 10],
        )
        .unwrap();
        let pictures = masters.frames(&format!("part.{copy}"));
        assert!((40..100).contains(&pictures), "{copy}: {pictures}");
    }
}

#[test]
fn a_batch_goes_on_where_it_stopped() {
    let masters = Masters::new("batch");
    masters.ffmpeg(&format!("{FILM} {X264} -c:a aac film.mkv"));
    let mark = |code: i32, to: &str, more: &str| {
        let words = format!(
            "-q --threads 1 mark film.mkv --title film --to {to} -o copies --no-verify --preset ultrafast --json {more}"
        );
        let words: Vec<&str> = words.split_whitespace().collect();
        masters.0.ended(code, &words)
    };
    let made = |said: &str, list: &str| {
        let said: Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
        said[list].as_array().unwrap().len()
    };
    mark(0, "aurora,kernel", "");
    let first = fs::read(masters.0.path("copies/film.kernel.mkv")).unwrap();
    // As a run that was killed leaves it.
    let stale = masters.0.path("copies/.leakmark-copy-dead.part");
    fs::write(&stale, "half a copy").unwrap();
    assert!(mark(2, "all", "").contains("exists"));
    // Twelve distributors, four at a time.
    let said = mark(0, "all", "--resume");
    assert_eq!(
        (made(&said, "copies"), made(&said, "already_issued")),
        (10, 2)
    );
    assert_eq!(fs::read_dir(masters.0.path("copies")).unwrap().count(), 12);
    assert!(!stale.exists());
    assert_eq!(
        first,
        fs::read(masters.0.path("copies/film.kernel.mkv")).unwrap()
    );
    // A copy that was sent away counts as issued all the same.
    fs::remove_file(masters.0.path("copies/film.aurora.mkv")).unwrap();
    let said = mark(0, "all", "--resume");
    assert_eq!(
        (made(&said, "copies"), made(&said, "already_issued")),
        (0, 12)
    );
    assert!(!masters.0.path("copies/film.aurora.mkv").exists());
    fs::write(masters.0.path("copies/film.kernel.mkv"), "another file").unwrap();
    assert!(mark(2, "all", "--resume").contains("is not the copy"));
    let home = leakmark::job::Home::open(&masters.0.home()).unwrap();
    let issues = home.registry.issues_of_title("film").unwrap();
    assert_eq!(issues.len(), 12);
}
