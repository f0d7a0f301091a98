//! A run that was stopped goes on: reports that hold stand, all else is scanned.

use std::fs;
use std::path::PathBuf;

use crate::kit::case::{Case, testdata};

const NAMES: [&str; 3] = ["a.mp4", "b.png", "c.png"];

/// A folder with the leak and two still images.
fn folder(name: &str) -> Case {
    let case = Case::new(name);
    fs::create_dir(case.path("dl")).unwrap();
    fs::copy(testdata("leaked.mp4"), case.path("dl/a.mp4")).unwrap();
    for (name, level) in [("b.png", 80), ("c.png", 160)] {
        let flat = image::GrayImage::from_pixel(320, 180, image::Luma([level]));
        flat.save(case.path("dl").join(name)).unwrap();
    }
    case
}

fn report(case: &Case, name: &str) -> PathBuf {
    case.path("reports").join(format!("{name}.report.json"))
}

/// Which reports a run with `--resume` writes anew.
fn written(case: &Case, more: &[&str]) -> Vec<&'static str> {
    // The time of the scan is in each.
    let texts = || NAMES.map(|name| fs::read_to_string(report(case, name)).unwrap_or_default());
    let before = texts();
    let mut args = vec!["scan", "dl", "--out", "reports", "--resume"];
    args.extend(more);
    case.ended(0, &args);
    let after = texts();
    let fresh = NAMES.into_iter().zip(before.iter().zip(&after));
    fresh
        .filter(|(_, (b, a))| a != b)
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn only_what_is_missing_or_no_longer_holds_is_scanned_again() {
    let case = folder("resume");
    assert_eq!(written(&case, &[]), NAMES, "nothing was there");
    assert!(written(&case, &[]).is_empty(), "all of it stands");
    let said = case.ended(0, &["scan", "dl", "--out", "reports", "--resume"]);
    assert!(said.contains("not scanned again"), "{said}");
    assert!(said.contains("3 by reports of an earlier run"), "{said}");
    let summary = fs::read_to_string(case.path("reports/summary.csv")).unwrap();
    assert_eq!(summary.lines().count(), 4, "{summary}");
    // A report that is gone, one that was changed, an exhibit that was changed.
    fs::remove_file(report(&case, "a.mp4")).unwrap();
    assert_eq!(written(&case, &[]), ["a.mp4"]);
    let text = fs::read_to_string(report(&case, "b.png")).unwrap();
    let forged = text.replacen("no_mark_found", "inconclusive", 1);
    assert_ne!(text, forged);
    fs::write(report(&case, "b.png"), forged).unwrap();
    assert_eq!(written(&case, &[]), ["b.png"]);
    fs::copy(case.path("dl/b.png"), case.path("dl/c.png")).unwrap();
    assert_eq!(written(&case, &[]), ["c.png"]);
    // The house's evidence belongs to the report.
    fs::remove_file(case.path("reports/a.mp4.evidence")).unwrap();
    assert_eq!(written(&case, &[]), ["a.mp4"]);
    // Another question has another answer.
    assert_eq!(written(&case, &["--threshold", "-7"]), NAMES);
    assert_eq!(
        written(&case, &["--threshold", "-7", "--case-id", "7"]),
        NAMES
    );
    // And another registry.
    case.ended(0, &["distributor", "add", "late", "--name", "Late"]);
    assert_eq!(
        written(&case, &["--threshold", "-7", "--case-id", "7"]),
        NAMES
    );
}

#[test]
fn resuming_needs_a_folder_and_without_it_all_is_scanned() {
    let case = folder("resume_usage");
    let said = case.ended(2, &["scan", "dl", "--resume"]);
    assert!(said.contains("--out"), "{said}");
    written(&case, &[]);
    let before = fs::read_to_string(report(&case, "b.png")).unwrap();
    case.ended(0, &["scan", "dl", "--out", "reports"]);
    assert_ne!(before, fs::read_to_string(report(&case, "b.png")).unwrap());
}
