//! The exit codes: the one place that gives them out.
//!
//! | code | `scan` | `mark` | `copy verify` | `report verify`, `report timestamp check`, `pack verify`, `registry verify` | other commands |
//! |---|---|---|---|---|---|
//! | 0 | at least one exhibit attributed | done, and verified unless not asked to | reads back to whom it was issued | all that was checked holds | done |
//! | 1 | none attributed | a copy does not read back to its distributor and is not kept | does not | something does not hold | – |
//! | 2 | usage or registry error | the same | the same | the same | the same |
//! | 3 | some exhibits could not be read; the others are reported | master unreadable or output unwritable | unreadable | unreadable | unreadable or unwritable |
//! | 5 | – | a copy would lose something of the master, or the master is damaged | – | – | – |
//! | 4 | – | – | – | nothing was authenticated: no key was named that shows who made it | – |
//! | 70 | internal fault | the same | the same | the same | the same |
//! | 130 | interrupted | the same | the same | the same | the same |
//!
//! Where several apply, the first of 130, 70, 2, 5, 3, 1, 4, 0 is given, except that
//! one exhibit attributed is enough for 0 instead of 1.

use std::process::ExitCode;

use crate::error::Error;
use crate::evidence::Conclusion;
pub use crate::evidence::check::EXIT_CODES as VERIFY;

/// How a run ended. The order is that of precedence, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, and the answer is yes if there was a question.
    Done,
    /// Checked, and nothing fails, but nothing shows who made it either.
    Unauthenticated,
    /// Done, and the answer is no.
    No,
    /// A file could not be read or written.
    File,
    /// A copy would lose something, and that was not allowed.
    Lossy,
    /// The arguments or the registry are wrong.
    Refused,
    /// A fault of this program.
    Fault,
    /// Stopped by a signal.
    Interrupted,
}

impl Exit {
    /// The exit for an error.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Usage(_) | Error::Registry(_) => Self::Refused,
            Error::Unreadable { .. } | Error::Unwritable { .. } => Self::File,
            Error::Lossy { .. } => Self::Lossy,
            Error::Interrupted => Self::Interrupted,
            _ => Self::Fault,
        }
    }

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unauthenticated => Conclusion::NothingAuthenticated.exit_code(),
            Self::No => 1,
            Self::Refused => 2,
            Self::File => 3,
            Self::Lossy => 5,
            Self::Fault => 70,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The codes that mean the same everywhere, for help texts.
pub const COMMON: &str = "\
Exit codes of all commands:
  0    done
  2    usage or registry error: nothing was done
  3    a file could not be read or written
  70   internal fault: please report it
  130  interrupted";

/// The codes of `scan`.
pub const SCAN: &str = "\
Exit codes:
  0    at least one exhibit is attributed to a distributor
  1    none is attributed (this does not clear anybody)
  2    usage or registry error: nothing was scanned
  3    some exhibits could not be read, or a report not written; the others are reported
  130  interrupted: what was reported until then stands";

/// The codes of `mark`.
pub const MARK: &str = "\
Exit codes:
  0    done; every copy reads back to its distributor (or --no-verify was given)
  1    a copy does not read back to its distributor: it is not kept and not issued
  2    usage or registry error: nothing was marked
  3    the master cannot be read or an output cannot be written
  5    a copy would lose something of the master (--allow-loss), or the master is
       truncated, damaged or not finished (--allow-damaged): nothing was issued
  130  interrupted: no unfinished copy and no record of one is left";

/// The codes of `variants`.
pub const VARIANTS: &str = "\
Exit codes:
  0    done; every variant reads back (or --no-verify was given)
  1    a variant does not read back: nothing is kept
  2    usage or registry error: nothing was made
  3    the master cannot be read or cut, or the folder cannot be written
  5    copies would lose something of the master (--allow-loss), or the master is
       truncated, damaged or not finished (--allow-damaged): nothing was made
  130  interrupted: nothing is left";

/// The codes of `mint`.
pub const MINT: &str = "\
Exit codes:
  0    done; with --check: the file is one copy, every segment as it was chosen
  1    with --check: it is not
  2    usage or registry error: nothing was issued
  3    the variants were changed, or a file cannot be read or written
  130  interrupted: what was issued until then stands; --resume goes on";

/// The codes of `validate`.
pub const VALIDATE: &str = "\
Exit codes:
  0    the dossier is made, and nobody innocent was named in any scan
  1    somebody innocent was named: the dossier says where
  2    usage error, or no `ffmpeg` command: nothing was done
  3    a film cannot be read or a file cannot be written
  130  interrupted: what was done until then is kept for the next run with the same --out";

/// The codes of `registry restore`.
pub const RESTORE: &str = "\
Exit codes:
  0    restored; the head that was named, if any, is in it
  1    restored, and the head that was named is NOT in it: what came later is lost
  2    a registry is there, the secret is missing or another's, or the backup does not hold:
       nothing was restored
  3    the backup cannot be read, or the home folder not written";

/// The codes of `copy verify`.
pub const VERIFY_COPY: &str = "\
Exit codes:
  0    the copy reads back to the distributor it was issued to
  1    it does not, or there is no record of its issue
  2    usage or registry error
  3    the file cannot be read
  130  interrupted";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_files_outweigh_the_answer_and_interruption_outweighs_all() {
        assert!(Exit::File > Exit::No && Exit::No > Exit::Done);
        assert_eq!(Exit::of(&Error::Interrupted).code(), 130);
        assert_eq!(Exit::of(&Error::usage("x")).code(), 2);
        assert_eq!(Exit::of(&Error::registry("x")).code(), 2);
        assert_eq!(Exit::of(&Error::unreadable("f", "x")).code(), 3);
        assert_eq!(Exit::of(&Error::unwritable("f", "x")).code(), 3);
    }
}
