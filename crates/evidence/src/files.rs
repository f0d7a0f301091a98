//! Reads the small files that strangers hand in, and writes new ones.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::whole;
use leakmark_core::error::{Error, Result};

/// No report, pack, envelope or token is larger than this, in bytes: the report
/// on a title of three hours, read in full and indented, has about 3 MB.
pub const LARGEST_BYTES: u64 = 64 << 20;

/// The bytes of the file at `path`, if there are no more than [`LARGEST_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let unreadable =
        |e: std::io::Error| Error::unreadable(path, format!("cannot be read: {e}")).caused_by(e);
    // Before opening: a pipe would be waited for.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Error::unreadable(
            path,
            "got something that is not a regular file; name a file",
        ));
    }
    let mut bytes = Vec::new();
    let mut limited = File::open(path)
        .map_err(unreadable)?
        .take(LARGEST_BYTES + 1);
    limited.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err(Error::unreadable(
            path,
            format!("it is larger than {LARGEST_BYTES} bytes; no file of this kind is"),
        ));
    }
    Ok(bytes)
}

/// The text of the file at `path`, UTF-8 of no more than [`LARGEST_BYTES`].
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read_bytes(path)?)
        .map_err(|_| Error::unreadable(path, "it is not UTF-8 text; expected JSON"))
}

/// Writes a new file whole: nothing is left under the name if that fails, and
/// what is there already stays.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    whole::write(path, bytes, whole::ANYBODY, false).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => Error::usage(format!("{} exists", path.display()))
            .advise("name another file, or move it away"),
        _ => Error::unwritable(path, e.to_string()).caused_by(e),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_never_replaced_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("a");
        write_new(&path, b"one").expect("written");
        assert!(matches!(write_new(&path, b"two"), Err(Error::Usage(_))));
        assert_eq!(read_text(&path).expect("read"), "one");
        let files = std::fs::read_dir(dir.path()).expect("listed").count();
        assert_eq!(files, 1);
    }

    #[test]
    fn what_is_too_large_or_no_file_is_refused_before_it_is_read() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("large");
        let large = File::create(&path).expect("created");
        large.set_len(LARGEST_BYTES + 1).expect("sparse");
        let refused = read_bytes(&path).expect_err("refused").to_string();
        assert!(refused.contains("larger than"), "{refused}");
        assert!(read_bytes(dir.path()).is_err());
        std::fs::write(&path, [0xFF]).expect("written");
        assert!(read_text(&path).is_err());
    }
}
