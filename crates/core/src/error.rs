//! The few kinds of error that a caller can act on.
//!
//! Every error says what was got, what was expected and what to do next; the
//! kind tells a program which of the documented exit codes applies.

use std::path::{Path, PathBuf};

use crate::key::NoRandomNumbers;

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What an error came of, for programs: its words are in the error's own already.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
        /// What it came of, if it came of another error.
        source: Option<Cause>,
    },
    /// A file cannot be written: nothing was left behind.
    #[error("{}: cannot write: {problem}", .path.display())]
    Unwritable {
        /// The file that was to be written.
        path: PathBuf,
        /// What was got, what was expected, what to do.
        problem: String,
        /// What it came of, if it came of another error.
        source: Option<Cause>,
    },
    /// The work was cancelled; nothing was left behind.
    #[error("interrupted: nothing was written")]
    Interrupted,
    /// A fault of this program, not of its input.
    #[error("internal fault (please report it): {0}")]
    Internal(String),
    /// The operating system gave no random numbers.
    #[error("internal fault (please report it): {0}")]
    NoRandomNumbers(#[from] NoRandomNumbers),
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
            source: None,
        }
    }

    /// An [`Error::Unwritable`] about the file at `path`.
    pub fn unwritable(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Unwritable {
            path: path.as_ref().to_owned(),
            problem: problem.into(),
            source: None,
        }
    }

    /// This error with what it came of, if its kind keeps that.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        if let Self::Unreadable { source, .. } | Self::Unwritable { source, .. } = &mut self {
            *source = Some(cause.into());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io::{self, ErrorKind};

    use super::*;

    #[test]
    fn a_program_can_ask_what_a_files_error_came_of() {
        let cause = io::Error::from(ErrorKind::StorageFull);
        let error = Error::unwritable("a.mp4", "no room").caused_by(cause);
        assert_eq!(error.to_string(), "a.mp4: cannot write: no room");
        let source = error.source().and_then(|s| s.downcast_ref::<io::Error>());
        assert_eq!(source.map(io::Error::kind), Some(ErrorKind::StorageFull));
        assert!(
            Error::usage("x")
                .caused_by(io::Error::last_os_error())
                .source()
                .is_none()
        );
    }
}
