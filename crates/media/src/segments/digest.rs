//! Takes digests of the samples of a copy, segment by segment, whatever MP4 they lie in.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use leakmark_core::error::{Error, Result};
use sha2::{Digest, Sha256};

use super::payload::samples_of_film;

/// In lower-case hexadecimal digits.
pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of the film's samples in the MP4 at `path`, by segment: `counts` says how many
/// samples each has. What the file has beyond them is one digest more.
///
/// # Errors
/// [`Error::Unreadable`] if it is no MP4.
pub fn digests_of(path: &Path, counts: &[usize]) -> Result<Vec<String>> {
    let unreadable = |e: std::io::Error| Error::unreadable(path, e.to_string());
    let samples = samples_of_film(path)?;
    let mut file = File::open(path).map_err(unreadable)?;
    let mut rest = &samples[..];
    let mut digests = Vec::with_capacity(counts.len());
    let every = counts.iter().copied().chain([usize::MAX]);
    for count in every {
        let (own, after) = rest.split_at(count.min(rest.len()));
        rest = after;
        if own.is_empty() {
            break;
        }
        let mut hasher = Sha256::new();
        let mut data = Vec::new();
        for (offset, size) in own {
            file.seek(SeekFrom::Start(*offset)).map_err(unreadable)?;
            data.clear();
            let taken = Read::by_ref(&mut file)
                .take(u64::from(*size))
                .read_to_end(&mut data);
            taken.map_err(unreadable)?;
            hasher.update(&data);
        }
        digests.push(hex(&hasher.finalize()));
    }
    Ok(digests)
}
