//! Prints what was checked and what was not.

use serde::Serialize;

use super::log::json_text;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::evidence::{Check, Outcome, all_hold};

/// What `--json` prints.
#[derive(Serialize)]
struct Answer<'a, T: Serialize> {
    /// True if nothing that was checked fails.
    holds: bool,
    /// What the command adds.
    #[serde(flatten)]
    more: T,
    /// What was checked.
    checks: &'a [Check],
}

/// Prints the checks as lines for people, or as JSON together with `more`.
///
/// # Errors
/// [`Error::Unwritable`](crate::error::Error::Unwritable) if standard output cannot take them.
pub fn show(session: &Session, checks: &[Check], more: impl Serialize, json: bool) -> Result<Exit> {
    let console = &session.console;
    let holds = all_hold(checks);
    if json {
        console.json(&json_text(&Answer {
            holds,
            more,
            checks,
        })?)?;
    } else {
        checks
            .iter()
            .try_for_each(|check| console.result(&line(check)))?;
        console.result(match holds {
            true => "HOLDS: nothing that was checked fails",
            false => "REFUSED: something that was checked does not hold",
        })?;
    }
    Ok(if holds { Exit::Done } else { Exit::No })
}

/// One line for the audit log: what failed first, or that nothing did.
pub fn summary(checks: &[Check]) -> String {
    let failed = checks.iter().find(|c| c.outcome == Outcome::Fails);
    failed.map_or_else(
        || "holds".to_owned(),
        |c| format!("refused: {}: {}", c.what, c.words),
    )
}

fn line(check: &Check) -> String {
    let outcome = match check.outcome {
        Outcome::Holds => "ok         ",
        Outcome::Fails => "FAILS      ",
        Outcome::NotChecked => "not checked",
    };
    format!("{outcome}  {}: {}", check.what, check.words)
}

/// For a command that adds nothing to its checks.
pub const NOTHING_MORE: Nothing = Nothing {};

/// No keys.
#[derive(Serialize)]
pub struct Nothing {}
