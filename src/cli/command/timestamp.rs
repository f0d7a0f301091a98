//! The command `report timestamp`.

use super::checks::{NOTHING_MORE, show};
use super::log::json_text;
use crate::cli::args::TimestampCommand;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::job::{request_timestamp, verify_timestamp};

/// Writes a request, or checks a response.
///
/// # Errors
/// As for [`request_timestamp`] and [`verify_timestamp`].
pub fn run(session: &Session, command: &TimestampCommand) -> Result<Exit> {
    match command {
        TimestampCommand::Request { file, output, json } => {
            let written = request_timestamp(file, output.as_deref())?;
            let name = written.display().to_string();
            match json {
                true => {
                    let answer = serde_json::json!({ "file": name });
                    session.console.json(&json_text(&answer)?)?;
                }
                false => session.console.result(&name)?,
            }
            session.console.words(
                "send it to a time-stamping authority (application/timestamp-query) and keep the answer as .tsr",
            );
            Ok(Exit::Done)
        }
        TimestampCommand::Check(typed) => {
            let checks = verify_timestamp(&typed.stamped)?;
            show(session, &checks, NOTHING_MORE, typed.json)
        }
    }
}
