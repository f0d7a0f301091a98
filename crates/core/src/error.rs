//! The few kinds of error that a caller can act on.
//!
//! Every error says what was got, what was expected and what to do next; the
//! kind tells a program which of the documented exit codes applies. What to do
//! is kept apart from what is wrong ([`Words`]), for programs that show the two
//! in different places.

use std::fmt;
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
    Usage(Words),
    /// The registry or its secret is missing, damaged, locked or too new.
    #[error("registry: {0}")]
    Registry(Words),
    /// A file given to us cannot be read as a picture: the rest of a batch goes on.
    #[error("{}: {problem}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was got, what was expected, what to do.
        problem: Words,
        /// What it came of, if it came of another error.
        source: Option<Cause>,
    },
    /// A file cannot be written: nothing was left behind.
    #[error("{}: cannot write: {problem}", .path.display())]
    Unwritable {
        /// The file that was to be written.
        path: PathBuf,
        /// What was got, what was expected, what to do.
        problem: Words,
        /// What it came of, if it came of another error.
        source: Option<Cause>,
    },
    /// A copy would not hold all that its master does, and that was not allowed.
    #[error("{}: {problem}", .path.display())]
    Lossy {
        /// The master.
        path: PathBuf,
        /// What would be lost, why, what to do.
        problem: Words,
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

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What was got, what was expected.
    pub message: String,
    /// What to do next; none if there is nothing to say beyond the message.
    pub hint: Option<String>,
}

/// The two in one line.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hint {
            Some(hint) => write!(f, "{}; {hint}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl<T: Into<String>> From<T> for Words {
    fn from(message: T) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }
}

impl Error {
    /// An [`Error::Usage`].
    pub fn usage(problem: impl Into<Words>) -> Self {
        Self::Usage(problem.into())
    }

    /// An [`Error::Registry`].
    pub fn registry(problem: impl Into<Words>) -> Self {
        Self::Registry(problem.into())
    }

    /// An [`Error::Unreadable`] about the file at `path`.
    pub fn unreadable(path: impl AsRef<Path>, problem: impl Into<Words>) -> Self {
        Self::Unreadable {
            path: path.as_ref().to_owned(),
            problem: problem.into(),
            source: None,
        }
    }

    /// An [`Error::Lossy`] about the master at `path`.
    pub fn lossy(path: impl AsRef<Path>, problem: impl Into<Words>) -> Self {
        Self::Lossy {
            path: path.as_ref().to_owned(),
            problem: problem.into(),
        }
    }

    /// An [`Error::Unwritable`] about the file at `path`.
    pub fn unwritable(path: impl AsRef<Path>, problem: impl Into<Words>) -> Self {
        Self::Unwritable {
            path: path.as_ref().to_owned(),
            problem: problem.into(),
            source: None,
        }
    }

    /// This error with advice on what to do next, if its kind takes any.
    #[must_use]
    pub fn advise(mut self, hint: impl Into<String>) -> Self {
        if let Some(problem) = self.problem_mut() {
            problem.hint = Some(hint.into());
        }
        self
    }

    /// This error with its message changed by `change`, if its kind keeps any.
    #[must_use]
    pub fn reworded(mut self, change: impl FnOnce(&str) -> String) -> Self {
        if let Some(problem) = self.problem_mut() {
            problem.message = change(&problem.message);
        }
        self
    }

    /// What is wrong, without what to do about it.
    pub fn message(&self) -> String {
        match self {
            Self::Usage(problem) => problem.message.clone(),
            Self::Registry(problem) => format!("registry: {}", problem.message),
            Self::Unreadable { path, problem, .. } | Self::Lossy { path, problem } => {
                format!("{}: {}", path.display(), problem.message)
            }
            Self::Unwritable { path, problem, .. } => {
                format!("{}: cannot write: {}", path.display(), problem.message)
            }
            Self::Interrupted | Self::Internal(_) | Self::NoRandomNumbers(_) => self.to_string(),
        }
    }

    /// What to do about it, if there is something to say beyond the message.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Usage(problem)
            | Self::Registry(problem)
            | Self::Unreadable { problem, .. }
            | Self::Lossy { problem, .. }
            | Self::Unwritable { problem, .. } => problem.hint.as_deref(),
            Self::Interrupted | Self::Internal(_) | Self::NoRandomNumbers(_) => None,
        }
    }

    fn problem_mut(&mut self) -> Option<&mut Words> {
        match self {
            Self::Usage(problem)
            | Self::Registry(problem)
            | Self::Unreadable { problem, .. }
            | Self::Lossy { problem, .. }
            | Self::Unwritable { problem, .. } => Some(problem),
            Self::Interrupted | Self::Internal(_) | Self::NoRandomNumbers(_) => None,
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
    fn what_to_do_is_kept_apart_from_what_is_wrong() {
        let error = Error::registry("it is locked").advise("try again");
        assert_eq!(error.to_string(), "registry: it is locked; try again");
        assert_eq!(error.message(), "registry: it is locked");
        assert_eq!(error.hint(), Some("try again"));
        let error = Error::unreadable("a.mp4", "no film").reworded(|w| format!("it is {w}"));
        assert_eq!(error.message(), error.to_string());
        assert_eq!(error.hint(), None);
        assert_eq!(Error::Interrupted.advise("x").hint(), None);
    }

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
