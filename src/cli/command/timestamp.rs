//! The command `report timestamp`.

use super::checks::{NOTHING_MORE, show};
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
        TimestampCommand::Request { file, output } => {
            let written = request_timestamp(file, output.as_deref())?;
            session.console.result(&written.display().to_string())?;
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
