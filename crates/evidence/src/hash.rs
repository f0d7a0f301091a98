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

/// The SHA-256 of bytes, 64 lower-case hexadecimal digits.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Reads a regular file once and hashes it; `progress` gets the share read.
pub fn hash_file(path: &Path, progress: &mut dyn FnMut(f64) -> Result<()>) -> Result<FileHash> {
    let meta = std::fs::metadata(path).map_err(|e| unreadable(path, e))?;
    if !meta.is_file() {
        return Err(Error::unreadable(
            path,
            "got something that is not a regular file; expected a video or an image; name a file, or a folder to scan what is in it",
        ));
    }
    let mut file = File::open(path).map_err(|e| unreadable(path, e))?;
    hash_bytes(path, &mut file, meta.len(), progress)
}

/// Reads `file`, that at `path`, to its end once and hashes it; `progress` gets
/// the share of `size` bytes read.
pub fn hash_bytes(
    path: &Path,
    file: &mut dyn Read,
    size: u64,
    progress: &mut dyn FnMut(f64) -> Result<()>,
) -> Result<FileHash> {
    let (mut sha256, mut sha512, mut bytes) = (Sha256::new(), Sha512::new(), 0_u64);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(|e| unreadable(path, e))?;
        if count == 0 {
            break;
        }
        sha256.update(&buffer[..count]);
        sha512.update(&buffer[..count]);
        bytes += count as u64;
        progress(bytes as f64 / size.max(1) as f64)?;
    }
    Ok(FileHash {
        bytes,
        sha256: hexadecimal(&sha256.finalize()),
        sha512: hexadecimal(&sha512.finalize()),
    })
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::unreadable(
        path,
        format!("cannot be read: {error}; check the path and the permissions"),
    )
    .caused_by(error)
}

fn hexadecimal(digest: &[u8]) -> String {
    base16ct::lower::encode_string(digest)
}
