//! This module makes the files that are scanned: attacked copies, and their
//! beginnings. They depend on the copy and the attack script alone, so that a
//! changed detector finds them made.

use std::path::PathBuf;
use std::process::Command;

use super::copies::Copy;
use super::setting::{NO_ATTACK, Setting};
use super::{cache, child, masters};

/// What an attack takes off the beginning.
pub fn skipped_s(attack: &str) -> f64 {
    if attack == "trim" { 3.3 } else { 0.0 }
}

/// The attacked file: kept beside its copy, under both their names and the
/// script's hash.
pub fn attacked(setting: &Setting, copy: &Copy, attack: &str) -> Result<PathBuf, String> {
    if attack == NO_ATTACK {
        return Ok(copy.path.clone());
    }
    let folder = copy
        .path
        .with_file_name(format!("attacked-{}-{}", copy.hash, setting.attack_hash));
    let path = folder.join(format!("{attack}.mp4"));
    cache::keep_file(&path, |part| {
        let mut command = Command::new(&setting.attack_script);
        child::run_well(command.arg(attack).arg(&copy.path).arg(part)).map(|_| ())
    })
    .map_err(|why| format!("attack: {why}"))?;
    Ok(path)
}

/// The first seconds of an attacked file, packet by packet.
pub fn beginning(
    setting: &Setting,
    copy: &Copy,
    attack: &str,
    length_s: f64,
) -> Result<PathBuf, String> {
    let whole = attacked(setting, copy, attack)?;
    let folder = copy
        .path
        .with_file_name(format!("prefixes-{}-{}", copy.hash, setting.attack_hash));
    let path = folder.join(format!("{attack}-{length_s}s.mp4"));
    cache::keep_file(&path, |part| {
        masters::copy_packets(&whole, part, Some(length_s))
    })
    .map_err(|why| format!("prefix: {why}"))?;
    Ok(path)
}
