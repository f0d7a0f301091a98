//! Writes files into a folder, whole or not at all.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::evidence::escape::inactive;
use crate::evidence::whole::{self, ANYBODY, OWNER, folder_of};

/// Bytes of an exhibit's name kept, so that ours stays within 255.
const LONGEST_STEM: usize = 200;

/// A folder that reports are written to.
pub struct ReportFolder {
    dir: PathBuf,
}

impl ReportFolder {
    /// Makes the folder if it is missing, and sees that it can be written to.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot.
    pub fn open(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|error| Error::unwritable(dir, error.to_string()))?;
        probe(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// Writes the file `name`; returns where.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let target = self.dir.join(name);
        write_whole(&target, bytes)?;
        Ok(target)
    }

    /// Writes the file `name` so that its owner alone can read it; returns where.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot be written.
    pub fn write_private(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let target = self.dir.join(name);
        write_with(&target, bytes, OWNER)?;
        Ok(target)
    }

    /// True if the file `name` is there.
    pub fn has(&self, name: &str) -> bool {
        self.dir.join(name).is_file()
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Removes the file `name` if it is there.
    pub fn remove(&self, name: &str) {
        // That it is not there is what is wanted.
        let _ = std::fs::remove_file(self.dir.join(name));
    }
}

/// Writes a file under another name first, so that it is there whole or not at all.
///
/// # Errors
/// [`Error::Unwritable`] if it cannot be written.
pub fn write_whole(target: &Path, bytes: &[u8]) -> Result<()> {
    write_with(target, bytes, ANYBODY)
}

fn write_with(target: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    whole::write(target, bytes, mode, true)
        .map_err(|e| Error::unwritable(target, e.to_string()).caused_by(e))
}

/// Sees that a file could be written there.
///
/// # Errors
/// [`Error::Unwritable`] if not.
pub fn probe_beside(target: &Path) -> Result<()> {
    probe(folder_of(target))
}

fn probe(folder: &Path) -> Result<()> {
    let tried = whole::nameless(folder, ANYBODY);
    tried
        .map(drop)
        .map_err(|e| Error::unwritable(folder, e.to_string()).caused_by(e))
}

/// The names of the reports of one run: one for each exhibit in all formats.
#[derive(Default)]
pub struct Names {
    /// Names given, in lower case: some systems see no difference.
    used: HashSet<String>,
}

impl Names {
    /// Keeps a name from being given.
    pub fn reserve(&mut self, name: &str) {
        self.used.insert(name.to_lowercase());
    }

    /// The first name for the exhibit at `path` that was not given yet.
    pub fn fresh(&mut self, path: &Path) -> String {
        let stem = stem(path);
        let mut name = stem.clone();
        let mut number = 1;
        while !self.used.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{stem}-{number}");
        }
        name
    }
}

/// The exhibit's file name as text, cut if it is very long, and `_` for whatever
/// controls a terminal or turns text round.
fn stem(path: &Path) -> String {
    let name = path.file_name().map_or_else(
        || "exhibit".into(),
        |name| inactive(&name.to_string_lossy()),
    );
    let end = (0..=LONGEST_STEM.min(name.len()))
        .rev()
        .find(|&end| name.is_char_boundary(end));
    name[..end.unwrap_or(0)].to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn exhibits_of_the_same_name_do_not_overwrite_each_other() {
        let mut names = Names::default();
        let mut name = |path: &str| names.fresh(Path::new(path));
        assert_eq!(name("a/leak.mp4"), "leak.mp4");
        assert_eq!(name("b/leak.mp4"), "leak.mp4-2");
        assert_eq!(name("b/leak.mp4-2"), "leak.mp4-2-2");
        assert_eq!(name("c/LEAK.mp4"), "LEAK.mp4-3");
        assert_eq!(name(".."), "exhibit");
        assert_eq!(name("a\u{202e}b\n.mp4"), "a_b_.mp4");
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let folder = ReportFolder::open(&dir.path().join("new/folder")).unwrap();
        let file = folder.write("a.txt", b"whole").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"whole");
        assert!(folder.write("no/such.txt", b"x").is_err());
        let left = std::fs::read_dir(file.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "nothing half-written is left");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_for_the_house_can_be_read_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let folder = ReportFolder::open(dir.path()).unwrap();
        let file = folder.write_private("a.evidence", b"z").unwrap();
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_very_long_name_is_cut_between_letters() {
        assert_eq!(stem(Path::new(&"é".repeat(127))), "é".repeat(100));
        assert_eq!(stem(Path::new(&format!("x{}", "é".repeat(127)))).len(), 199);
    }
}
