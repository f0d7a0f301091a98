//! Writes files whole or not at all: under another name first, beside the place
//! they are for.
//!
//! ```text
//! .leakmark-….part ─ written ─ on the disk ─ renamed ─ the name on the disk
//!      └ vanishes if anything fails
//! ```

use std::fs::File;
use std::io::{Result, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempPath};

/// The permissions of any new file: what the user's mask allows.
pub const ANYBODY: u32 = 0o666;

/// The permissions of a file that its owner alone may read.
pub const OWNER: u32 = 0o600;

/// The folder that a file is in.
pub fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// A new file in `folder` with these permissions, that vanishes unless it is given
/// its name.
///
/// # Errors
/// What the operating system says.
pub fn nameless(folder: &Path, mode: u32) -> Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".leakmark-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder.tempfile_in(folder)
}

/// Gives a finished file of the same folder the name `path`, in the place of another
/// only if it may `replace` it. The name outlives a power cut, where folders can be
/// brought to the disk.
///
/// # Errors
/// What the operating system says: `AlreadyExists` if there is one that may not be
/// replaced. Then the file is gone.
pub fn give_name(file: TempPath, path: &Path, replace: bool) -> Result<()> {
    match replace {
        true => file.persist(path),
        false => file.persist_noclobber(path),
    }
    .map_err(|e| e.error)?;
    // Not every system can do so: the file is there and sound without it.
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Writes a file whole, with these permissions, in the place of another only if it may
/// `replace` it.
///
/// # Errors
/// What the operating system says; nothing is left then.
pub fn write(path: &Path, bytes: &[u8], mode: u32, replace: bool) -> Result<()> {
    let mut file = nameless(folder_of(path), mode)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    give_name(file.into_temp_path(), path, replace)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn another_file_is_replaced_only_if_that_is_wanted_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("a");
        let there = || std::fs::read_to_string(&path).expect("read");
        write(&path, b"one", ANYBODY, false).expect("written");
        let refused = write(&path, b"two", ANYBODY, false).expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(there(), "one");
        write(&path, b"three", OWNER, true).expect("written");
        assert_eq!(there(), "three");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().expect("there").permissions().mode();
            assert_eq!(mode & 0o777, OWNER);
        }
        let files = std::fs::read_dir(dir.path()).expect("listed").count();
        assert_eq!(files, 1);
    }
}
