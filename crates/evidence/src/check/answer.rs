//! Says what all checks of one kind come to, in words, in JSON and as an exit code.

use serde::Serialize;

use super::{Check, Outcome, all_hold};

/// What checks come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Nothing fails, and something was authenticated.
    Holds,
    /// Nothing fails, and nothing was authenticated: anybody could have made it.
    NothingAuthenticated,
    /// Something fails, or nothing could be checked at all.
    Refused,
}

/// What the checks come to.
pub fn conclude(checks: &[Check]) -> Conclusion {
    let known = |c: &Check| c.outcome == Outcome::Authenticated;
    match all_hold(checks) {
        false => Conclusion::Refused,
        true if checks.iter().any(known) => Conclusion::Holds,
        true => Conclusion::NothingAuthenticated,
    }
}

impl Conclusion {
    /// This conclusion for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "HOLDS: nothing that was checked fails",
            Self::NothingAuthenticated => {
                "NOTHING WAS AUTHENTICATED: the parts fit together, but anybody could have made them: name a key that its owner made known"
            }
            Self::Refused => "REFUSED: something that was checked does not hold",
        }
    }

    /// The exit code of a program that checked: see [`EXIT_CODES`].
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Refused => 1,
            Self::NothingAuthenticated => 4,
        }
    }
}

/// The exit codes of every command that checks, for help texts.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    nothing that was checked fails, and the maker is known by a key or a hash that was
       named; what was not checked is said
  1    something does not hold: refuse it
  2    usage or registry error: nothing was checked
  3    a file cannot be read
  4    nothing was authenticated: the parts fit together, but anybody could have made them
  130  interrupted";

/// The checks of one run, for `--json`.
#[derive(Debug, Serialize)]
pub struct Answer<'a, T: Serialize> {
    /// True if nothing that was checked fails, and something was authenticated.
    holds: bool,
    /// What the checks come to.
    conclusion: Conclusion,
    /// What the command adds.
    #[serde(flatten)]
    more: T,
    /// What was checked.
    checks: &'a [Check],
}

impl<'a, T: Serialize> Answer<'a, T> {
    /// Of these checks, and `more` that the command has to say.
    pub fn new(checks: &'a [Check], more: T) -> Self {
        let conclusion = conclude(checks);
        Self {
            holds: conclusion == Conclusion::Holds,
            conclusion,
            more,
            checks,
        }
    }

    /// What the checks come to.
    pub fn conclusion(&self) -> Conclusion {
        self.conclusion
    }

    /// A line for each check, and one for what they come to.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let last = self.conclusion.words().to_owned();
        self.checks.iter().map(line).chain([last])
    }
}

fn line(check: &Check) -> String {
    let outcome = match check.outcome {
        Outcome::Authenticated => "ok, known  ",
        Outcome::Holds => "ok         ",
        Outcome::Fails => "FAILS      ",
        Outcome::NotChecked => "not checked",
    };
    format!("{outcome}  {}: {}", check.what, check.words)
}

/// For a command that adds nothing to its checks.
pub const NOTHING_MORE: Nothing = Nothing {};

/// No keys.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_together_is_not_yet_known_to_be_anybodys() {
        let fits = Check::holds("receipt", "whole");
        let known = Check::authenticated("registry's key", "it is the one given");
        let bad = Check::fails("figures", "they do not follow");
        let open = Check::skipped("exhibit", "not given");
        let code = |checks: &[Check]| conclude(checks).exit_code();
        assert_eq!(code(&[fits.clone(), open.clone()]), 4);
        assert_eq!(code(&[fits.clone(), known.clone(), open.clone()]), 0);
        assert_eq!(code(&[fits, known, bad]), 1);
        assert_eq!(code(&[open]), 1);
    }

    #[test]
    fn an_answer_says_the_same_in_json_and_in_words() {
        let checks = [Check::holds("receipt", "whole")];
        let answer = Answer::new(&checks, NOTHING_MORE);
        let json = serde_json::to_value(&answer).expect("JSON");
        assert_eq!(json["holds"], false);
        assert_eq!(json["conclusion"], "nothing_authenticated");
        let lines: Vec<String> = answer.lines().collect();
        assert_eq!(lines[0], "ok           receipt: whole");
        assert!(lines[1].starts_with("NOTHING WAS AUTHENTICATED"));
    }
}
