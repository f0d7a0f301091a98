//! Makes `testdata/` anew: a small registry, a leaked copy and an unmarked file.
//!
//! ```text
//! make testdata
//! cargo run --release --example make_testdata -- [FOLDER]     (default: testdata)
//! ```
//!
//! It uses the `leakmark` command as a rights holder would: `LEAKMARK_BIN`, or the
//! one beside this example's folder in `target/`. At the end it scans what it made
//! and puts it in place only if the leaker is named and the unmarked file accuses
//! nobody. The secret, hence the files, differ from run to run.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::video::AUDIO;
use testkit::{Kind, Scene, write_video_with};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The title's id, made up.
const TITLE: &str = "lanterns-over-harbour";

/// Who receives copies: id, name, territory.
const DISTRIBUTORS: [(&str, &str, &str); 12] = [
    ("aurora", "Aurora Cinemas", "Nordics"),
    ("bluebird", "Bluebird Airlines In-flight", "worldwide"),
    ("castellan", "Castellan Pictures Press Office", "Europe"),
    ("driftwood", "Driftwood Film Festival", "Canada"),
    ("fernhill", "Fernhill Subtitling", "Ireland"),
    (
        "harborlight",
        "Harborlight Home Entertainment",
        "North America",
    ),
    ("kernel", "Kernel Streaming", "worldwide"),
    ("meridian", "Meridian Television", "Australia"),
    ("northgate", "Northgate Multiplex", "United Kingdom"),
    ("orchard", "Orchard Awards Screeners", "United States"),
    ("solstice", "Solstice Dubbing Studio", "Spain"),
    ("tamarind", "Tamarind Mobile", "India"),
];

/// Who got a copy, and whose leaked.
const ISSUED: &str = "aurora,driftwood,orchard,northgate";
const LEAKER: &str = "kernel";

/// The most that a file for the repository may weigh.
const LARGEST_BYTES: u64 = 1_500_000;

const SECONDS: f64 = 20.0;
const FPS: f64 = 25.0;

fn main() -> Outcome<()> {
    let target = PathBuf::from(
        std::env::args_os()
            .nth(1)
            .unwrap_or_else(|| "testdata".into()),
    );
    let work = tempfile::tempdir()?;
    let leakmark = Leakmark {
        program: program()?,
        folder: work.path().to_owned(),
    };
    films(work.path())?;
    house(&leakmark)?;
    issue(&leakmark)?;
    leak(work.path(), "copy.mp4", "leaked.mp4")?;
    leak(work.path(), "other.mp4", "unmarked.mp4")?;
    check(&leakmark)?;
    put_in_place(work.path(), &target)?;
    println!("{} is made anew: {LEAKER} leaked {TITLE}", target.display());
    Ok(())
}

/// The command under test, run in the folder where the files are made, so that
/// the registry holds no path of this machine.
struct Leakmark {
    program: PathBuf,
    folder: PathBuf,
}

impl Leakmark {
    /// Runs it and returns its exit status and what it printed.
    fn status(&self, home: &str, arguments: &[&str]) -> Outcome<(Option<i32>, String)> {
        println!("leakmark --home {home} {}", arguments.join(" "));
        let output = Command::new(&self.program)
            .args(["--home", home])
            .args(arguments)
            .current_dir(&self.folder)
            // The audit log goes into the repository: no names of real people and machines.
            .envs([("USER", "demo"), ("LOGNAME", "demo"), ("HOSTNAME", "demo")])
            .stderr(std::process::Stdio::inherit())
            .output()?;
        Ok((output.status.code(), String::from_utf8(output.stdout)?))
    }

    fn run(&self, arguments: &[&str]) -> Outcome<String> {
        match self.status("registry", arguments)? {
            (Some(0), printed) => Ok(printed),
            (status, _) => Err(format!("leakmark {arguments:?} ended with {status:?}").into()),
        }
    }
}

fn program() -> Outcome<PathBuf> {
    let named = std::env::var_os("LEAKMARK_BIN").map(PathBuf::from);
    let beside = || {
        Some(
            std::env::current_exe()
                .ok()?
                .parent()?
                .parent()?
                .join("leakmark"),
        )
    };
    let program = named
        .or_else(beside)
        .ok_or("no place to look for leakmark")?;
    program.canonicalize().map_err(|error| {
        format!(
            "{}: {error}; build it first: cargo build --release",
            program.display()
        )
        .into()
    })
}

/// The master, and a film that never was marked.
fn films(folder: &Path) -> Outcome<()> {
    let codec = [
        "-c:v", "libx264", "-crf", "16", "-preset", "fast", "-c:a", "aac", "-b:a", "64k",
    ];
    for (name, seed, kind) in [
        ("master.mp4", 2014, Kind::HandHeld),
        ("other.mp4", 77, Kind::TalkingHead),
    ] {
        println!("making {name}");
        let scene = Scene::new(seed, kind, 1280, 720);
        write_video_with(&folder.join(name), &scene, FPS, SECONDS, &AUDIO, &codec)?;
    }
    Ok(())
}

/// A registry with everybody in it.
fn house(leakmark: &Leakmark) -> Outcome<()> {
    leakmark.run(&["init"])?;
    let ((id, name, _), others) = DISTRIBUTORS.split_first().ok_or("nobody")?;
    leakmark.run(&["distributor", "add", id, "--name", name])?;
    let rows = others
        .iter()
        .map(|(id, name, territory)| format!("{id},{name},{territory}\n"));
    let csv = "id,name,territory\n".to_owned() + &rows.collect::<String>();
    fs::write(leakmark.folder.join("distributors.csv"), csv)?;
    leakmark.run(&["distributor", "import", "distributors.csv"])?;
    Ok(())
}

/// Copies for some, the leaker's among them.
fn issue(leakmark: &Leakmark) -> Outcome<()> {
    let mark = ["mark", "master.mp4", "--title", TITLE, "--to"];
    leakmark.run(&[&mark[..], &[LEAKER, "-o", "copy.mp4"]].concat())?;
    fs::create_dir(leakmark.folder.join("copies"))?;
    leakmark.run(&[&mark[..], &[ISSUED, "-o", "copies"]].concat())?;
    Ok(())
}

/// What a pirate does: the beginning cut off, 360p, a low rate, a new encode.
fn leak(folder: &Path, from: &str, to: &str) -> Outcome<()> {
    println!("recompressing {from} to {to}");
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-ss", "2.36", "-i", from])
        .args([
            "-vf",
            "scale=640:360",
            "-c:v",
            "libx264",
            "-crf",
            "26",
            "-preset",
            "medium",
        ])
        .args([
            "-c:a",
            "aac",
            "-b:a",
            "32k",
            "-map_metadata",
            "-1",
            "-movflags",
            "+faststart",
            to,
        ])
        .current_dir(folder)
        .status()?;
    let bytes = fs::metadata(folder.join(to))?.len();
    match status.success() && bytes <= LARGEST_BYTES {
        true => Ok(()),
        false => Err(format!("ffmpeg: {status}; {to} has {bytes} bytes of {LARGEST_BYTES}").into()),
    }
}

/// Scans with a copy of the registry, so that the one handed out has no scan in its log.
fn check(leakmark: &Leakmark) -> Outcome<()> {
    let home = leakmark.folder.join("check");
    fs::create_dir(&home)?;
    for name in ["leakmark.db", "leakmark.key"] {
        fs::copy(leakmark.folder.join("registry").join(name), home.join(name))?;
    }
    let scan = |exhibit: &str| -> Outcome<serde_json::Value> {
        let (status, report) = leakmark.status("check", &["scan", exhibit, "--json"])?;
        println!("exit status {status:?}");
        Ok(serde_json::from_str(report.trim())?)
    };
    let leaked = scan("leaked.mp4")?;
    if leaked["verdict"] != "attributed" || leaked["attributions"][0]["distributor"] != LEAKER {
        return Err(format!("leaked.mp4 was not traced to {LEAKER}: {leaked:#}").into());
    }
    let unmarked = scan("unmarked.mp4")?;
    match unmarked["verdict"] == "no_mark_found" {
        true => Ok(()),
        false => Err(format!("unmarked.mp4 is said to be marked: {unmarked:#}").into()),
    }
}

fn put_in_place(work: &Path, target: &Path) -> Outcome<()> {
    fs::create_dir_all(target.join("registry"))?;
    for name in [
        "leaked.mp4",
        "unmarked.mp4",
        "registry/leakmark.db",
        "registry/leakmark.key",
    ] {
        // A key that is there has mode 0600; copying keeps the mode.
        fs::copy(work.join(name), target.join(name))?;
    }
    fs::write(target.join("README.md"), readme())?;
    Ok(())
}

fn readme() -> String {
    let rows: String = DISTRIBUTORS
        .iter()
        .map(|(id, name, _)| format!("| {id} | {name} | {} |\n", received(id)))
        .collect();
    include_str!("testdata_readme.md")
        .replace("{title}", TITLE)
        .replace("{leaker}", LEAKER)
        .replace("{distributors}\n", &rows)
}

fn received(id: &str) -> &'static str {
    match id {
        LEAKER => "yes, and it leaked",
        _ if ISSUED.split(',').any(|issued| issued == id) => "yes",
        _ => "no",
    }
}
