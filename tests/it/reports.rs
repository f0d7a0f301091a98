//! The reports for people and for other tools: what they say, and that names
//! from outside do no harm in any of them.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kit::case::{Case, testdata};
use crate::kit::program::{leakmark, skipped};
use leakmark::evidence::escape::is_hostile;
use leakmark::evidence::{Report, Verdict, from_json};
use leakmark::render::{
    BatchRow, CaseGraph, Illustrations, VerbalScale, document, index, page, pdf, summary_csv,
};

/// A copy of a file of testdata, in the case's folder.
fn exhibit(case: &Case, of: &str, name: &OsStr) -> PathBuf {
    let to = case.dir.join(name);
    fs::copy(testdata(of), &to).unwrap();
    to
}

fn scan(case: &Case, args: &[&OsStr]) -> Output {
    let mut scan = leakmark(&case.home());
    scan.arg("scan").args(args).output().unwrap()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Markup, an escape sequence, an override, a line end, a formula, and a byte that is no UTF-8.
fn hostile_name() -> OsString {
    let mut name = b"=1+1<img src=x onerror=alert(1)>&\"'".to_vec();
    name.extend("\u{1b}[31m\u{202e}gpj\u{2066}\n".as_bytes());
    name.extend([0xff, 0xfe]);
    name.extend("é".repeat(70).as_bytes());
    name.extend(b".mp4");
    OsString::from_vec(name)
}

const HOSTILE: &str = "</style><script>alert(1)</script>\u{202e}\u{1b}]0;x\u{7}{{7*7}}";

/// No markup, no address, no character of a name from outside has an effect.
fn assert_harmless_page(html: &str) {
    let lower = html.to_lowercase();
    for bad in [
        "<script",
        "<img",
        "<iframe",
        "<object",
        "<link",
        "javascript:",
        " onerror=\"",
        "url(",
    ] {
        assert!(!lower.contains(bad), "{bad} in a page");
    }
    assert_eq!(lower.matches("</style>").count(), 1);
    assert!(html.contains("default-src 'none'"));
    let active = html
        .chars()
        .find(|c| is_hostile(&c.to_string()) && *c != '\n');
    assert_eq!(active, None, "a character that acts");
    for (at, _) in html.match_indices("href=\"") {
        let target = &html[at + 6..];
        let own = ["#s", "data:image/", "./"]
            .iter()
            .any(|start| target.starts_with(start));
        assert!(own, "a link leads out: {}", &target[..40]);
    }
}

fn assert_whole_pdf(bytes: &[u8]) {
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(bytes.trim_ascii_end().ends_with(b"%%EOF"));
    for bad in [&b"/JavaScript"[..], b"/Launch", b"/URI", b"/EmbeddedFile"] {
        assert!(!bytes.windows(bad.len()).any(|w| w == bad));
    }
}

/// `case_validate`, if it is there: in the path, or where the variable says.
fn validator() -> Option<OsString> {
    let named = std::env::var_os("LEAKMARK_CASE_VALIDATE").filter(|v| !v.is_empty());
    let program = named.unwrap_or_else(|| "case_validate".into());
    let answers = Command::new(&program).arg("--help").output();
    answers.is_ok_and(|o| o.status.success()).then_some(program)
}

fn assert_valid_case(file: &Path) {
    let Some(program) = validator() else {
        skipped("case_validate (pip install case-utils) is not installed");
        return;
    };
    let ended = Command::new(program)
        .args(["--built-version", "case-1.4.0"])
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(
        ended.status.success() && said.contains("Conforms: True"),
        "{said}"
    );
}

fn os(args: &[&str]) -> Vec<OsString> {
    args.iter().map(OsString::from).collect()
}

#[test]
fn hostile_names_are_harmless_in_every_format() {
    let case = Case::new("reports/hostile_names");
    let leak = exhibit(&case, "leaked.mp4", &hostile_name());
    let broken = case.dir.join(OsStr::from_bytes(b"@SUM(<b>)\xff\x1b.mp4"));
    fs::write(&broken, b"no film").unwrap();
    let out = case.path("out");
    let mut args = os(&["--json", "--out"]);
    args.push(out.clone().into());
    for flag in ["--html", "--pdf"] {
        args.extend([flag.into(), out.clone().into()]);
    }
    args.extend(["--case".into(), out.join("case.jsonld").into()]);
    for flag in [
        "--case-id",
        "--exhibit-id",
        "--examiner",
        "--note",
        "--source-url",
    ] {
        args.extend([flag.into(), HOSTILE.into()]);
    }
    args.extend([leak.into(), broken.into()]);
    fs::create_dir(&out).unwrap();
    let args: Vec<&OsStr> = args.iter().map(OsString::as_os_str).collect();
    let output = scan(&case, &args);
    assert_eq!(output.status.code(), Some(3), "one could not be read");
    for stream in [&output.stdout, &output.stderr] {
        let said = String::from_utf8_lossy(stream);
        assert!(
            !said
                .chars()
                .any(|c| c != '\n' && is_hostile(&c.to_string()))
        );
    }

    let names: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().expect("UTF-8"))
        .collect();
    assert_eq!(names.len(), 8, "{names:?}");
    assert!(
        names.iter().all(|n| !is_hostile(n) && n.len() < 255),
        "{names:?}"
    );
    let ending = |end: &str| out.join(names.iter().find(|n| n.ends_with(end)).unwrap());

    let html = text(&ending(".report.html"));
    assert_harmless_page(&html);
    assert!(
        html.contains("&lt;img src=x onerror=alert(1)&gt;"),
        "the name is shown"
    );
    assert!(
        html.contains("&lt;/style&gt;&lt;script&gt;"),
        "the case is shown"
    );
    assert_harmless_page(&text(&ending("index.html")));
    assert_whole_pdf(&fs::read(ending(".report.pdf")).unwrap());
    let json = text(&ending(".report.json"));
    assert!(
        !json
            .chars()
            .any(|c| c != '\n' && is_hostile(&c.to_string()))
    );
    let report = from_json(&json).unwrap();
    assert_eq!(report.case.unwrap().note.as_deref(), Some(HOSTILE));

    let mut rows = csv::Reader::from_path(ending("summary.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        let number = cell.parse::<f64>().is_ok();
        assert!(
            number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
        assert!(!is_hostile(cell), "{cell}");
    }

    let case_file = out.join("case.jsonld");
    let graph = text(&case_file);
    assert!(
        !graph
            .chars()
            .any(|c| c != '\n' && is_hostile(&c.to_string()))
    );
    assert_valid_case(&case_file);
}

#[test]
fn a_formula_in_any_column_is_no_formula_any_more() {
    let row = BatchRow {
        exhibit: "=HYPERLINK(\"x\")".into(),
        title: "+1".into(),
        named: vec![("-2".into(), " @x".into(), -3.5, -1.0)],
        problem: "＝1".into(),
        ..BatchRow::default()
    };
    let text = String::from_utf8(summary_csv(&[row]).unwrap()).unwrap();
    let line = text.lines().nth(1).unwrap();
    assert_eq!(
        line,
        "\"'=HYPERLINK(\"\"x\"\")\",,,'+1,'-2,' @x,-3.5,-1,,'＝1"
    );
}

/// The report on a file of testdata.
fn report_on(test: &str, of: &str) -> Report {
    let case = Case::new(&format!("reports/{test}/{of}"));
    let exhibit = exhibit(&case, of, OsStr::new(of));
    let output = scan(&case, &[OsStr::new("--json"), exhibit.as_os_str()]);
    from_json(String::from_utf8(output.stdout).unwrap().trim()).unwrap()
}

/// Both renderings say the same, so one of them is looked at.
fn said(report: &Report) -> String {
    let document = document(report, &Illustrations::default(), &VerbalScale::default()).unwrap();
    assert_whole_pdf(&pdf(&document).unwrap());
    let html = page(&document);
    assert_harmless_page(&html);
    // Words without tags.
    let mut words = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => words.push(letter),
            _ => {}
        }
    }
    words
}

#[test]
fn the_answer_is_one_sentence_and_no_report_says_more_than_was_found() {
    let attributed = report_on("answer", "leaked.mp4");
    let named = attributed.attributions[0].clone();
    let title = attributed.title.clone().unwrap().name;
    let day = &named.issue.clone().unwrap().issued_at[..10];
    let words = said(&attributed);
    let sentence = format!(
        "This file is a copy of {title} issued to {} on {day}.",
        named.name
    );
    assert!(words.contains(&sentence), "{sentence}");
    assert!(words.contains("It does not say who leaked it"));
    assert!(words.contains("extremely strong support"));

    let unmarked = report_on("answer", "unmarked.mp4");
    assert_eq!(unmarked.verdict, Verdict::NoMarkFound);
    let without = |verdict| Report {
        verdict,
        attributions: Vec::new(),
        ..attributed.clone()
    };
    for (report, must) in [
        (
            unmarked,
            "That is not to say that it was not leaked by anyone in the registry.",
        ),
        (
            without(Verdict::MarkedUnattributed),
            "This is a finding of its own",
        ),
        (
            without(Verdict::Inconclusive),
            "Whoever scored highest is not a suspect",
        ),
    ] {
        let words = said(&report);
        assert!(words.contains(must), "{must}");
        assert!(words.contains("Nobody is named"));
        assert!(!words.contains("This file is a copy of"));
        assert!(!words.contains("The two propositions compared"));
    }
}

#[test]
fn no_report_states_the_probability_of_a_proposition_or_guilt() {
    let report = report_on("probability", "leaked.mp4");
    let words = said(&report).to_lowercase();
    for bad in [
        "guilty",
        "% certain",
        "% sure",
        "confidence",
        "probably leaked",
        "likely leaked",
    ] {
        assert!(!words.contains(bad), "{bad}");
    }
    assert!(words.contains("it is not the probability of either"));
}

#[test]
fn a_scale_of_ones_own_is_printed_and_a_wrong_one_stops_the_run_before_it_begins() {
    let case = Case::new("reports/a_scale");
    let exhibit = exhibit(&case, "leaked.mp4", OsStr::new("leak.mp4"));
    let scale = case.path("scale.csv");
    let out = case.path("out");
    let run = || {
        scan(
            &case,
            &[
                OsStr::new("--html"),
                out.as_os_str(),
                OsStr::new("--verbal-scale"),
                scale.as_os_str(),
                exhibit.as_os_str(),
            ],
        )
    };
    fs::write(&scale, "words\n1\n").unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("from_log10_lr"));
    fs::write(&scale, "from_log10_lr,words\n0,some\n3,<b>ample</b>\n").unwrap();
    assert_eq!(run().status.code(), Some(0));
    let html = text(&out.join("leak.mp4.report.html"));
    assert!(html.contains("&lt;b&gt;ample&lt;/b&gt; for proposition 1"));
    assert!(!html.contains("extremely strong support"));
    assert!(!out.join("index.html").exists(), "one exhibit is no batch");
}

/// Names in the registry are written by people, and may come from an import.
#[test]
fn hostile_names_of_titles_and_distributors_are_harmless_too() {
    let mut report = report_on("names", "leaked.mp4");
    let name = format!("{HOSTILE}{}", "株式会社\u{2067}אבג ".repeat(400));
    report.attributions[0].name = name.clone();
    report.title.as_mut().unwrap().name = name.clone();
    report.exhibit.video.codec = name.clone();
    report.exhibit.container = name;
    let words = said(&report);
    assert!(words.contains(r"\u{202e}\u{1b}]0;x"), "the name is shown");
    let row = BatchRow::of(&report, "a.html");
    assert_harmless_page(&index(&[row.clone(), row.clone()]));
    let table = String::from_utf8(summary_csv(&[row]).unwrap()).unwrap();
    let mut graph = CaseGraph::default();
    graph.add(&report);
    for text in [table, graph.to_json().unwrap()] {
        let active = text
            .chars()
            .find(|c| *c != '\n' && is_hostile(&c.to_string()));
        assert_eq!(active, None);
    }
}
