//! Says what was checked, what came of it, and what was not checked.

mod answer;
mod dossier;
mod pack;
mod reading;
mod receipt;
mod report;

pub use answer::{Answer, Conclusion, EXIT_CODES, NOTHING_MORE, Nothing, conclude};
pub use pack::{check_pack, checked_pack, verify_pack};
pub use reading::{ReadAgain, check_reading};
pub use receipt::{check_receipts, verify_receipts};
pub use report::{ReportGiven, check_report, verify_report};

use serde::Serialize;

/// What came of a check, in words.
pub(crate) type Judged = std::result::Result<String, String>;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds, and was made with a key that the one who checks named, or stands in
    /// what that one noted before: somebody known made it.
    Authenticated,
    /// It holds: the parts fit together. Anybody could have put them together.
    Holds,
    /// It does not hold: what was checked is to be refused.
    Fails,
    /// It was not checked: nothing is said about it.
    NotChecked,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked, in a few words.
    pub what: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was compared, or what is wrong, for people.
    pub words: String,
}

impl Check {
    /// A check that holds.
    pub fn holds(what: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(what, Outcome::Holds, words)
    }

    /// A check that shows who made what was checked.
    pub fn authenticated(what: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(what, Outcome::Authenticated, words)
    }

    /// A check that fails.
    pub fn fails(what: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(what, Outcome::Fails, words)
    }

    /// What was not checked, and why or how it could be.
    pub fn skipped(what: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(what, Outcome::NotChecked, words)
    }

    /// A check that holds or fails with these words.
    pub fn judged(what: impl Into<String>, judged: Result<String, String>) -> Self {
        match judged {
            Ok(words) => Self::holds(what, words),
            Err(words) => Self::fails(what, words),
        }
    }

    /// This check, if it holds, as one that shows who made it.
    #[must_use]
    pub fn by_a_known_key(mut self) -> Self {
        if self.outcome == Outcome::Holds {
            self.outcome = Outcome::Authenticated;
        }
        self
    }

    fn of(what: impl Into<String>, outcome: Outcome, words: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            outcome,
            words: words.into(),
        }
    }
}

/// True if nothing that was checked fails, and something was checked.
pub fn all_hold(checks: &[Check]) -> bool {
    let holds = |c: &Check| matches!(c.outcome, Outcome::Authenticated | Outcome::Holds);
    checks.iter().any(holds) && checks.iter().all(|c| c.outcome != Outcome::Fails)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_refuses_and_nothing_checked_is_no_yes() {
        let (yes, no) = (Check::holds("a", ""), Check::fails("b", ""));
        let open = Check::skipped("c", "");
        assert!(all_hold(&[yes.clone(), open.clone()]));
        assert!(all_hold(&[yes.clone().by_a_known_key()]));
        assert!(!all_hold(&[yes, no, open.clone()]));
        assert!(!all_hold(&[open]) && !all_hold(&[]));
    }
}
