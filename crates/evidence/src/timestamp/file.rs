//! Has a file's existence stamped by a time-stamping authority.

use std::path::{Path, PathBuf};

use super::{Expected, StampedFile, check_timestamp, timestamp_request};
use crate::Check;
use crate::files::{read_bytes, write_new};
use crate::hash::hash_file;
use leakmark_core::error::{Error, Result};
use leakmark_core::key::random;

/// Writes a request to stamp the file at `path` to `to`, or beside the file.
/// Returns where it is.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::Unwritable`], [`Error::Usage`] if the request
/// is there already.
pub fn request_timestamp(path: &Path, to: Option<&Path>) -> Result<PathBuf> {
    let sha256 = sha256_of(path)?;
    let to = to.map_or_else(|| beside(path, "tsq"), Path::to_owned);
    write_new(&to, &timestamp_request(sha256, random()?)?)?;
    Ok(to)
}

/// Checks that the response is a stamp of the file, answering the request, by an
/// authority whose certificate is given, as far as these are named or lie beside it.
///
/// # Errors
/// [`Error::Unreadable`] if a file cannot be read.
pub fn verify_timestamp(stamped: &StampedFile) -> Result<Vec<Check>> {
    let path = &stamped.file;
    let named = stamped.response.clone();
    let response = named.unwrap_or_else(|| beside(path, "tsr"));
    let kept = Some(beside(path, "tsq")).filter(|p| p.exists());
    let request = stamped.request.clone().or(kept);
    let request = request.as_deref().map(read_bytes).transpose()?;
    let authorities = stamped.tsa_ca.as_deref().map(read_bytes).transpose()?;
    let expected = Expected {
        sha256: sha256_of(path)?,
        request: request.as_deref(),
        authorities: authorities.as_deref(),
    };
    Ok(check_timestamp(&read_bytes(&response)?, &expected))
}

fn sha256_of(path: &Path) -> Result<[u8; 32]> {
    let hash = hash_file(path, &mut |_| Ok(()))?;
    let mut bytes = [0; 32];
    match base16ct::lower::decode(&hash.sha256, &mut bytes) {
        Ok(_) => Ok(bytes),
        Err(e) => Err(Error::Internal(format!("a hash could not be read: {e}"))),
    }
}

/// The path with another ending after its whole name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
