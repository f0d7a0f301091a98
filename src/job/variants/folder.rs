//! Makes the folder of variants beside its place, and gives it its name when it is whole.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::evidence::whole::{ANYBODY, folder_of, write};
use crate::job::variants::index::{FILE, Index};
use crate::mark::Alphabet;

/// A folder in the making, deleted unless it is given its name.
pub(crate) struct Folder {
    /// Holds the encodings, and the folder to be.
    staging: TempDir,
    dir: PathBuf,
    output: PathBuf,
    force: bool,
}

impl Folder {
    /// For the folder `output`.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is one already that may not be replaced,
    /// [`Error::Unwritable`].
    pub fn beside(output: &Path, force: bool) -> Result<Self> {
        if output.exists() && !force {
            return Err(Error::usage(format!("{} exists", output.display()))
                .advise("name another folder with -o, or replace it with --force"));
        }
        if output.exists() && !output.join(FILE).is_file() {
            return Err(Error::usage(format!(
                "{} is no folder of variants, so it is not replaced",
                output.display()
            ))
            .advise("name another with -o"));
        }
        let cannot = |e: std::io::Error| {
            Error::unwritable(output, e.to_string()).advise("make the folder it is to be in")
        };
        let staging = tempfile::Builder::new()
            .prefix(".leakmark-variants-")
            .suffix(".part")
            .tempdir_in(folder_of(output))
            .map_err(cannot)?;
        let dir = staging.path().join("variants");
        std::fs::create_dir(&dir).map_err(cannot)?;
        Ok(Self {
            dir,
            staging,
            output: output.to_owned(),
            force,
        })
    }

    /// Where the files of the folder go.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where each variant is encoded to, A first.
    pub fn encodings(&self, alphabet: Alphabet) -> Vec<PathBuf> {
        let name = |letter: usize| self.staging.path().join(format!("{letter}.mp4"));
        (0..alphabet.size()).map(name).collect()
    }

    /// Writes the index; the bytes of all files.
    pub fn finish(&self, index: &Index) -> Result<u64> {
        let path = self.dir.join(FILE);
        let text = index.to_text()?;
        write(&path, text.as_bytes(), ANYBODY, false)
            .map_err(|e| Error::unwritable(&path, e.to_string()))?;
        let sizes = std::fs::read_dir(&self.dir).map(|entries| {
            let files = entries.flatten().filter_map(|entry| entry.metadata().ok());
            files.map(|facts| facts.len()).sum()
        });
        sizes.map_err(|e| Error::unwritable(&self.dir, e.to_string()))
    }

    /// Gives the folder its name.
    pub fn name(self) -> Result<PathBuf> {
        let cannot = |e: std::io::Error| {
            Error::unwritable(&self.output, format!("it cannot be given this name: {e}"))
        };
        if self.force && self.output.exists() {
            let old = self.staging.path().join("old");
            std::fs::rename(&self.output, old).map_err(cannot)?;
        }
        std::fs::rename(&self.dir, &self.output).map_err(cannot)?;
        // Not every system can bring folders to the disk: it is there and sound without.
        let _ = std::fs::File::open(folder_of(&self.output)).and_then(|folder| folder.sync_all());
        Ok(self.output)
    }
}
