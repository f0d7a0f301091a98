//! The recognition bench: which share of attacked clips is recognized by its pictures
//! alone, how exactly, and how often a clip is taken for another.
//!
//! ```text
//! clips ─ 12 s each ─┬─ references ─ index ──────────────────────┐
//!                    └─ attacked (ffmpeg) ─ bins ─ recognize ────┴─ against the truth; against the others alone
//! ```
//!
//! `cargo bench --bench recognition -- --clips DIR` does it; everything is kept in a work
//! folder. Where the clips are absent, it says so and succeeds.

/// The parts of the bench, in flow order.
mod recognition {
    pub mod attacks;
    pub mod film;
    pub mod measure;
}

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use recognition::attacks::ATTACKS;
use recognition::film::{Library, masters};
use recognition::measure::measure;

/// Measures what is recognized by its pictures alone.
#[derive(Debug, Parser)]
#[command(name = "recognition")]
struct Options {
    /// Folder of clips [default: ../shared/clips]
    #[arg(long, value_name = "DIR")]
    clips: Option<PathBuf>,

    /// Only the attacks whose names begin so
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,

    /// Folder for everything that is made and kept [default: tmp/recognition in the
    /// target folder]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,

    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("recognition: skipped, it runs only under `cargo bench`");
        return ExitCode::SUCCESS;
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/clips");
    let clips = options.clips.clone().unwrap_or(beside);
    if !clips.is_dir() {
        println!("recognition: skipped, no clips at {}", clips.display());
        return ExitCode::SUCCESS;
    }
    match bench(&options, &clips) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("recognition: {message}");
            ExitCode::from(2)
        }
    }
}

fn bench(options: &Options, clips: &Path) -> Result<(), String> {
    let kept = || Path::new(env!("CARGO_TARGET_TMPDIR")).join("recognition");
    let work = options.work.clone().unwrap_or_else(kept);
    std::fs::create_dir_all(&work).map_err(|e| format!("{}: {e}", work.display()))?;
    let library = Library::new(masters(clips, &work)?);
    println!(
        "attack               recognized  geometry, chips  time, s        rate           as others"
    );
    println!("                                 median  largest  median  largest  median  largest");
    let wanted = |name: &str| {
        options.only.is_empty()
            || options
                .only
                .iter()
                .any(|only| name.starts_with(only.as_str()))
    };
    for attack in ATTACKS.iter().filter(|a| wanted(a.name)) {
        println!("{}", measure(&library, attack, &work)?);
    }
    Ok(())
}
