//! Copies that wait for their record and their names.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::evidence::whole::{ANYBODY, write};
use crate::job::mint::copy::Made;
use crate::job::mint::minted::MintedCopy;
use crate::job::mint::order::Ordered;

/// A copy, or its list, that waits for its record and its name.
pub(crate) struct Ready {
    pub ordered: Ordered,
    /// Its playlists, if it is streamed.
    pub playlists: Vec<PlaylistFile>,
    /// The file; `None` for a line of a list and for playlists.
    pub made: Option<Made>,
    pub bytes: u64,
    /// Of the file, of the line, or of all playlists.
    pub sha256: String,
}

impl Ready {
    /// A file.
    pub fn file(ordered: Ordered, made: Made) -> Self {
        Self {
            ordered,
            bytes: made.bytes,
            sha256: made.sha256.clone(),
            made: Some(made),
            playlists: Vec::new(),
        }
    }

    /// A line with the ranges of a copy of this size.
    pub fn listed(ordered: Ordered, sha256: String, bytes: u64) -> Self {
        Self {
            ordered,
            made: None,
            playlists: Vec::new(),
            bytes,
            sha256,
        }
    }

    /// Playlists of a copy of this size.
    pub fn streamed(
        ordered: Ordered,
        sha256: String,
        bytes: u64,
        playlists: Vec<PlaylistFile>,
    ) -> Self {
        Self {
            playlists,
            ..Self::listed(ordered, sha256, bytes)
        }
    }

    /// What is told of it.
    pub fn copy(&self, issue: i64) -> MintedCopy {
        MintedCopy {
            distributor: self.ordered.distributor.clone(),
            copy: self.ordered.copy,
            path: self.ordered.path.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            issue,
        }
    }
}

/// A playlist that waits for its name.
pub(crate) struct PlaylistFile {
    pub path: PathBuf,
    pub text: String,
}

impl PlaylistFile {
    /// Writes it, in the place of another only if it may `replace` it.
    ///
    /// # Errors
    /// [`Error::Unwritable`].
    pub fn write(&self, replace: bool) -> Result<()> {
        write(&self.path, self.text.as_bytes(), ANYBODY, replace)
            .map_err(|e| Error::unwritable(&self.path, e.to_string()))
    }
}
