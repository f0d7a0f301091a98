//! Calls `leakmark validate` on the clips.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use leakmark::evidence::{Dossier, dossier_from_json};

use super::options::Options;

/// The clips asked for, by name; why there are none if that is no error.
pub fn clips(options: &Options) -> Result<Vec<PathBuf>, String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/clips");
    let folder = options.clips.clone().unwrap_or(beside);
    let entries =
        fs::read_dir(&folder).map_err(|e| format!("no clips at {}: {e}", folder.display()))?;
    let mut clips: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_wanted(path, options))
        .collect();
    clips.sort();
    match clips.is_empty() {
        true => Err(format!("no such clips in {}", folder.display())),
        false => Ok(clips),
    }
}

fn is_wanted(path: &Path, options: &Options) -> bool {
    let is_film = path.extension().is_some_and(|e| {
        ["mp4", "mkv", "mov", "webm"]
            .iter()
            .any(|known| e == *known)
    });
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let named = |start: &String| name.starts_with(start.as_str());
    is_film && (options.only.is_empty() || options.only.iter().any(named))
}

/// The dossier of all clips; the table goes to standard output.
pub fn validate(options: &Options, clips: &[PathBuf]) -> Result<Dossier, String> {
    let built = || PathBuf::from(env!("CARGO_BIN_EXE_leakmark"));
    let program = env::var_os("LEAKMARK_BIN").map_or_else(built, PathBuf::from);
    let kept = || Path::new(env!("CARGO_TARGET_TMPDIR")).join("robustness");
    let out = options.work.clone().unwrap_or_else(kept);
    let mut command = Command::new(&program);
    command.arg("validate").args(clips);
    command.args(["--attacks", &options.attacks, "--at", "0", "--keep"]);
    command.args(["--seconds", &options.seconds.to_string()]);
    command.arg("--out").arg(&out).args(&options.more);
    let cannot = |e: std::io::Error| format!("{}: {e}", program.display());
    let status = command.status().map_err(cannot)?;
    // 1 is an innocent named, which the summary shouts about.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("leakmark validate ended with {status}"));
    }
    let path = out.join("dossier.json");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    dossier_from_json(&text).map_err(|e| e.to_string())
}
