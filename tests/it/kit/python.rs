//! Runs the independent checker of packs, written in plain Python.

use std::path::Path;
use std::process::Command;

use crate::kit::program::skipped;

/// The verdict of the independent program: its log10 LR, or why it refused; `None`
/// where there is no Python.
pub fn python(pack: &Path) -> Option<Result<f64, String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_pack.py");
    let ended = match Command::new("python3").arg(script).arg(pack).output() {
        Ok(ended) => ended,
        Err(error) => {
            skipped(format_args!("no python3 ({error})"));
            return None;
        }
    };
    let out = String::from_utf8(ended.stdout).unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    match ended.status.code() {
        Some(0) => Some(Ok(out
            .trim()
            .strip_prefix("log10 LR ")
            .unwrap()
            .parse()
            .unwrap())),
        Some(1) if err.starts_with("refused: ") => Some(Err(err)),
        code => panic!("python ended with {code:?}: {err}"),
    }
}
