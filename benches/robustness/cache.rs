//! This module names and keeps files: nothing half made ever has its final name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first 16 hexadecimal digits of a file's SHA-256.
pub fn hash_file(path: &Path) -> Result<String, String> {
    let mut file = File::open(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = std::io::Read::read(&mut file, &mut buffer)
            .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        if count == 0 {
            return Ok(hex(&hasher.finalize())[..16].to_owned());
        }
        hasher.update(&buffer[..count]);
    }
}

/// 16 hexadecimal digits for a list of words; no two lists run together.
pub fn hash_words<S: AsRef<str>>(words: &[S]) -> String {
    let mut hasher = Sha256::new();
    for word in words {
        hasher.update((word.as_ref().len() as u64).to_le_bytes());
        hasher.update(word.as_ref().as_bytes());
    }
    hex(&hasher.finalize())[..16].to_owned()
}

/// Where a file is made before it gets its name. The extension stays: it is
/// how a muxer is chosen.
fn part_of(path: &Path) -> PathBuf {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("part.{extension}"))
}

/// Creates a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|e| format!("cannot create {}: {e}", path.display()))
}

/// Has `make` make the file, unless it is there already.
pub fn keep_file(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let part = part_of(path);
    let made = make(&part).and_then(|()| {
        fs::rename(&part, path).map_err(|e| format!("cannot name {}: {e}", path.display()))
    });
    if made.is_err() {
        // The error in hand says more than a failed clean-up could.
        let _ = fs::remove_file(&part);
    }
    made
}

/// Writes a file that appears whole or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let part = part_of(path);
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// The names in a folder, sorted; none if it cannot be read.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
