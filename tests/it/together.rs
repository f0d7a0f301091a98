//! Several files as one exhibit: pieces of one capture.

use std::fs;

use crate::kit::case::Case;
use crate::kit::exhibits::{ffmpeg, finds, leaked, log10_lr, scanned, unreadable};
use leakmark::evidence::{FindingCode, Report, Verdict, from_json};
use sha2::{Digest, Sha256};

/// The report on files examined together.
fn together(case: &Case, files: &[&str]) -> Report {
    let (lines, code, words) = scanned(case, &[files, &["--together"]].concat());
    assert!(code < 2, "{words}");
    assert_eq!(lines.len(), 1, "{words}");
    from_json(&lines[0].to_string()).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// The leak in pieces of which none alone names anybody, of different sizes.
fn pieces(case: &Case) -> [&'static str; 3] {
    let x264 = "-an -c:v libx264 -crf 20";
    ffmpeg(case, &format!("-i leak.mp4 -t 5 {x264} a.mp4"));
    ffmpeg(
        case,
        &format!("-ss 6 -i leak.mp4 -t 5 -vf scale=576:324 {x264} b.mkv"),
    );
    ffmpeg(
        case,
        &format!("-ss 12 -i leak.mp4 -t 5 {x264} -f mpegts c.ts"),
    );
    ["a.mp4", "b.mkv", "c.ts"]
}

#[test]
fn pieces_of_one_capture_name_whom_none_of_them_names_alone() {
    let case = leaked("together");
    let files = pieces(&case);
    let (lines, ..) = scanned(&case, &files);
    assert_eq!(lines.len(), 3);
    let alone = lines
        .iter()
        .map(|line| from_json(&line.to_string()).unwrap());
    let alone: Vec<Report> = alone.collect();
    let attributed = |r: &&Report| r.verdict == Verdict::Attributed;
    assert_eq!(alone.iter().filter(attributed).count(), 0);
    let all = together(&case, &files);
    log10_lr(&all);
    assert_eq!(
        all.threshold, alone[0].threshold,
        "one exhibit, the same bound"
    );
    assert!(finds(&all, FindingCode::ExaminedTogether));
    assert!(!finds(&all, FindingCode::Cut), "{:?}", all.findings);
    // All hashes are in it, and what they come to together.
    let parts = &all.exhibit.parts;
    for ((part, file), alone) in parts.iter().zip(files).zip(&alone) {
        assert_eq!(part.path, file);
        assert_eq!(part.sha256, sha256(&fs::read(case.path(file)).unwrap()));
        assert_eq!(part.decoded, alone.exhibit.frames.decoded);
    }
    let lines: String = parts.iter().map(|p| format!("{}\n", p.sha256)).collect();
    assert_eq!(all.exhibit.sha256, sha256(lines.as_bytes()));
    assert_eq!(
        all.exhibit.size_bytes,
        parts.iter().map(|p| p.size_bytes).sum::<u64>()
    );
    // One file given so is one file.
    assert!(together(&case, &["a.mp4"]).exhibit.parts.is_empty());
}

#[test]
fn the_report_is_checked_against_each_of_the_files() {
    let case = leaked("together_checked");
    let files = pieces(&case);
    case.ended(
        0,
        &[
            &["scan"],
            &files[..],
            &["--together", "--out", "r", "--html", "r"],
        ]
        .concat(),
    );
    let page = fs::read_to_string(case.path("r/a.mp4.report.html")).unwrap();
    let text = fs::read_to_string(case.path("r/a.mp4.report.json")).unwrap();
    let report = from_json(&text).unwrap();
    for part in &report.exhibit.parts {
        assert!(page.contains(&part.sha256), "{}", part.path);
    }
    let key = case.registry_key();
    let check = |report: &str, exhibit: &str, code: i32| {
        let args = [
            "report",
            "verify",
            report,
            "--registry-key",
            &key,
            "--exhibit",
            exhibit,
        ];
        case.ended(code, &args)
    };
    for file in files {
        check("r/a.mp4.report.json", file, 0);
    }
    check("r/a.mp4.report.json", "leak.mp4", 1);
    // A part that is exchanged for another shows, whatever else was made to fit.
    let forged = text.replace(
        &report.exhibit.parts[1].sha256,
        &report.exhibit.parts[0].sha256,
    );
    fs::write(case.path("forged.json"), forged).unwrap();
    let told = check("forged.json", "a.mp4", 1);
    assert!(told.contains("parts"), "{told}");
    let said = case.ended(2, &["pack", "make", "r/a.mp4.report.json", "-o", "p.json"]);
    assert!(said.contains("together"), "{said}");
}

#[test]
fn stills_are_taken_together_too_and_one_that_cannot_be_read_stops_it() {
    let case = leaked("together_stills");
    for (at, file) in [("2", "1.png"), ("7", "2.bmp"), ("13", "3.webp")] {
        ffmpeg(&case, &format!("-ss {at} -i leak.mp4 -frames:v 1 {file}"));
    }
    let files = ["1.png", "2.bmp", "3.webp"];
    let all = together(&case, &files);
    assert!(finds(&all, FindingCode::StillImage));
    assert_eq!(all.exhibit.frames.decoded, 3);
    assert_eq!(all.exhibit.parts.len(), 3);
    // In any order it is the same evidence.
    let turned = together(&case, &["3.webp", "1.png", "2.bmp"]);
    let strength = |r: &Report| r.expected_log10_likelihood_ratio;
    assert_eq!(strength(&all), strength(&turned));
    assert_ne!(all.exhibit.sha256, turned.exhibit.sha256);
    fs::write(case.path("bad.png"), b"garbage\x85").unwrap();
    let (lines, code, words) = scanned(&case, &["1.png", "bad.png", "--together"]);
    assert_eq!(code, 3, "{words}");
    assert_eq!(unreadable(&lines)[0].0, "bad.png");
}
