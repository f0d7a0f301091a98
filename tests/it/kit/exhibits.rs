//! Makes exhibits with `ffmpeg`, and scans them.

use std::fs;

use serde_json::Value;

use super::case::{Case, LEAKER, testdata};
use super::program::ffmpeg_in;
use leakmark::evidence::{FindingCode, Report, Verdict, from_json};

/// Runs `ffmpeg` in the case's folder; the arguments are split at spaces.
pub fn ffmpeg(case: &Case, arguments: &str) {
    ffmpeg_in(&case.dir, arguments);
}

/// A case with the leak as `leak.mp4` beside it.
pub fn leaked(name: &str) -> Case {
    let case = Case::new(name);
    fs::copy(testdata("leaked.mp4"), case.path("leak.mp4")).unwrap();
    case
}

/// The report on a file in the case's folder.
pub fn report(case: &Case, file: &str) -> Report {
    let printed = case.run(&["-q", "scan", "--json", file]);
    let complaint = String::from_utf8_lossy(&printed.stderr);
    let text = std::str::from_utf8(&printed.stdout).unwrap();
    from_json(text).unwrap_or_else(|e| panic!("{file}: {e}: {complaint}"))
}

/// The likelihood ratio by which the leaker is named.
pub fn log10_lr(report: &Report) -> f64 {
    assert_eq!(report.verdict, Verdict::Attributed, "{:?}", report.findings);
    assert_eq!(report.attributions[0].distributor, LEAKER);
    report.attributions[0].log10_likelihood_ratio
}

/// True if a report has this finding.
pub fn finds(report: &Report, code: FindingCode) -> bool {
    report.findings.iter().any(|f| f.code == code)
}

/// What `scan --json` prints, line by line, and its exit code and words.
pub fn scanned(case: &Case, args: &[&str]) -> (Vec<Value>, i32, String) {
    let mut all = vec!["scan", "--json"];
    all.extend(args);
    let output = case.run(&all);
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let values = lines.map(|line| serde_json::from_str(line).unwrap());
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (values.collect(), output.status.code().unwrap(), words)
}

/// Of the exhibits that could not be read, the file's name and the kind of problem.
pub fn unreadable(lines: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |line: &Value| {
        let file = line.get("unreadable")?;
        let path = text(&file["path"]);
        let name = path.rsplit('/').next().unwrap().to_owned();
        Some((name, text(&file["kind"])))
    };
    lines.iter().filter_map(of).collect()
}
