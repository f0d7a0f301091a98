//! Sets up two registries that differ in nothing but size, and marks.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child;
use super::clip::Clip;
use super::options::Options;

/// Distributors in the small registry.
pub const FEW: usize = 100;
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

/// `leakmark mark` of the clip as asked for, not read back.
pub fn mark(home: &Path, options: &Options, clip: &Clip, to: &str, copy: &Path) -> Command {
    let mut command = marking(home, options, clip, "film", &options.preset);
    command.args(["--to", to, "-o"]).arg(copy);
    command
}

/// `leakmark mark`, but for whom and where to.
pub fn marking(home: &Path, options: &Options, clip: &Clip, title: &str, preset: &str) -> Command {
    let mut command = leakmark(home, options);
    command
        .arg("mark")
        .arg(&clip.path)
        .args(["--title", title, "--no-verify", "--force"])
        .args(["--codec", &options.codec, "--crf", &options.crf.to_string()])
        .args(["--preset", preset]);
    command
}

/// Makes the small registry and the copy.
pub fn open(options: &Options, clip: &Clip, work: &Path) -> Result<House, String> {
    let (few, many) = (work.join("few"), work.join("many"));
    child::run_well(leakmark(&few, options).arg("init"))?;
    import(options, &few, work, 0..FEW)?;
    let copy = work.join("copy.mp4");
    child::run_well(&mut mark(&few, options, clip, LEAKER, &copy))?;
    Ok(House {
        few,
        many,
        copy: Clip::open(&copy)?,
        work: work.to_owned(),
    })
}

/// Makes the large registry of the small one.
pub fn crowd(options: &Options, house: &House) -> Result<(), String> {
    println!("adding {} distributors", options.distributors);
    fs::create_dir(&house.many).map_err(|e| e.to_string())?;
    for name in ["leakmark.db", "leakmark.key"] {
        let (from, to) = (house.few.join(name), house.many.join(name));
        fs::copy(from, to).map_err(|e| format!("{name}: {e}"))?;
    }
    import(
        options,
        &house.many,
        &house.work,
        FEW..options.distributors.max(FEW),
    )
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
