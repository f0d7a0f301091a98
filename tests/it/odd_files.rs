//! Files whose stamps, lengths and tracks say what is not so: every picture that
//! can be decoded is used.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::case::Case;
use crate::kit::exhibits::{ffmpeg, finds, leaked, log10_lr, report};
use leakmark::evidence::{FindingCode, Report, from_json};

fn joined(case: &Case, parts: &[&str], whole: &str) -> PathBuf {
    let bytes: Vec<u8> = parts
        .iter()
        .flat_map(|part| fs::read(case.path(part)).unwrap())
        .collect();
    let path = case.path(whole);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_stamp_that_lies_costs_nothing() {
    let case = leaked("late_stamp");
    ffmpeg(
        &case,
        "-i leak.mp4 -an -c:v libx264 -crf 22 -bf 0 sound.mkv",
    );
    let sound = report(&case, "sound.mkv");
    assert!(!finds(&sound, FindingCode::BrokenTimeStamps));
    for late in ["60000", "11900000"] {
        let bent = format!("setts=pts=if(eq(N\\,6)\\,PTS+{late}\\,PTS):dts=DTS");
        ffmpeg(
            &case,
            &format!("-i sound.mkv -c copy -bsf:v {bent} late.mkv"),
        );
        let late = report(&case, "late.mkv");
        assert_eq!(late.exhibit.frames.decoded, sound.exhibit.frames.decoded);
        assert!((log10_lr(&late) - log10_lr(&sound)).abs() < 2.0);
        assert!(finds(&late, FindingCode::BrokenTimeStamps));
        assert!(late.exhibit.frames.misdated >= 1);
    }
}

#[test]
fn stamps_that_begin_again_are_read_on() {
    let case = leaked("joined");
    ffmpeg(
        &case,
        "-i leak.mp4 -an -c:v libx264 -crf 22 -f mpegts leak.ts",
    );
    let black = "-f lavfi -i color=black:s=640x360:r=25 -t 1 -c:v libx264";
    // The same pictures with stamps that go on, as `ffmpeg` joins them.
    fs::write(case.path("list.txt"), "file black.ts\nfile leak.ts\n").unwrap();
    ffmpeg(&case, &format!("{black} -f mpegts black.ts"));
    ffmpeg(&case, "-f concat -i list.txt -c copy sound.mkv");
    let sound = report(&case, "sound.mkv");
    assert_eq!(sound.exhibit.frames.time_jumps, 0);
    for offset in ["30", "3600"] {
        let late = format!("{black} -output_ts_offset {offset} -f mpegts black.ts");
        ffmpeg(&case, &late);
        joined(&case, &["black.ts", "leak.ts"], "joined.ts");
        let joined = report(&case, "joined.ts");
        let (all, some) = (joined.exhibit.frames, sound.exhibit.frames);
        assert_eq!((all.decoded, all.time_jumps), (some.decoded, 1));
        assert!((log10_lr(&joined) - log10_lr(&sound)).abs() < 1.5);
        assert!(finds(&joined, FindingCode::BrokenTimeStamps));
    }
}

#[test]
fn a_poster_is_not_taken_for_the_film() {
    let case = leaked("poster");
    ffmpeg(
        &case,
        "-f lavfi -i mandelbrot=s=2000x1500 -frames:v 1 poster.jpg",
    );
    let tracks = "-i leak.mp4 -i poster.jpg -map 0:v -map 1 -c copy -disposition:v:1 default";
    ffmpeg(
        &case,
        &format!("{tracks} -default_mode passthrough both.mkv"),
    );
    // Slides beside it, larger, flagged as the ones to show, and as long.
    let slides = "-i leak.mp4 -f lavfi -i testsrc2=s=1280x720:r=1:d=17 -map 0:v -map 1 -c:v:0 copy";
    let flags = "-c:v:1 libx264 -preset ultrafast -disposition:v:0 0 -disposition:v:1 default";
    ffmpeg(&case, &format!("{slides} {flags} slides.mkv"));
    for file in ["both.mkv", "slides.mkv"] {
        let report = report(&case, file);
        log10_lr(&report);
        assert!(finds(&report, FindingCode::OtherTracks), "{file}");
    }
}

#[test]
fn a_picture_of_one_long_row_is_refused_at_no_cost() {
    let case = leaked("long_row");
    long_row(&case.path("row.png"));
    let said = case.ended(3, &["scan", "row.png"]);
    assert!(said.contains("along a side"), "{said}");
}

/// The leak's pictures as they are, under stamps of another speed.
fn restamped(case: &Case, stamps: &str, file: &str) {
    let bent = format!("setts=pts={stamps}:dts={}", stamps.replace("PTS", "DTS"));
    ffmpeg(
        case,
        &format!("-i leak.mp4 -an -c copy -bsf:v {bent} {file}"),
    );
}

#[test]
fn stamps_of_a_wrong_speed_are_not_gone_by() {
    let case = leaked("wrong_speed");
    let sound = report(&case, "leak.mp4");
    for (stamps, file, rate) in [("2*PTS", "half.mp4", 0.5), ("PTS/2", "twice.mkv", 2.0)] {
        restamped(&case, stamps, file);
        case.ended(0, &["scan", file, "--out", "reports", "--effort", "quick"]);
        let written = fs::read_to_string(case.path(&format!("reports/{file}.report.json")));
        let bent = from_json(&written.unwrap()).unwrap();
        assert!((log10_lr(&bent) - log10_lr(&sound)).abs() < 1.5, "{file}");
        assert!(finds(&bent, FindingCode::FalseClock), "{file}");
        assert!((bent.exhibit.video.clock_rate / rate - 1.0).abs() < 1e-3);
        let length_s = |r: &Report| r.exhibit.video.duration_s.unwrap();
        assert!((length_s(&bent) - length_s(&sound)).abs() < 0.2, "{file}");
        assert_eq!(bent.exhibit.frames.decoded, sound.exhibit.frames.decoded);
    }
    // Pictures that declare no rate, in a container that does.
    let mjpeg = "-an -c:v mjpeg -q:v 2 -bsf:v setts=pts=PTS/2:dts=DTS/2";
    ffmpeg(&case, &format!("-i leak.mp4 {mjpeg} mjpeg.mkv"));
    let bent = report(&case, "mjpeg.mkv");
    log10_lr(&bent);
    assert!((bent.exhibit.video.clock_rate - 2.0).abs() < 0.002);
    // What a pack opens is read again by the same clock.
    let made = [
        "pack",
        "make",
        "reports/half.mp4.report.json",
        "-o",
        "half.pack.json",
    ];
    case.ended(0, &made);
    let key = case.registry_key();
    let read = [
        "pack",
        "verify",
        "half.pack.json",
        "--exhibit",
        "half.mp4",
        "--registry-key",
        &key,
    ];
    case.ended(0, &read);
}

#[test]
fn lengths_are_those_of_the_pictures() {
    let case = leaked("lengths");
    let sound = report(&case, "leak.mp4");
    let length_s = |report: &Report| report.exhibit.video.duration_s.unwrap();
    // Stamps that are all the same; mp4 makes them a tick apart.
    restamped(&case, "0*PTS", "zero.mkv");
    restamped(&case, "0*PTS", "zero.mp4");
    for file in ["zero.mkv", "zero.mp4"] {
        let bent = report(&case, file);
        assert!((log10_lr(&bent) - log10_lr(&sound)).abs() < 1.5, "{file}");
        assert!((length_s(&bent) - length_s(&sound)).abs() < 0.2, "{file}");
        assert!(finds(&bent, FindingCode::BrokenTimeStamps), "{file}");
    }
    // A second film behind the index of the first.
    ffmpeg(&case, "-i leak.mp4 -an -c copy leak.mkv");
    let joined = report_on(&case, &["leak.mkv", "leak.mkv"]);
    log10_lr(&joined);
    assert!((length_s(&joined) - 2.0 * length_s(&sound)).abs() < 0.2);
    assert_eq!(
        joined.exhibit.frames.decoded,
        2 * sound.exhibit.frames.decoded
    );
}

/// The report on files of the case put one behind the other.
fn report_on(case: &Case, parts: &[&str]) -> Report {
    joined(case, parts, "joined.mkv");
    report(case, "joined.mkv")
}

/// A grey PNG of 20,000 × 1 pixels.
fn long_row(path: &Path) {
    image::GrayImage::new(20_000, 1).save(path).unwrap();
}
