//! Writes a copy: its head, then ranges of files, copied by the system where it can, and hashed
//! on the way.
//!
//! ```text
//! ranges ─┬─ copy_file_range (or whatever the system has) ─ part file ─ to the disk
//!         └─ read, SHA-256 of each segment and of the whole ─ as signed?
//! ```

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use base16ct::lower;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::job::mark::part::Part;
use crate::job::task::Task;
use crate::media::{Assembly, ByteRange};

/// Bytes hashed at once.
const BUFFER: usize = 1 << 20;

/// A whole copy without a name.
pub(crate) struct Made {
    pub part: Part,
    pub sha256: String,
    pub bytes: u64,
}

/// Writes the copy `assembly` beside `output`.
///
/// # Errors
/// [`Error::Unreadable`] if a segment is not the one that was signed, [`Error::Unwritable`],
/// [`Error::Interrupted`]; nothing is left then.
pub(crate) fn write_copy(
    output: &Path,
    files: &[PathBuf],
    assembly: &Assembly<'_>,
    task: Task<'_>,
) -> Result<Made> {
    let part = Part::beside(output)?;
    let hashed = std::thread::scope(|scope| {
        let hashing = scope.spawn(|| hash(files, assembly, task));
        let copied = copy(&part.path, output, files, assembly, task);
        let died = |_| Err(Error::Internal("the hashing thread died".into()));
        let hashed = hashing.join().unwrap_or_else(died);
        copied.and(hashed)
    });
    Ok(Made {
        part,
        sha256: hashed?,
        bytes: assembly.bytes(),
    })
}

fn copy(
    path: &Path,
    output: &Path,
    files: &[PathBuf],
    assembly: &Assembly<'_>,
    task: Task<'_>,
) -> Result<()> {
    let fails = |e: std::io::Error| {
        Error::unwritable(output, e.to_string()).advise("free some space, or name another folder")
    };
    let mut out = File::options().write(true).open(path).map_err(fails)?;
    let mut sources = Sources::open(files)?;
    out.write_all(&assembly.head).map_err(fails)?;
    for range in &assembly.ranges {
        task.check()?;
        let (source, _) = sources.at(range)?;
        let copied = std::io::copy(&mut Read::by_ref(source).take(range.bytes), &mut out);
        if copied.map_err(fails)? != range.bytes {
            return Err(short(&files[range.file]));
        }
    }
    out.sync_all().map_err(fails)
}

/// SHA-256 of the copy, if every segment is as it was signed.
fn hash(files: &[PathBuf], assembly: &Assembly<'_>, task: Task<'_>) -> Result<String> {
    let mut sources = Sources::open(files)?;
    let mut whole = Sha256::new();
    whole.update(&assembly.head);
    let mut buffer = vec![0; BUFFER];
    for range in &assembly.ranges {
        task.check()?;
        let (source, path) = sources.at(range)?;
        let mut segment = Sha256::new();
        let (mut skip, mut rest) = (range.skip, range.bytes);
        while rest > 0 {
            let length = match skip {
                0 => rest.min(BUFFER as u64),
                _ => skip.min(BUFFER as u64),
            } as usize;
            let bytes = &mut buffer[..length];
            source.read_exact(bytes).map_err(|_| short(path))?;
            whole.update(&*bytes);
            match skip {
                0 => segment.update(&*bytes),
                _ => skip -= length as u64,
            }
            rest -= length as u64;
        }
        if lower::encode_string(&segment.finalize()) != range.sha256 {
            return Err(changed(path, range.offset));
        }
    }
    Ok(lower::encode_string(&whole.finalize()))
}

/// The files that ranges are of, open.
struct Sources<'a> {
    open: Vec<(File, &'a Path)>,
}

impl<'a> Sources<'a> {
    fn open(files: &'a [PathBuf]) -> Result<Self> {
        let one = |path: &'a PathBuf| {
            let file = File::open(path).map_err(|e| Error::unreadable(path, e.to_string()))?;
            Ok((file, path.as_path()))
        };
        Ok(Self {
            open: files.iter().map(one).collect::<Result<_>>()?,
        })
    }

    /// The file of a range, at its first byte.
    fn at(&mut self, range: &ByteRange<'_>) -> Result<(&mut File, &'a Path)> {
        let known = self.open.get_mut(range.file);
        let (file, path) = known.ok_or_else(|| Error::Internal("a range of no file".into()))?;
        file.seek(SeekFrom::Start(range.offset))
            .map_err(|e| Error::unreadable(*path, e.to_string()))?;
        Ok((file, path))
    }
}

fn short(path: &Path) -> Error {
    Error::unreadable(path, "it ends before the last segment: it was changed")
        .advise("make the variants again, or bring the folder back from a backup")
}

fn changed(path: &Path, offset: u64) -> Error {
    let problem = format!(
        "the segment at byte {offset} is not the one that was read back and signed: it was changed"
    );
    Error::unreadable(path, problem)
        .advise("make the variants again, or bring the folder back from a backup")
}
