//! Says as JSON why a command failed, for both programs: with `--json`, standard
//! output then ends with one line of this, beside the words on standard error.
//!
//! ```text
//! {"error":{"kind":"registry","message":"registry: …","hint":"make a registry with …","exit_code":2}}
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use leakmark_core::error::Error;

/// The name of the format.
pub const FAILURE_SCHEMA: &str = "leakmark/error/1";

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// What went wrong, and what to do about it.
    pub error: FailureFacts,
}

/// What went wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailureFacts {
    /// What a caller can do about it, in a word.
    pub kind: FailureKind,
    /// What was got and what was expected, for people.
    pub message: String,
    /// What to do next, for people; null if there is nothing to say beyond the message.
    pub hint: Option<String>,
    /// The code that the command ends with.
    pub exit_code: u8,
}

/// What a caller can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The arguments make no sense: change them.
    Usage,
    /// The registry or its secret is missing, damaged, locked, full or too new.
    Registry,
    /// A file that was named cannot be read.
    Unreadable,
    /// A file cannot be written; nothing was left behind.
    Unwritable,
    /// A copy would lose something of its master, or the master is damaged, and that was
    /// not allowed.
    Lossy,
    /// The work was cancelled by a signal.
    Interrupted,
    /// A fault of the program itself.
    Internal,
}

impl Failure {
    /// Of this error, which ends the program with this code.
    pub fn new(error: &Error, exit_code: u8) -> Self {
        Self {
            error: FailureFacts {
                kind: FailureKind::of(error),
                message: error.message(),
                hint: error.hint().map(Into::into),
                exit_code,
            },
        }
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        // Plain text and a number: it cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl FailureKind {
    /// The kind of this error.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Usage(_) => Self::Usage,
            Error::Registry(_) => Self::Registry,
            Error::Unreadable { .. } => Self::Unreadable,
            Error::Unwritable { .. } => Self::Unwritable,
            Error::Lossy { .. } => Self::Lossy,
            Error::Interrupted => Self::Interrupted,
            _ => Self::Internal,
        }
    }
}

/// Whether the words typed ask for JSON, even if the rest of them makes no sense.
pub fn asks_for_json<W: AsRef<std::ffi::OsStr>>(words: impl IntoIterator<Item = W>) -> bool {
    words
        .into_iter()
        .take_while(|word| word.as_ref() != "--")
        .any(|word| word.as_ref() == "--json")
}

/// What the parser of arguments says, parted into what is wrong and what to do.
pub fn of_arguments(answer: &str) -> Error {
    let answer = answer.strip_prefix("error: ").unwrap_or(answer);
    let (wrong, rest) = answer.split_once("\n\n").unwrap_or((answer, ""));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let error = Error::usage(words(wrong));
    match words(rest) {
        hint if hint.is_empty() => error,
        hint => error.advise(hint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_kind_message_hint_and_code() {
        let error = Error::registry("it is locked").advise("try again");
        let json = Failure::new(&error, 2).to_json();
        let expected = r#"{"error":{"kind":"registry","message":"registry: it is locked","hint":"try again","exit_code":2}}"#;
        assert_eq!(json, expected);
        assert!(
            Failure::new(&Error::usage("x"), 2)
                .to_json()
                .contains(r#""hint":null"#)
        );
    }

    #[test]
    fn json_is_asked_for_by_a_word_of_its_own() {
        assert!(asks_for_json(["scan", "--jsn", "--json"]));
        assert!(!asks_for_json(["scan", "--", "--json"]));
        assert!(!asks_for_json(["scan", "x--json"]));
    }

    #[test]
    fn what_is_wrong_with_arguments_is_told_from_what_to_do() {
        let error = of_arguments("error: no flag '--x'\n\n  tip: '--y'\n\nUsage: a b");
        assert_eq!(error.message(), "no flag '--x'");
        assert_eq!(error.hint(), Some("tip: '--y' Usage: a b"));
    }
}
