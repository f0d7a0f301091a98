//! This module fingerprints files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// A file's size and SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileHash {
    pub bytes: u64,
    pub sha256: String,
}

/// Reads a regular file once and hashes it; `progress` gets the share read.
pub(super) fn hash_file(
    path: &Path,
    progress: &mut dyn FnMut(f64) -> Result<()>,
) -> Result<FileHash> {
    let unreadable = |e: std::io::Error| {
        Error::unreadable(
            path,
            format!("cannot be read: {e}; check the path and the permissions"),
        )
    };
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(Error::unreadable(
            path,
            "got something that is not a regular file; expected a video or an image; name a file, or a folder to scan what is in it",
        ));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(unreadable)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        bytes += count as u64;
        progress(bytes as f64 / meta.len().max(1) as f64)?;
    }
    let digest = hasher.finalize();
    Ok(FileHash {
        bytes,
        sha256: digest.iter().map(|b| format!("{b:02x}")).collect(),
    })
}
