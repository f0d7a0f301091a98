//! Fingerprints files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256, Sha512};

use leakmark_core::error::{Error, Result};

/// A file's size and digests, in lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHash {
    /// Size, bytes.
    pub bytes: u64,
    /// SHA-256, 64 digits.
    pub sha256: String,
    /// SHA-512, 128 digits.
    pub sha512: String,
}

/// Reads a regular file once and hashes it; `progress` gets the share read.
pub fn hash_file(path: &Path, progress: &mut dyn FnMut(f64) -> Result<()>) -> Result<FileHash> {
    let unreadable = |e: std::io::Error| {
        Error::unreadable(
            path,
            format!("cannot be read: {e}; check the path and the permissions"),
        )
        .caused_by(e)
    };
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(Error::unreadable(
            path,
            "got something that is not a regular file; expected a video or an image; name a file, or a folder to scan what is in it",
        ));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let (mut sha256, mut sha512, mut bytes) = (Sha256::new(), Sha512::new(), 0_u64);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(unreadable)?;
        if count == 0 {
            break;
        }
        sha256.update(&buffer[..count]);
        sha512.update(&buffer[..count]);
        bytes += count as u64;
        progress(bytes as f64 / meta.len().max(1) as f64)?;
    }
    Ok(FileHash {
        bytes,
        sha256: hexadecimal(&sha256.finalize()),
        sha512: hexadecimal(&sha512.finalize()),
    })
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
