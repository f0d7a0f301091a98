//! The few kinds of error that a caller can act on.
//!
//! Every error says what was got, what was expected and what to do next; the
//! kind tells a program which of the documented exit codes applies.

use std::path::{Path, PathBuf};

use crate::key::NoRandomNumbers;

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself makes no sense: change the arguments.
    #[error("{0}")]
    Usage(String),
    /// The registry or its secret is missing, damaged, locked or too new.
    #[error("registry: {0}")]
    Registry(String),
    /// A file given to us cannot be read as a picture: the rest of a batch goes on.
    #[error("{}: {problem}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was got, what was expected, what to do.
        problem: String,
    },
    /// A file cannot be written: nothing was left behind.
    #[error("{}: cannot write: {problem}", .path.display())]
    Unwritable {
        /// The file that was to be written.
        path: PathBuf,
        /// What was got, what was expected, what to do.
        problem: String,
    },
    /// The work was cancelled; nothing was left behind.
    #[error("interrupted: nothing was written")]
    Interrupted,
    /// A fault of this program, not of its input.
    #[error("internal fault (please report it): {0}")]
    Internal(String),
}

impl From<NoRandomNumbers> for Error {
    fn from(fault: NoRandomNumbers) -> Self {
        Self::Internal(fault.to_string())
    }
}

impl Error {
    /// An [`Error::Usage`].
    pub fn usage(problem: impl Into<String>) -> Self {
        Self::Usage(problem.into())
    }

    /// An [`Error::Registry`].
    pub fn registry(problem: impl Into<String>) -> Self {
        Self::Registry(problem.into())
    }

    /// An [`Error::Unreadable`] about the file at `path`.
    pub fn unreadable(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Unreadable {
            path: path.as_ref().to_owned(),
            problem: problem.into(),
        }
    }

    /// An [`Error::Unwritable`] about the file at `path`.
    pub fn unwritable(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Unwritable {
            path: path.as_ref().to_owned(),
            problem: problem.into(),
        }
    }
}
