//! This module sets up two registries that differ in nothing but size.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child;
use super::clip::Clip;
use super::options::Options;

/// Distributors in the small registry, and in the large one.
pub const FEW: usize = 100;
pub const MANY: usize = 10_000;
/// Whose copy is marked and scanned.
pub const LEAKER: &str = "outlet-00042";

/// Two registries and a copy that both know.
pub struct House {
    pub few: PathBuf,
    pub many: PathBuf,
    pub copy: Clip,
    pub work: PathBuf,
}

/// `leakmark` as built for this bench, or the build that `LEAKMARK_BIN` names.
pub fn leakmark(home: &Path, options: &Options) -> Command {
    let named = std::env::var_os("LEAKMARK_BIN");
    let mut command = Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_leakmark").into()));
    command.arg("--quiet").arg("--home").arg(home);
    if let Some(threads) = options.threads {
        command.args(["--threads", &threads.to_string()]);
    }
    command
}

/// `leakmark mark` of the clip for the leaker, not read back.
pub fn mark(home: &Path, options: &Options, clip: &Clip, copy: &Path) -> Command {
    let mut command = leakmark(home, options);
    command
        .arg("mark")
        .arg(&clip.path)
        .args(["--to", LEAKER, "--title", "film", "--no-verify", "--force"])
        .args(["--codec", &options.codec, "--crf", &options.crf.to_string()])
        .args(["--preset", &options.preset, "-o"])
        .arg(copy);
    command
}

/// Makes the registries and the copy.
pub fn open(options: &Options, clip: &Clip, work: &Path) -> Result<House, String> {
    let (few, many) = (work.join("few"), work.join("many"));
    child::run_well(leakmark(&few, options).arg("init"))?;
    import(options, &few, work, 0..FEW)?;
    let copy = work.join("copy.mp4");
    child::run_well(&mut mark(&few, options, clip, &copy))?;
    fs::create_dir(&many).map_err(|e| e.to_string())?;
    for name in ["leakmark.db", "leakmark.key"] {
        fs::copy(few.join(name), many.join(name)).map_err(|e| format!("{name}: {e}"))?;
    }
    import(options, &many, work, FEW..MANY)?;
    Ok(House {
        few,
        many,
        copy: Clip::open(&copy)?,
        work: work.to_owned(),
    })
}

fn import(
    options: &Options,
    home: &Path,
    work: &Path,
    numbers: std::ops::Range<usize>,
) -> Result<(), String> {
    let mut rows = "id,name\n".to_owned();
    for number in numbers {
        let _ = writeln!(rows, "outlet-{number:05},Outlet {number}");
    }
    let file = work.join("outlets.csv");
    fs::write(&file, rows).map_err(|e| e.to_string())?;
    let mut command = leakmark(home, options);
    child::run_well(command.args(["distributor", "import"]).arg(&file)).map(drop)
}
