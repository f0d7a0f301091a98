//! This module turns the options into what a run needs: the build to measure,
//! the clips, the attacks. It is made once and never changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, thread};

use super::clips::{self, Clip};
use super::options::Options;
use super::{cache, child};

/// The marked copy itself, among the attacks.
pub const NO_ATTACK: &str = "none";

/// What a run works with.
pub struct Setting {
    /// What was typed.
    pub options: Options,
    /// Everything made is kept here.
    pub work: PathBuf,
    /// A copy of the build to measure, out of the way of the next build.
    pub binary: PathBuf,
    /// Hash of its bytes.
    pub binary_hash: String,
    /// The attack script.
    pub attack_script: PathBuf,
    /// Hash of its bytes.
    pub attack_hash: String,
    /// The quality script, if quality is wanted.
    pub quality_script: Option<PathBuf>,
    /// The clips, by name.
    pub clips: Vec<Clip>,
    /// Names of attacks, `none` among them.
    pub attacks: Vec<String>,
    /// Cells at a time.
    pub jobs: usize,
}

/// Whether there is anything to run.
pub enum Start {
    /// All is there.
    Ready(Box<Setting>),
    /// Something is absent, in words.
    Skipped(String),
}

impl Setting {
    /// Finds all that a run needs.
    pub fn open(options: Options) -> Result<Start, String> {
        let shared = |given: &Option<PathBuf>, name: &str| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            given
                .clone()
                .unwrap_or_else(|| root.join("../shared").join(name))
        };
        let folder = shared(&options.clips, "clips");
        let attack_script = shared(&options.attack_script, "attacks/attack");
        let quality_script = shared(&options.quality_script, "quality/quality");
        for (what, path) in [("clips", &folder), ("attack script", &attack_script)] {
            if !path.exists() {
                return Ok(Start::Skipped(format!("no {what} at {}", path.display())));
            }
        }
        let clips = clips::find(&folder, &options)?;
        if clips.is_empty() {
            return Ok(Start::Skipped(format!(
                "no such clips in {}",
                folder.display()
            )));
        }
        let measures_quality = !options.no_quality && quality_script.exists();
        if !options.no_quality && !measures_quality {
            println!(
                "quality left out: no script at {}",
                quality_script.display()
            );
        }
        let work = options
            .work
            .clone()
            .unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("robustness"));
        let (binary, binary_hash) = keep_binary(&work)?;
        Ok(Start::Ready(Box::new(Self {
            attacks: choose_attacks(&attack_script, &options)?,
            attack_hash: cache::hash_file(&attack_script)?,
            quality_script: measures_quality.then_some(quality_script),
            jobs: options.jobs.unwrap_or_else(cores).max(1),
            options,
            work,
            binary,
            binary_hash,
            attack_script,
            clips,
        })))
    }

    /// The build to measure, at work in a home folder.
    pub fn leakmark(&self, home: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--home").arg(home);
        command
    }

    /// The length to mark, in words that can name a file.
    pub fn length_name(&self) -> String {
        if self.options.whole {
            "whole".to_owned()
        } else {
            format!("{}s", self.options.seconds)
        }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn choose_attacks(script: &Path, options: &Options) -> Result<Vec<String>, String> {
    let list = child::run_well(Command::new(script).arg("--list"))?;
    let mut known = vec![NO_ATTACK.to_owned()];
    known.extend(
        list.lines()
            .filter_map(|line| line.split_whitespace().nth(1))
            .map(str::to_owned),
    );
    for name in options.attacks.iter().chain(&options.negative_attacks) {
        if !known.contains(name) {
            return Err(format!(
                "no attack is named {name}; there are: {}",
                known.join(" ")
            ));
        }
    }
    Ok(if options.attacks.is_empty() {
        known
    } else {
        options.attacks.clone()
    })
}

/// Copies the build to measure into the work folder, so that building again
/// in the middle of a run changes nothing.
fn keep_binary(work: &Path) -> Result<(PathBuf, String), String> {
    let built = env::var_os("LEAKMARK_BIN").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_leakmark")),
        PathBuf::from,
    );
    let hash = cache::hash_file(&built)?;
    let kept = work.join("bin").join(&hash).join("leakmark");
    cache::keep_file(&kept, |part| {
        fs::copy(&built, part)
            .map(|_| ())
            .map_err(|e| format!("cannot copy {}: {e}", built.display()))
    })?;
    Ok((kept, hash))
}
