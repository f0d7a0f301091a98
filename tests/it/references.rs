//! What a title's reference is good for: a copy is told from a mark that was pasted
//! onto another film.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::kit::program::{ended, ffmpeg, folder, leakmark, out, registry_of, text};
use leakmark::evidence::{Content, FindingCode, Report, Verdict, from_json};
use testkit::{Kind, Scene, write_video};

pub(crate) const LEAKER: &str = "d03";
const X264: [&str; 6] = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16"];
const LENGTH_S: f64 = 8.0;

pub(crate) struct Set {
    dir: PathBuf,
}

/// A registry of ten, a film and the leaker's copy of it, and the same copy's mark pasted
/// onto another film.
pub(crate) fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| {
        let set = Set {
            dir: folder("references"),
        };
        registry_of(&set.dir, 10, "references");
        for (name, seed, kind) in [
            ("film.mp4", 31, Kind::TalkingHead),
            ("other.mp4", 32, Kind::HandHeld),
        ] {
            let scene = Scene::new(seed, kind, 640, 360);
            write_video(&set.path(name), &scene, 25.0, LENGTH_S, &X264).unwrap();
        }
        set.ended(0, &["mark", "film.mp4", "--to", LEAKER, "-o", "copy.mp4"]);
        set.ffmpeg(&["copy.mp4"], "[0:v]scale=480:-2[out]", "leak.mp4");
        set.ffmpeg(
            &["copy.mp4"],
            "[0:v]hflip,crop=iw*0.8:ih*0.8[out]",
            "cropped.mp4",
        );
        // So poor that the mark is not plain, and slots are read again without the host.
        for (from, to) in [("copy.mp4", "poor.mp4"), ("film.mp4", "poor_film.mp4")] {
            let (from, to) = (set.path(from), set.path(to));
            let (from, to) = (text(&from), text(&to));
            let poor = ["-vf", "scale=320:-2", "-c:v", "libx264", "-crf", "26", to];
            ffmpeg(&[&["-i", from], &poor[..]].concat());
        }
        let paste = "[0:v][1:v]blend=all_expr='clip(A-B+128,0,255)'[mark];\
            [2:v][mark]blend=all_expr='clip(A+B-128,0,255)'[out]";
        let files = ["copy.mp4", "film.mp4", "other.mp4"];
        set.ffmpeg(&files, paste, "pasted.mp4");
        set
    })
}

impl Set {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn command(&self, home: &str, args: &[&str]) -> Command {
        let mut command = leakmark(&self.path(home));
        command.current_dir(&self.dir).args(args);
        command
    }

    fn run(&self, home: &str, args: &[&str]) -> Output {
        self.command(home, args).output().unwrap()
    }

    pub(crate) fn ended(&self, code: i32, args: &[&str]) -> String {
        self.ended_in("home", code, args)
    }

    pub(crate) fn ended_in(&self, home: &str, code: i32, args: &[&str]) -> String {
        ended(&mut self.command(home, args), code)
    }

    fn ffmpeg(&self, inputs: &[&str], graph: &str, name: &str) {
        let inputs: Vec<PathBuf> = inputs.iter().map(|name| self.path(name)).collect();
        let mut args: Vec<&str> = inputs.iter().flat_map(|path| ["-i", text(path)]).collect();
        let to = self.path(name);
        args.extend(["-filter_complex", graph, "-map", "[out]", "-c:v", "libx264"]);
        args.extend(["-preset", "veryfast", "-crf", "22", text(&to)]);
        ffmpeg(&args);
    }

    pub(crate) fn scanned(&self, home: &str, name: &str) -> Report {
        let printed = out(&self.run(home, &["-q", "scan", "--json", name]));
        from_json(printed.lines().next().unwrap()).unwrap()
    }

    /// A copy of the home folder, for what changes it.
    pub(crate) fn home_of_its_own(&self, name: &str) -> PathBuf {
        let (from, to) = (self.path("home"), self.path(name));
        for folder in ["", "references"] {
            fs::create_dir_all(to.join(folder)).unwrap();
            for file in fs::read_dir(from.join(folder)).unwrap() {
                let file = file.unwrap();
                if file.file_type().unwrap().is_file() {
                    fs::copy(file.path(), to.join(folder).join(file.file_name())).unwrap();
                }
            }
        }
        to
    }
}

fn codes(report: &Report) -> Vec<FindingCode> {
    report.findings.iter().map(|f| f.code).collect()
}

fn is_all(report: &Report, content: Content) -> bool {
    !report.content.is_empty() && report.content.iter().all(|c| c.content == content)
}

#[test]
fn a_copy_shows_the_title_s_pictures() {
    for name in ["leak.mp4", "cropped.mp4"] {
        let report = set().scanned("home", name);
        assert_eq!(report.verdict, Verdict::Attributed, "{name}");
        assert!(
            is_all(&report, Content::Title),
            "{name}: {:?}",
            report.content
        );
        let first = &report.content[0];
        assert!(
            first.correlation > 0.8 && first.title == "film",
            "{first:?}"
        );
        assert!(!codes(&report).contains(&FindingCode::OtherContent));
    }
}

#[test]
fn a_mark_pasted_onto_another_film_accuses_nobody() {
    let set = set();
    let report = set.scanned("home", "pasted.mp4");
    // The symbols are there, or this proves nothing.
    assert_eq!(report.attributions[0].distributor, LEAKER);
    assert_eq!(
        report.verdict,
        Verdict::MarkOnOtherContent,
        "{:?}",
        report.content
    );
    assert!(is_all(&report, Content::Other), "{:?}", report.content);
    assert!(codes(&report).contains(&FindingCode::OtherContent));
    let told = set.ended(
        1,
        &["scan", "pasted.mp4", "--out", "pasted", "--html", "pasted"],
    );
    assert!(told.contains("0 attributed"), "{told}");
    let told = set.ended(1, &["scan", "pasted.mp4"]);
    assert!(told.contains("other film, marked as"), "{told}");
    let json = "pasted/pasted.mp4.report.json";
    let key = set.ended(0, &["-q", "registry", "key"]);
    set.ended(0, &["report", "verify", json, "--registry-key", key.trim()]);
    let html = fs::read_to_string(set.path("pasted/pasted.mp4.report.html")).unwrap();
    assert!(html.contains("on pictures that are not that title’s"));
    // Whoever has the secret and says more than was seen is told so as well.
    let report = fs::read_to_string(set.path(json)).unwrap();
    let forged = report.replace("\"mark_on_other_content\"", "\"attributed\"");
    fs::write(set.path("forged.report.json"), forged).unwrap();
    let told = set.ended(1, &["report", "verify", "forged.report.json"]);
    assert!(
        told.contains("the verdict is not that of the pictures"),
        "{told}"
    );
}

#[test]
fn a_reference_is_made_once_and_cared_for() {
    let set = set();
    let home = set.home_of_its_own("cared");
    let file = fs::read_dir(home.join("references"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let home = "cared";
    let told = set.ended_in(home, 0, &["title", "reference", "check"]);
    assert!(told.contains("film") && told.contains("whole"), "{told}");
    fs::create_dir_all(set.path("backup")).unwrap();
    let out = set.ended_in(
        home,
        0,
        &[
            "title",
            "reference",
            "export",
            "film",
            "-o",
            "backup",
            "--json",
        ],
    );
    let written: Vec<String> = serde_json::from_str(out.trim()).unwrap();
    let [backup] = &written[..] else {
        panic!("{out}")
    };
    // A further copy of the same master needs no other.
    set.ended_in(
        home,
        0,
        &[
            "mark",
            "film.mp4",
            "--to",
            "d04",
            "-o",
            "d04.mp4",
            "--no-verify",
        ],
    );
    let told = set.ended_in(home, 0, &["title", "reference", "check", "--json"]);
    assert_eq!(told.matches("\"sha256\"").count(), 1, "{told}");

    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    for damage in ["damaged", "missing"] {
        let report = set.scanned(home, "leak.mp4");
        assert_eq!(report.verdict, Verdict::Attributed, "{damage}");
        assert!(report.content.is_empty(), "{damage}");
        assert!(
            codes(&report).contains(&FindingCode::ReferenceUnusable),
            "{damage}"
        );
        let told = set.ended_in(home, 1, &["title", "reference", "check", "film"]);
        assert!(told.contains(damage), "{told}");
        let _ = fs::remove_file(&file);
    }
    set.ended_in(home, 2, &["title", "reference", "import", "leak.mp4"]);
    let told = set.ended_in(home, 0, &["title", "reference", "import", backup, "--json"]);
    assert!(told.contains("\"title\":\"film\""), "{told}");
    set.ended_in(home, 0, &["title", "reference", "check"]);
    assert!(is_all(&set.scanned(home, "leak.mp4"), Content::Title));

    let told = set.ended_in(home, 0, &["title", "reference", "drop", "film", "--json"]);
    assert!(told.contains(r#"{"title":"film","dropped":1}"#), "{told}");
    assert!(!file.exists());
    let report = set.scanned(home, "leak.mp4");
    assert!(report.content.is_empty());
    assert!(!codes(&report).contains(&FindingCode::ReferenceUnusable));
    set.ended_in(home, 0, &["registry", "verify"]);
    set.ended_in(home, 2, &["title", "reference", "drop", "film"]);

    // A title that is added from its master has one before any copy is made.
    set.ended_in(home, 0, &["title", "add", "film.mp4", "--id", "added"]);
    let told = set.ended_in(home, 0, &["title", "reference", "check", "added"]);
    assert!(told.contains("whole"), "{told}");
}

#[test]
fn the_receipt_names_the_pictures_that_were_kept_of_the_master() {
    let report = set().scanned("home", "leak.mp4");
    let issue = report.attributions[0].issue.as_ref().expect("issued");
    let said = issue.receipt.check().expect("a receipt");
    let named = said.reference_sha256.expect("a reference");
    let kept = fs::read_dir(set().path("home/references")).unwrap();
    let mut names = kept.map(|file| file.unwrap().file_name());
    assert!(names.any(|name| name.to_str() == Some(&named)), "{named}");
}
