//! Prints what was checked and what was not.

use serde::Serialize;

use super::log::json_text;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::evidence::check::Answer;
pub use crate::evidence::check::NOTHING_MORE;
use crate::evidence::{Check, Conclusion, Outcome};

/// Prints the checks as lines for people, or as JSON together with `more`.
///
/// # Errors
/// [`Error::Unwritable`](crate::error::Error::Unwritable) if standard output cannot take them.
pub fn show(session: &Session, checks: &[Check], more: impl Serialize, json: bool) -> Result<Exit> {
    let console = &session.console;
    let answer = Answer::new(checks, more);
    if json {
        console.json(&json_text(&answer)?)?;
    } else {
        answer.lines().try_for_each(|line| console.result(&line))?;
    }
    Ok(match answer.conclusion() {
        Conclusion::Holds => Exit::Done,
        Conclusion::NothingAuthenticated => Exit::Unauthenticated,
        Conclusion::Refused => Exit::No,
    })
}

/// One line for the audit log: what failed first, or that nothing did.
pub fn summary(checks: &[Check]) -> String {
    let failed = checks.iter().find(|c| c.outcome == Outcome::Fails);
    failed.map_or_else(
        || "holds".to_owned(),
        |c| format!("refused: {}: {}", c.what, c.words),
    )
}
