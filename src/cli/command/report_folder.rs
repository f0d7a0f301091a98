//! This module writes one report file for each exhibit, whole or not at all.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::cli::plain::plain_json;
use crate::error::{Error, Result};
use crate::report::{Report, to_json};

const ENDING: &str = ".report.json";

/// Bytes of an exhibit's name kept, so that ours stays within 255.
const LONGEST_STEM: usize = 200;

/// The folder that `scan --out` names.
pub struct ReportFolder {
    dir: PathBuf,
    /// Names given in this run, in lower case: some systems see no difference.
    used: HashSet<String>,
}

impl ReportFolder {
    /// Makes the folder if it is missing, and sees that it can be written to.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot.
    pub fn open(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|error| Error::unwritable(dir, error.to_string()))?;
        beside(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            used: HashSet::new(),
        })
    }

    /// Writes the report on the exhibit at `path` and, beside it, its signed
    /// envelope if there is one; returns where the report is.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot be written.
    pub fn write(
        &mut self,
        report: &Report,
        path: &Path,
        envelope: Option<&str>,
    ) -> Result<PathBuf> {
        let name = self.fresh_name(path);
        let signed = self.dir.join(envelope_name(&name));
        match envelope {
            Some(envelope) => drop(self.put(signed, envelope)?),
            // One of an earlier run would not fit the report.
            None => drop(std::fs::remove_file(signed)),
        }
        self.put(self.dir.join(name), &plain_json(&to_json(report, true)?))
    }

    /// Writes a line or more of text to `target`.
    fn put(&self, target: PathBuf, text: &str) -> Result<PathBuf> {
        let unwritable = |error: std::io::Error| Error::unwritable(&target, error.to_string());
        let mut file = beside(&self.dir)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.write_all(b"\n"))
            .map_err(unwritable)?;
        file.as_file().sync_all().map_err(unwritable)?;
        file.persist(&target)
            .map_err(|error| unwritable(error.error))?;
        Ok(target)
    }

    /// The first name for the exhibit at `path` that was not given yet.
    fn fresh_name(&mut self, path: &Path) -> String {
        let stem = stem(path);
        let mut name = format!("{stem}{ENDING}");
        let mut number = 1;
        while !self.used.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{stem}-{number}{ENDING}");
        }
        name
    }
}

/// What the signed envelope of a report is called.
fn envelope_name(report: &str) -> String {
    let stem = report.strip_suffix(ENDING).unwrap_or(report);
    format!("{stem}.report.dsse.json")
}

/// The exhibit's file name as text, cut if it is very long.
fn stem(path: &Path) -> String {
    let name = path
        .file_name()
        .map_or_else(|| "exhibit".into(), |name| name.to_string_lossy());
    let end = (0..=LONGEST_STEM.min(name.len()))
        .rev()
        .find(|&end| name.is_char_boundary(end));
    name[..end.unwrap_or(0)].to_owned()
}

/// A file in `dir` that vanishes unless it is given its name.
fn beside(dir: &Path) -> Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".leakmark-").suffix(".part");
    // As for any new file: what the user's mask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
        .tempfile_in(dir)
        .map_err(|error| Error::unwritable(dir, error.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn exhibits_of_the_same_name_do_not_overwrite_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = ReportFolder::open(&dir.path().join("new/folder")).unwrap();
        let mut name = |path: &str| folder.fresh_name(Path::new(path));
        assert_eq!(name("a/leak.mp4"), "leak.mp4.report.json");
        assert_eq!(name("b/leak.mp4"), "leak.mp4-2.report.json");
        assert_eq!(name("b/leak.mp4-2"), "leak.mp4-2-2.report.json");
        assert_eq!(name("c/LEAK.mp4"), "LEAK.mp4-3.report.json");
        assert_eq!(name(".."), "exhibit.report.json");
    }

    #[test]
    fn a_very_long_name_is_cut_between_letters() {
        assert_eq!(stem(Path::new(&"é".repeat(127))), "é".repeat(100));
        assert_eq!(stem(Path::new(&format!("x{}", "é".repeat(127)))).len(), 199);
    }
}
