//! What a mark withstands: the real command on a tiny film, its dossier, the second
//! run that does nothing anew, and the report that cites it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::kit::program::{ended, folder, leakmark};
use leakmark::evidence::{
    CellResult, ControlKind, Dossier, FindingCode, Place, Verdict, dossier_from_json, from_json,
};
use leakmark::job::Library;
use serde_json::Value;
use testkit::{Kind, Scene, write_video};

/// A folder with a film, and the dossier of a first run.
struct Set {
    dir: PathBuf,
}

impl Set {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn command(&self) -> Command {
        let mut command = leakmark(&self.path("home"));
        command.current_dir(&self.dir).arg("--no-progress");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    /// Runs it, which must end with this code; returns what it printed, errors last.
    fn ended(&self, code: i32, args: &[&str]) -> String {
        ended(self.command().args(args), code)
    }

    fn dossier(&self) -> Dossier {
        let text = fs::read_to_string(self.path("dossier/dossier.json")).unwrap();
        dossier_from_json(&text).unwrap()
    }
}

/// What all runs here have in common.
const ASKED: [&str; 20] = [
    "validate",
    "film.mp4",
    "--out",
    "dossier",
    "--attack-dir",
    "mine",
    "--attacks",
    "crf23,mine,average2",
    "--controls",
    "none,mine",
    "--excerpts",
    "2",
    "--seconds",
    "6",
    "--beginnings",
    "3",
    "--distributors",
    "20",
    "--sign",
    "report.key",
];

/// An attack of our own that leaves nothing of the film.
const MINE: &str = "class = \"own\"\nabout = \"The user's own.\"\n\
    [[attack]]\nname = \"mine\"\nstands_for = \"a film in grey from end to end\"\n\
    filter = \"drawbox=color=gray:t=fill\"\n";

fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| {
        let dir = folder("validate");
        fs::create_dir(dir.join("mine")).unwrap();
        fs::write(dir.join("mine/mine.toml"), MINE).unwrap();
        let scene = Scene::new(11, Kind::TalkingHead, 640, 360);
        let encode = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16"];
        write_video(&dir.join("film.mp4"), &scene, 25.0, 13.0, &encode).unwrap();
        let set = Set { dir };
        set.ended(0, &["report", "keygen", "report.key"]);
        let told = set.ended(0, &ASKED);
        assert!(told.contains("0 false accusations"), "{told}");
        set
    })
}

fn result(dossier: &Dossier, attack: &str) -> Vec<CellResult> {
    let index = dossier
        .attacks
        .iter()
        .position(|a| a.name == attack)
        .unwrap();
    dossier.cells_of(index).map(|c| dossier.result(c)).collect()
}

#[test]
fn attacks_that_leave_the_film_are_withstood_and_one_that_leaves_nothing_is_not() {
    let dossier = set().dossier();
    let names: Vec<&str> = dossier.attacks.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["none", "crf23", "average2", "mine"]);
    assert_eq!((dossier.excerpts.len(), dossier.cells.len()), (2, 8));
    for attack in ["none", "crf23", "average2"] {
        assert_eq!(
            result(&dossier, attack),
            [CellResult::Attributed; 2],
            "{attack}"
        );
    }
    assert_eq!(result(&dossier, "mine"), [CellResult::NotAttributed; 2]);
    for cell in dossier.cells_of(0) {
        let seconds = cell.seconds_to_attribute.expect("attributed");
        assert!((2.9..6.2).contains(&seconds), "{seconds}");
        assert_eq!(dossier.sources(cell).len(), 1);
    }
    let both = dossier.cells_of(2).next().unwrap();
    assert_eq!(dossier.sources(both).len(), 2, "two copies went in");
    let starts: Vec<f64> = dossier.excerpts.iter().map(|e| e.start_s).collect();
    let halves = [0.25, 6.75];
    let middle = |(start, expected): (&f64, f64)| (start - expected).abs() < 0.1;
    assert!(
        starts.iter().zip(halves).all(middle),
        "each in the middle of its half: {starts:?}"
    );
}

#[test]
fn nobody_is_named_in_controls_and_innocents_stay_below_what_the_bound_allows() {
    let dossier = set().dossier();
    for kind in [
        ControlKind::Unmarked,
        ControlKind::WrongSecret,
        ControlKind::SourceMissing,
    ] {
        let controls: Vec<_> = dossier.controls_of(kind).collect();
        assert_eq!(controls.len(), 4, "two excerpts under two attacks");
        for control in controls {
            let outcome = control.outcome.as_ref().expect("scanned");
            assert!(outcome.named.is_empty() && outcome.log10_likelihood_ratio.is_none());
        }
    }
    let missing = dossier
        .controls_of(ControlKind::SourceMissing)
        .next()
        .unwrap();
    let verdict = missing.outcome.as_ref().unwrap().verdict;
    assert_ne!(
        verdict,
        Verdict::NoMarkFound,
        "the mark is there, whoever's it is"
    );
    assert_eq!(dossier.false_accusations(), 0);
    let innocents = &dossier.innocents;
    assert_eq!(innocents.scans, 8 + 12);
    assert!(innocents.compared > 100);
    for step in innocents.reached.iter().skip(3) {
        assert_eq!(step.count, 0, "10^{}", step.log10_likelihood_ratio);
    }
}

#[test]
fn what_the_mark_costs_is_measured() {
    for excerpt in set().dossier().excerpts {
        let picture = excerpt.picture.expect("measured");
        assert!((30.0..70.0).contains(&picture.psnr_y_db), "{picture:?}");
        assert!((0.9..2.0).contains(&picture.size_ratio), "{picture:?}");
        let (without, with) = (
            picture.cvvdp_unmarked_jod.unwrap(),
            picture.cvvdp_marked_jod.unwrap(),
        );
        assert!(
            with < without && without <= 10.0 && with > 5.0,
            "{picture:?}"
        );
        assert_eq!(excerpt.marked_by_sha256, None);
    }
}

#[test]
fn a_second_run_does_nothing_anew_and_comes_to_the_same() {
    let set = set();
    let mut first = set.dossier();
    let other = set.path("again");
    let _ = fs::remove_dir_all(&other);
    fs::create_dir_all(&other).unwrap();
    copy_folder(&set.path("dossier/work"), &other.join("work"));
    let again: Vec<&str> = ASKED
        .iter()
        .map(|word| if *word == "dossier" { "again" } else { word })
        .collect();
    set.ended(0, &again);
    let text = fs::read_to_string(other.join("dossier.json")).unwrap();
    let mut second = dossier_from_json(&text).unwrap();
    assert_eq!((first.timing.made, second.timing.made), (8 + 12, 0));
    let films = fs::read_dir(other.join("work/files")).map_or(0, Iterator::count);
    assert_eq!(films, 0, "nothing was cut or marked");
    first.timing = Default::default();
    second.timing = Default::default();
    assert_eq!(first, second);
}

#[test]
fn the_signature_holds_and_a_changed_dossier_is_refused() {
    let set = set();
    let verify = |code: i32, file: &str| {
        set.ended(
            code,
            &[
                "report",
                "verify",
                file,
                "--key",
                "report.key.pub",
                "--exhibit",
                "film.mp4",
            ],
        )
    };
    let told = verify(0, "dossier/dossier.dsse.json");
    for line in [
        "ok, known    signature",
        "ok           schema",
        "ok           film",
        "ok           figures",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let told = verify(1, "dossier/dossier.json");
    assert!(told.contains("the dossier is not signed"), "{told}");
    let text = fs::read_to_string(set.path("dossier/dossier.json")).unwrap();
    let mut changed = dossier_from_json(&text).unwrap();
    changed.innocents.compared += 1;
    fs::write(
        set.path("changed.json"),
        serde_json::to_string(&changed).unwrap(),
    )
    .unwrap();
    let told = set.ended(1, &["report", "verify", "changed.json"]);
    assert!(told.contains("does not follow"), "{told}");
    fs::write(set.path("other.mp4"), b"another film").unwrap();
    let told = set.ended(
        1,
        &[
            "report",
            "verify",
            "dossier/dossier.json",
            "--exhibit",
            "other.mp4",
        ],
    );
    assert!(told.contains("is not about it"), "{told}");
}

#[test]
fn a_real_dossier_conforms_to_the_schema_and_a_changed_one_does_not() {
    let set = set();
    let schema: Value =
        serde_json::from_str(&set.ended(0, &["report", "schema", "dossier"])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = fs::read_to_string(set.path("dossier/dossier.json")).unwrap();
    let mut dossier: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&dossier)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    dossier["cells"][0]["more"] = Value::from(1);
    assert!(!validator.is_valid(&dossier));
}

#[test]
fn pages_say_what_the_dossier_says() {
    let page = fs::read_to_string(set().path("dossier/dossier.html")).unwrap();
    for words in [
        "What this mark withstands",
        "average2",
        "film.mp4",
        "leakmark scan --dossier",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<script"));
    let pdf = fs::read(set().path("dossier/dossier.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
}

/// A leak of the film's own registry, scanned with the dossier cited.
fn cited(set: &Set, name: &str, ffmpeg: &[&str]) -> leakmark::evidence::Report {
    let made = Command::new("ffmpeg")
        .current_dir(&set.dir)
        .args(["-v", "error", "-nostdin", "-y", "-i", "film.mp4"])
        .args(ffmpeg)
        .arg(name)
        .status()
        .unwrap();
    assert!(made.success());
    let json = set.run(&[
        "scan",
        name,
        "--dossier",
        "dossier/dossier.dsse.json",
        "--json",
    ]);
    let told = String::from_utf8_lossy(&json.stderr).into_owned();
    from_json(
        String::from_utf8(json.stdout)
            .unwrap()
            .lines()
            .next()
            .expect(&told),
    )
    .unwrap()
}

#[test]
fn a_report_cites_the_dossier_and_says_inside_or_outside() {
    let set = set();
    if !set.path("home").exists() {
        set.ended(0, &["init"]);
    }
    let inside = cited(
        set,
        "inside.mp4",
        &["-t", "3", "-an", "-c:v", "libx264", "-crf", "24"],
    );
    let validation = inside.validation.expect("cited");
    let digest = leakmark::evidence::hash::hash_file(
        &set.path("dossier/dossier.dsse.json"),
        &mut |_| Ok(()),
    )
    .unwrap();
    assert_eq!(validation.dossier_sha256, digest.sha256);
    assert!(validation.signed_by.is_some() && validation.same_program);
    assert!(validation.is_inside(), "{validation:?}");
    let code = |findings: &[leakmark::evidence::Finding], code| {
        findings
            .iter()
            .any(|f| f.code == code && f.words.contains(&digest.sha256))
    };
    assert!(
        code(&inside.findings, FindingCode::InsideValidation),
        "{:?}",
        inside.findings
    );

    let small = cited(
        set,
        "small.mp4",
        &[
            "-t",
            "3",
            "-an",
            "-vf",
            "scale=240:-2",
            "-c:v",
            "libx264",
            "-crf",
            "40",
        ],
    );
    let validation = small.validation.expect("cited");
    assert_eq!(validation.size_px.place, Place::Below);
    assert_eq!(validation.length_s.place, Place::Inside);
    assert!(
        code(&small.findings, FindingCode::OutsideValidation),
        "{:?}",
        small.findings
    );

    let plain = set.run(&["scan", "inside.mp4", "--json"]);
    let plain = from_json(
        String::from_utf8(plain.stdout)
            .unwrap()
            .lines()
            .next()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(plain.validation, None);
    let told = set.ended(2, &["scan", "inside.mp4", "--dossier", "report.key.pub"]);
    assert!(told.contains("not a dossier"), "{told}");
}

#[test]
fn attacks_can_be_listed_and_what_makes_no_sense_is_refused() {
    let set = set();
    let told = set.ended(0, &["validate", "--list", "--attack-dir", "mine"]);
    for attack in Library::open(&[]).unwrap().attacks() {
        assert!(
            told.contains(&format!("  {} ", attack.name)),
            "{}",
            attack.name
        );
    }
    assert!(told.contains("a film in grey from end to end"));
    for (args, words) in [
        (
            &["validate", "film.mp4", "--attacks", "crf29"][..],
            "no attack is named \"crf29\"",
        ),
        (
            &[
                "validate",
                "film.mp4",
                "--controls",
                "camcorder",
                "--attacks",
                "crf28",
            ],
            "not among the attacks",
        ),
        (
            &["validate", "film.mp4", "--ffmpeg", "/nowhere/ffmpeg"],
            "--ffmpeg",
        ),
        (
            &["validate", "film.mp4", "--at", "12.5"],
            "less than a second",
        ),
        (
            &["validate", "film.mp4", "--strength", "0"],
            "marks nothing",
        ),
        (&["validate"], "FILM"),
    ] {
        let told = set.ended(2, args);
        assert!(told.contains(words), "{args:?}: {told}");
    }
    set.ended(3, &["validate", "nothing.mp4"]);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
