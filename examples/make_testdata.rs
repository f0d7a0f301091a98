//! Makes `testdata/` anew: a small registry, a leaked copy and an unmarked file.
//!
//! ```text
//! make testdata
//! cargo run --release --example make_testdata -- [FOLDER]     (default: testdata)
//! ```
//!
//! It does what the `leakmark` command does for a rights holder, but logs nothing:
//! the chain goes into the repository, and it would name real people and machines.
//! At the end it scans what it made and puts it in place only if the leaker is
//! named and the unmarked file accuses nobody. The secret, hence the files, differ
//! from run to run.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use leakmark::evidence::Verdict;
use leakmark::job::{Home, MarkRequest, ScanContext, ScanSettings, Silent, Task, mark, scan};
use leakmark::registry::{Distributor, ImportRow, Known};
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
    let target = std::env::args_os().nth(1);
    let target = std::path::absolute(target.unwrap_or_else(|| "testdata".into()))?;
    let work = tempfile::tempdir()?;
    // Paths are kept as they are given: those of this machine stay out of the registry.
    std::env::set_current_dir(work.path())?;
    films(work.path())?;
    let home = house()?;
    issue(&home)?;
    leak(work.path(), "copy.mp4", "leaked.mp4")?;
    leak(work.path(), "other.mp4", "unmarked.mp4")?;
    check(&home)?;
    drop(home);
    put_in_place(work.path(), &target)?;
    println!("{} is made anew: {LEAKER} leaked {TITLE}", target.display());
    Ok(())
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
fn house() -> Outcome<Home> {
    let home = Home::init(Path::new("registry"))?;
    let rows = DISTRIBUTORS.map(|(id, name, territory)| {
        Ok(ImportRow::from(Distributor {
            id: id.to_owned(),
            name: name.to_owned(),
            notes: [("territory".to_owned(), territory.to_owned())].into(),
        }))
    });
    home.registry.import_distributors(rows, Known::Refused)?;
    Ok(home)
}

/// Copies for some, the leaker's among them.
fn issue(home: &Home) -> Outcome<()> {
    fs::create_dir("copies")?;
    for (to, output) in [(LEAKER, "copy.mp4"), (ISSUED, "copies")] {
        println!("marking for {to}");
        let to = to.split(',').map(str::to_owned).collect();
        let mut request = MarkRequest::new("master.mp4".into(), to);
        request.title = Some(TITLE.to_owned());
        request.output = Some(output.into());
        for copy in mark(home, &request, Task::only(&Silent::default()))?.copies {
            copy.issue
                .ok_or_else(|| format!("the copy for {} does not read back", copy.distributor))?;
        }
    }
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

/// The leak is traced, and the unmarked film is not.
fn check(home: &Home) -> Outcome<()> {
    let context = ScanContext::new(home, ScanSettings::default())?;
    let leaked = scan(
        &context,
        Path::new("leaked.mp4"),
        Task::only(&Silent::default()),
    )?;
    if leaked.attributions.len() != 1 || leaked.attributions[0].distributor != LEAKER {
        return Err(format!("leaked.mp4 was not traced to {LEAKER}: {leaked:#?}").into());
    }
    let unmarked = scan(
        &context,
        Path::new("unmarked.mp4"),
        Task::only(&Silent::default()),
    )?;
    match unmarked.verdict {
        Verdict::NoMarkFound => Ok(()),
        _ => Err(format!("unmarked.mp4 is said to be marked: {unmarked:#?}").into()),
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
