//! Films longer than a minute, whose keyframes are read first, as encoders and
//! muxers really make them: open groups of pictures, one keyframe in the whole
//! file, nothing but keyframes, several containers.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::kit::program::{done, ffmpeg, folder, registry_of, text};
use leakmark::evidence::{Report, Verdict, from_json};
use testkit::{Kind, Scene, write_video};

const LEAKER: &str = "d07";
/// More than is read at once.
const SECONDS: f64 = 96.0;
const FPS: f64 = 12.0;
const X264: [&str; 6] = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20"];

/// A registry, and a copy of 96 s marked for [`LEAKER`].
struct Set {
    dir: PathBuf,
    home: PathBuf,
    copy: PathBuf,
}

fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| {
        let dir = folder("keyframes");
        let (master, copy) = (dir.join("film.mp4"), dir.join("copy.mp4"));
        let scene = Scene::new(7, Kind::HandHeld, 640, 360);
        write_video(&master, &scene, FPS, SECONDS, &X264).unwrap();
        let home = registry_of(&dir, 20, "keyframes");
        let to = ["--to", LEAKER, "--no-verify", "-o", text(&copy)];
        done(&home, &[&["mark", text(&master)], &to[..]].concat());
        Set { home, copy, dir }
    })
}

impl Set {
    /// The report on the copy encoded again.
    fn scanned(&self, name: &str, how: &[&str]) -> Report {
        let leak = self.dir.join(name);
        ffmpeg(&[&["-i", text(&self.copy)], how, &[text(&leak)]].concat());
        let printed = done(&self.home, &["scan", text(&leak), "--json"]).stdout;
        from_json(&String::from_utf8(printed).unwrap()).unwrap()
    }
}

/// Somebody is named, the right one alone, and within a second of the right place.
fn assert_leaker(report: &Report) {
    assert_eq!(report.verdict, Verdict::Attributed);
    assert_eq!(report.attributions.len(), 1);
    assert_eq!(report.attributions[0].distributor, LEAKER);
    let start_s = report.sync.as_ref().unwrap().title_start_s;
    assert!(start_s.abs() < 1.0, "begins at {start_s}");
}

/// The same, from keyframes alone.
fn assert_by_keyframes(report: &Report) {
    assert_leaker(report);
    let coverage = &report.coverage;
    assert!(coverage.keyframes >= 8, "{coverage:?}");
    assert_eq!(coverage.frame_by_frame_s, 0.0, "{coverage:?}");
}

#[test]
fn open_groups_of_pictures_are_read_by_their_keyframes() {
    let open = ["-x264-params", "open-gop=1:keyint=18:bframes=3:scenecut=0"];
    let report = set().scanned("open.mkv", &[&X264[..], &open].concat());
    assert_by_keyframes(&report);
}

#[test]
fn keyframes_alone_are_enough_of_them() {
    let report = set().scanned("intra.mp4", &[&X264[..], &["-g", "1"]].concat());
    assert_by_keyframes(&report);
}

#[test]
fn a_transport_stream_is_read_by_its_keyframes() {
    let report = set().scanned("stream.ts", &[&X264[..], &["-g", "18"]].concat());
    assert_by_keyframes(&report);
}

#[test]
fn the_keyframes_of_webm_are_found() {
    let vp9 = ["-c:v", "libvpx-vp9", "-crf", "16", "-b:v", "0", "-g", "18"];
    let quick = ["-deadline", "realtime", "-cpu-used", "8"];
    let report = set().scanned("film.webm", &[&vp9[..], &quick].concat());
    assert_leaker(&report);
    assert!(report.coverage.keyframes >= 8, "{:?}", report.coverage);
}

/// Each of the pieces is long enough for keyframes to be read first.
#[test]
fn long_pieces_of_one_capture_are_examined_together() {
    let set = set();
    let pieces = [("first.mkv", "0"), ("second.mkv", "28")].map(|(name, from)| {
        let piece = set.dir.join(name);
        let cut = ["-ss", from, "-i", text(&set.copy), "-t", "68", "-g", "18"];
        ffmpeg(&[&cut[..], &X264[..], &[text(&piece)]].concat());
        piece
    });
    let scan = |files: &[&str]| {
        let printed = done(
            &set.home,
            &[&["scan", "--json", "--together"], files].concat(),
        );
        from_json(&String::from_utf8(printed.stdout).unwrap()).unwrap()
    };
    let [first, second] = pieces.each_ref().map(|piece| text(piece));
    let (alone, both) = (scan(&[first]), scan(&[first, second]));
    assert_by_keyframes(&both);
    let lr = |report: &Report| report.attributions[0].log10_likelihood_ratio;
    assert!(
        lr(&both) > lr(&alone) + 10.0,
        "{} {}",
        lr(&both),
        lr(&alone)
    );
    // Each piece lies where it was cut out.
    let part = &both.exhibit.parts[1];
    let found = both.sync.as_ref().unwrap().pieces.iter();
    let in_second = found.filter(|p| p.exhibit_start_s >= part.start_s);
    let begins: Vec<f64> = in_second
        .map(|p| p.title_start_s - p.rate * (p.exhibit_start_s - part.start_s))
        .collect();
    let near = |begins_s: &f64| (begins_s - 28.0).abs() < 0.5;
    assert!(!begins.is_empty() && begins.iter().all(near), "{begins:?}");
}

/// Every place sought leads to the beginning: nothing is decoded over and over.
#[test]
fn a_single_keyframe_in_the_whole_file_is_no_hindrance() {
    let one = ["-g", "100000", "-sc_threshold", "0"];
    let report = set().scanned("single.mp4", &[&X264[..], &one].concat());
    assert_leaker(&report);
    let frames = &report.exhibit.frames;
    let declared = (FPS * SECONDS) as u64;
    assert!(frames.decoded < declared + 32, "{frames:?}");
    assert!(report.coverage.frame_by_frame_s > 30.0);
}
