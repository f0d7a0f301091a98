//! Says why a file cannot be read as pictures: in a word for programs, in
//! sentences for people.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Why a file cannot be read, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Nothing has this name.
    Missing,
    /// It is an address, and leakmark opens no network.
    Address,
    /// It is a folder, pipe, socket or device.
    NotAFile,
    /// This user may not read it.
    NoPermission,
    /// It has no bytes.
    Empty,
    /// It was not fetched or written to its end, and what is there cannot be read.
    Unfinished,
    /// It is an archive or a disc image: what is in it is to be scanned.
    Archive,
    /// It names films and holds none: a playlist, a torrent.
    Playlist,
    /// It is text, such as the page of an error.
    Text,
    /// It is of another kind that holds no film.
    OtherKind,
    /// Its film is encrypted.
    Encrypted,
    /// It can be opened, and no moving picture is in it.
    NoPictures,
    /// It demands more than the limits allow.
    TooLarge,
    /// Its format is known, and cannot be decoded here.
    Unsupported,
    /// It is a film or a picture by its beginning, and cannot be decoded.
    Damaged,
    /// Its content is of no known format.
    Unknown,
    /// It was changed while it was read.
    Changed,
    /// Reading failed: the disk, the network mount.
    ReadError,
    /// Something else: see the message.
    Other,
}

/// Why a file cannot be read, and what to do. It is what an
/// [`Error::Unreadable`] came of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {hint}")]
pub struct Problem {
    /// In a word.
    pub kind: ProblemKind,
    /// What was got and what was expected.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    /// A problem.
    pub fn new(kind: ProblemKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The same as the error about the file at `path`.
    pub fn at(self, path: impl AsRef<Path>) -> Error {
        Error::unreadable(path, self.message.as_str())
            .advise(self.hint.as_str())
            .caused_by(self)
    }

    /// What `error` came of, if it is about a file that cannot be read.
    pub fn of(error: &Error) -> Option<Self> {
        let Error::Unreadable {
            problem, source, ..
        } = error
        else {
            return None;
        };
        let known = source.as_ref().and_then(|cause| cause.downcast_ref());
        let hint = || problem.hint.clone().unwrap_or_default();
        let unknown = || Self::new(ProblemKind::Other, problem.message.as_str(), hint());
        Some(known.cloned().unwrap_or_else(unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_in_full_and_found_again() {
        let problem = Problem::new(ProblemKind::Empty, "it is empty", "fetch it again");
        let error = problem.clone().at("a.mp4");
        assert_eq!(error.to_string(), "a.mp4: it is empty; fetch it again");
        assert_eq!(Problem::of(&error), Some(problem));
        let other = Problem::of(&Error::unreadable("b", "why"));
        assert_eq!(other.map(|p| p.kind), Some(ProblemKind::Other));
        assert_eq!(Problem::of(&Error::usage("x")), None);
    }
}
